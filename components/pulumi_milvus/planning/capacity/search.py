"""Queries a second into cores: the costliest search of the workload, by the load model."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from pulumi_milvus.planning.capacity.collection_size import CollectionSize, FieldIndex
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
    collections with the same index and data type the largest is asked.
    """
    largest: dict[tuple[str, str], tuple[float, CollectionSize, FieldIndex]] = {}
    for size in sizes:
        for field in size.fields:
            if not size.rows:
                continue
            key = field.index.name, field.field.data_type
            weight = size.rows * max(1, field.raw_bytes_per_row)
            if key not in largest or weight > largest[key][0]:
                largest[key] = weight, size, field
    found = [Search(size, field, _load(workload, size, field)) for _, size, field in largest.values()]
    return max(
        found, key=lambda search: search.load.cores.expected or search.load.core_ms_per_query.expected, default=None
    )


def _load(workload: Workload, size: CollectionSize, field: FieldIndex) -> SearchLoad:
    row_bytes = max(1, size.raw_bytes_per_row + size.collection.scalar_bytes_per_row)
    visited_share = 1 / size.collection.partitions if size.collection.partition_key else 1.0
    return search_load(
        field.index.name,
        {name: value for name, value in field.params.items() if value is not None},
        size.rows,
        field.dimension or None,
        field.field.data_type,
        segments_visited(size.rows * row_bytes, size.segment_bytes, visited_share),
        workload.queries_per_second,
        workload.recall_target or DEFAULT_RECALL,
        workload.latency_p99_ms,
        machines=MACHINES,
        inserts_per_second=workload.inserts_per_second,
        nonzeros_per_vector=field.nonzeros_per_vector or None,
    )
