"""AUTOINDEX: Milvus chooses, and it chooses differently in Milvus Lite, on a CPU image and on a GPU image."""

from __future__ import annotations

from typing import Final

from pulumi_milvus.planning.data_types import METRICS, VECTOR_TYPES
from pulumi_milvus.planning.indexes.model import EVERYWHERE, IndexType

SOURCE: Final = "Milvus source, pkg/util/paramtable/autoindex_param.go, _cuda.go and _nocuda.go"
LITE_SOURCE: Final = "milvus-lite 3.2.2, milvus_lite/index/factory.py and faiss_hnsw.py"

INDEXES: Final = (
    IndexType(
        "AUTOINDEX", "automatic", frozenset(VECTOR_TYPES), frozenset(METRICS) - {"MHJACCARD"}, EVERYWHERE, SOURCE
    ),
)


def resolve_autoindex(data_type: str, place: str) -> tuple[str, dict[str, int]]:
    """The index type and build parameters that AUTOINDEX becomes at a place: ``lite``, ``server`` or ``gpu``.

    Lite builds faiss's HNSW with M=16 and efConstruction=200 (its own defaults), a server HNSW with M=18 and 240.
    """
    if data_type == "SPARSE_FLOAT_VECTOR":
        return "SPARSE_INVERTED_INDEX", {}
    if data_type == "BINARY_VECTOR":
        return "BIN_IVF_FLAT", {"nlist": 1_024}
    if place == "lite":
        return "HNSW", {"M": 16, "efConstruction": 200}
    if place == "gpu" and data_type in ("FLOAT_VECTOR", "FLOAT16_VECTOR"):
        return "GPU_CAGRA", {"intermediate_graph_degree": 64, "graph_degree": 32}
    return "HNSW", {"M": 18, "efConstruction": 240}
