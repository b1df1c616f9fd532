"""Rule shrink-below-data: a plan that somebody made smaller than its own data, told apart from data that grew."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from types import MappingProxyType
from typing import Any

import pytest

from pulumi_milvus.planning.findings import Finding
from pulumi_milvus.planning.plan import Plan
from pulumi_milvus.planning.planner import make_plan
from pulumi_milvus.planning.workload import Workload
from pulumi_milvus.planning.written_facts import written_plan_facts
from pulumi_milvus.planning.written_plan import written_plan_of
from pulumi_milvus.rules import check_written_plan, outgrown, shrink_below_data


def workload(vectors: int = 50_000_000, **more: Any) -> Workload:
    collection = {"name": "articles", "vectors": vectors, "dimension": 768, "index": "HNSW"}
    return Workload.model_validate(
        {"topology": "distributed", "availability": "pod", "collections": [collection], **more}
    )


def found(change: Callable[[Plan], Plan] | None = None, now: Workload | None = None) -> list[Finding]:
    """Errors of a plan that was accepted for 50,000,000 vectors and then changed, beside what is declared now."""
    plan = make_plan(workload())
    written = written_plan_of(plan, "test")
    if change is not None:
        written = replace(written, plan=change(plan))
    facts = written_plan_facts(written, now or workload())
    return [finding for finding in check_written_plan(facts) if finding.level == "error"]


def lowered(role: str, figure: str, share: float) -> Callable[[Plan], Plan]:
    def change(plan: Plan) -> Plan:
        figures: dict[str, Any] = {figure: max(1, int(getattr(plan.roles[role], figure) * share))}
        return replace(plan, roles=MappingProxyType({**plan.roles, role: replace(plan.roles[role], **figures)}))

    return change


@pytest.mark.parametrize(
    ("role", "figure", "subject"),
    [
        ("query_node", "pods", "roles.query_node.pods"),
        ("query_node", "memory_bytes", "roles.query_node.pods"),
        ("data_node", "memory_bytes", "roles.data_node.memory_bytes"),
        ("streaming_node", "memory_bytes", "roles.streaming_node.memory_bytes"),
    ],
)
def test_what_is_made_smaller_than_its_own_data(role: str, figure: str, subject: str) -> None:
    assert found() == []
    (finding,) = found(lowered(role, figure, 0.3))
    assert (finding.rule, finding.subject) == (shrink_below_data.RULE, subject)
    assert "50,000,000 vectors as declared now need" in finding.message or "no number of such pods" in finding.message


def test_data_that_grew_is_no_shrink() -> None:
    rules = {finding.rule for finding in found(now=workload(500_000_000))}
    assert rules == {outgrown.RULE}


def test_both_at_once_is_told_once() -> None:
    change = lowered("query_node", "pods", 0.3)
    subjects = [finding.subject for finding in found(change, workload(500_000_000))]
    assert len(subjects) == len(set(subjects))
    assert shrink_below_data.RULE in {finding.rule for finding in found(change, workload(500_000_000))}


def test_fewer_pods_for_less_data_are_right() -> None:
    assert found(lowered("query_node", "pods", 0.5), workload(1_000_000)) == []


def test_the_words_are_those_of_what_is_outgrown() -> None:
    grown = next(item for item in found(now=workload(500_000_000)) if item.subject == "roles.query_node.pods")
    (shrunk,) = found(lowered("query_node", "pods", 0.3))
    assert grown.fix == shrunk.fix
    assert grown.message.split(":")[0] == shrunk.message.split(":")[0]
