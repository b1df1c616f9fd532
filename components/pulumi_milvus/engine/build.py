"""The engine from its pinned Go modules, built once into the cache."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from pulumi_milvus.engine import go as golang
from pulumi_milvus.engine.errors import EngineError
from pulumi_milvus.engine.locations import BUILD_FLAGS, GO_MODULE, build_key, cache
from pulumi_milvus.engine.lock import Slot
from pulumi_milvus.engine.processes import follow
from pulumi_milvus.engine.progress import Progress, say
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


def _preflight_and_build(slot: Slot) -> None:
    go = golang.find()
    _check_disk(go)
    say(
        f"Building the Pulumi engine {PULUMI} from its Go modules, once for this machine "
        "(several minutes on a small one)."
    )
    packages = _fetch(go, slot)
    with slot.draft() as draft:
        folder = draft / "bin"
        folder.mkdir()
        _compile(go, folder, packages, slot)
        _copy_exec_script(go, folder)
        _verify(folder / "pulumi")


def _fetch(go: Path, slot: Slot) -> int:
    """Download the modules' sources; the number of packages that the engine is made of."""
    known = sum(line.startswith("\t") for line in (GO_MODULE / "go.mod").read_text().splitlines())
    packages: list[str] = []
    fetched = 0
    with Progress("Go modules", known, slot.note) as progress:

        def on_line(line: str) -> None:
            nonlocal fetched
            if line.startswith("go: downloading"):
                fetched += 1
                progress.update(min(fetched, known), line.split()[2])
            elif not line.startswith("go: "):
                packages.append(line)

        status, last = follow(
            [go, "list", "-deps", BUILD_FLAGS[2], *_COMMANDS],
            cwd=GO_MODULE,
            env=golang.environment(),
            on_line=on_line,
        )
    if status != 0:
        raise golang.failure("Fetching the Pulumi engine's Go modules failed", last)
    return len(packages)


def _compile(go: Path, folder: Path, packages: int, slot: Slot) -> None:
    compiled = 0
    with Progress("Go packages", packages, slot.note) as progress:

        def on_line(line: str) -> None:
            nonlocal compiled
            if line and not line.startswith((" ", "#", "go:")):
                compiled += 1
                linking = line == COMMAND_PACKAGE
                progress.update(min(compiled, packages), "linking" if linking else line.rpartition("/")[2])

        status, last = follow(
            [go, "build", "-v", *BUILD_FLAGS, "-o", f"{folder}/", *_COMMANDS],
            cwd=GO_MODULE,
            env=golang.environment(),
            on_line=on_line,
        )
    if status != 0:
        raise golang.failure("Building the Pulumi engine failed", last)


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


def _check_disk(go: Path) -> None:
    needs: dict[int, tuple[Path, int]] = {}
    compiled, sources = golang.ask(go, "env", "GOCACHE", "GOMODCACHE").splitlines()
    for folder, wanted in (
        (Path(compiled), _COMPILED_BYTES),
        (Path(sources), _SOURCES_BYTES),
        (cache(), _ENGINE_BYTES),
    ):
        existing = next(path for path in (folder, *folder.parents) if path.exists())
        device = existing.stat().st_dev
        first, sum_so_far = needs.get(device, (existing, 0))
        # A cache that is already filled takes little more.
        filled = folder != cache() and (folder / "cache" / "download" / "github.com" / "pulumi").is_dir()
        needs[device] = (first, sum_so_far + (0 if filled else wanted))
    for existing, wanted in needs.values():
        free = shutil.disk_usage(existing).free
        if free < wanted:
            raise EngineError(
                f"Building the Pulumi engine needs {wanted / 1e9:.1f} GB of disk at {existing}; "
                f"{free / 1e9:.1f} GB are free.",
                "Free some space, or point PULUMI_MILVUS_CACHE, GOCACHE and GOMODCACHE to a larger disk.\n"
                + golang.OTHER_WAYS,
            )
