"""STL_SORT: values in order, with the rows that have them."""

from __future__ import annotations

from typing import Final

from pulumi_milvus.planning.indexes.scalar.field import ScalarField, index_size
from pulumi_milvus.planning.scalar_data import ScalarSize

SOURCE: Final = (
    "Milvus source, internal/core/src/index/{ScalarIndexSort.h,IndexStructure.h,StringIndexSort.cpp} at 0027b6ec; "
    "loader: IndexFactory.cpp, ScalarIndexLoadResource"
)
# IndexStructure: a value and its row. 16 bytes with an 8-byte value; 8 with a shorter one where the row's number is an
# int32, 16 where it is a size_t: versions differ, so 16 are planned.
ENTRY_BYTES: Final = 16
SHORT_ENTRY_BYTES: Final = 8
SHORT_VALUE_BYTES: Final = 4
# From a row to its place in the order; the bit beside it is ``null_bytes``.
PLACE_BYTES: Final = 4
# StringIndexSort.cpp, GetSerializedSize: length and offset of a value, length and offset of its rows.
TEXT_FILE_BYTES: Final = 4 * 4
ROW_NUMBER_BYTES: Final = 4
# StringIndexSortMemoryImpl: a std::string (32) and a list of rows (taken as 40) in vectors; a text beyond 15 bytes and
# a list beyond a few rows are allocations of their own, 16 bytes of overhead and rounding each.
TEXT_MEMORY_BYTES: Final = 32 + 40
SHORT_TEXT_BYTES: Final = 15
ALLOCATION_BYTES: Final = 16


def sort_size(field: ScalarField) -> ScalarSize:
    """Numbers: n * (16 + 4 + 1/8). Texts: values * (length + 104) + n * (4 + 4 + 1/8).

    1,000,000 INT64: 20.1 MB. 1,000,000 different texts of 64 bytes: 72 + 16 + 64 + 1 + 16 and 8.1 bytes each, 177 MB.
    The index gives values back, so that the column is not loaded beside it.
    """
    if field.is_text:
        return _texts(field)
    beside = PLACE_BYTES * field.rows + field.null_bytes
    entry = SHORT_ENTRY_BYTES if field.value_bytes <= SHORT_VALUE_BYTES else ENTRY_BYTES
    memory = ENTRY_BYTES * field.values + beside
    return index_size(
        file=memory,
        memory=memory,
        lowest=entry * field.values + beside,
        highest=memory,
        peak=2 * memory,
        reserved=2 * memory,
        source=SOURCE,
        has_raw_data=True,
    )


def _texts(field: ScalarField) -> ScalarSize:
    different = field.different()
    beside = (PLACE_BYTES + ROW_NUMBER_BYTES) * field.rows + field.null_bytes
    file = different * (field.value_bytes + TEXT_FILE_BYTES) + beside
    text = TEXT_MEMORY_BYTES + ALLOCATION_BYTES
    if field.value_bytes > SHORT_TEXT_BYTES:
        text += field.value_bytes + 1 + ALLOCATION_BYTES
    memory = max(file, different * text + beside)
    return index_size(
        file=file,
        memory=memory,
        lowest=file,
        highest=memory + different * (TEXT_MEMORY_BYTES + ALLOCATION_BYTES),
        peak=memory + file,
        reserved=2 * file,
        source=SOURCE,
        has_raw_data=True,
    )
