"""No cliffs: the one vector that a deployment cannot hold adds a node for each copy and zone, and nothing else.

Such a vector is found by bisection between two numbers of vectors whose plans have different nodes.
"""

from __future__ import annotations

from typing import Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner_workloads import FEW, IN_MEMORY, at_most, leaves_of, plan_of, scaled, step_between, workloads
from pulumi_milvus.planning.plan import Plan

A_CENT: Final = 0.011
# What comes with each node: its system volume and its images.
BESIDE_NODE_USD: Final = 5.0
# Plans cost at most so much more than the cheapest, which is what has no cliffs.
OVER_CHEAPEST: Final = 1.05
LAST_MONTH: Final = 120


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
    plain=workloads(most_collections=2, most_vectors=1e9),
    times=st.floats(1.05, 3),
)
def test_one_vector_adds_one_node(plain: dict[str, Any], times: float) -> None:
    vectors = max(10_000, plain["collections"][0]["vectors"])
    found = step_between(plain, vectors, round(vectors * times), FEW)
    if found is None or found.before.topology != found.after.topology or not found.after.roles:
        return
    before, after = found.before, found.after
    less, more = before.cost.cheapest_usd_per_month, after.cost.cheapest_usd_per_month
    assert less is not None
    assert more is not None
    assert less - A_CENT <= more <= less + most_added(before, after) + A_CENT
    assert more <= 2 * less


GROWING: Final = st.fixed_dictionaries(
    {
        "vectors": scaled(5_000, 250_000) | scaled(300_000, 90_000_000),
        "growth": st.floats(0.01, 1.0),
        "dimension": st.sampled_from([64, 384, 768]),
        "index": st.sampled_from(IN_MEMORY),
        "horizon": st.sampled_from([0, 6, 12]),
    }
)


def growing_workload(drawn: dict[str, Any]) -> dict[str, Any]:
    """Some vectors that become a multiple of them within ten years."""
    collection = {
        "name": "articles",
        "vectors": drawn["vectors"],
        "dimension": drawn["dimension"],
        "growth_vectors_per_month": max(1, round(drawn["vectors"] * drawn["growth"])),
        **drawn["index"],
    }
    return {"collections": [collection], "horizon_months": drawn["horizon"]}


def check_announced(plain: dict[str, Any]) -> bool:
    """Whether the topology changes within ten years; if so the plan of today says when, and it is so then."""
    plan = plan_of(plain)
    at_last = plan_of({**plain, "horizon_months": LAST_MONTH})
    if plan.topology not in ("lite", "standalone") or at_last.topology == plan.topology:
        return False
    announced = [item for item in plan.outgrown if "topology" in f"{item.what} {item.then}"]
    assert announced, f"{plan.topology} becomes {at_last.topology}, and the plan says {plan.outgrown}"
    month = announced[0].month
    assert plain["horizon_months"] <= month <= LAST_MONTH
    assert plan_of({**plain, "horizon_months": month}).topology != plan.topology
    if month > plain["horizon_months"] + 1:
        assert plan_of({**plain, "horizon_months": month - 1}).topology == plan.topology
    return True


@pytest.mark.property
@settings(max_examples=at_most(150))  # four plans an example, each with ten years of growth
@given(drawn=GROWING)
def test_a_change_of_topology_is_announced(drawn: dict[str, Any]) -> None:
    check_announced(growing_workload(drawn))


@pytest.mark.parametrize(("vectors", "growth"), [(60_000, 0.3), (40_000_000, 0.05)])
def test_both_changes_of_topology_are_tried(vectors: int, growth: float) -> None:
    drawn = {"vectors": vectors, "growth": growth, "dimension": 384, "index": {}, "horizon": 6}
    assert check_announced(growing_workload(drawn))
