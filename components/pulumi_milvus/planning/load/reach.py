"""What can be had: whether recall and p99 are reachable, and what is otherwise."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from pulumi_milvus.planning.load import latency
from pulumi_milvus.planning.load.ranges import Range
from pulumi_milvus.planning.load.work import SegmentWork

# Recall targets to fall back to, the highest first.
_LESSER_RECALLS: Final = (0.99, 0.98, 0.95, 0.90)


@dataclass(frozen=True, slots=True)
class Reach:
    """Whether recall target and p99 budget can be had together; ``why`` says why not, and what can be.

    ``nearest_recall`` and ``nearest_latency_p99_ms``: the nearest that works, None where nothing has to give.
    """

    reachable: bool
    why: str = ""
    nearest_recall: float | None = None
    nearest_latency_p99_ms: float | None = None


def reach_of(
    work: SegmentWork,
    recall_target: float,
    unloaded_ms: Range,
    budget_ms: float | None,
    unloaded_ms_at: Callable[[float], Range],
) -> Reach:
    """Judge one search. ``unloaded_ms_at``: the unloaded p99 for another recall target."""
    reasons: list[str] = []
    nearest_recall = nearest_ms = None
    if recall_target > work.highest_recall:
        nearest_recall = work.highest_recall
        reasons.append(
            f"recall {recall_target:g} cannot be had from this index, {nearest_recall:g} at most; FLAT gives 1"
        )
    elif work.recall is not None and work.recall.highest < recall_target:
        nearest_recall = work.recall.expected
        name = work.parameter.name if work.parameter else "the search"
        reasons.append(f"{name} as given reaches a recall of about {nearest_recall:.3f}, not {recall_target:g}")
    if budget_ms is not None and budget_ms < latency.least_budget_ms(unloaded_ms):
        nearest_ms = latency.least_budget_ms(unloaded_ms)
        reasons.append(
            f"a p99 of {budget_ms:g} ms is too near the {unloaded_ms.expected:.1f} ms of a query alone, more cores do "
            f"not help: allow {nearest_ms:.1f} ms, or take fewer and larger segments or more nodes for each copy"
        )
        lesser = next(
            (
                recall
                for recall in _LESSER_RECALLS
                if recall < recall_target and latency.least_budget_ms(unloaded_ms_at(recall)) <= budget_ms
            ),
            None,
        )
        if lesser is not None:
            nearest_recall = lesser
            reasons.append(f"a recall of {lesser:g} keeps the p99")
    return Reach(not reasons, "; ".join(reasons), nearest_recall, nearest_ms)
