"""MINHASH_LSH: signatures of sets, found by bands that agree."""

from __future__ import annotations

from typing import Final

from pulumi_milvus.planning.indexes.model import SERVERS, IndexType, Parameter

SOURCE: Final = (
    "Milvus 3.0 docs, userGuide/indexes/binary-vector; Knowhere d7cfd888, src/index/minhash and index_table.h"
)

INDEXES: Final = (
    IndexType(
        "MINHASH_LSH",
        "binary",
        frozenset({"BINARY_VECTOR"}),
        frozenset({"MHJACCARD"}),
        SERVERS,
        SOURCE,
        (
            Parameter("mh_element_bit_width", "choice", choices=("8", "16", "32", "64")),
            Parameter("mh_lsh_band", "int", 1),
            Parameter("mh_lsh_code_in_mem", "bool"),
            Parameter("with_raw_data", "bool"),
            Parameter("mh_lsh_bloom_false_positive_prob", "float", 0.001, 0.1),
            Parameter("mh_search_with_jaccard", "bool", search=True),
            Parameter("refine_k", "float", 1, search=True),
        ),
        since=(2, 6),
    ),
)
