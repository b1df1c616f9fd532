"""Pulumi's own YAML language host, compiled from its pinned Go modules once for this machine (a minute on two cores).

The host is a process of its own and speaks the protocol of the engine, so it brings its own, older Pulumi modules: no
version of it that a module proxy serves is built on those of the engine.
"""

from __future__ import annotations

from pathlib import Path

from control_plane.binaries import build, built
from pulumi_cli import Pulumi
from pulumi_milvus.engine.compiling import Recipe

VERSION = "1.25.0"
"""Equal to gomodule/go.mod; a test holds both together."""

# From a build with Go 1.26.8 on linux/amd64 into caches that held other modules of Pulumi already: the command has
# 31 MB. Sizes of caches are rounded up from the engine's, most of whose modules this host shares.
RECIPE = Recipe(
    name="Pulumi's YAML language host",
    version=VERSION,
    key_prefix="language-yaml-",
    modules=Path(__file__).parent / "gomodule",
    packages=("github.com/pulumi/pulumi-yaml/cmd/pulumi-language-yaml",),
    flags=("-trimpath", "-buildvcs=false", "-tags=osusergo,grpcnotrace", "-ldflags=-s -w"),
    sources_bytes=1_500_000_000,
    compiled_bytes=1_500_000_000,
    commands_bytes=50_000_000,
)


def yaml_host() -> Path:
    """The folder with ``pulumi-language-yaml``; the first call on a machine compiles it."""
    if built(RECIPE) is None:
        build(RECIPE)
    folder = built(RECIPE)
    assert folder is not None
    return folder


def with_yaml(pulumi: Pulumi) -> Pulumi:
    """The same workspace, in which programs may be written in YAML."""
    return pulumi.with_environment(PATH=f"{yaml_host()}:{pulumi.environment['PATH']}")
