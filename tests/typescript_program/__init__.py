"""A program in TypeScript with the SDK that Pulumi's own generator makes of this package's schema.

Node's language host is served by no module proxy. The program speaks to the engine as a host does, by Pulumi's
Automation API, so nothing stands in for anything.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from go_program import generate_sdk
from pulumi_cli import Pulumi
from pulumi_milvus.engine.locations import cache
from pulumi_milvus.engine.lock import Slot

PROJECT = Path(__file__).parent / "project"
PACKAGES = PROJECT / "package.json"
# No scripts of theirs run, and no lock file is written: it would name the addresses that they came from.
_INSTALL = ("install", "--ignore-scripts", "--no-package-lock", "--no-audit", "--no-fund", "--loglevel=error")


def npm() -> str:
    """The command; skips the test where there is none (`.ci/run` asks for it before it begins)."""
    found = shutil.which("npm")
    if found is None or shutil.which("node") is None:
        pytest.skip("there is no Node.js with npm on this machine")
    return found


def compiled_program(folder: Path) -> Path:
    """The program, compiled against an SDK of today, which was compiled as `pulumi package add` has it compiled."""
    # As after an installation: the SDK among the program's own packages, all others in a folder further up.
    (folder / "node_modules").symlink_to(_packages())
    program = folder / "program"
    shutil.copytree(PROJECT, program)
    sdk = program / "node_modules" / "@pulumi" / "milvus"
    generate_sdk("nodejs", sdk)
    commands = folder / "node_modules" / ".bin"
    _run(["node", json.loads((sdk / "package.json").read_text())["scripts"]["postinstall"].split()[-1]], sdk, commands)
    said = compiled(program)
    assert said is None, said
    return program / "program.js"


def compiled(program: Path) -> str | None:
    """What the compiler has against the program in a folder; None where it was compiled."""
    done = _done([str(program.parent / "node_modules" / ".bin" / "tsc"), "--project", "."], program, os.environ)
    return None if done.returncode == 0 else done.stdout


def run_program(program: Path, pulumi: Pulumi) -> subprocess.CompletedProcess[str]:
    """Bring the stack `dev` of a project up."""
    return _done(["node", str(program), str(pulumi.directory)], program.parent, pulumi.environment)


def _packages() -> Path:
    """The folder `node_modules` of what package.json pins; the first call on a machine fetches it (130 MB)."""
    command = npm()
    slot = Slot(cache(), f"typescript-{hashlib.sha256(PACKAGES.read_bytes()).hexdigest()[:12]}")
    with slot.locked("TypeScript's packages"):
        if not (slot.folder / "node_modules").is_dir():
            with slot.draft() as draft:
                shutil.copy(PACKAGES, draft)
                _run([command, *_INSTALL], draft)
    return slot.folder / "node_modules"


def _run(command: list[str], folder: Path, commands: Path | None = None) -> None:
    path = os.environ["PATH"]
    done = _done(command, folder, {**os.environ, "PATH": f"{commands}:{path}" if commands else path})
    assert done.returncode == 0, done.stdout + done.stderr


def _done(command: list[str], folder: Path, environment: Mapping[str, Any]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, cwd=folder, env=dict(environment), capture_output=True, text=True, check=False, timeout=500
    )
