"""Telling the user how far a slow step is: a bar on a terminal, a line every ten seconds elsewhere."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable
from types import TracebackType
from typing import Self

_LINE_SECONDS = 10.0


def say(text: str) -> None:
    """One line for people; standard output is kept for results."""
    print(text, file=sys.stderr, flush=True)


class Progress:
    """A slow step of ``total`` parts; ``total`` 0 means that nobody knows how many."""

    def __init__(self, title: str, total: int = 0, listener: Callable[[str], None] | None = None) -> None:
        self._title = title
        self._total = total
        self._done = 0
        self._detail = ""
        self._listener = listener
        self._started = time.monotonic()
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self._bar: _Bar | None = None

    def __enter__(self) -> Self:
        if sys.stderr.isatty():
            self._bar = _Bar(self._title, self._total)
        else:
            say(self._line())
        # The ticker also serves processes that wait for this one, so it runs beside a bar too.
        self._thread = threading.Thread(target=self._tick, daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop.set()
        if self._thread is not None:
            self._thread.join()
        if self._bar is not None:
            self._bar.close()
        if kind is None:
            say(f"{self._title}: done in {_duration(time.monotonic() - self._started)}")

    def update(self, done: int, detail: str = "") -> None:
        """Say how many parts are done, and which one is at work."""
        self._done, self._detail = done, detail
        if self._bar is not None:
            self._bar.update(done, detail)

    def _tick(self) -> None:
        while not self._stop.wait(_LINE_SECONDS):
            if self._bar is None:
                say(self._line())
            if self._listener is not None:
                self._listener(self._line())

    def _line(self) -> str:
        elapsed = time.monotonic() - self._started
        line = f"{self._title}: {self._done}"
        if self._total:
            line += f" of {self._total}"
        if self._detail:
            line += f" ({self._detail})"
        if elapsed >= 1:
            line += f", {_duration(elapsed)} so far"
        # The first parts say little about the rest.
        if self._total and self._done >= self._total / 50 and elapsed >= 5:
            line += f", about {_duration(elapsed / self._done * (self._total - self._done))} left"
        return line


class _Bar:
    """Rich's bar, imported only where there is a terminal to draw on."""

    def __init__(self, title: str, total: int) -> None:
        from rich import progress
        from rich.console import Console

        self._progress = progress.Progress(
            progress.TextColumn("{task.description}"),
            progress.BarColumn(),
            progress.MofNCompleteColumn(),
            progress.TimeElapsedColumn(),
            progress.TextColumn("left:"),
            progress.TimeRemainingColumn(elapsed_when_finished=False),
            progress.TextColumn("[dim]{task.fields[detail]}"),
            console=Console(stderr=True),
            transient=True,
        )
        self._task = self._progress.add_task(title, total=total or None, detail="")
        self._progress.start()

    def update(self, done: int, detail: str) -> None:
        self._progress.update(self._task, completed=done, detail=detail[-40:])

    def close(self) -> None:
        self._progress.stop()


def _duration(seconds: float) -> str:
    whole = round(seconds)
    return f"{whole} s" if whole < 60 else f"{whole // 60} min {whole % 60:02d} s"
