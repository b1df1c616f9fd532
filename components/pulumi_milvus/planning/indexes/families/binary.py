"""BIN_FLAT and BIN_IVF_FLAT: vectors of bits, compared as they are or grouped into lists."""

from __future__ import annotations

from typing import Final

from pulumi_milvus.planning.indexes.codes import (
    ALLOCATOR_SLACK,
    HEADER_BYTES,
    NLIST,
    NPROBE,
    list_slack,
    lists_of,
    row_places,
)
from pulumi_milvus.planning.indexes.families.ivf import ID_BYTES
from pulumi_milvus.planning.indexes.model import SERVERS, IndexSize, IndexType, Segment

SOURCE: Final = (
    "Milvus 3.0 docs, userGuide/indexes/binary-vector; Knowhere d7cfd888, src/index/ivf/ivf.cc and index_table.h"
)
BINARY: Final = frozenset({"BINARY_VECTOR"})
_METRICS: Final = frozenset({"HAMMING", "JACCARD"})


def bin_flat_size(segment: Segment) -> IndexSize:
    """n * d/8. Measured, faiss-cpu 1.15.1: 33 bytes off. As FLAT, it is no file in the object store."""
    vectors = segment.rows * segment.raw_bytes_per_row
    return IndexSize(file=(("vectors", vectors), ("header", HEADER_BYTES)), tables=ALLOCATOR_SLACK, stored_share=0.0)


def bin_ivf_flat_size(segment: Segment) -> IndexSize:
    """n * (d/8 + 8) + nlist * (d/8 + 8). Measured, faiss-cpu 1.15.1: 115 bytes off; bits are taken not to compress."""
    lists, row = lists_of(segment), segment.raw_bytes_per_row
    return IndexSize(
        file=(
            ("vectors", segment.rows * row),
            ("ids", segment.rows * ID_BYTES),
            ("centroids", lists * (row + 8)),
            ("header", HEADER_BYTES),
        ),
        tables=(*row_places(segment), *list_slack(lists)),
    )


INDEXES: Final = (
    IndexType("BIN_FLAT", "binary", BINARY, _METRICS, SERVERS, SOURCE, size=bin_flat_size),
    IndexType("BIN_IVF_FLAT", "binary", BINARY, _METRICS, SERVERS, SOURCE, (NLIST, NPROBE), size=bin_ivf_flat_size),
)
