"""`make bench` is `python -m bench`: runs every suite and prints one table; nothing fails for being slow."""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from rich import box
from rich.console import Console
from rich.table import Table

from bench import cluster, command_line, estimates, imports, plans, previews
from bench.timing import Result

# A suite is a module with `results(runs)`. A new one is a file beside this one and a line here.
SUITES: Final[dict[str, Callable[[int], Iterator[Result]]]] = {
    "command_line": command_line.results,
    "imports": imports.results,
    "estimates": estimates.results,
    "plans": plans.results,
    "cluster": cluster.results,
    "previews": previews.results,
}


def main() -> int:
    """Run the suites, print the table and write JSON where asked."""
    parser = argparse.ArgumentParser(
        prog="python -m bench", description="How fast imports, the command line and planning are."
    )
    parser.add_argument("--runs", type=int, default=9, help="runs of each; the median is shown (default: 9)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the results as JSON as well")
    parser.add_argument("suites", nargs="*", metavar="SUITE", help=f"of {', '.join(SUITES)}; all by default")
    arguments = parser.parse_args()
    unknown = [suite for suite in arguments.suites if suite not in SUITES]
    if unknown:
        parser.error(f"no suite {', '.join(unknown)}; there are {', '.join(SUITES)}")
    if arguments.runs < 1:
        parser.error("--runs: at least 1 is needed")
    chosen = arguments.suites or list(SUITES)
    found = [result for suite in chosen for result in SUITES[suite](arguments.runs)]
    Console(width=None if sys.stdout.isatty() else 140).print(_table(found))
    if arguments.json is not None:
        report = {"machine": _machine(), "results": [asdict(result) for result in found]}
        arguments.json.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    return 0


def _machine() -> dict[str, Any]:
    return {"python": platform.python_version(), "system": platform.platform(), "cpus": os.cpu_count()}


def _table(found: list[Result]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, header_style="dim")
    for column in ("what", "median", "unit", "lowest", "highest", "aim", "met"):
        table.add_column(column, justify="right" if column in ("median", "lowest", "highest") else "left")
    for result in found:
        met = "" if result.met is None else "yes" if result.met else "no"
        numbers = [_shown(number) for number in (result.value, result.lowest, result.highest)]
        table.add_row(result.what, numbers[0], result.unit, numbers[1], numbers[2], result.aim, met)
    return table


def _shown(number: float) -> str:
    return f"{number:,.0f}" if number >= 1_000 else f"{number:.1f}" if number >= 10 else f"{number:.3f}"


if __name__ == "__main__":
    sys.exit(main())
