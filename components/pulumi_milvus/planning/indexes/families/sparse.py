"""SPARSE_INVERTED_INDEX: for each dimension the list of rows that have a value there.

Layouts from the engine's source, not measured on a server. Index version 8, which Knowhere 2.6 and 3.0 write unless
dataCoord.targetVecIndexVersion asks for a newer one (Knowhere d7cfd888, include/knowhere/version.h; 3.0.0 packed its
lists, which is smaller). Version 10 keeps IP values as 2 bytes, SINDI needs it.
"""

from __future__ import annotations

import math
from typing import Final

from pulumi_milvus.planning.indexes.codes import ALLOCATOR_SLACK
from pulumi_milvus.planning.indexes.model import (
    EVERYWHERE,
    SERVERS,
    IndexSize,
    IndexType,
    Parameter,
    Segment,
    Terms,
)

SOURCE: Final = (
    "Milvus 3.0 docs, userGuide/indexes/sparse-vector/sparse-inverted-index.md; Knowhere d7cfd888, "
    "src/index/sparse/{flatten_inverted_index,sindi_inverted_index,dim_map}.h"
)

# How many dimensions carry a value is not declared. A learned model writes to its vocabulary: 250,002 words is the
# largest among models in common use (BGE-M3: FacebookAI/xlm-roberta-base, config.json, vocab_size). Words of texts
# (BM25) grow with the root of their number, 30 to 100 times it (Heaps' law: Manning, Raghavan, Schuetze, Introduction
# to Information Retrieval, 5.1.1). The larger of the two, and never more than there are values.
LARGEST_VOCABULARY: Final = 250_002
WORDS_PER_ROOT_OF_VALUES: Final = 100

# flatten_inverted_index.h: a row's number, and its value as float (IP) or as a count (BM25, u16).
ROW_NUMBER_BYTES: Final = 4
VALUE_BYTES: Final = {"IP": 4, "BM25": 2}
# Once a dimension: the list's offset (8), its own number (4), its perfect hash (thirdparty ptrhash: a byte for a bucket
# of several dimensions and 4 for the few that moved; under 1), the length of its list for Prometheus (4).
DIMENSION_BYTES: Final = 8 + 4 + 1 + 4
MAX_SCORE_BYTES: Final = 4  # of a dimension, for all algorithms but TAAT_NAIVE
ROW_SUM_BYTES: Final = 4  # of a row, BM25 only
ROW_LENGTH_BYTES: Final = 4  # of a row, for Prometheus
# block_max_data.h: the last row and the best score of each block of 128 values, and 8 bytes a dimension.
BLOCK_VALUES: Final = 128
BLOCK_BYTES: Final = 8
BLOCK_OFFSET_BYTES: Final = 8
# inverted_index_format.h: 36 bytes, and 24 for each of at most 7 sections; the perfect hash's own header.
HEADER_BYTES: Final = 320
# Without a perfect hash in the file (Knowhere 2.6) loading makes an unordered_map: a node of 32 bytes, a bucket of 8.
MAP_ENTRY_BYTES: Final = 40

# sindi_inverted_index.h: rows are numbered within windows of 65,535, so row and value take 2 bytes each.
WINDOW_ROWS: Final = 65_535
SINDI_VALUE_BYTES: Final = 2 + 2
# Once a dimension: offset (4), number (4), hash (1), best score (4), length of its windows (4), a bit.
SINDI_DIMENSION_BYTES: Final = 4 + 4 + 1 + 4 + 4 + 1
# A window's count in a dimension: 2 bytes for every window, or 4 for each that is not empty, whichever is less.
WINDOW_BYTES: Final = 2
FULL_WINDOW_BYTES: Final = 4
SPAN_BYTES: Final = 3 * 16  # in memory, views of a dimension's rows, values and windows

BLOCK_ALGORITHMS: Final = frozenset({"BLOCK_MAX_MAXSCORE", "BLOCK_MAX_WAND"})
ALGORITHM: Final = Parameter(
    "inverted_index_algo",
    "choice",
    choices=("DAAT_MAXSCORE", "DAAT_WAND", "TAAT_NAIVE", "BLOCK_MAX_MAXSCORE", "BLOCK_MAX_WAND", "SINDI"),
    default="DAAT_MAXSCORE",
)
DROP_RATIO_BUILD: Final = Parameter("drop_ratio_build", "float", 0, 1)
DROP_RATIO_SEARCH: Final = Parameter("drop_ratio_search", "float", 0, 1, search=True)


def dimensions_in_use(values: int) -> int:
    """The most dimensions that are taken to carry one of that many values (see the constants above)."""
    return min(values, max(LARGEST_VOCABULARY, WORDS_PER_ROOT_OF_VALUES * math.isqrt(values)))


def sparse_size(segment: Segment) -> IndexSize:
    """values * (4 + 4) for IP, values * (4 + 2) + 4n for BM25, and 17 to 21 bytes a dimension; SINDI values * 4.

    1,000,000 rows of 100 values, IP: 800 MB of rows and values, 4 MB of lengths, 1,000,000 dimensions * 21. The file
    is kept as it was read and searched in place. It cannot give a vector back: Milvus loads the vectors beside an IP
    index, and not beside BM25 (internal/querynodev2/segments/segment_loader.go, "skip raw data for BM25 index").
    """
    values = math.ceil(segment.rows * segment.nonzeros_per_vector)
    dimensions = dimensions_in_use(values)
    sums: Terms = (("row sums", ROW_SUM_BYTES * segment.rows),) if segment.metric == "BM25" else ()
    if segment.params.get("inverted_index_algo") == "SINDI":
        file = _sindi_file(segment.rows, values, dimensions)
        tables: Terms = (("views of the lists", SPAN_BYTES * dimensions),)
    else:
        file = _flat_file(segment, values, dimensions)
        tables = (*sums, ("map of dimensions", MAP_ENTRY_BYTES * dimensions))
    return IndexSize(
        file=(*file, *sums, ("header", HEADER_BYTES)),
        tables=(*tables, *ALLOCATOR_SLACK),
        has_raw_data=segment.metric == "BM25",
    )


def _flat_file(segment: Segment, values: int, dimensions: int) -> Terms:
    algorithm = str(segment.params.get("inverted_index_algo") or ALGORITHM.default)
    scores = 0 if algorithm == "TAAT_NAIVE" else MAX_SCORE_BYTES * dimensions
    blocks = 0
    if algorithm in BLOCK_ALGORITHMS:
        # Each list's last block may be short: no more than one a dimension beyond the full ones.
        count = min(values, values // BLOCK_VALUES + dimensions)
        blocks = BLOCK_BYTES * count + BLOCK_OFFSET_BYTES * dimensions
    return (
        ("rows of the lists", ROW_NUMBER_BYTES * values),
        ("values of the lists", VALUE_BYTES[segment.metric] * values),
        ("dimensions", DIMENSION_BYTES * dimensions),
        ("best scores", scores),
        ("block maxima", blocks),
        ("row lengths", ROW_LENGTH_BYTES * segment.rows),
    )


def _sindi_file(rows: int, values: int, dimensions: int) -> Terms:
    windows = -(-rows // WINDOW_ROWS)
    counts = min(WINDOW_BYTES * windows * dimensions, FULL_WINDOW_BYTES * values)
    return (
        ("rows and values of the lists", SINDI_VALUE_BYTES * values),
        ("dimensions", SINDI_DIMENSION_BYTES * dimensions),
        ("window counts", counts),
    )


INDEXES: Final = (
    IndexType(
        "SPARSE_INVERTED_INDEX",
        "sparse",
        frozenset({"SPARSE_FLOAT_VECTOR"}),
        frozenset({"IP", "BM25"}),
        EVERYWHERE,
        SOURCE,
        (
            ALGORITHM,
            Parameter("bm25_k1", "float", 0, 3),
            Parameter("bm25_b", "float", 0, 1),
            DROP_RATIO_BUILD,
            DROP_RATIO_SEARCH,
        ),
        size=sparse_size,
    ),
    IndexType(
        "SPARSE_WAND",  # deprecated since 2.5.4: SPARSE_INVERTED_INDEX with inverted_index_algo DAAT_WAND
        "sparse",
        frozenset({"SPARSE_FLOAT_VECTOR"}),
        frozenset({"IP", "BM25"}),
        SERVERS,
        SOURCE,
        (DROP_RATIO_BUILD, DROP_RATIO_SEARCH),
        size=sparse_size,
    ),
)
