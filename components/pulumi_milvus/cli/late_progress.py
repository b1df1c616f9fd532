"""Progress on stderr for work that turns out to take longer than two seconds."""

from __future__ import annotations

import threading
from types import TracebackType
from typing import Final, Self

from pulumi_milvus.engine.progress import Progress

# What takes longer than this says how far it is.
QUIET_SECONDS: Final = 2.0


class LateProgress:
    """Hears each of ``total`` steps before it is done, and shows nothing of work that is quick."""

    def __init__(self, title: str, total: int) -> None:
        self._progress = Progress(title, total)
        self._lock = threading.Lock()
        self._timer = threading.Timer(QUIET_SECONDS, self._show)
        self._timer.daemon = True
        self._shown = self._over = False
        self._begun, self._detail = 0, ""

    def __enter__(self) -> Self:
        self._timer.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._timer.cancel()
        with self._lock:
            self._over = True
            if self._shown:
                self._progress.__exit__(kind, error, trace)

    def tell(self, detail: str) -> None:
        """The next step begins."""
        with self._lock:
            self._begun, self._detail = self._begun + 1, detail
            if self._shown:
                self._progress.update(self._begun - 1, detail)

    def _show(self) -> None:
        with self._lock:
            if not self._over:
                self._shown = True
                self._progress.update(max(0, self._begun - 1), self._detail)
                self._progress.__enter__()
