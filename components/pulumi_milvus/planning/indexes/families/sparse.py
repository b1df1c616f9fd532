"""SPARSE_INVERTED_INDEX: for each dimension the list of rows that have a value there."""

from __future__ import annotations

from typing import Final

from pulumi_milvus.planning.indexes.model import EVERYWHERE, SERVERS, IndexType, Parameter

SOURCE: Final = "Milvus 3.0 docs, userGuide/indexes/sparse-vector/sparse-inverted-index.md"

INDEXES: Final = (
    IndexType(
        "SPARSE_INVERTED_INDEX",
        "sparse",
        frozenset({"SPARSE_FLOAT_VECTOR"}),
        frozenset({"IP", "BM25"}),
        EVERYWHERE,
        SOURCE,
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
        SOURCE,
        (Parameter("drop_ratio_build", "float", 0, 1), Parameter("drop_ratio_search", "float", 0, 1, search=True)),
    ),
)
