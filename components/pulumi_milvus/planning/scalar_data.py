"""What scalar columns weigh beside the vectors: loaded, at the worst moment of loading, and in the object store."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final, TypeGuard

from pulumi_milvus.planning.problems import InvalidValues, Problem, shown

SOURCE: Final = (
    "Milvus source, internal/core/src/common/ChunkWriter.cpp (layout of a column), "
    "internal/querynodev2/segments/segment_loader.go at 0027b6ec (what the loader counts)"
)
CERTAINTY: Final = "layout from the source; not measured on a server"

# ChunkWriter.cpp: a string, JSON or geometry has a 4-byte offset, an array an offset and a length; a nullable value has
# a bit. How many columns share the declared bytes is not known: one of such a length for every 64 bytes is assumed.
OFFSET_BYTES: Final = 4
ASSUMED_COLUMN_BYTES: Final = 64
# The most fields of a collection (Milvus 3.0 docs, about/limitations.md).
MOST_FIELDS: Final = 64
NULL_BITS: Final = 1
# Highest: columns of 16 bytes (short strings), each with offset and length, as the loader counts them.
SHORTEST_COLUMN_BYTES: Final = 16
LONGEST_OFFSET_BYTES: Final = 8
# segment_loader.go, DoubleMemoryDataType: the loader counts VARCHAR and JSON twice. A column is read as Arrow data and
# then written as a chunk, so for a moment both are there.
LOADING_COPIES: Final = 2
# Milvus counts in int64.
LARGEST_NUMBER: Final = 2**63 - 1


@dataclass(frozen=True, slots=True)
class ScalarSize:
    """What scalar data or one scalar index weighs, bytes.

    ``memory_bytes`` is planned and never below what the structure needs; the truth lies between ``lowest`` and
    ``highest``. ``load_peak_memory_bytes`` is the whole at the worst moment of loading. ``reserved_memory_bytes``: what
    Milvus's loader sets aside before. ``local_disk_bytes``: on a query node where mmap is off, also while loading.
    ``has_raw_data``: Milvus reads the values from the index and does not load the column beside it.
    """

    memory_bytes: int
    load_peak_memory_bytes: int
    lowest_memory_bytes: int
    highest_memory_bytes: int
    reserved_memory_bytes: int
    object_store_bytes: int
    source: str
    certainty: str
    local_disk_bytes: int = 0
    has_raw_data: bool = False


def scalar_data_size(rows: int, bytes_per_row: float, variable_columns: int | None = None) -> ScalarSize:
    """Loaded columns of ``bytes_per_row`` in all; ``variable_columns`` of them have no fixed length.

    The values, 4 bytes a row and column of variable length, a bit a column. 1,000,000 rows of 512 bytes, 8 columns:
    512 + 8 * 4 + 1 bytes a row. Raises ``InvalidValues``.
    """
    refuse_unusable({"rows": rows, "bytes_per_row": bytes_per_row, "variable_columns": variable_columns})
    if not rows or not bytes_per_row:
        return ScalarSize(0, 0, 0, 0, 0, 0, SOURCE, CERTAINTY)
    most = min(MOST_FIELDS, math.ceil(bytes_per_row))
    assumed = math.ceil(bytes_per_row / ASSUMED_COLUMN_BYTES) if variable_columns is None else variable_columns
    columns = min(assumed, most)
    values = math.ceil(rows * bytes_per_row)
    planned = values + rows * (OFFSET_BYTES * columns + math.ceil(NULL_BITS * max(1, columns) / 8))
    short = max(columns, min(most, math.ceil(bytes_per_row / SHORTEST_COLUMN_BYTES)))
    highest = LOADING_COPIES * values + rows * (LONGEST_OFFSET_BYTES * short + math.ceil(NULL_BITS * short / 8))
    return ScalarSize(
        memory_bytes=planned,
        load_peak_memory_bytes=LOADING_COPIES * planned,
        lowest_memory_bytes=values,
        highest_memory_bytes=max(planned, highest),
        reserved_memory_bytes=LOADING_COPIES * values,
        object_store_bytes=values + rows * OFFSET_BYTES * columns,
        source=SOURCE,
        certainty=CERTAINTY,
    )


def refuse_unusable(numbers: dict[str, object]) -> None:
    """Raise ``InvalidValues`` for what is no number, or not within 0 to 2^63 - 1; None was not said."""
    problems = [
        Problem(name, shown(value), f"is no number from 0 to {LARGEST_NUMBER}", _nearest(value))
        for name, value in numbers.items()
        if value is not None and not (_is_number(value) and 0 <= value <= LARGEST_NUMBER)
    ]
    if problems:
        raise InvalidValues(problems)


def _is_number(value: object) -> TypeGuard[int | float]:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _nearest(value: object) -> str:
    return str(LARGEST_NUMBER) if _is_number(value) and value > LARGEST_NUMBER else "0"
