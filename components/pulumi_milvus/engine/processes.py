"""Starting commands that end when this process ends."""

from __future__ import annotations

import ctypes
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

_PR_SET_PDEATHSIG = 1

# Loaded here: between fork and exec nothing should be.
_LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None


def _die_with_parent() -> None:
    if _LIBC is not None:
        _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)


def start(
    command: Sequence[str | Path], *, cwd: Path, env: Mapping[str, str], stderr: int = subprocess.PIPE
) -> subprocess.Popen[str]:
    """Start ``command``; on Linux it is told to end when this process is killed."""
    return subprocess.Popen(
        [str(part) for part in command],
        cwd=cwd,
        env=dict(env),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=stderr,
        text=True,
        errors="replace",
        preexec_fn=_die_with_parent,
    )


def follow(
    command: Sequence[str | Path], *, cwd: Path, env: Mapping[str, str], on_line: Callable[[str], None]
) -> tuple[int, str]:
    """Run ``command``, hand over each line of either output as it comes; the status, and the last lines."""
    last: list[str] = []
    with start(command, cwd=cwd, env=env, stderr=subprocess.STDOUT) as process:
        assert process.stdout is not None
        for line in process.stdout:
            last = [*last[-29:], line.rstrip()]
            on_line(line.rstrip())
    return process.returncode, "\n".join(last)
