"""A program in Go with the SDK that Pulumi's own generator makes of this package's schema.

Go's language host is served by no module proxy. The program speaks to the engine as a host does, by Pulumi's Automation
API, so nothing stands in for anything.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from control_plane.binaries import build, built
from pulumi_cli import CLONE, Pulumi
from pulumi_milvus.engine import go as golang
from pulumi_milvus.engine.compiling import Recipe
from pulumi_milvus.engine.versions import PULUMI

MODULES = Path(__file__).parent / "gomodule"
_FLAGS = ("-trimpath", "-buildvcs=false", "-tags=osusergo,grpcnotrace")
_SCHEMA = CLONE / "components" / "schema.json"

# Most of its packages are the engine's, which is built before; the command has 30 MB.
GENERATOR = Recipe(
    name="the generator of SDKs",
    version=PULUMI,
    key_prefix="generate-sdk-",
    modules=MODULES,
    packages=("./generate_sdk",),
    flags=_FLAGS,
    sources_bytes=1_500_000_000,
    compiled_bytes=1_500_000_000,
    commands_bytes=50_000_000,
)


def generate_sdk(language: str, folder: Path) -> None:
    """Write the SDK of this package; ``language`` is go or nodejs."""
    if built(GENERATOR) is None:
        build(GENERATOR)
    commands = built(GENERATOR)
    assert commands is not None
    _run([str(commands / "generate_sdk"), language, str(_SCHEMA), str(folder)], CLONE, dict(os.environ))


def compiled_program(folder: Path) -> Path:
    """The program, compiled with an SDK of today."""
    module = folder / "module"
    shutil.copytree(MODULES, module)
    generate_sdk("go", module / "sdk")
    go = golang.find(MODULES, "a program in Go", "")
    _run([str(go), "build", *_FLAGS, "-o", str(folder / "program"), "./program"], module, golang.environment())
    return folder / "program"


def run_program(program: Path, pulumi: Pulumi) -> None:
    """Bring the stack `dev` of a project up."""
    _run([str(program), str(pulumi.directory), str(CLONE / "components")], pulumi.directory, pulumi.environment)


def _run(command: list[str], folder: Path, environment: dict[str, str]) -> None:
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=500
    )
    assert done.returncode == 0, done.stdout + done.stderr
