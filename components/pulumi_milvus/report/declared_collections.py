"""What is declared of a collection, in one shape for workloads and for resources."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pulumi_milvus.inspection.shapes import mapping, mappings, text, whole
from pulumi_milvus.planning.workload import Workload


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldShape:
    """A vector field, or a scalar one that has an index."""

    data_type: str | None = None
    dimension: int | None = None
    index: str | None = None
    metric: str | None = None
    params: Mapping[str, Any] = field(default_factory=dict)

    @property
    def index_words(self) -> str:
        """The index with its parameters: ``HNSW (M 16, efConstruction 200)``."""
        said = ", ".join(f"{key} {value}" for key, value in sorted(self.params.items()))
        return f"{self.index or 'no index'}{f' ({said})' if said else ''}"


@dataclass(frozen=True, slots=True, kw_only=True)
class CollectionShape:
    """A collection; ``vectors`` are rows expected, None where nobody says."""

    vectors: int | None = None
    shards: int | None = None
    partitions: int | None = None
    mmap: bool | None = None
    fields: Mapping[str, FieldShape] = field(default_factory=dict)


def collections_of_workload(workload: Workload) -> dict[str, CollectionShape]:
    """The collections that a workload declares, by name."""
    return {
        item.name: CollectionShape(
            vectors=item.vectors,
            shards=item.shards,
            partitions=item.partitions,
            mmap=item.mmap,
            fields={
                one.name: FieldShape(
                    data_type=one.data_type,
                    dimension=one.resolved_dimension,
                    index=one.index,
                    metric=one.resolved_metric,
                    params=dict(one.index_params),
                )
                for one in item.fields
            }
            | {one.field: FieldShape(index=one.type) for one in item.scalar_indexes},
        )
        for item in workload.collections
    }


def collection_of_resource(inputs: Mapping[str, Any]) -> CollectionShape:
    """The collection of a resource's inputs."""
    fields = {}
    for item in mappings(inputs.get("fields")):
        index = mapping(item.get("index"))
        if index or item.get("dimension") is not None:
            fields[str(item.get("name"))] = FieldShape(
                data_type=text(item.get("dataType")),
                dimension=whole(item.get("dimension")),
                index=text(index.get("indexType")),
                metric=text(index.get("metricType")),
                params=dict(mapping(index.get("params"))),
            )
    return CollectionShape(
        vectors=whole(inputs.get("expectedRows")),
        shards=whole(inputs.get("shards")),
        partitions=whole(inputs.get("partitions")),
        fields=fields,
    )
