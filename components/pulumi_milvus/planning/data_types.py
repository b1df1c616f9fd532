"""Data types of vectors and scalars, metrics, topologies: the words that every other module uses.

Sources: Milvus 3.0 documentation, userGuide/schema and userGuide/search-query-get/metric.md; default metrics: Milvus
source, pkg/util/paramtable/autoindex_param.go.
"""

from __future__ import annotations

from typing import Final, Literal, get_args

VectorType = Literal[
    "FLOAT_VECTOR", "FLOAT16_VECTOR", "BFLOAT16_VECTOR", "INT8_VECTOR", "BINARY_VECTOR", "SPARSE_FLOAT_VECTOR"
]
Metric = Literal["COSINE", "L2", "IP", "BM25", "HAMMING", "JACCARD", "MHJACCARD"]
ScalarType = Literal[
    "BOOL", "INT8", "INT16", "INT32", "INT64", "FLOAT", "DOUBLE", "VARCHAR", "JSON", "ARRAY", "GEOMETRY", "TIMESTAMPTZ"
]
Topology = Literal["lite", "standalone", "distributed", "managed"]
Hardware = Literal["memory", "nvme", "gpu"]

VECTOR_TYPES: Final[tuple[str, ...]] = get_args(VectorType)
METRICS: Final[tuple[str, ...]] = get_args(Metric)
SCALAR_TYPES: Final[tuple[str, ...]] = get_args(ScalarType)
TOPOLOGIES: Final[tuple[str, ...]] = get_args(Topology)

DENSE_TYPES: Final = frozenset({"FLOAT_VECTOR", "FLOAT16_VECTOR", "BFLOAT16_VECTOR", "INT8_VECTOR"})
FLOATING_TYPES: Final = frozenset({"FLOAT_VECTOR", "FLOAT16_VECTOR", "BFLOAT16_VECTOR"})

# Bits of one dimension as Milvus stores it; a sparse vector has no fixed size.
BITS_PER_DIMENSION: Final[dict[str, int]] = {
    "FLOAT_VECTOR": 32,
    "FLOAT16_VECTOR": 16,
    "BFLOAT16_VECTOR": 16,
    "INT8_VECTOR": 8,
    "BINARY_VECTOR": 1,
}


def default_metric(data_type: str, index_type: str | None = None) -> str:
    """The metric Milvus takes where none is said: COSINE for dense vectors, IP for sparse, HAMMING for binary.

    MINHASH_LSH knows only MHJACCARD. Source: Milvus, pkg/util/paramtable/autoindex_param.go; Knowhere,
    src/index/minhash.
    """
    if index_type == "MINHASH_LSH":
        return "MHJACCARD"
    if data_type == "SPARSE_FLOAT_VECTOR":
        return "IP"
    if data_type == "BINARY_VECTOR":
        return "HAMMING"
    return "COSINE"


def raw_bytes_per_row(data_type: str, dimension: int) -> int:
    """Bytes of one vector as stored, without any index; not for sparse vectors, which have no dimension."""
    return (BITS_PER_DIMENSION[data_type] * dimension + 7) // 8
