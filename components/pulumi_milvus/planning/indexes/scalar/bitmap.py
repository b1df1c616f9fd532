"""BITMAP: for each different value the rows that have it, as bits or compressed."""

from __future__ import annotations

from typing import Final

from pulumi_milvus.planning.indexes.scalar.field import ScalarField, index_size
from pulumi_milvus.planning.scalar_data import ScalarSize

SOURCE: Final = (
    "Milvus source, internal/core/src/index/BitmapIndex.cpp at 0027b6ec; loader: IndexFactory.cpp, "
    "ScalarIndexLoadResource; Roaring containers measured with pyroaring 1.2.0"
)
# common/Consts.h, DEFAULT_BITMAP_INDEX_BUILD_MODE_BOUND: up to 500 values each has one bit a row in memory, beyond that
# its rows stay compressed. The documentation recommends BITMAP below 500 values, so 500 are assumed where not said.
MOST_BITSETS: Final = 500
# IndexFactory.cpp in Milvus's main branch counts 128 bytes a value: a node of an ordered map, the key, its bitmap.
VALUE_OVERHEAD_BYTES: Final = 128
# Roaring: for each 65,536 rows a container of 2 bytes a row, or 8 KiB of bits where that is less. Serialized it has 8
# bytes of header; measured with 1,000 to 100,000 values in a million rows, the formula is 0 to 25 % above.
CONTAINER_ROWS: Final = 65_536
CONTAINER_FILE_BYTES: Final = 8
# In memory two allocations, a pointer, a key and a type.
CONTAINER_MEMORY_BYTES: Final = 72
ROW_BYTES: Final = 2
DENSE_CONTAINER_BYTES: Final = 8192
KEY_FILE_BYTES: Final = 16  # length of the key, header of the bitmap
OFFSET_CACHE_BYTES: Final = 8  # a row, queryNode.indexOffsetCacheEnabled, off by default


def bitmap_size(field: ScalarField) -> ScalarSize:
    """Up to 500 values: (values + 1) * n/8. Beyond: 2n + 72 a container + 128 a value, and no less than for 500.

    1,000,000 rows, 100 values: 100 * (125,000 + 128 + 8) + 125,000 = 12.6 MB in memory; the file has 2.1 MB. The loader
    sets aside twice the file only, so at 500 values it is short by fourteen times.
    """
    different = field.different(unknown=MOST_BITSETS)
    containers = min(field.values, different * -(-field.rows // CONTAINER_ROWS))
    compressed = min(ROW_BYTES * field.values, DENSE_CONTAINER_BYTES * containers)
    keys = different * (KEY_FILE_BYTES + field.value_bytes)
    file = compressed + CONTAINER_FILE_BYTES * containers + keys + field.null_bytes
    each = VALUE_OVERHEAD_BYTES + field.value_bytes
    memory = min(different, MOST_BITSETS) * (field.null_bytes + each) + field.null_bytes
    if different > MOST_BITSETS:
        # A segment may hold 500 of them or fewer, and then they are bits after all: the larger of both is planned.
        as_rows = compressed + CONTAINER_MEMORY_BYTES * containers + different * each + field.null_bytes
        memory = max(memory, as_rows)
    return index_size(
        file=file,
        memory=memory,
        lowest=min(memory, compressed + field.null_bytes),
        highest=memory + OFFSET_CACHE_BYTES * field.rows,
        peak=memory + file,
        reserved=2 * file,
        source=SOURCE,
    )
