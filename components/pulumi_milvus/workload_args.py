"""The workload as component arguments, in the shape that every Pulumi language can use.

Declared sizing is plain, not `Input`: which resources exist depends on it. A test holds the keys equal to the models of
planning, which say what each may be.
"""

from typing import Any, NotRequired, TypedDict


class VectorFieldWorkloadArgs(TypedDict):
    """One of several vector fields of a row."""

    name: str
    """Name of the field, unique in the collection."""
    embedding_model: NotRequired[str]
    """Name of the model that makes the vectors; fills in dimension and metric."""
    dimension: NotRequired[int]
    """Numbers in one vector, bits for BINARY_VECTOR; not for SPARSE_FLOAT_VECTOR."""
    metric: NotRequired[str]
    """How two vectors are compared: COSINE, L2, IP, BM25, HAMMING, JACCARD or MHJACCARD."""
    data_type: NotRequired[str]
    """How Milvus stores one vector; FLOAT_VECTOR by default."""
    index: NotRequired[str]
    """Index type; AUTOINDEX by default."""
    index_params: NotRequired[dict[str, Any]]
    """Build parameters of the index with Milvus's own names, such as M or nlist."""


class ScalarIndexWorkloadArgs(TypedDict):
    """An index of a scalar field, for filters."""

    field: str
    """Name of the scalar field."""
    type: str
    """Scalar index type; Milvus Lite has INVERTED only."""
    data_type: NotRequired[str]
    """Type of the scalar field; VARCHAR by default."""


class CollectionWorkloadArgs(TypedDict):
    """What one collection stores."""

    name: str
    """Name of the collection, unique in the environment."""
    vectors: int
    """Rows stored today."""
    growth_vectors_per_month: NotRequired[int]
    """Rows added per month."""
    embedding_model: NotRequired[str]
    """Name of the model that makes the vectors; fills in dimension and metric."""
    dimension: NotRequired[int]
    """Numbers in one vector, bits for BINARY_VECTOR; not for SPARSE_FLOAT_VECTOR."""
    metric: NotRequired[str]
    """How two vectors are compared: COSINE, L2, IP, BM25, HAMMING, JACCARD or MHJACCARD."""
    data_type: NotRequired[str]
    """How Milvus stores one vector; FLOAT_VECTOR by default."""
    index: NotRequired[str]
    """Index type; AUTOINDEX by default."""
    index_params: NotRequired[dict[str, Any]]
    """Build parameters of the index with Milvus's own names, such as M or nlist."""
    scalar_bytes_per_row: NotRequired[int]
    """Bytes of scalar data in one row, without the vectors."""
    scalar_indexes: NotRequired[list[ScalarIndexWorkloadArgs]]
    """Indexes of scalar fields."""
    vector_fields: NotRequired[list[VectorFieldWorkloadArgs]]
    """The vector fields of a row that has several; then no vector keys on the collection itself."""
    partition_key: NotRequired[str]
    """Scalar field by whose value Milvus spreads rows over partitions."""
    shards: NotRequired[int]
    """Channels that take inserts in parallel, 1 to 16."""
    mmap: NotRequired[bool]
    """Map data and index from local disk instead of holding them in memory."""
    partitions: NotRequired[int]
    """Partitions of the collection, 1 to 1,024."""


class WorkloadArgs(TypedDict):
    """What will be stored and asked, and how sure it must be."""

    collections: list[CollectionWorkloadArgs]
    """What is stored: one entry for each collection."""
    queries_per_second: NotRequired[float]
    """Searches per second at the busiest time, over all collections."""
    latency_p99_ms: NotRequired[float]
    """Wished latency of a search in milliseconds, 99th percentile."""
    recall_target: NotRequired[float]
    """Wished share of true neighbours found, such as 0.95."""
    inserts_per_second: NotRequired[float]
    """Rows inserted or updated per second at the busiest time."""
    availability: NotRequired[str]
    """What may be lost without losing service: none, pod or zone."""
    horizon_months: NotRequired[int]
    """For how many months of growth the plan must hold."""
    production: NotRequired[bool]
    """Whether the rules for production are errors instead of warnings."""
    replicas: NotRequired[int]
    """In-memory copies of the loaded data; by default the planner decides."""
    topology: NotRequired[str]
    """lite, standalone, distributed or managed; by default the planner decides."""
    node_shapes: NotRequired[list[dict[str, Any]]]
    """Node shapes of a cluster that is already there."""


__all__ = [
    "CollectionWorkloadArgs",
    "ScalarIndexWorkloadArgs",
    "VectorFieldWorkloadArgs",
    "WorkloadArgs",
]
