"""What a program pays for importing this package, beside Pulumi itself."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Final

from bench.timing import Result, Times, taken_in_turn

# The project's own aim: nobody notices that a program uses the package.
MOST_MORE_SECONDS: Final = 0.1
SUITE: Final = "imports"
PULUMI: Final = "import pulumi"
PROGRAMS: Final = (
    PULUMI,
    "import pulumi, pulumi_milvus",
    "from pulumi_milvus import Collection, Lite, Milvus, MilvusOperator, make_plan",
)


def results(runs: int) -> Iterator[Result]:
    """Processes that only import, in turn, so that a busy machine is busy for all of them."""
    found = taken_in_turn([[sys.executable, "-c", program] for program in PROGRAMS], runs)
    for program, times in zip(PROGRAMS, found, strict=True):
        more = times.median - found[0].median
        judged = program == PROGRAMS[1]
        yield _result(program, times, more, judged)


def _result(program: str, times: Times, more_seconds: float, judged: bool) -> Result:
    aim = f"at most {MOST_MORE_SECONDS} s more than pulumi: {more_seconds:.3f}" if judged else ""
    return Result(
        suite=SUITE,
        what=f"python -c '{program}'",
        value=times.median,
        unit="s",
        runs=len(times.seconds),
        lowest=min(times.seconds),
        highest=max(times.seconds),
        aim=aim or ("" if program == PULUMI else f"no aim; {more_seconds:.3f} s more than pulumi"),
        met=more_seconds <= MOST_MORE_SECONDS if judged else None,
    )
