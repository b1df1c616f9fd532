"""Running a plugin from its source, and carrying its output to the engine as it comes."""

from __future__ import annotations

import queue
import signal
import subprocess
import threading
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO

from language_python.children import Children

Piece = tuple[str, bytes]
_CHUNK = 65536


class Run:
    """One plugin process; iterating gives ``("stdout", bytes)`` and ``("stderr", bytes)`` until both have ended."""

    def __init__(self, children: Children) -> None:
        self._children = children
        self._pieces: queue.SimpleQueue[Piece | None] = queue.SimpleQueue()
        self._child: subprocess.Popen[bytes] | None = None
        self._cancelled = False
        self._lock = threading.Lock()

    def start(self, command: Sequence[str], *, cwd: str | Path, env: Mapping[str, str]) -> None:
        """Start the process; its output is read from now on."""
        with self._lock:
            if self._cancelled:
                self._pieces.put(None)
                self._pieces.put(None)
                return
            self._child = self._children.start(command, cwd=cwd, env=env, pipes=True, farewell=signal.SIGINT)
        for name, stream in (("stdout", self._child.stdout), ("stderr", self._child.stderr)):
            assert stream is not None
            threading.Thread(target=self._read, args=(name, stream), daemon=True).start()

    def put(self, piece: Piece) -> None:
        """Add output that is not the process's own."""
        self._pieces.put(piece)

    def fail(self, reason: str) -> None:
        """End without a process."""
        self.put(("stderr", reason.encode() + b"\n"))
        self._pieces.put(None)
        self._pieces.put(None)

    def cancel(self) -> None:
        """The engine does not want the plugin any more."""
        with self._lock:
            if self._cancelled:
                return
            self._cancelled = True
            child = self._child
        if child is None:
            self._pieces.put(None)
            self._pieces.put(None)
        else:
            self._children.end(child)

    def exit_code(self) -> int:
        """The status of the ended process."""
        if self._child is None:
            return 1
        self._children.forget(self._child)
        return self._child.returncode

    def __iter__(self) -> Iterator[Piece]:
        open_streams = 2
        while open_streams:
            piece = self._pieces.get()
            if piece is None:
                open_streams -= 1
            else:
                yield piece

    def _read(self, name: str, stream: IO[bytes]) -> None:
        with stream:
            # read1 exists on the buffered reader that a pipe gives; it returns what is there.
            while chunk := stream.read1(_CHUNK):  # type: ignore[attr-defined]
                self._pieces.put((name, chunk))
        self._pieces.put(None)


def command(python: str, kind: str, program: str, arguments: Sequence[str]) -> list[str]:
    """How a plugin is started: a folder with ``__main__.py``, or a policy pack."""
    if kind == "analyzer":
        return [python, "-u", "-m", "pulumi.policy", *arguments, program]
    return [python, "-u", program, *arguments]
