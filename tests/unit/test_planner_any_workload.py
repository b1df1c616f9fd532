"""Any workload: never a traceback, the same whatever the order of collections, and no plan that breaks a rule."""

from __future__ import annotations

import copy
import json
import random
import re
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from broken_values import BARE, mutate
from planner_workloads import FEW, at_most, plan_of, workloads
from pulumi_milvus.planning.facts_of import environment_findings, field_findings
from pulumi_milvus.planning.plan import Plan
from pulumi_milvus.planning.planner import make_plan
from pulumi_milvus.planning.problems import InvalidValues
from pulumi_milvus.planning.reading import read_workload

# Nodes of a cluster that is there: large enough for some workloads, too small for others.
CLUSTERS: list[list[dict[str, Any]]] = [
    [{"name": "general", "count": 6, "cpu_cores": 16, "memory_gib": 64}],
    [
        {"name": "small", "count": 9, "cpu_cores": 4, "memory_gib": 16, "zones": ["a", "b", "c"]},
        {"name": "large", "max_count": 6, "cpu_cores": 32, "memory_gib": 256, "zones": ["a", "b", "c"]},
    ],
]
OTHER_FIELDS: list[dict[str, Any]] = [
    {"data_type": "SPARSE_FLOAT_VECTOR", "index": "SPARSE_INVERTED_INDEX"},
    {"data_type": "BINARY_VECTOR", "dimension": 256, "index": "BIN_IVF_FLAT", "index_params": {"nlist": 128}},
    {"data_type": "FLOAT16_VECTOR", "dimension": 768},
    {"data_type": "INT8_VECTOR", "dimension": 768, "index": "HNSW"},
    {"embedding_model": "BAAI/bge-m3", "index": "HNSW_PQ", "index_params": {"m": 64}},
]


@st.composite
def anything(draw: st.DrawFn) -> Any:
    """A workload of any kind, whole or with some of it broken."""
    plain = copy.deepcopy(draw(workloads() | st.just(BARE)))
    dice = random.Random(draw(st.integers(0, 2**32)))
    if dice.random() < 0.3:
        fields = dice.sample(OTHER_FIELDS, dice.randint(1, 3))
        named = [{"name": f"f{place}", **field} for place, field in enumerate(fields)]
        vectors = int(10 ** dice.uniform(0, 9))
        plain["collections"].append({"name": "several", "vectors": vectors, "vector_fields": named})
    if dice.random() < 0.2:
        plain["node_shapes"] = copy.deepcopy(dice.choice(CLUSTERS))
    if dice.random() < 0.2:
        plain["topology"] = dice.choice(["lite", "standalone", "distributed", "managed"])
    for _ in range(dice.choice([0, 0, 1, 2])):
        mutate(plain, dice)
    return plain


@pytest.mark.property
@pytest.mark.timeout(1_200)
@settings(max_examples=at_most(4_000), suppress_health_check=[HealthCheck.too_slow])  # 13 ms each
@given(plain=anything())
def test_a_plan_or_a_list_of_problems(plain: Any) -> None:
    try:
        workload = read_workload(plain)
    except InvalidValues:
        return  # what it says is tested where workloads are read
    plan = make_plan(workload)
    data = plan.to_json()
    assert json.loads(json.dumps(data)) == data
    # What has no pods says why, and what has pods has them placed.
    if not plan.roles:
        assert plan.topology == "managed" or plan.has_errors or any(item.what == "roles" for item in plan.decisions)
    for role in plan.roles.values():
        assert min(role.pods, role.cpu_cores, role.memory_bytes) >= 1
        assert plan.topology == "lite" or role.node_pool in {pool["name"] for pool in plan.node_pools}
    for decision in plan.decisions:
        assert decision.what
        assert decision.choice
        assert decision.because
        assert decision.source


def without_places(items: list[dict[str, Any]], names: dict[str, str]) -> list[str]:
    """Decisions or findings, with collections by name and not by their place."""

    def by_name(found: re.Match[str]) -> str:
        return f"collections[{names[found[1]]}]"

    return sorted(re.sub(r"collections\[(\d+)\]", by_name, json.dumps(item)) for item in items)


def compared(plan: Plan) -> dict[str, Any]:
    """All that a plan says, in an order of its own."""
    data = plan.to_json()
    names = {str(place): item["name"] for place, item in enumerate(data["collections"])}
    return data | {
        "collections": sorted(data["collections"], key=lambda item: item["name"]),
        "decisions": without_places(data["decisions"], names),
        "findings": without_places(data["findings"], names),
    }


@pytest.mark.property
@settings(max_examples=at_most(1_000))  # two plans an example
@given(plain=workloads(most_collections=4), turn=st.randoms(use_true_random=False))
def test_the_order_of_collections_changes_nothing_else(plain: dict[str, Any], turn: random.Random) -> None:
    turned = list(plain["collections"])
    turn.shuffle(turned)
    there, here = compared(plan_of({**plain, "collections": turned})), compared(plan_of(plain))
    for key, value in here.items():
        assert there[key] == value, key


@pytest.mark.parametrize("indexes", [("DISKANN", "AISAQ"), ("FLAT", "FLAT")])
def test_two_that_are_alike_in_either_order(indexes: tuple[str, str]) -> None:
    """The words on hardware and on building named the first or the last of what is alike."""
    named = [
        {"name": f"c{place}", "index": index, "vectors": 1_000, "dimension": 32} for place, index in enumerate(indexes)
    ]
    there, here = (compared(plan_of({"collections": found, "availability": "pod"})) for found in (named, named[::-1]))
    assert there == here


def test_what_only_a_gpu_node_would_hold_is_no_traceback() -> None:
    """A month in which one pod needs more memory than any node has but one with GPUs that it would not use."""
    growing = {"name": "a", "vectors": 0, "growth_vectors_per_month": 1_094_178, "dimension": 1536, "shards": 3}
    plan = plan_of({"collections": [growing]}, FEW)
    assert plan.topology == "standalone"
    assert any(item.what.startswith("topology") for item in plan.outgrown)


@pytest.mark.property
@settings(max_examples=at_most(1_000))
@given(plain=workloads(), few=st.booleans())
def test_a_plan_breaks_no_rule(plain: dict[str, Any], few: bool) -> None:
    plan = plan_of(plain, FEW if few else None)
    if not plan.roles:
        return
    judged = [
        *field_findings(plan.workload, plan.topology, plan.milvus_version, plan.hardware == "gpu"),
        *environment_findings(plan.workload, plan.topology),
    ]
    errors = [finding for finding in (*judged, *plan.findings) if finding.level == "error"]
    assert not errors
    told = {finding.message for finding in plan.findings}
    assert {finding.message for finding in judged if finding.level == "warning"} <= told
