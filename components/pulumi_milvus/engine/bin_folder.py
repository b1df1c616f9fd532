"""The clone's own bin folder: the chosen engine under its plain name, with a language host if it lacks one."""

from __future__ import annotations

import os
import shlex
import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from pulumi_milvus.engine.build import EXEC_SCRIPT, GENERATOR
from pulumi_milvus.engine.locations import Clone
from pulumi_milvus.engine.path import HOST, MARK


def fill(clone: Clone, cli: Path, *, own_build: bool, exec_script: Path | None, generator: Path | None) -> Path:
    """Make ``.state/bin`` say what was chosen; ``exec_script`` is given where the stand-in host is needed,
    and ``generator``, which only that host calls, where it was built.

    The engine looks for its language host on PATH and beside its own resolved executable, and warns at every
    operation when the two differ. So an engine that we built and that gets our host is linked hard (or copied from
    another disk), not symbolically: then both are this folder.
    """
    folder = clone.bin
    clone.state.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.mkdir(exist_ok=True)
    _put(folder / MARK, lambda new: new.write_text(""), lambda _: True)
    if own_build and exec_script is not None:
        _put(folder / "pulumi", lambda new: _link_or_copy(cli, new), lambda old: _same_content(old, cli))
    else:
        _symlink(folder / "pulumi", cli)
    if exec_script is None:
        for name in (HOST, EXEC_SCRIPT, GENERATOR):
            (folder / name).unlink(missing_ok=True)
    else:
        _symlink(folder / EXEC_SCRIPT, exec_script)
        if generator is None:
            (folder / GENERATOR).unlink(missing_ok=True)
        else:
            _symlink(folder / GENERATOR, generator)
        shim = _shim(clone, exec_script, generator)
        _put(folder / HOST, lambda new: _write_shim(new, shim), lambda old: old.read_text() == shim)
    return folder


def _shim(clone: Clone, exec_script: Path, generator: Path | None) -> str:
    options = f" --exec-script {shlex.quote(str(exec_script))}"
    if generator is not None:
        options += f" --generator {shlex.quote(str(generator))}"
    python = clone.python if clone.python.exists() else Path(sys.executable)
    return (
        "#!/bin/sh\n"
        "# The Python language host of pulumi-milvus, used where the official one is missing.\n"
        f'exec {shlex.quote(str(python))} {shlex.quote(str(clone.stand_in))}{options} "$@"\n'
    )


def _write_shim(file: Path, text: str) -> None:
    file.write_text(text)
    file.chmod(0o755)


def _symlink(link: Path, aim: Path) -> None:
    _put(link, lambda new: new.symlink_to(aim), lambda old: old.is_symlink() and Path(os.readlink(old)) == aim)


def _link_or_copy(source: Path, new: Path) -> None:
    try:
        os.link(source, new)
    except OSError:
        shutil.copy2(source, new)


def _same_content(old: Path, source: Path) -> bool:
    if old.is_symlink():
        return False
    here, there = old.stat(), source.stat()
    same_file = (here.st_dev, here.st_ino) == (there.st_dev, there.st_ino)
    return same_file or (here.st_size, here.st_mtime_ns) == (there.st_size, there.st_mtime_ns)


def _put(file: Path, make: Callable[[Path], object], is_right: Callable[[Path], bool]) -> None:
    """Make ``file`` in one step, and leave one alone that is right: another process may be running it."""
    if os.path.lexists(file):
        try:
            if is_right(file):
                return
        except OSError:
            pass
    with tempfile.TemporaryDirectory(prefix=".new-", dir=file.parent) as draft:
        new = Path(draft) / file.name
        make(new)
        new.replace(file)
