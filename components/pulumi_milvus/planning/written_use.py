"""A written plan put to use: the plan that a stack runs by, judged by what its workload declares now."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from pulumi_milvus.planning.facts_of import environment_findings, field_findings
from pulumi_milvus.planning.findings import Finding
from pulumi_milvus.planning.plan import Plan
from pulumi_milvus.planning.planner import make_plan
from pulumi_milvus.planning.workload import Workload
from pulumi_milvus.planning.written_capacity import chosen_segment_bytes
from pulumi_milvus.planning.written_plan import WrittenPlan
from pulumi_milvus.rules import check_written_plan
from pulumi_milvus.rules.facts import WrittenPlanFacts


def plan_in_use(written: WrittenPlan, workload: Workload, facts: WrittenPlanFacts) -> Plan:
    """The written plan as it stands, for the workload that is declared now: roles, nodes and costs do not change.

    ``findings`` are those of today: the rules on the workload, and ``outgrown``, whose facts are given.
    """
    return replace(
        written.plan,
        workload=workload,
        collection_plans=tuple(_collections(written, workload)),
        findings=(*_findings(written.plan, workload), *check_written_plan(facts)),
    )


def _findings(plan: Plan, workload: Workload) -> Iterator[Finding]:
    yield from field_findings(workload, plan.topology, plan.milvus_version, plan.hardware == "gpu")
    yield from environment_findings(workload, plan.topology)


def _collections(written: WrittenPlan, workload: Workload) -> Iterator[Mapping[str, Any]]:
    """What was planned for each collection; one that is new is planned by today's planner, in the plan's segments."""
    plan = written.plan
    planned = {item.name: found for item, found in zip(plan.workload.collections, plan.collection_plans, strict=True)}
    new = [item.name for item in workload.collections if item.name not in planned]
    fresh = make_plan(workload).collection_plans if new else ()
    segment_bytes = chosen_segment_bytes(plan)
    kept = {"replicas": written.replicas} | ({} if segment_bytes is None else {"segment_bytes": segment_bytes})
    for position, collection in enumerate(workload.collections):
        if collection.name in planned:
            yield planned[collection.name]
        else:
            yield {**fresh[position], **kept} if position < len(fresh) else kept
