"""Writes the tables of docs/sizing.md anew: what the estimates say against what was measured.

    .venv/bin/python scripts/sizing_table.py            # write them (`make sizing`)
    .venv/bin/python scripts/sizing_table.py --check    # exit 1 where the page is stale; a test does this

What is compared, and with which tolerance: tests/measurements.py.
"""

from __future__ import annotations

import argparse
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from measurements import Case, all_cases  # noqa: E402
from pulumi_milvus.planning.estimates.estimate import estimate  # noqa: E402
from pulumi_milvus.planning.estimates.request import read_request  # noqa: E402

PAGE = ROOT / "docs" / "sizing.md"
BEGIN = "<!-- begin of the tables that `make sizing` makes from tests/data -->"
END = "<!-- end of the tables -->"
SMALLEST_SHOWN = 0.00005
ENGINES = {
    "faiss-cpu": "faiss-cpu 1.15.1: the index alone",
    "diskannpy": "diskannpy 0.7.0: DISKANN's file, and its memory with a tenth of the nodes cached",
    "milvus-standalone": "Milvus 2.3.5 standalone: what the server adds",
    "milvus-lite": "milvus-lite 3.2.2: the whole process above idle",
    "cuVS": "cuVS 26.10 on one H100",
}


def main() -> int:
    """Write the tables, or say whether the page has those of today; 2 where the page cannot be used."""
    parser = argparse.ArgumentParser(description="Write the tables of docs/sizing.md anew.")
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 where the page is stale")
    parser.add_argument("--page", type=Path, default=PAGE, help="the page (default: docs/sizing.md)")
    arguments = parser.parse_args()
    try:
        old = arguments.page.read_text(encoding="utf-8")
        new = with_tables(old)
    except (OSError, ValueError) as error:
        print(f"{arguments.page}: {error}", file=sys.stderr)
        return 2
    if arguments.check:
        if new != old:
            print(f"{arguments.page} is stale: run `make sizing`", file=sys.stderr)
        return int(new != old)
    arguments.page.write_text(new, encoding="utf-8")
    return 0


def with_tables(page: str) -> str:
    """The page with the tables of today between its markers. Raises ``ValueError`` where it has no markers."""
    before, begin, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"has no markers {BEGIN} and {END}")
    return f"{before}{BEGIN}\n\n{tables()}\n\n{END}{after}"


def tables() -> str:
    """A summary for each index and figure, then a table with every case for each library that was measured."""
    cases = all_cases()
    seen = list(dict.fromkeys(case.index for case in cases))
    answered = [(case, answer_bytes(case)) for case in sorted(cases, key=lambda case: seen.index(case.index))]
    parts = ["### How far off, at worst", *summary(answered)]
    for engine, title in ENGINES.items():
        parts += ["", f"### {title}", *every_case([item for item in answered if item[0].engine == engine])]
    return "\n".join(parts)


def answer_bytes(case: Case) -> int:
    """Our answer to one case."""
    answer = estimate(read_request(case.request)).to_json()
    return int(answer[case.figure.key])


def summary(answered: list[tuple[Case, int]]) -> Iterator[str]:
    """The lowest and highest difference of each index and figure, and the most bytes above."""
    yield ""
    yield "| index | figure | measured with | cases | lowest | highest | most bytes above |"
    yield "|---|---|---|---|---|---|---|"
    groups: defaultdict[tuple[str, str, str], list[tuple[float, int]]] = defaultdict(list)
    for case, ours in answered:
        measured = case.figure.measured_bytes
        groups[case.engine, case.index, case.figure.key].append((ours / measured - 1, ours - measured))
    for engine in ENGINES:
        for (of_engine, index, key), found in groups.items():
            if of_engine == engine:
                lowest, highest = min(found)[0], max(found)[0]
                most = max(above for _, above in found)
                yield (
                    f"| {index} | `{key}` | {engine} | {len(found)} | {percent(lowest)} | {percent(highest)} "
                    f"| {max(0, most):,} |"
                )


def every_case(answered: list[tuple[Case, int]]) -> Iterator[str]:
    """A row for each measured figure."""
    yield ""
    yield "| index | parameters | n x d | figure | measured | ours | difference | allowed |"
    yield "|---|---|---|---|---|---|---|---|"
    for case, ours in answered:
        figure, asked = case.figure, case.request
        measured = f"{figure.measured_bytes:,}"
        if figure.least_bytes is not None:
            measured = f"{figure.least_bytes:,} to {measured}"
        difference = percent(ours / figure.measured_bytes - 1)
        yield (
            f"| {case.index} | {parameters(asked['params'])} | {asked['vectors']:,} x {asked['dimension']:,} "
            f"| `{figure.key}` | {measured} | {ours:,} | {difference} | {figure.allowed} |"
        )


def parameters(params: dict[str, Any]) -> str:
    """Parameters as they are written on the command line."""
    return " ".join(
        f"{name}={str(value).lower() if isinstance(value, bool) else value}" for name, value in params.items()
    )


def percent(share: float) -> str:
    """A difference; 0 where there is none."""
    if share and abs(share) < SMALLEST_SHOWN:
        return "under 0.01 %"
    return f"{share:+.2%}".replace("%", " %") if share else "0"


if __name__ == "__main__":
    sys.exit(main())
