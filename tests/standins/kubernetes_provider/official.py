"""Whether the official plugin is there; only where it is not, the stand-in's folder comes onto PATH."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from kubernetes_provider import VERSION
from pulumi_cli import Pulumi

PLUGIN = "pulumi-resource-kubernetes"
BIN = Path(__file__).resolve().parent / "bin"


def official_plugin(environment: Mapping[str, str]) -> Path | None:
    """The official plugin that `pulumi` would use in this environment: on PATH, or of our version in its home.

    The user's own home counts as well where the environment has another one: `with_provider` links it from there.
    """
    on_path = os.pathsep.join(
        part for part in environment.get("PATH", "").split(os.pathsep) if Path(part or ".").resolve() != BIN
    )
    found = shutil.which(PLUGIN, path=on_path)
    if found is not None:
        return Path(found)
    return next((file for file in _installed(environment) if os.access(file, os.X_OK)), None)


def with_provider(environment: Mapping[str, str]) -> dict[str, str]:
    """The environment in which `pulumi` has a Kubernetes provider: the official one as it is, else the stand-in."""
    official = official_plugin(environment)
    if official is None:
        return {**environment, "PATH": os.pathsep.join([str(BIN), environment.get("PATH", "")])}
    home = Path(environment.get("PULUMI_HOME") or Path.home() / ".pulumi")
    if official.parent.parent.name == "plugins" and official.parent.parent.parent != home:
        # A test's own home has no plugins; the engine finds one on PATH as well.
        return {**environment, "PATH": os.pathsep.join([str(official.parent), environment.get("PATH", "")])}
    return dict(environment)


def provided(pulumi: Pulumi) -> Pulumi:
    """The same workspace with a Kubernetes provider."""
    return replace(pulumi, environment=with_provider(pulumi.environment))


def _installed(environment: Mapping[str, str]) -> list[Path]:
    homes = [environment.get("PULUMI_HOME"), os.environ.get("PULUMI_HOME"), str(Path.home() / ".pulumi")]
    return [Path(home) / "plugins" / f"resource-kubernetes-v{VERSION}" / PLUGIN for home in homes if home]
