"""The engine from its pinned Go modules, built once into the cache."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from pulumi_milvus.engine import go as golang
from pulumi_milvus.engine.compiling import Recipe, check_disk, compile_into, fetch
from pulumi_milvus.engine.errors import EngineError
from pulumi_milvus.engine.locations import BUILD_FLAGS, GO_MODULE, build_key, cache
from pulumi_milvus.engine.lock import Slot
from pulumi_milvus.engine.progress import say
from pulumi_milvus.engine.versions import PULUMI, misfit

COMMAND_PACKAGE = "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi"
SDK_MODULE = "github.com/pulumi/pulumi/sdk/v3"
EXEC_SCRIPT = "pulumi-language-python-exec"
# A command of ours, for which the official host has its own code; compiled with the engine it adds seconds.
GENERATOR = "generate_program"
_COMMANDS = (COMMAND_PACKAGE, f"./{GENERATOR}")

# Measured on a cold build of 3.259.0: sources 0.9 GB, compiled packages 1.1 GB, the engine 0.1 GB.
_SOURCES_BYTES = 1_500_000_000
_COMPILED_BYTES = 1_500_000_000
_ENGINE_BYTES = 300_000_000


def built() -> Path | None:
    """The bin folder of an engine built earlier, if there is one."""
    folder = cache() / build_key() / "bin"
    return folder if (folder / "pulumi").is_file() else None


def build() -> Path:
    """The bin folder of the engine; the first call on a machine compiles for some minutes."""
    found = built()
    if found is not None:
        return found
    slot = Slot(cache(), build_key())
    with slot.locked(f"The Pulumi engine {PULUMI}"):
        # Somebody else may have finished it while this process waited.
        found = built()
        if found is None:
            _preflight_and_build(slot)
    return slot.folder / "bin"


def exec_script() -> Path:
    """The SDK's script that runs a Python program; it lives in a Go module, also for an engine found elsewhere."""
    found = built()
    if found is not None:
        return found / EXEC_SCRIPT
    slot = Slot(cache(), f"{PULUMI}-python-exec")
    if not (slot.folder / EXEC_SCRIPT).is_file():
        with slot.locked(EXEC_SCRIPT):
            if not (slot.folder / EXEC_SCRIPT).is_file():
                with slot.draft() as draft:
                    _copy_exec_script(golang.find(), draft)
    return slot.folder / EXEC_SCRIPT


def generator() -> Path | None:
    """The command that writes a program from PCL, where an engine was built here."""
    found = built()
    return found / GENERATOR if found is not None else None


def _recipe() -> Recipe:
    return Recipe(
        name="the Pulumi engine",
        version=PULUMI,
        modules=GO_MODULE,
        packages=_COMMANDS,
        flags=BUILD_FLAGS,
        sources_bytes=_SOURCES_BYTES,
        compiled_bytes=_COMPILED_BYTES,
        commands_bytes=_ENGINE_BYTES,
        other_ways=golang.OTHER_WAYS,
    )


def _preflight_and_build(slot: Slot) -> None:
    recipe = _recipe()
    go = recipe.find_go()
    check_disk(go, recipe, "github.com/pulumi")
    say(
        f"Building the Pulumi engine {PULUMI} from its Go modules, once for this machine "
        "(several minutes on a small one)."
    )
    packages = fetch(go, recipe, slot.note)
    with slot.draft() as draft:
        folder = draft / "bin"
        folder.mkdir()
        compile_into(folder, go, recipe, packages, slot.note)
        _copy_exec_script(go, folder)
        _verify(folder / "pulumi")


def _copy_exec_script(go: Path, folder: Path) -> None:
    golang.ask(go, "mod", "download", SDK_MODULE)
    source = Path(golang.ask(go, "list", "-m", "-f", "{{.Dir}}", SDK_MODULE))
    script = folder / EXEC_SCRIPT
    shutil.copyfile(source / "python" / "cmd" / EXEC_SCRIPT, script)
    script.chmod(0o755)


def _verify(engine: Path) -> None:
    done = subprocess.run([engine, "version"], capture_output=True, text=True, check=False, timeout=60)
    reason = misfit(done.stdout) if done.returncode == 0 else done.stderr.strip()
    if reason is not None:
        raise EngineError(f"The engine was built but cannot be used: {reason}", golang.OTHER_WAYS)
