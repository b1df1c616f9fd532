"""The command line: how long until it answers, and how many lines a batch answers in a second."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from bench.requests import varied_requests
from bench.timing import Result, Times, process_seconds, taken_in_turn

# The aims are this project's own: an answer without a noticeable wait, and a spreadsheet of workloads in a second.
MOST_START_SECONDS: Final = 0.4
LEAST_LINES_PER_SECOND: Final = 20_000
BATCH_LINES: Final = 20_000
SUITE: Final = "command line"


def results(runs: int) -> Iterator[Result]:
    """Starts against a bare Python, and a batch."""
    command = str(Path(sys.executable).with_name("pulumi-milvus"))
    one = [command, "estimate", "--index", "HNSW", "--vectors", "1000000", "--dimension", "768", "--json"]
    bare, version, estimate = taken_in_turn([[sys.executable, "-c", "pass"], [command, "--version"], one], runs)
    yield _start("python -c pass", bare)
    yield _start("pulumi-milvus --version", version, bare)
    yield _start("pulumi-milvus estimate, one index", estimate, bare)
    lines = "".join(json.dumps(request) + "\n" for request in varied_requests(BATCH_LINES)).encode()
    yield from _batch([command, "estimate", "--batch", "-"], lines, runs)


def _start(what: str, times: Times, bare: Times | None = None) -> Result:
    aim, met = "", None
    if bare is not None:
        more = times.median - bare.median
        aim, met = f"at most {MOST_START_SECONDS} s more than bare: {more:.3f}", more <= MOST_START_SECONDS
    return Result(
        suite=SUITE,
        what=what,
        value=times.median,
        unit="s",
        runs=len(times.seconds),
        lowest=min(times.seconds),
        highest=max(times.seconds),
        aim=aim,
        met=met,
    )


def _batch(command: list[str], lines: bytes, runs: int) -> Iterator[Result]:
    """Lines a second, from the start of the process to its end; and without the start, which an empty batch shows."""
    process_seconds(command, lines)
    start = Times([process_seconds(command) for _ in range(runs)]).median
    seconds = [process_seconds(command, lines) for _ in range(runs)]
    what = f"estimate --batch, {BATCH_LINES:,} varied lines"
    yield _rate(what, seconds, f"above {LEAST_LINES_PER_SECOND:,} lines/s")
    yield _rate("  the same without the start", [max(taken - start, 1e-9) for taken in seconds])


def _rate(what: str, seconds: list[float], aim: str = "") -> Result:
    middle = BATCH_LINES / Times(seconds).median
    return Result(
        suite=SUITE,
        what=what,
        value=middle,
        unit="lines/s",
        runs=len(seconds),
        lowest=BATCH_LINES / max(seconds),
        highest=BATCH_LINES / min(seconds),
        aim=aim,
        met=middle > LEAST_LINES_PER_SECOND if aim else None,
    )
