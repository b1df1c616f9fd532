"""One variant: its plan, and what of it stands in the comparison."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, Final

from pulumi_milvus.planning.compare.memory_parts import memory_parts
from pulumi_milvus.planning.compare.outlook import outlook_of
from pulumi_milvus.planning.compare.recipes import family_of
from pulumi_milvus.planning.compare.row import Excluded, Row
from pulumi_milvus.planning.compare.variants import Variant, has_place, rows_per_default_segment, with_variant
from pulumi_milvus.planning.data_types import VECTOR_TYPES
from pulumi_milvus.planning.hardware.catalogue import Catalogue
from pulumi_milvus.planning.indexes import INDEXES
from pulumi_milvus.planning.plan import Plan
from pulumi_milvus.planning.planner import make_plan
from pulumi_milvus.planning.workload import Workload

_MANAGED: Final = "the workload says topology: managed, and the service sizes itself"
_LITE_MMAP: Final = "mmap changes nothing in the plan of Milvus Lite"


def judge(workload: Workload, variant: Variant, catalogue: Catalogue | None = None) -> Row | Excluded:
    """The row of a variant, or why it has none."""
    if not has_place(variant, workload):
        return _no_place(workload, variant)
    plan = plan_of(workload, variant, catalogue)
    excluded = _excluded(plan, variant)
    return excluded or _row(plan, variant)


def plan_of(workload: Workload, variant: Variant, catalogue: Catalogue | None = None) -> Plan:
    """The plan of a variant. nlist follows from the rows of a segment, and the planner chooses the segments: where it
    chose others than were expected, nlist is set anew, and that plan counts unless it costs more."""
    expected = rows_per_default_segment(workload)
    plan = make_plan(with_variant(workload, variant, expected), catalogue)
    if variant.recipe is None or not variant.recipe.has_lists or not plan.roles or not plan.collection_plans:
        return plan
    months = workload.horizon_months
    found = [
        math.ceil(collection.vectors_after(months) / max(1, planned["segments"]))
        for collection, planned in zip(plan.collections, plan.collection_plans, strict=True)
    ]
    if found == expected:
        return plan
    again = make_plan(with_variant(workload, variant, found), catalogue)
    return again if again.roles and _weight(again) <= _weight(plan) else plan


def _weight(plan: Plan) -> tuple[float, int]:
    usd = plan.cost.usd_per_month
    return (usd if usd is not None else 0.0, sum(role.pods * role.memory_bytes for role in plan.roles.values()))


def _no_place(workload: Workload, variant: Variant) -> Excluded:
    assert variant.recipe is not None
    index = INDEXES[variant.recipe.index]
    taken = ", ".join(name for name in VECTOR_TYPES if name in index.data_types)
    there = {field.data_type for collection in workload.collections for field in collection.fields}
    words = ", ".join(name for name in VECTOR_TYPES if name in there)
    return Excluded(
        name=variant.name,
        index=index.name,
        because=f"it takes {taken}, and the vectors here are {words}",
        fix=f"change data_type to {taken.split(', ')[0]}, or take an index of the table",
    )


def _excluded(plan: Plan, variant: Variant) -> Excluded | None:
    index = _index_name(plan, variant)
    errors = [finding for finding in plan.findings if finding.level == "error"]
    if errors:
        return Excluded(
            name=variant.name,
            index=index,
            because="; ".join(dict.fromkeys(finding.message for finding in errors)),
            fix="; ".join(dict.fromkeys(finding.fix for finding in errors if finding.fix)),
        )
    if plan.topology == "lite" and variant.mmap:
        return Excluded(name=variant.name, index=index, because=_LITE_MMAP, fix="leave mmap out")
    if plan.topology == "lite" and variant.recipe is not None and variant.recipe.not_in_lite:
        why = variant.recipe.not_in_lite
        return Excluded(name=variant.name, index=index, because=why, fix="take HNSW_SQ SQ8, or topology standalone")
    if plan.roles:
        return None
    if plan.topology == "managed":
        return Excluded(name=variant.name, index=index, because=_MANAGED, fix="take topology: distributed to compare")
    reason = next((decision.because for decision in plan.decisions if decision.what == "roles"), "it was not sized")
    return Excluded(name=variant.name, index=index, because=reason, fix="name an index type that has a size")


def _index_name(plan: Plan, variant: Variant) -> str:
    if variant.recipe is not None:
        return variant.recipe.index
    return ", ".join(dict.fromkeys(item["index"] for item in _indexes(plan)))


def _indexes(plan: Plan) -> list[dict[str, Any]]:
    """What each field gets: resolved where the plan says so, else as declared (Milvus Lite)."""
    resolved: list[Mapping[str, Any] | None] = [*plan.collection_plans] or [None] * len(plan.collections)
    found = []
    for collection, planned in zip(plan.collections, resolved, strict=True):
        for position, field in enumerate(collection.fields):
            chosen = planned["resolved_indexes"][position] if planned else {}
            found.append(
                {
                    "collection": collection.name,
                    "field": field.name,
                    "index": chosen.get("index", field.index),
                    "params": dict(chosen.get("params", field.index_params)),
                }
            )
    return found


def _row(plan: Plan, variant: Variant) -> Row:
    roles, planned = plan.roles, plan.collection_plans
    outlook = outlook_of(plan, variant.recipe)
    indexes = _indexes(plan)
    index = _index_name(plan, variant)
    first = variant.recipe.index if variant.recipe is not None else indexes[0]["index"]
    replicas = max([item["replicas"] for item in planned], default=1)
    if planned:
        data_bytes = sum(item["loaded_bytes"] * item["replicas"] for item in planned)
    else:
        data_bytes = sum(role.pods * (role.loaded_bytes_per_pod or 0) for role in roles.values())
    return Row(
        name=variant.name,
        index=index,
        family=family_of(first),
        is_plain=variant.is_plain,
        is_declared=variant.recipe is None,
        mmap=any(collection.mmap for collection in plan.collections),
        replicas=replicas,
        topology=plan.topology,
        hardware=plan.hardware,
        indexes=tuple(indexes),
        params_source="the workload" if variant.recipe is None else variant.recipe.source,
        memory_bytes=sum(role.pods * role.memory_bytes for role in roles.values()),
        data_memory_bytes=data_bytes,
        index_bytes=sum(item["index_bytes"] for item in planned) if planned else None,
        local_disk_bytes=sum(role.pods * role.local_disk_bytes for role in roles.values()),
        gpus=sum(role.pods * role.gpus for role in roles.values()),
        object_store_bytes=plan.object_store_bytes,
        usd_per_month=plan.cost.usd_per_month,
        unpriced=plan.cost.unpriced,
        recall=outlook.recall,
        p99_ms=outlook.p99_ms,
        latency_class=outlook.latency_class,
        measured=outlook.measured,
        wishes=outlook.wishes,
        missed=outlook.missed,
        notes=(*outlook.notes, *(str(finding) for finding in plan.findings if finding.level == "warning")),
        memory_parts=memory_parts(plan),
    )
