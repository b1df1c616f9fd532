"""FLAT: no index, every vector is compared. Milvus writes no file for it and loads the vectors as they are."""

from __future__ import annotations

from typing import Final

from pulumi_milvus.planning.data_types import FLOATING_TYPES
from pulumi_milvus.planning.indexes.codes import ALLOCATOR_SLACK, HEADER_BYTES, float_bytes_per_row, norms_bytes
from pulumi_milvus.planning.indexes.model import DENSE_METRICS, EVERYWHERE, IndexSize, IndexType, Segment

SOURCE: Final = (
    "Milvus 3.0 docs, userGuide/indexes/floating-vector; Knowhere d7cfd888, src/index/flat/flat.cc and "
    "include/knowhere/index/index_table.h"
)


def flat_size(segment: Segment) -> IndexSize:
    """The vectors as float32; the object store keeps the vectors only, no file of an index (measured, 2.3.5)."""
    vectors = segment.rows * float_bytes_per_row(segment)
    norms = norms_bytes(segment)
    return IndexSize(
        file=(("vectors", vectors), ("norms", norms), ("header", HEADER_BYTES)),
        tables=ALLOCATOR_SLACK,
        stored_share=0.0,
    )


INDEXES: Final = (
    IndexType("FLAT", "inverted file", FLOATING_TYPES, DENSE_METRICS, EVERYWHERE, SOURCE, size=flat_size),
    IndexType(
        "BRUTE_FORCE",
        "inverted file",
        frozenset({"FLOAT_VECTOR"}),
        DENSE_METRICS,
        frozenset({"lite"}),
        "milvus-lite 3.2.2, milvus_lite/index/factory.py: Milvus Lite's own name for FLAT",
        size=flat_size,
    ),
)
