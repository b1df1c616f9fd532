"""RTREE: boxes around geometries in a tree."""

from __future__ import annotations

from typing import Final

from pulumi_milvus.planning.indexes.scalar.field import ScalarField, index_size
from pulumi_milvus.planning.scalar_data import ScalarSize

SOURCE: Final = (
    "Milvus source, internal/core/src/index/RTreeIndexWrapper.{h,cpp} (boost rtree, rstar<16>) at 12166abb; loader: "
    "IndexFactory.cpp at 0027b6ec"
)
# A box of four doubles and the row (40), and its part of the nodes above, of which a node of 16 is one (8).
FILE_BYTES: Final = 40 + 8
# Nodes have room for 17 entries whatever they hold. Twice the file, as Milvus's main branch reserves (IndexFactory.cpp:
# "Reserve node/allocator overhead in addition to persisted bytes").
MEMORY_SHARE: Final = 2
HIGHEST_SHARE: Final = 3
LEAST_BYTES: Final = 40


def rtree_size(field: ScalarField) -> ScalarSize:
    """n * 96: twice the file of n * 48. The tree is read into memory, mmap or not; the loader forgets that it stays."""
    file = FILE_BYTES * field.rows
    return index_size(
        file=file,
        memory=MEMORY_SHARE * file,
        lowest=LEAST_BYTES * field.rows,
        highest=HIGHEST_SHARE * file,
        peak=(MEMORY_SHARE + 1) * file,
        reserved=file,
        source=SOURCE,
        on_disk=True,
    )
