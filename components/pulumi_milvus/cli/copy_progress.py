"""How far a copy is, on stderr, where it takes longer than two seconds."""

from __future__ import annotations

import threading
import time
from types import TracebackType
from typing import Final, Self

from pulumi_milvus.engine.progress import Progress

_QUIET_SECONDS: Final = 2.0


class CopyProgress:
    """Hears how many rows are copied; rows a second and time left come from it."""

    def __init__(self) -> None:
        self._shown: Progress | None = None
        self._lock = threading.Lock()
        self._timer: threading.Timer | None = None
        self._begun: tuple[float, int] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end(kind, error, trace)

    def copied(self, collection: str, rows: int, all_rows: int) -> None:
        """So many of so many rows are copied, those of `collection` at the moment."""
        now = time.monotonic()
        if self._begun is None:
            # The first rows took what opening and loading took, and say nothing of the rest.
            self._begun = (now, rows)
            self._start("copying rows", all_rows)
        since, before = self._begun
        rate = f", {(rows - before) / (now - since):,.0f} rows/s" if now - since > 0 and rows > before else ""
        self._update(rows, f"{collection}{rate}")

    def verifying(self, collection: str) -> None:
        """A collection is compared from now on, which may wait for its index."""
        self._end(None, None, None)
        self._start(f"verifying {collection}", 0)

    def _start(self, title: str, total: int) -> None:
        waiting = Progress(title, total)
        self._timer = threading.Timer(_QUIET_SECONDS, self._show, [waiting])
        self._timer.daemon = True
        self._timer.start()

    def _show(self, waiting: Progress) -> None:
        with self._lock:
            if self._timer is not None:
                self._shown = waiting
                waiting.__enter__()

    def _update(self, rows: int, detail: str) -> None:
        with self._lock:
            if self._shown is not None:
                self._shown.update(rows, detail)

    def _end(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        with self._lock:
            if self._timer is not None:
                self._timer.cancel()
                self._timer = None
            if self._shown is not None:
                self._shown.__exit__(kind, error, trace)
                self._shown = None
