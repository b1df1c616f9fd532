"""How far a copy is, on stderr, where it takes longer than two seconds."""

from __future__ import annotations

import time
from types import TracebackType
from typing import Final, Self

from pulumi_milvus.engine.progress import Progress

_QUIET_SECONDS: Final = 2.0


class CopyProgress:
    """Hears how many rows are copied; rows a second and time left come from it."""

    def __init__(self) -> None:
        self._begun = time.monotonic()
        self._shown: Progress | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._shown is not None:
            self._shown.__exit__(kind, error, trace)

    def tell(self, collection: str, copied_rows: int, all_rows: int) -> None:
        """So many of so many rows are copied, those of `collection` at the moment."""
        seconds = time.monotonic() - self._begun
        if self._shown is None and seconds >= _QUIET_SECONDS:
            self._shown = Progress("copying rows", all_rows)
            self._shown.__enter__()
        if self._shown is not None:
            self._shown.update(copied_rows, f"{collection}, {copied_rows / seconds:,.0f} rows/s")
