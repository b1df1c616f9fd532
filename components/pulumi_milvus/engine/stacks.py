"""The everyday commands of the Makefile: a stack up, previewed, down."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from pulumi_milvus.engine import stale_lock, values_files
from pulumi_milvus.engine.errors import EngineError
from pulumi_milvus.engine.locations import Clone
from pulumi_milvus.engine.progress import say


def run(command: str, stack: str, clone: Clone, added: Mapping[str, str], arguments: Sequence[str]) -> int:
    """Run ``up``, ``preview`` or ``down`` for one stack; the exit status for the shell."""
    values = values_files.of(clone, stack)
    if command == "down":
        with values_files.only_salt_added(values):
            status = _down(stack, clone, added)
        if status == 0:
            values_files.drop_salt(values)
        return status
    if not values.is_file():
        have = ", ".join(file.name.split(".")[1] for file in values_files.all_of(clone))
        raise EngineError(
            f"There is no environment {stack!r}: {values.relative_to(clone.root)} does not exist.",
            f"Environments here: {have or 'none'}. Choose one with ENV=NAME, or copy a values file to make a new one.",
        )
    with values_files.only_salt_added(values):
        _select(stack, clone, added, create=True)
        _let_go_of_stale_lock(stack, clone, added)
        asked = ["preview"] if command == "preview" else ["up", "--yes"]
        status = _pulumi([*asked, "--stack", stack, *arguments], clone, added)
    if status != 0 or command == "preview":
        return status
    return _call([clone.root / ".venv" / "bin" / "pulumi-milvus", "try", "--stack", stack], clone, added)


def _down(stack: str, clone: Clone, added: Mapping[str, str]) -> int:
    if not _select(stack, clone, added, create=False):
        say(f"There is no stack {stack}: nothing to remove.")
        return 0
    _let_go_of_stale_lock(stack, clone, added)
    status = _pulumi(["destroy", "--yes", "--stack", stack], clone, added)
    if status != 0:
        return status
    # The values file is the user's; only the stack goes.
    return _pulumi(["stack", "rm", "--yes", "--preserve-config", stack], clone, added)


def _select(stack: str, clone: Clone, added: Mapping[str, str], *, create: bool) -> bool:
    """Make ``stack`` the selected one, so that a plain ``pulumi`` works on it too; False when there is none."""
    done = subprocess.run(
        [_cli(clone), "stack", "select", stack, "--non-interactive", *(["--create"] if create else [])],
        cwd=clone.root,
        env={**os.environ, **added},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode == 0:
        return True
    if not create and "no stack named" in done.stderr:
        return False
    raise EngineError(
        f"`pulumi stack select {stack}` failed:\n{(done.stderr or done.stdout).strip()}",
        "The message above is Pulumi's. `make env` shows the settings in use.",
    )


def _let_go_of_stale_lock(stack: str, clone: Clone, added: Mapping[str, str]) -> None:
    state = stale_lock.local_state(clone.state, os.environ)
    if state is not None and stale_lock.is_stale(state, stack):
        say(f"An earlier pulumi on {stack} was killed and left its lock; taking it away with `pulumi cancel`.")
        _pulumi(["cancel", "--yes", "--stack", stack], clone, added)


def _pulumi(arguments: Sequence[str], clone: Clone, added: Mapping[str, str]) -> int:
    return _call([_cli(clone), *arguments], clone, added)


def _cli(clone: Clone) -> Path:
    return clone.bin / "pulumi"


def _call(command: Sequence[str | Path], clone: Clone, added: Mapping[str, str]) -> int:
    """Run a command on the user's own terminal and leave interrupting to it."""
    before = signal.signal(signal.SIGINT, lambda *_: None)
    try:
        done = subprocess.run(command, cwd=clone.root, env={**os.environ, **added}, check=False)
    finally:
        signal.signal(signal.SIGINT, before)
    return done.returncode if done.returncode >= 0 else 128 - done.returncode
