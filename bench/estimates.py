"""Estimates within a process, as the planner asks for them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from bench.requests import varied_requests
from bench.timing import Result, call_seconds
from pulumi_milvus.planning.estimates.estimate import estimate
from pulumi_milvus.planning.estimates.request import read_request
from pulumi_milvus.planning.problems import InvalidValues

SUITE: Final = "estimates"
ROUND: Final = 2_000
MICROSECONDS: Final = 1e6


def results(runs: int) -> Iterator[Result]:
    """One estimate, from plain data to its answer: HNSW alone, and the mean of many kinds."""
    hnsw = {"index": "HNSW", "vectors": 40_000_000, "dimension": 768, "params": {"M": 16}}
    yield _per_request("one estimate, HNSW in one segment", [hnsw] * ROUND, runs)
    yield _per_request(f"one estimate, mean of {ROUND:,} varied", varied_requests(ROUND), runs)


def _per_request(what: str, requests: list[dict[str, Any]], runs: int) -> Result:
    times = call_seconds(lambda: _answer_all(requests), runs)
    each = [seconds * MICROSECONDS / len(requests) for seconds in times.seconds]
    return Result(
        suite=SUITE,
        what=what,
        value=times.median * MICROSECONDS / len(requests),
        unit="microseconds",
        runs=runs,
        lowest=min(each),
        highest=max(each),
    )


def _answer_all(requests: list[dict[str, Any]]) -> int:
    answered = 0
    for request in requests:
        try:
            estimate(read_request(request)).to_json()
        except InvalidValues:
            continue
        answered += 1
    return answered
