"""Takes times: medians of several runs, since any single one may share the machine with others."""

from __future__ import annotations

import statistics
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """One line of the table. ``aim`` says what is wished for and ``met`` whether it is so; None where nothing is."""

    suite: str
    what: str
    value: float
    unit: str
    runs: int
    lowest: float
    highest: float
    aim: str = ""
    met: bool | None = None


@dataclass(frozen=True, slots=True)
class Times:
    """The times of several runs, seconds."""

    seconds: list[float] = field(default_factory=list)

    @property
    def median(self) -> float:
        """The median, seconds."""
        return statistics.median(self.seconds)


def process_seconds(command: list[str], stdin: bytes = b"") -> float:
    """How long a process takes from its start to its end, seconds. Raises ``CalledProcessError`` where it fails."""
    start = time.perf_counter()
    subprocess.run(command, input=stdin, stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - start


def taken_in_turn(commands: list[list[str]], runs: int) -> list[Times]:
    """The times of several commands, run in turn, so that a slow moment of the machine meets all of them."""
    taken = [Times() for _ in commands]
    for command in commands:  # the first run compiles and fills the page cache
        process_seconds(command)
    for _ in range(runs):
        for command, times in zip(commands, taken, strict=True):
            times.seconds.append(process_seconds(command))
    return taken


def call_seconds(call: Callable[[], object], runs: int) -> Times:
    """The times of several calls in this process."""
    call()
    taken = Times()
    for _ in range(runs):
        start = time.perf_counter()
        call()
        taken.seconds.append(time.perf_counter() - start)
    return taken
