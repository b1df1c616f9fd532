"""What the planner leaves out to be quick changes no plan."""

from __future__ import annotations

import copy
import itertools
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pulumi_milvus.planning.capacity.loaded import Loaded
from pulumi_milvus.planning.capacity.query_pool import (
    MOST_OVER_CHEAPEST,
    QueryDemand,
    cheapest_choices,
    fewest_nodes,
    query_choice,
    query_choices,
)
from pulumi_milvus.planning.deployment.nodes import Kind, query_nodes_of, worth_trying
from pulumi_milvus.planning.hardware.aws_catalogue import aws_catalogue
from pulumi_milvus.planning.hardware.catalogue import Catalogue
from pulumi_milvus.planning.hardware.node_shapes import cluster_catalogue, read_node_shapes
from pulumi_milvus.planning.reading import read_workload

ONE: dict[str, Any] = {"collections": [{"name": "articles", "vectors": 1_000, "dimension": 8}]}


def test_the_fields_of_a_collection_are_made_once_and_follow_what_a_copy_changes() -> None:
    """They are remembered: a copy with another index must not keep those of what it was copied from."""
    collection, fresh = read_workload(ONE).collections[0], read_workload(ONE).collections[0]
    assert collection.fields is collection.fields
    other = collection.model_copy(update={"dimension": 16, "index": "IVF_SQ8"})
    assert [(field.dimension, field.index) for field in other.fields] == [(16, "IVF_SQ8")]
    assert [(field.dimension, field.index) for field in collection.fields] == [(8, "AUTOINDEX")]
    assert collection == fresh == copy.deepcopy(collection)
    assert collection.model_dump() == fresh.model_dump()
    assert repr(collection) == repr(fresh)


SHAPES = [
    {"name": "a", "count": 3, "cpu_cores": 16, "memory_gib": 64, "usd_per_month": 300},
    {"name": "b", "count": 3, "cpu_cores": 32, "memory_gib": 64, "usd_per_month": 200},
    {"name": "c", "count": 3, "cpu_cores": 64, "memory_gib": 512, "usd_per_month": 900},
]


@pytest.mark.parametrize("catalogue", [aws_catalogue(), cluster_catalogue(read_node_shapes(SHAPES))])
def test_types_are_tried_from_the_cheapest_on(catalogue: Catalogue) -> None:
    """The search for the least stops at the first type of which the fewest nodes already cost more."""
    for nvme, gpu, zones in itertools.product((False, True), (False, True), (1, 3)):
        weights = [tried.weight for tried in worth_trying(catalogue, Kind(nvme, gpu, zones))]
        assert weights == sorted(weights)
    assert worth_trying(catalogue, Kind())


GIB = 2**30


@st.composite
def query_demands(draw: st.DrawFn) -> QueryDemand:
    segment = Loaded(draw(st.integers(0, 4 * GIB)), GIB, draw(st.integers(0, GIB)), 0, 0, GIB)
    number = draw(st.integers(1, 3_000))
    disk = draw(st.sampled_from([0, 0, 10 * GIB, 900 * GIB]))
    data = segment.times(number) + Loaded(disk_bytes=disk)
    needs_nvme, needs_gpu = draw(st.sampled_from([(False, False), (False, False), (True, False), (False, True)]))
    return QueryDemand(
        data=data,
        segment=segment,
        availability=draw(st.sampled_from(["none", "pod", "zone"])),
        replicas=draw(st.sampled_from([None, None, 1, 2, 3, 7])),
        segments=draw(st.integers(1, number)),
        cores=draw(st.one_of(st.just(0.0), st.floats(0, 3_000))),
        reads_per_second=0.0,
        needs_nvme=needs_nvme,
        needs_gpu=needs_gpu,
    )


@pytest.mark.property
@given(query_demands())
def test_what_is_not_looked_at_would_cost_more(demand: QueryDemand) -> None:
    """The bound by which types are passed over is one; with it the cheapest choices are those of a look at all."""
    zones = 3 if demand.availability == "zone" else 1
    nodes = query_nodes_of(aws_catalogue(), Kind(demand.needs_nvme, demand.needs_gpu, zones))[::5]
    for node in nodes:
        choice = query_choice(demand, node)
        assert choice is None or fewest_nodes(demand, node) <= choice.nodes
    every = query_choices(demand, nodes)
    few = cheapest_choices(demand, nodes)
    assert (
        few == [choice for choice in every if choice.weight <= every[0].weight * (1 + MOST_OVER_CHEAPEST)]
        if every
        else not few
    )
