"""Queries a second into cores: the costliest search of the workload, by the load model."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from pulumi_milvus.planning.capacity.collection_size import CollectionSize, FieldIndex
from pulumi_milvus.planning.collection import Collection
from pulumi_milvus.planning.load.search import Machines, SearchLoad, search_load
from pulumi_milvus.planning.load.segments import segments_visited
from pulumi_milvus.planning.workload import Workload

# Where nothing is said: what the load model's tables call usual.
DEFAULT_RECALL: Final = 0.95
# The machines that the load model was measured against: slowdown by neighbours is that of 16 vCPUs.
MACHINES: Final = Machines(node_vcpus=16.0)
# Kinds of searches that are compared where no queries are declared.
_MOST_UNASKED: Final = 20


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
    collections that are alike the largest is asked.
    """
    largest: dict[tuple[object, ...], tuple[tuple[int, str], CollectionSize, FieldIndex]] = {}
    for size in sizes:
        collection = size.collection
        shared = size.segment_bytes, collection.scalar_bytes_per_row, size.raw_bytes_per_row, _visited_share(collection)
        for field in size.fields:
            if not size.rows:
                continue
            key = (
                field.index.name,
                field.field.data_type,
                field.dimension,
                field.nonzeros_per_vector,
                field.said,
                shared,
            )
            # By name where two are alike, so that their order does not matter.
            weight = size.rows, collection.name
            if key not in largest or weight > largest[key][0]:
                largest[key] = weight, size, field
    if not workload.queries_per_second and len(largest) > _MOST_UNASKED:
        # Nothing is sized by it then: the largest is shown.
        largest = {(): max(largest.values(), key=lambda item: item[0])}
    found = [(weight, Search(size, field, _load(workload, size, field))) for weight, size, field in largest.values()]
    costliest = max(found, key=lambda item: (_cost(item[1].load), item[0], item[1].field.field.name), default=None)
    return None if costliest is None else costliest[1]


def answered_on(workload: Workload, search: Search, nodes_per_copy: int) -> SearchLoad:
    """The same search with its segments on so many query nodes, which work side by side."""
    return _load(workload, search.size, search.field, Machines(MACHINES.node_vcpus, nodes_per_copy))


def _cost(load: SearchLoad) -> tuple[float, float]:
    return load.cores.expected, load.core_ms_per_query.expected


def _visited_share(collection: Collection) -> float:
    return 1 / collection.partitions if collection.partition_key else 1.0


def _load(workload: Workload, size: CollectionSize, field: FieldIndex, machines: Machines = MACHINES) -> SearchLoad:
    row_bytes = max(1, size.raw_bytes_per_row + size.collection.scalar_bytes_per_row)
    return search_load(
        field.index.name,
        {name: value for name, value in field.params.items() if value is not None},
        size.rows,
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
