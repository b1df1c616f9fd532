"""Indexes of sparse vectors (inverted lists) and of binary vectors (bits, MinHash signatures)."""

from __future__ import annotations

from typing import Final

from pulumi_milvus.planning.indexes.inverted_file import NLIST, NPROBE
from pulumi_milvus.planning.indexes.model import EVERYWHERE, SERVERS, IndexType, Parameter

SPARSE_SOURCE: Final = "Milvus 3.0 docs, userGuide/indexes/sparse-vector/sparse-inverted-index.md"
BINARY_SOURCE: Final = (
    "Milvus 3.0 docs, userGuide/indexes/binary-vector; Knowhere d7cfd888, src/index/minhash and index_table.h"
)
_BINARY: Final = frozenset({"BINARY_VECTOR"})
_BIT_METRICS: Final = frozenset({"HAMMING", "JACCARD"})

INDEXES: Final = (
    IndexType(
        "SPARSE_INVERTED_INDEX",
        "sparse",
        frozenset({"SPARSE_FLOAT_VECTOR"}),
        frozenset({"IP", "BM25"}),
        EVERYWHERE,
        SPARSE_SOURCE,
        (
            Parameter(
                "inverted_index_algo",
                "choice",
                choices=(
                    "DAAT_MAXSCORE",
                    "DAAT_WAND",
                    "TAAT_NAIVE",
                    "BLOCK_MAX_MAXSCORE",
                    "BLOCK_MAX_WAND",
                    "SINDI",
                ),
                default="DAAT_MAXSCORE",
            ),
            Parameter("bm25_k1", "float", 0, 3),
            Parameter("bm25_b", "float", 0, 1),
            Parameter("drop_ratio_build", "float", 0, 1),
            Parameter("drop_ratio_search", "float", 0, 1, search=True),
        ),
    ),
    IndexType(
        "SPARSE_WAND",  # deprecated since 2.5.4: SPARSE_INVERTED_INDEX with inverted_index_algo DAAT_WAND
        "sparse",
        frozenset({"SPARSE_FLOAT_VECTOR"}),
        frozenset({"IP", "BM25"}),
        SERVERS,
        SPARSE_SOURCE,
        (Parameter("drop_ratio_build", "float", 0, 1), Parameter("drop_ratio_search", "float", 0, 1, search=True)),
    ),
    IndexType("BIN_FLAT", "binary", _BINARY, _BIT_METRICS, SERVERS, BINARY_SOURCE),
    IndexType("BIN_IVF_FLAT", "binary", _BINARY, _BIT_METRICS, SERVERS, BINARY_SOURCE, (NLIST, NPROBE)),
    IndexType(
        "MINHASH_LSH",
        "binary",
        _BINARY,
        frozenset({"MHJACCARD"}),
        SERVERS,
        BINARY_SOURCE,
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
