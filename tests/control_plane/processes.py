"""Processes that end with this one, however it ends, each in a group of its own and with a log."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

_PR_SET_PDEATHSIG = 1

# Loaded here: between fork and exec nothing should be.
_LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None

# Linux tells a child of the death of the *thread* that started it, so one thread that lives as long as this process
# starts them all: a restart from a thread of a test must not end with that test.
_SPAWNER = ThreadPoolExecutor(max_workers=1, thread_name_prefix="control-plane-spawner")


class StartError(Exception):
    """A part did not come up; the message ends with the last lines of its log."""


class Child:
    """One command of the control plane, which can be started again after it ended."""

    def __init__(self, name: str, command: Sequence[str | Path], folder: Path, environment: Mapping[str, str]) -> None:
        self.name = name
        self.command = [str(part) for part in command]
        self.log = folder / f"{name}.log"
        self._folder = folder
        self._environment = dict(environment)
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int | None:
        """The process's id while it runs."""
        return self._process.pid if self._process is not None and self._process.poll() is None else None

    def start(self) -> None:
        """Start the command; what it prints is added to its log."""
        if self.pid is None:
            self._process = _SPAWNER.submit(self._spawn).result()

    def kill(self) -> None:
        """End the whole group at once, as a crash would, and wait for it."""
        if self._process is None:
            return
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()

    def check(self) -> None:
        """Raise a StartError when the command has ended."""
        if self._process is None or self._process.poll() is not None:
            status = "was not started" if self._process is None else f"ended with status {self._process.returncode}"
            raise StartError(f"{self.name} {status}; the end of {self.log}:\n{self.tail()}")

    def tail(self, lines: int = 25) -> str:
        """The log's last lines."""
        text = self.log.read_text(errors="replace") if self.log.exists() else ""
        return "\n".join(line[:400] for line in text.splitlines()[-lines:])

    def _spawn(self) -> subprocess.Popen[bytes]:
        with open(self.log, "ab") as log:
            return subprocess.Popen(
                self.command,
                cwd=self._folder,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=_die_with_parent,
            )


def _die_with_parent() -> None:
    if _LIBC is not None:
        _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
