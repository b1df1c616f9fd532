"""What the planner leaves out to be quick changes no plan."""

from __future__ import annotations

import copy
import itertools
from typing import Any

import pytest

from pulumi_milvus.planning.deployment.nodes import Kind, worth_trying
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
