"""Plans within a process: one collection, with and without a load, ten thousand collections, a billion vectors."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from bench.timing import Result, call_seconds
from pulumi_milvus.planning.planner import make_plan
from pulumi_milvus.planning.reading import read_workload

SUITE: Final = "plans"
MILLISECONDS: Final = 1e3
ONE: Final[dict[str, Any]] = {"name": "articles", "vectors": 20_000_000, "dimension": 768, "index": "HNSW"}
LOAD: Final = {"queries_per_second": 200, "latency_p99_ms": 50, "availability": "zone"}
BILLION: Final[dict[str, Any]] = {"name": "pages", "vectors": 10**9, "dimension": 768, "index": "DISKANN"}


def results(runs: int) -> Iterator[Result]:
    """Warm plans; ten thousand collections once, since that takes a while."""
    yield _plan("one collection", {"collections": [ONE]}, runs, most_ms=20)
    yield _plan("one collection, 200 queries a second, three zones", {"collections": [ONE], **LOAD}, runs, most_ms=20)
    grown = {**ONE, "growth_vectors_per_month": 500_000}
    yield _plan("the same with growth", {"collections": [grown], **LOAD}, runs, most_ms=20)
    yield _plan("a billion vectors, DISKANN, three zones", {"collections": [BILLION], **LOAD}, runs, most_ms=1_000)
    for number in (1_000, 10_000):
        many = [{**ONE, "name": f"tenant_{place}", "vectors": 10_000 + place} for place in range(number)]
        yield _plan(f"{number:,} collections", {"collections": many, "topology": "distributed"}, min(runs, 2))


def _plan(what: str, plain: dict[str, Any], runs: int, most_ms: float | None = None) -> Result:
    workload = read_workload(plain)
    times = call_seconds(lambda: make_plan(workload), runs)
    value = times.median * MILLISECONDS
    return Result(
        suite=SUITE,
        what=f"plan, {what}",
        value=value,
        unit="ms",
        runs=runs,
        lowest=min(times.seconds) * MILLISECONDS,
        highest=max(times.seconds) * MILLISECONDS,
        aim="" if most_ms is None else f"under {most_ms:,.0f} ms",
        met=None if most_ms is None else value < most_ms,
    )
