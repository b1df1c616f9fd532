"""Whether the official plugin is there; only where it is not, the stand-in's folder comes onto PATH."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from aws_provider import VERSION
from pulumi_cli import Pulumi

PLUGIN = "pulumi-resource-aws"
BIN = Path(__file__).resolve().parent / "bin"


def official_plugin(environment: Mapping[str, str]) -> Path | None:
    """The official plugin: on PATH, or of our version in the environment's or the user's own home of Pulumi."""
    on_path = os.pathsep.join(
        part for part in environment.get("PATH", "").split(os.pathsep) if Path(part or ".").resolve() != BIN
    )
    found = shutil.which(PLUGIN, path=on_path)
    if found is not None:
        return Path(found)
    homes = [environment.get("PULUMI_HOME"), os.environ.get("PULUMI_HOME"), str(Path.home() / ".pulumi")]
    installed = [Path(home) / "plugins" / f"resource-aws-v{VERSION}" / PLUGIN for home in homes if home]
    return next((file for file in installed if os.access(file, os.X_OK)), None)


def provided(pulumi: Pulumi) -> Pulumi:
    """The workspace with an AWS provider: the official one where it is, else the stand-in."""
    official = official_plugin(pulumi.environment)
    folder = BIN if official is None else official.parent
    path = os.pathsep.join([str(folder), pulumi.environment.get("PATH", "")])
    return replace(pulumi, environment={**pulumi.environment, "PATH": path})
