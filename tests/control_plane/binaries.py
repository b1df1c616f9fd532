"""The compiled commands: found in the cache, or built into it."""

from __future__ import annotations

from pathlib import Path

from control_plane.recipes import RECIPES
from pulumi_milvus.engine.compiling import Recipe, check_disk, compile_into, fetch
from pulumi_milvus.engine.errors import EngineError
from pulumi_milvus.engine.locations import cache
from pulumi_milvus.engine.lock import Slot
from pulumi_milvus.engine.progress import say


def commands(recipe: Recipe) -> tuple[str, ...]:
    """The names of the files that a recipe makes."""
    return (recipe.output,) if recipe.output else tuple(package.rpartition("/")[2] for package in recipe.packages)


def built(recipe: Recipe) -> Path | None:
    """The bin folder of a recipe that was built earlier, if there is one."""
    folder = cache() / recipe.key / "bin"
    return folder if all((folder / name).is_file() for name in commands(recipe)) else None


def missing() -> list[Recipe]:
    """What is not in the cache yet."""
    return [recipe for recipe in RECIPES if built(recipe) is None]


def ensure() -> dict[str, Path]:
    """Each command's path by its name; the first call on a machine compiles for about ten minutes."""
    wanted = missing()
    if wanted:
        names = ", ".join(f"{recipe.name} {recipe.version}" for recipe in wanted)
        say(f"Building a Kubernetes control plane for tests, once for this machine (about ten minutes): {names}.")
    for number, recipe in enumerate(wanted, 1):
        say(f"{number} of {len(wanted)}: {recipe.name} {recipe.version}")
        build(recipe)
    found: dict[str, Path] = {}
    for recipe in RECIPES:
        folder = built(recipe)
        if folder is None:
            raise EngineError(f"{recipe.name} was built and is gone again.", "Run `make control-plane` again.")
        found.update({name: folder / name for name in commands(recipe)})
    return found


def build(recipe: Recipe) -> None:
    """Compile one recipe into the cache, unless somebody else does or did."""
    slot = Slot(cache(), recipe.key)
    with slot.locked(f"{recipe.name} {recipe.version}"):
        # Somebody else may have finished it while this process waited.
        if built(recipe) is not None:
            return
        go = recipe.find_go()
        check_disk(go, recipe, recipe.packages[0].split("/")[0])
        packages = fetch(go, recipe, slot.note)
        with slot.draft() as draft:
            folder = draft / "bin"
            folder.mkdir()
            compile_into(folder, go, recipe, packages, slot.note)
