"""What a Milvus server keeps beside an index: rows' bookkeeping, a second copy while loading, growing data, building.

Measured with Milvus 2.3.5 standalone (Knowhere 2.2.3), one sealed segment a collection, int64 key, float32 vectors,
8 to 768 dimensions, 100,000 to 1,000,000 rows. Newer servers were not measured; their indexes are modelled from their
layout.
"""

from __future__ import annotations

from typing import Final

MEASURED: Final = "measured: Milvus 2.3.5 standalone, one sealed segment, int64 key, 8..768 dimensions, 100k..1M rows"

# Key, timestamp, row id and the index of keys: 80 to 102 bytes a row (FLAT 1M x 8 pins it).
ROW_BYTES: Final = 100
# A query node's first load grows it by buffers and caches that stay after a release: 10..40 MB in the first series of
# runs; counted once for a query node, not for each collection.
FIRST_LOAD_BYTES: Final = 32_000_000
# Loading puts the index together from 16 MiB slices and then parses it: for a moment it is there twice. Peaks were 2.06
# to 2.15 times the index for types with the vectors in them; 2.1 with the rest of the model is 3 to 20 % above.
LOADING_COPIES: Final = 1.1

# Rows still growing are there as they came, and once more in the interim index (IVF_FLAT_CC): 0.86 to 1.3 times the
# vectors on top of the rows. The server's own planning figure is 1.15 (queryNode.segcore.interimIndex.
# memExpansionRate).
INTERIM_INDEX_SHARE: Final = 1.35
# Write buffers, message caches and heap of a server that is inserting: about 90 MB whatever the rows.
INSERT_BUFFER_BYTES: Final = 90_000_000

# Building: twice the raw vectors, three times the index, and 100 to 570 MB, so that none of seven builds was above.
BUILD_RAW_COPIES: Final = 2
BUILD_INDEX_COPIES: Final = 3
BUILD_BYTES: Final = 570_000_000
BUILDING_IN_WORDS: Final = (
    f"{BUILD_RAW_COPIES} times the vectors, {BUILD_INDEX_COPIES} times the index and {BUILD_BYTES / 1e6:.0f} MB"
)

# Binlogs of key, row id and timestamp: 2..3 bytes a row each when they ascend; a key at random does not compress (8).
# The stats log takes about 2.
BINLOG_BYTES_PER_ROW: Final = 8 + 3 + 3 + 2
# Vector binlogs are not compressed: 1.001 times the vectors.
BINLOG_VECTOR_SHARE: Final = 1.001
# A compaction writes the merged segments and their indexes before the old ones are collected as garbage
# (dataCoord.gc.dropTolerance, 3 hours): for that time everything that is merged is stored twice.
COMPACTION_COPIES: Final = 2


def loaded_bytes(rows: int, index_bytes: int, scalar_bytes: int) -> int:
    """What a query node grows by when data is loaded: the index, the scalar columns and the rows' bookkeeping."""
    if not rows:
        return 0
    return index_bytes + scalar_bytes + ROW_BYTES * rows + FIRST_LOAD_BYTES


def loading_bytes(index_bytes: int) -> int:
    """What a segment needs beside its own index while it is loaded."""
    return round(LOADING_COPIES * index_bytes)


def growing_bytes(rows: int, raw_bytes_per_row: int, copied_bytes_per_row: int, scalar_bytes: int) -> int:
    """The same rows while still growing, interim index on; ``copied_bytes_per_row`` 0 where a type has none."""
    if not rows:
        return 0
    vectors = raw_bytes_per_row + INTERIM_INDEX_SHARE * copied_bytes_per_row
    return round(rows * (vectors + ROW_BYTES)) + scalar_bytes + INSERT_BUFFER_BYTES


def building_bytes(raw_bytes: int, index_bytes: int) -> int:
    """What building one segment's index needs on top of the idle process."""
    if not raw_bytes:
        return 0
    return BUILD_RAW_COPIES * raw_bytes + BUILD_INDEX_COPIES * index_bytes + BUILD_BYTES


def binlog_bytes(rows: int, raw_bytes_per_row: int, scalar_bytes_per_row: int) -> int:
    """Inserted rows in the object store; scalar data are taken not to compress."""
    return round(rows * (BINLOG_VECTOR_SHARE * raw_bytes_per_row + scalar_bytes_per_row + BINLOG_BYTES_PER_ROW))
