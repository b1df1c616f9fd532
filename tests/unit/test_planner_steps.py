"""No cliffs: the one vector that a deployment cannot hold adds a node for each copy and zone, and nothing else.

Such a vector is found by bisection between two numbers of vectors whose plans have different nodes.
"""

from __future__ import annotations

from typing import Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner_workloads import FEW, IN_MEMORY, ON_DISK, ON_GPU, at_most, leaves_of, plan_of, with_collection, workloads
from pulumi_milvus.planning.plan import Plan

A_CENT: Final = 0.011
# What comes with each node: its system volume and its images.
BESIDE_NODE_USD: Final = 5.0
# Plans cost at most so much more than the cheapest, which is what has no cliffs.
OVER_CHEAPEST: Final = 1.05
LAST_MONTH: Final = 120


def with_vectors(plain: dict[str, Any], vectors: int) -> dict[str, Any]:
    return with_collection(plain, 0, vectors=vectors)


def nodes_of(plan: Plan) -> list[tuple[str, str, int]]:
    return [(pool["name"], pool["instance_type"], pool["nodes"]) for pool in plan.node_pools]


def step_between(plain: dict[str, Any], low: int, high: int) -> tuple[Plan, Plan] | None:
    """The plans before and after one vector that changes the nodes; None where both ends have the same."""
    before, after = plan_of(with_vectors(plain, low), FEW), plan_of(with_vectors(plain, high), FEW)
    if nodes_of(before) == nodes_of(after):
        return None
    while high - low > 1:
        middle = (low + high) // 2
        plan = plan_of(with_vectors(plain, middle), FEW)
        if nodes_of(plan) == nodes_of(before):
            low, before = middle, plan
        else:
            high, after = middle, plan
    return before, after


def most_added(before: Plan, after: Plan) -> float:
    """USD of a node for each copy and zone, or for each of two pods of a role of which one may be lost."""
    availability = before.workload.availability
    number = {"none": 1, "pod": 2, "zone": 3}[availability] * (before.workload.replicas or 1)
    dearest = max(leaves_of()[pool["instance_type"]].usd_per_month for pool in (*before.node_pools, *after.node_pools))
    return number * (dearest + BESIDE_NODE_USD)


# About 25 plans an example.
@pytest.mark.property
@pytest.mark.timeout(1_200)
@settings(max_examples=at_most(60))
@given(
    plain=workloads(most_collections=2, most_vectors=1e9, indexes=IN_MEMORY + ON_DISK + ON_GPU),
    times=st.floats(1.05, 3),
)
def test_one_vector_adds_one_node(plain: dict[str, Any], times: float) -> None:
    vectors = max(10_000, plain["collections"][0]["vectors"])
    found = step_between(plain, vectors, round(vectors * times))
    if found is None or found[0].topology != found[1].topology or not found[1].roles:
        return
    before, after = found
    less, more = before.cost.cheapest_usd_per_month, after.cost.cheapest_usd_per_month
    assert less is not None
    assert more is not None
    assert less - A_CENT <= more <= less + most_added(before, after) + A_CENT
    assert more <= 2 * less


@pytest.mark.property
@settings(max_examples=at_most(60))  # several plans an example, each with ten years of growth
@given(
    plain=workloads(most_collections=2, most_vectors=2e8),
    growth=st.floats(0.005, 0.5),
    horizon=st.sampled_from([0, 6, 12]),
)
def test_a_change_of_topology_is_announced(plain: dict[str, Any], growth: float, horizon: int) -> None:
    vectors = plain["collections"][0]["vectors"]
    changing = {**plain, "topology": None, "availability": "none", "replicas": None, "horizon_months": horizon}
    changing = with_collection(changing, 0, growth_vectors_per_month=max(1, round(vectors * growth)))
    plan = plan_of(changing, FEW)
    if plan.topology not in ("lite", "standalone") or not plan.roles:
        return
    announced = [item for item in plan.outgrown if "topology" in item.what or "topology" in item.then]
    at_last = plan_of({**changing, "horizon_months": LAST_MONTH}, FEW)
    if at_last.topology == plan.topology:
        return
    assert announced, f"{plan.topology} becomes {at_last.topology}"
    month = announced[0].month
    assert horizon <= month <= LAST_MONTH
    then = plan_of({**changing, "horizon_months": month}, FEW)
    assert then.topology != plan.topology or not then.roles
    if month > horizon + 1:
        assert plan_of({**changing, "horizon_months": month - 1}, FEW).topology == plan.topology
