"""One builder at a time, and a place that only ever holds whole results."""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from pulumi_milvus.engine.progress import say

_POLL_SECONDS = 0.3
_REPORT_SECONDS = 10.0


class Slot:
    """A named folder of the cache, made at most once however many processes ask for it.

    The lock belongs to an open file, so the kernel gives it back when its holder dies, however it dies.
    """

    def __init__(self, cache: Path, key: str) -> None:
        self.folder = cache / key
        self._cache = cache
        self._lock_file = cache / f"{key}.lock"
        self._prefix = f".making-{key}-"
        self._open: IO[str] | None = None

    @contextlib.contextmanager
    def locked(self, what: str) -> Iterator[None]:
        """Hold the lock; tell a waiting user who holds it and how far that one is."""
        self._cache.mkdir(parents=True, exist_ok=True)
        with open(self._lock_file, "a+", encoding="utf-8") as file:
            _acquire(file, what)
            self._open = file
            self.note("starting")
            self._sweep()
            try:
                yield
            finally:
                self._open = None

    def note(self, progress: str) -> None:
        """Leave word for those who wait."""
        if self._open is not None:
            self._open.truncate(0)
            self._open.write(f"process {os.getpid()}, {progress}")
            self._open.flush()

    @contextlib.contextmanager
    def draft(self) -> Iterator[Path]:
        """A folder that becomes the slot's when the block ends well, and vanishes when it does not."""
        draft = Path(tempfile.mkdtemp(prefix=self._prefix, dir=self._cache))
        try:
            yield draft
            draft.chmod(0o755)
            if self.folder.exists():
                shutil.rmtree(self.folder)
            draft.rename(self.folder)
        finally:
            shutil.rmtree(draft, ignore_errors=True)

    def _sweep(self) -> None:
        """Remove what killed builders left; only the lock's holder may, since nobody else is at work here."""
        for left in self._cache.glob(self._prefix + "*"):
            shutil.rmtree(left, ignore_errors=True)


def _acquire(file: IO[str], what: str) -> None:
    reported = 0.0
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            if time.monotonic() - reported >= _REPORT_SECONDS:
                reported = time.monotonic()
                file.seek(0)
                holder = file.read().strip() or "another process"
                say(f"{what} is being made already ({holder}); waiting for it")
            time.sleep(_POLL_SECONDS)
