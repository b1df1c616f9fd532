"""Commands compiled from a folder of pinned Go modules: fetched, compiled, with word of how far that is."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from pulumi_milvus.engine import go as golang
from pulumi_milvus.engine.errors import EngineError
from pulumi_milvus.engine.locations import cache, modules_key
from pulumi_milvus.engine.processes import follow
from pulumi_milvus.engine.progress import Progress

Note = Callable[[str], None]


@dataclass(frozen=True)
class Recipe:
    """Commands that are compiled together, and what a cold build of them takes on disk."""

    name: str
    """As sentences call it: ``the Pulumi engine``"""
    version: str
    modules: Path
    """The folder with ``go.mod`` and ``go.sum``"""
    packages: tuple[str, ...]
    flags: tuple[str, ...]
    sources_bytes: int
    compiled_bytes: int
    commands_bytes: int
    key_prefix: str = ""
    output: str = ""
    """The file of a single command, where its package would give it another name"""
    title: str = ""
    """Before the words of the progress"""
    other_ways: str = ""
    """What a user can do who cannot build"""

    @property
    def key(self) -> str:
        """The cache's name for these commands; changes with version, machine, modules and flags."""
        return modules_key(self.key_prefix + self.version, self.modules, self.flags)

    def find_go(self) -> Path:
        """The ``go`` on PATH that can compile these commands, or an EngineError that says what to install."""
        return golang.find(self.modules, self.name, self.other_ways)

    def error(self, what: str, output: str) -> EngineError:
        """The error for a ``go`` call of this recipe that failed."""
        return golang.failure(what, output, self.other_ways)


def fetch(go: Path, recipe: Recipe, note: Note) -> int:
    """Download the modules' sources; the number of packages that the commands are made of."""
    requirements = (recipe.modules / "go.mod").read_text().splitlines()
    known = sum(line.startswith("\t") and "=>" not in line for line in requirements)
    packages: list[str] = []
    fetched = 0
    with Progress(f"{recipe.title}Go modules", known, note) as progress:

        def on_line(line: str) -> None:
            nonlocal fetched
            if line.startswith("go: downloading"):
                fetched += 1
                progress.update(min(fetched, known), line.split()[2])
            elif not line.startswith("go: "):
                packages.append(line)

        tags = [flag for flag in recipe.flags if flag.startswith("-tags=")]
        status, last = follow(
            [go, "list", "-deps", *tags, *recipe.packages],
            cwd=recipe.modules,
            env=golang.environment(),
            on_line=on_line,
        )
    if status != 0:
        raise recipe.error(f"Fetching {recipe.name}'s Go modules failed", last)
    return len(packages)


def compile_into(folder: Path, go: Path, recipe: Recipe, packages: int, note: Note) -> None:
    """Compile the commands into ``folder``; ``packages`` is what ``fetch`` counted."""
    compiled = 0
    with Progress(f"{recipe.title}Go packages", packages, note) as progress:

        def on_line(line: str) -> None:
            nonlocal compiled
            if line and not line.startswith((" ", "#", "go:")):
                compiled += 1
                linking = line in recipe.packages
                progress.update(min(compiled, packages), "linking" if linking else line.rpartition("/")[2])

        status, last = follow(
            [go, "build", "-v", *recipe.flags, "-o", f"{folder}/{recipe.output}", *recipe.packages],
            cwd=recipe.modules,
            env=golang.environment(),
            on_line=on_line,
        )
    if status != 0:
        raise recipe.error(f"Building {recipe.name} failed", last)


def check_disk(go: Path, recipe: Recipe, known_source: str) -> None:
    """Refuse to begin what the disk cannot hold; ``known_source`` is a folder of downloads that a filled cache has."""
    needs: dict[int, tuple[Path, int]] = {}
    compiled, sources = golang.ask(go, "env", "GOCACHE", "GOMODCACHE", modules=recipe.modules).splitlines()
    for folder, wanted in (
        (Path(compiled), recipe.compiled_bytes),
        (Path(sources), recipe.sources_bytes),
        (cache(), recipe.commands_bytes),
    ):
        existing = next(path for path in (folder, *folder.parents) if path.exists())
        device = existing.stat().st_dev
        first, sum_so_far = needs.get(device, (existing, 0))
        # A cache that is already filled takes little more.
        filled = folder != cache() and (folder / "cache" / "download" / known_source).is_dir()
        needs[device] = (first, sum_so_far + (0 if filled else wanted))
    for existing, wanted in needs.values():
        free = shutil.disk_usage(existing).free
        if free < wanted:
            raise EngineError(
                f"Building {recipe.name} needs {wanted / 1e9:.1f} GB of disk at {existing}; "
                f"{free / 1e9:.1f} GB are free.",
                "Free some space, or point PULUMI_MILVUS_CACHE, GOCACHE and GOMODCACHE to a larger disk.\n"
                + recipe.other_ways,
            )
