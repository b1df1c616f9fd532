"""More is never cheaper: vectors, growth, dimension, queries, inserts, copies, and a stricter availability."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner_workloads import DIMENSIONS, FEW, at_most, changed, plan_of, with_collection, workloads
from pulumi_milvus.planning.plan import Plan

A_CENT: Final = 0.011
STRICTER: Final = {"none": "pod", "pod": "zone", "zone": "zone"}
# How much more: a single one, a little, or so much that another kind of node is cheapest.
SHARES: Final = (0.0, 0.001, 0.01, 0.1, 1.0, 9.0)
WAYS: Final = ("vectors", "growth", "queries", "inserts", "availability", "replicas")


def more(plain: dict[str, Any], way: str, share: float, place: int) -> dict[str, Any]:
    """The same workload with more of one thing."""
    collection = plain["collections"][place % len(plain["collections"])]

    def raised(value: float) -> int:
        return math.ceil(value * (1 + share)) + (not value or not share)

    if way == "vectors":
        return with_collection(plain, place, vectors=raised(collection["vectors"]))
    if way == "growth":
        growth = collection.get("growth_vectors_per_month", 0)
        return with_collection(plain, place, growth_vectors_per_month=raised(growth))
    if way == "queries":
        return changed(plain, queries_per_second=raised(plain.get("queries_per_second", 0)))
    if way == "inserts":
        return changed(plain, inserts_per_second=raised(plain.get("inserts_per_second", 0)))
    if way == "availability":
        return changed(plain, availability=STRICTER[plain.get("availability", "none")])
    # replicas: null lets the planner take as many as it needs, so that more starts from a number.
    return changed(plain, replicas=(plain.get("replicas") or 0) + 1) if plain.get("replicas") else plain


def usd_of(plain: dict[str, Any], few: bool) -> float | None:
    """The least that it costs; 0 for Milvus Lite, which needs no server; None where nothing serves it."""
    plan = plan_of(plain, FEW if few else None)
    if plan.topology == "lite":
        return 0.0
    return plan.cost.cheapest_usd_per_month


def check(plain: dict[str, Any], larger: dict[str, Any], few: bool) -> None:
    least, most = usd_of(plain, few), usd_of(larger, few)
    if least is None:
        assert most is None, "what was impossible is possible with more"
    elif most is not None:
        assert most >= least - A_CENT


@pytest.mark.property
@pytest.mark.timeout(1_200)
@settings(max_examples=at_most(1_500))  # two plans an example
@given(
    plain=workloads(),
    way=st.sampled_from(WAYS),
    share=st.sampled_from(SHARES),
    place=st.integers(0, 2),
    few=st.booleans(),
)
def test_more_is_never_cheaper(plain: dict[str, Any], way: str, share: float, place: int, few: bool) -> None:
    check(plain, more(plain, way, share, place), few)


@pytest.mark.property
@settings(max_examples=at_most(400))  # two plans an example
@given(plain=workloads(most_collections=2), place=st.integers(0, 1), steps=st.integers(1, 4), few=st.booleans())
def test_a_larger_dimension_is_never_cheaper(plain: dict[str, Any], place: int, steps: int, few: bool) -> None:
    """All that is held grows; but a full segment has fewer rows then, and what it takes beside its vectors shrinks.

    So building it, and its rows while they grow, take a little less: the nodes of those roles may cost less, no more.
    """
    dimensions = (*DIMENSIONS, 4096)
    dimension = plain["collections"][place % len(plain["collections"])]["dimension"]
    later = dimensions[min(dimensions.index(dimension) + steps, len(dimensions) - 1)]
    larger = with_collection(plain, place, dimension=later)
    catalogue = FEW if few else None
    small, large = plan_of(plain, catalogue), plan_of(larger, catalogue)
    if not small.roles or not large.roles or large.topology == "lite":
        return
    assert (large.object_store_bytes or 0) >= (small.object_store_bytes or 0)
    if small.topology == "lite":
        return
    for key in ("index_bytes", "loaded_bytes", "local_disk_bytes", "gpu_bytes", "segments"):
        if all(one["segment_bytes"] == other["segment_bytes"] for one, other in pairs(small, large)):
            assert all(other[key] >= one[key] for one, other in pairs(small, large)), key
    assert small.cost.cheapest_usd_per_month is not None
    assert large.cost.cheapest_usd_per_month is not None
    saved = 0.0
    if any(one["segments"] > 1 for one in small.collection_plans):
        building = {small.roles[role].node_pool for role in ("data_node", "streaming_node") if role in small.roles}
        building |= {"general"} if "standalone" in small.roles else set()
        saved = sum(pool["usd_per_month"] for pool in small.node_pools if pool["name"] in building) / 2
    assert large.cost.cheapest_usd_per_month >= small.cost.cheapest_usd_per_month - saved - A_CENT


def pairs(small: Plan, large: Plan) -> list[tuple[Mapping[str, Any], Mapping[str, Any]]]:
    """Each collection as planned for one and for the other."""
    return list(zip(small.collection_plans, large.collection_plans, strict=True))


ARTICLES: Final[dict[str, Any]] = {"name": "articles", "vectors": 10_000_000, "dimension": 128}


@pytest.mark.parametrize(
    ("collection", "keys"),
    [
        # Lists with room to grow in every segment.
        ({"vectors": 906_986_160, "index": "GPU_IVF_FLAT", "index_params": {"nlist": 1024}, "metric": "L2"}, {}),
        # Training sub-quantisers once for every segment that is built.
        (
            {"vectors": 5_230, "dimension": 256, "index": "IVF_PQ", "index_params": {"nlist": 1024, "m": 16}},
            {"inserts_per_second": 3_825},
        ),
    ],
)
def test_the_first_query_does_not_make_it_cheaper(collection: dict[str, Any], keys: dict[str, Any]) -> None:
    """Larger segments were tried only where queries were asked."""
    plain = {"collections": [{**ARTICLES, **collection}], "topology": "distributed", **keys}
    check(plain, changed(plain, queries_per_second=1), few=False)


def test_a_zone_that_may_be_lost_costs_no_less_than_a_pod() -> None:
    """Data nodes of eight cores and a spare one cost more than three of five, which a zone asks for anyway."""
    plain = {
        "collections": [{**ARTICLES, "vectors": 3_118, "dimension": 512, "index": "DISKANN"}],
        "inserts_per_second": 3_118,
        "availability": "pod",
    }
    check(plain, changed(plain, availability="zone"), few=True)


@pytest.mark.parametrize("queries_per_second", [0, 2_000, 20_000])
def test_a_third_copy_costs_no_less_than_two(queries_per_second: int) -> None:
    """Two copies in two zones lose half of their pods with one of them, three copies in three zones a third."""
    plain: dict[str, Any] = {
        "collections": [ARTICLES],
        "queries_per_second": queries_per_second,
        "availability": "zone",
        "replicas": 1,
    }
    for few in (False, True):
        for replicas in (1, 2, 3):
            check(changed(plain, replicas=replicas), changed(plain, replicas=replicas + 1), few)


def test_copies_on_gpus_have_whole_nodes_in_each_zone() -> None:
    """Pods that share a node with several GPUs were counted as if zones could share it."""
    plain: dict[str, Any] = {
        "collections": [{**ARTICLES, "vectors": 60_000_000, "dimension": 768, "index": "GPU_CAGRA", "metric": "L2"}],
        "replicas": 2,
        "availability": "pod",
    }
    check(plain, changed(plain, availability="zone"), few=True)
    for replicas in (2, 3, 4):
        plan = plan_of(changed(plain, availability="zone", replicas=replicas), FEW)
        assert plan.cost.usd_per_month is not None
        assert plan.cost.cheapest_usd_per_month is not None
        assert plan.cost.usd_per_month <= 1.05 * plan.cost.cheapest_usd_per_month
