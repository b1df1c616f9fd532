"""What a plan's searches look like: recall and p99 by the load model, and whether the workload's wishes are met."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from pulumi_milvus.planning import lite
from pulumi_milvus.planning.collection import Collection
from pulumi_milvus.planning.compare.recipes import Recipe
from pulumi_milvus.planning.compare.variants import takes
from pulumi_milvus.planning.data_types import raw_bytes_per_row
from pulumi_milvus.planning.estimates.request import ASSUMED_NONZEROS
from pulumi_milvus.planning.load import Machines, Range, SearchLoad, search_load, segments_visited
from pulumi_milvus.planning.load.latency import latency_class
from pulumi_milvus.planning.plan import Plan

Wishes = Literal["met", "missed", "unknown", "none"]
"""Of recall target and p99: ``unknown`` where nobody measured it, ``none`` where the workload has no wish."""

# What the planner takes where no recall is wished: what the load model's tables call usual.
USUAL_RECALL: Final = 0.95
# The machines that the load model was measured against.
MACHINES: Final = Machines(node_vcpus=16.0)
MAPPED: Final = (
    "with mmap a search reads from disk what the page cache has not got: not measured, the times are those of memory"
)
LITE: Final = "Milvus Lite: the median of one search at a time, not a p99; recall was not measured"
# A position and a value, 4 bytes each.
SPARSE_BYTES_PER_NONZERO: Final = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """Recall and p99 of the searches that a variant changes, the worst of them; None where nobody knows.

    ``notes``: why figures are not measured, or what else a reader should know. ``missed``: why a wish is not met.
    """

    recall: Range | None
    p99_ms: Range | None
    latency_class: str
    measured: bool
    wishes: Wishes
    missed: tuple[str, ...]
    notes: tuple[str, ...]


NOTHING_TO_SEARCH: Final = Outlook(
    recall=None, p99_ms=None, latency_class="nothing to search", measured=False, wishes="none", missed=(), notes=()
)


def outlook_of(plan: Plan, recipe: Recipe | None) -> Outlook:
    """The outlook of a sized plan; ``recipe`` None looks at all fields, else at those that take it."""
    if plan.topology == "lite":
        return _lite_outlook(plan)
    loads = list(_loads(plan, recipe))
    if not loads:
        return NOTHING_TO_SEARCH
    workload = plan.workload
    slowest = max(loads, key=lambda load: load.p99_ms.expected)
    recalls = [load.expected_recall for load in loads]
    known = [recall for recall in recalls if recall is not None]
    recall = min(known, key=lambda range_: range_.expected) if len(known) == len(recalls) else None
    mapped = any(collection.mmap for collection in plan.collections)
    missed = tuple(dict.fromkeys(load.reach.why for load in loads if not load.reachable))
    unsure = (workload.latency_p99_ms is not None and mapped) or (workload.recall_target is not None and recall is None)
    wishes: Wishes = "missed" if missed else "unknown" if unsure else "met"
    if workload.latency_p99_ms is None and workload.recall_target is None:
        wishes = "none"
    notes = tuple(dict.fromkeys(reason for load in loads for reason in load.reasons))
    return Outlook(
        recall=recall,
        p99_ms=slowest.p99_ms,
        latency_class=slowest.latency_class,
        measured=not mapped and all(load.measured for load in loads),
        wishes=wishes,
        missed=missed if wishes == "missed" else (),
        notes=(*notes, MAPPED) if mapped else notes,
    )


def _lite_outlook(plan: Plan) -> Outlook:
    months = plan.workload.horizon_months
    rows = max((collection.vectors_after(months) for collection in plan.collections), default=0)
    wished = plan.workload.latency_p99_ms is not None or plan.workload.recall_target is not None
    return Outlook(
        recall=None,
        p99_ms=None,
        latency_class=latency_class(lite.search_ms(rows)[1]),
        measured=False,
        wishes="unknown" if wished else "none",
        missed=(),
        notes=(LITE,),
    )


def _loads(plan: Plan, recipe: Recipe | None) -> Iterator[SearchLoad]:
    for collection, planned in zip(plan.collections, plan.collection_plans, strict=True):
        rows = collection.vectors_after(plan.workload.horizon_months)
        if not rows:
            continue
        row_bytes = max(1, sum(_field_bytes(field) for field in collection.fields) + collection.scalar_bytes_per_row)
        # A query of a collection with a partition key is taken to name one value of it.
        share = 1 / collection.partitions if collection.partition_key else 1.0
        visited = segments_visited(rows * row_bytes, planned["segment_bytes"], share)
        for position, field in enumerate(collection.fields):
            if recipe is None or takes(recipe, field):
                yield _load(plan, collection, planned["resolved_indexes"][position], position, rows, visited)


def _load(
    plan: Plan, collection: Collection, resolved: Mapping[str, Any], position: int, rows: int, visited: float
) -> SearchLoad:
    field, workload = collection.fields[position], plan.workload
    sparse = field.data_type == "SPARSE_FLOAT_VECTOR"
    return search_load(
        resolved["index"],
        resolved["params"],
        rows,
        field.resolved_dimension,
        field.data_type,
        visited,
        workload.queries_per_second,
        workload.recall_target or USUAL_RECALL,
        workload.latency_p99_ms,
        machines=MACHINES,
        inserts_per_second=workload.inserts_per_second,
        nonzeros_per_vector=ASSUMED_NONZEROS if sparse else None,
    )


def _field_bytes(field: Any) -> int:
    if field.resolved_dimension is None:
        return round(SPARSE_BYTES_PER_NONZERO * ASSUMED_NONZEROS)
    return raw_bytes_per_row(field.data_type, field.resolved_dimension)
