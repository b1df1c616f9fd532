"""The processes that the host starts, none of which outlives it."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO

_LAUNCH = Path(__file__).with_name("launch.py")
_GRACE_SECONDS = 3.0


class Children:
    """All running children, each in a process group of its own."""

    def __init__(self) -> None:
        self._running: dict[int, tuple[subprocess.Popen[bytes], signal.Signals]] = {}
        self._lock = threading.Lock()
        self._closed = False

    def start(
        self,
        command: Sequence[str],
        *,
        cwd: str | Path,
        env: Mapping[str, str],
        pipes: bool,
        farewell: signal.Signals,
        stdin: IO[bytes] | int = subprocess.DEVNULL,
    ) -> subprocess.Popen[bytes]:
        """Start ``command``; ``farewell`` is the signal that asks it to end.

        The kernel's help (Linux) is set up by a bare Python that then becomes the command: doing it between fork and
        exec would fork a process in which gRPC runs threads.
        """
        output = subprocess.PIPE if pipes else None
        with self._lock:
            if self._closed:
                raise ProcessLookupError("the language host is ending")
            child = subprocess.Popen(
                [sys.executable, "-I", "-S", str(_LAUNCH), str(os.getpid()), *command],
                cwd=cwd,
                env=dict(env),
                stdin=stdin,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
            self._running[child.pid] = (child, farewell)
        return child

    def forget(self, child: subprocess.Popen[bytes]) -> None:
        """Wait for a child that has ended or is ending."""
        child.wait()
        with self._lock:
            self._running.pop(child.pid, None)

    def end(self, child: subprocess.Popen[bytes]) -> None:
        """Ask a child to end, and make it after a while."""
        with self._lock:
            known = self._running.get(child.pid)
        if known is None:
            return
        _signal(child, known[1])
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(_GRACE_SECONDS)
        # What the child itself started may still be there.
        _signal(child, signal.SIGKILL)

    def end_all(self, *, for_good: bool = False) -> None:
        """End every child, all at the same time."""
        with self._lock:
            self._closed = self._closed or for_good
            running = [child for child, _ in self._running.values()]
        threads = [threading.Thread(target=self.end, args=(child,)) for child in running]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()


def _signal(child: subprocess.Popen[bytes], number: signal.Signals) -> None:
    # The child leads its group, whose number stays taken while any member lives.
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(child.pid, number)
