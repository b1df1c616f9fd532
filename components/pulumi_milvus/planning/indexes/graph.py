"""HNSW and its compressed forms: a graph of neighbours that a search walks."""

from __future__ import annotations

from typing import Final

from pulumi_milvus.planning.data_types import DENSE_TYPES
from pulumi_milvus.planning.indexes.inverted_file import REFINE, REFINE_K, REFINE_TYPE
from pulumi_milvus.planning.indexes.model import DENSE_METRICS, EVERYWHERE, SERVERS, IndexType, Parameter

SOURCE: Final = (
    "Milvus 3.0 docs, userGuide/indexes/floating-vector/hnsw*.md; Knowhere d7cfd888, "
    "src/index/hnsw/faiss_hnsw_config.h and include/knowhere/index/index_table.h"
)
M: Final = Parameter("M", "int", 2, 2_048, default=30)
EF_CONSTRUCTION: Final = Parameter("efConstruction", "int", 1, default=360)
EF: Final = Parameter("ef", "int", 1, search=True)
NBITS: Final = Parameter("nbits", "int", 1, 24, default=8)


def _index(name: str, *parameters: Parameter, lite: bool = False) -> IndexType:
    return IndexType(
        name,
        "graph",
        DENSE_TYPES,
        DENSE_METRICS,
        EVERYWHERE if lite else SERVERS,
        SOURCE,
        (M, EF_CONSTRUCTION, *parameters, EF),
        undocumented_data_types=frozenset({"BINARY_VECTOR"}) if name == "HNSW" else frozenset(),
    )


INDEXES: Final = (
    _index("HNSW", lite=True),
    _index(
        "HNSW_SQ",
        Parameter("sq_type", "choice", choices=("SQ4U", "SQ6", "SQ8", "BF16", "FP16"), default="SQ8"),
        REFINE,
        REFINE_TYPE,
        REFINE_K,
        lite=True,
    ),
    _index(
        "HNSW_PQ",
        Parameter("m", "int", 1, 65_536, default=32, divides=True),
        NBITS,
        REFINE,
        REFINE_TYPE,
        REFINE_K,
    ),
    _index(
        "HNSW_PRQ",
        Parameter("m", "int", 1, 65_536, default=2, divides=True),
        NBITS,
        Parameter("nrq", "int", 1, 16, default=2),
        REFINE,
        REFINE_TYPE,
        REFINE_K,
    ),
)
