"""FLAT and the inverted-file family: rows are grouped into nlist lists, a search reads nprobe of them."""

from __future__ import annotations

from typing import Final

from pulumi_milvus.planning.data_types import FLOATING_TYPES
from pulumi_milvus.planning.indexes.model import DENSE_METRICS, EVERYWHERE, SERVERS, IndexType, Parameter

SOURCE: Final = (
    "Milvus 3.0 docs, userGuide/indexes/floating-vector; Knowhere d7cfd888, src/index/ivf/ivf_config.h and "
    "include/knowhere/index/index_table.h"
)
NLIST: Final = Parameter("nlist", "int", 1, 65_536, default=128)
NPROBE: Final = Parameter("nprobe", "int", 1, 65_536, default=8, search=True)
REFINE: Final = Parameter("refine", "bool", default=False)
REFINE_TYPE: Final = Parameter("refine_type", "choice", choices=("SQ6", "SQ8", "FP16", "BF16", "FP32"))
REFINE_K: Final = Parameter("refine_k", "float", 1, search=True)


def _index(name: str, *parameters: Parameter, lite: bool = False, since: tuple[int, ...] = ()) -> IndexType:
    return IndexType(
        name,
        "inverted file",
        FLOATING_TYPES,
        DENSE_METRICS,
        EVERYWHERE if lite else SERVERS,
        SOURCE,
        parameters,
        since=since,
    )


INDEXES: Final = (
    _index("FLAT", lite=True),
    IndexType(
        "BRUTE_FORCE",
        "inverted file",
        frozenset({"FLOAT_VECTOR"}),
        DENSE_METRICS,
        frozenset({"lite"}),
        "milvus-lite 3.2.2, milvus_lite/index/factory.py: Milvus Lite's own name for FLAT",
    ),
    IndexType(
        "FAISS",
        "faiss",
        frozenset({"FLOAT_VECTOR", "BINARY_VECTOR"}),
        DENSE_METRICS | {"HAMMING", "JACCARD"},
        SERVERS,
        "Milvus 3.0 docs, release_notes.md: the FAISS passthrough index; what it takes depends on the factory string",
        (Parameter("faiss_index_name", "text", required=True),),
        since=(3,),
    ),
    _index("IVF_FLAT", NLIST, NPROBE, lite=True),
    _index("IVF_SQ8", NLIST, REFINE, REFINE_TYPE, NPROBE, REFINE_K, lite=True),
    _index(
        "IVF_PQ",
        NLIST,
        Parameter("m", "int", 1, 65_536, divides=True, required=True),
        Parameter("nbits", "int", 1, 24, default=8),
        NPROBE,
    ),
    _index(
        "IVF_RABITQ",
        NLIST,
        REFINE,
        REFINE_TYPE,
        Parameter("rbq_bits", "int", 1, 9, default=1),
        NPROBE,
        Parameter("rbq_query_bits", "int", 0, 8, default=0, search=True),
        REFINE_K,
        since=(2, 6),
    ),
    _index(
        "SCANN",
        NLIST,
        Parameter("with_raw_data", "bool", default=True),
        Parameter("sub_dim", "int", 1, default=2, divides=True),
        NPROBE,
        Parameter("reorder_k", "int", 1, search=True),
    ),
)
