"""Where things are: the clone, its private state, the cache outside it."""

from __future__ import annotations

import hashlib
import os
import platform
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pulumi_milvus.engine.versions import PULUMI

GO_MODULE = Path(__file__).parent / "gomodule"

# Part of the cache key: another way of building gives another engine.
BUILD_FLAGS = (
    "-trimpath",
    "-buildvcs=false",
    "-tags=osusergo,grpcnotrace",
    "-ldflags=-s -w -X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v" + PULUMI,
)

_MACHINES = {"x86_64": "amd64", "amd64": "amd64", "aarch64": "arm64", "arm64": "arm64"}


@dataclass(frozen=True)
class Clone:
    """A working copy of this project."""

    root: Path

    @property
    def state(self) -> Path:
        """Private to this clone: the engine's links, the passphrase, by default Pulumi's state."""
        return self.root / ".state"

    @property
    def bin(self) -> Path:
        """The folder to put on PATH."""
        return self.state / "bin"

    @property
    def stand_in(self) -> Path:
        """The Python language host of our own."""
        return self.root / "tests" / "standins" / "language_python"

    @property
    def python(self) -> Path:
        """The interpreter of the clone's virtual environment."""
        return self.root / ".venv" / "bin" / "python"


def clone() -> Clone:
    """The clone this package is installed from, or else the working directory's nearest Pulumi project."""
    source = Path(__file__).resolve().parents[3]
    if (source / "pyproject.toml").is_file() and (source / "components").is_dir():
        return Clone(source)
    here = Path.cwd()
    for folder in (here, *here.parents):
        if (folder / "Pulumi.yaml").is_file():
            return Clone(folder)
    return Clone(here)


def cache() -> Path:
    """The folder that engines are kept in, shared by all clones of this user."""
    chosen = os.environ.get("PULUMI_MILVUS_CACHE")
    if not chosen:
        chosen = os.path.join(os.environ.get("XDG_CACHE_HOME") or "~/.cache", "pulumi-milvus")
    return Path(chosen).expanduser().absolute() / "engine"


def target() -> tuple[str, str]:
    """This machine as Go names it: operating system and architecture."""
    machine = platform.machine().lower()
    return platform.system().lower(), _MACHINES.get(machine, machine)


def modules_key(version: str, modules: Path, flags: Sequence[str]) -> str:
    """The cache's name for what is built here from a folder of pinned Go modules."""
    digest = hashlib.sha256()
    for file in (modules / "go.mod", modules / "go.sum", *sorted(modules.rglob("*.go"))):
        digest.update(file.read_bytes())
    digest.update("\0".join(flags).encode())
    system, machine = target()
    return f"{version}-{system}-{machine}-{digest.hexdigest()[:12]}"


def build_key() -> str:
    """The cache's name for an engine built here; changes with version, machine, modules and flags."""
    return modules_key(PULUMI, GO_MODULE, BUILD_FLAGS)


def installed_key() -> str:
    """The cache's name for what the official installer brought."""
    system, machine = target()
    return f"{PULUMI}-{system}-{machine}-official"
