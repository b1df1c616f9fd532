"""Queries a second into cores: the costliest search of the workload, by the load model."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from pulumi_milvus.planning.capacity.collection_size import CollectionSize
from pulumi_milvus.planning.capacity.field_index import FieldIndex
from pulumi_milvus.planning.collection import Collection
from pulumi_milvus.planning.load.search import Machines, SearchLoad, search_load
from pulumi_milvus.planning.load.segments import segments_visited
from pulumi_milvus.planning.workload import Workload

# Where nothing is said: what the load model's tables call usual.
DEFAULT_RECALL: Final = 0.95
# The machines that the load model was measured against: slowdown by neighbours is that of 16 vCPUs.
MACHINES: Final = Machines(node_vcpus=16.0)


@dataclass(frozen=True, slots=True)
class Search:
    """The search that asks for most cores, and the field that it searches."""

    size: CollectionSize
    field: FieldIndex
    load: SearchLoad


def costliest_search(workload: Workload, sizes: tuple[CollectionSize, ...]) -> Search | None:
    """The costliest search if every query went to that collection; None where there is nothing to search.

    A query of a collection with a partition key is taken to name one value of it, and to visit that partition alone.
    Which collections are asked how often is not declared, so all queries are taken to go where they cost most. Of
    collections that are alike the largest are asked.
    """
    alike: dict[tuple[object, ...], list[_Searched]] = {}
    for size in sizes:
        collection = size.collection
        row_bytes = size.raw_bytes_per_row + collection.scalar_bytes_per_row
        # A query of an empty collection is answered too, by all of the server but its indexes.
        for field in size.fields if size.rows or workload.queries_per_second else ():
            key = (
                field.index.name,
                field.field.data_type,
                field.said,
                field.nonzeros_per_vector,
                size.segment_bytes,
                _visited_share(collection),
            )
            alike.setdefault(key, []).append(_Searched(size.rows, field.dimension, row_bytes, size, field))
    found = [
        Search(one.size, one.field, _load(workload, one.size, one.field))
        for group in alike.values()
        for one in _unbeaten(group)
    ]
    return max(found, key=_by_cost, default=None)


@dataclass(frozen=True, slots=True)
class _Searched:
    rows: int
    dimension: int
    row_bytes: int
    size: CollectionSize
    field: FieldIndex


def _unbeaten(group: list[_Searched]) -> Iterator[_Searched]:
    """Of searches that are alike those that no other is larger than in every way: one of them costs most."""
    dimension = row_bytes = -1
    group.sort(key=lambda one: (one.rows, one.dimension, one.row_bytes, one.size.collection.name), reverse=True)
    for one in group:
        if one.dimension > dimension or one.row_bytes > row_bytes:
            dimension, row_bytes = max(dimension, one.dimension), max(row_bytes, one.row_bytes)
            yield one


def _by_cost(search: Search) -> tuple[float, float, int, str, str]:
    """What decides; by name where two are alike, so that their order does not matter."""
    load, size = search.load, search.size
    cost = load.cores.expected, load.core_ms_per_query.expected
    return (*cost, size.rows, size.collection.name, search.field.field.name)


def answered_on(workload: Workload, search: Search, nodes_per_copy: int) -> SearchLoad:
    """The same search with its segments on so many query nodes, which work side by side."""
    return _load(workload, search.size, search.field, Machines(MACHINES.node_vcpus, nodes_per_copy))


def _visited_share(collection: Collection) -> float:
    return 1 / collection.partitions if collection.partition_key else 1.0


def _load(workload: Workload, size: CollectionSize, field: FieldIndex, machines: Machines = MACHINES) -> SearchLoad:
    row_bytes = max(1, size.raw_bytes_per_row + size.collection.scalar_bytes_per_row)
    return search_load(
        field.index.name,
        {name: value for name, value in field.params.items() if value is not None},
        max(1, size.rows),
        field.dimension or None,
        field.field.data_type,
        segments_visited(size.rows * row_bytes, size.segment_bytes, _visited_share(size.collection)),
        workload.queries_per_second,
        workload.recall_target or DEFAULT_RECALL,
        workload.latency_p99_ms,
        machines=machines,
        inserts_per_second=workload.inserts_per_second,
        nonzeros_per_vector=field.nonzeros_per_vector or None,
    )
