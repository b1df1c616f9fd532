"""The field that a scalar index is on: its type, how long and how many its values are, and how many of them differ."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

from pulumi_milvus.planning.problems import InvalidValues, Problem
from pulumi_milvus.planning.scalar_data import ScalarSize, refuse_unusable

# Milvus 3.0 docs, userGuide/schema; TIMESTAMPTZ is an int64 (internal/core/src/index/IndexFactory.cpp).
FIXED_BYTES: Final = {
    "BOOL": 1,
    "INT8": 1,
    "INT16": 2,
    "INT32": 4,
    "INT64": 8,
    "FLOAT": 4,
    "DOUBLE": 8,
    "TIMESTAMPTZ": 8,
}
# Assumed where nothing is said, so that the planned figure is safe for names, addresses and tags: texts of 64 bytes,
# arrays of 16 elements, and every value different from every other.
ASSUMED_TEXT_BYTES: Final = 64
ASSUMED_ARRAY_VALUES: Final = 16
# Milvus 3.0 docs, userGuide/indexes/scalar/ngram.md: "start with min_gram=2, max_gram=3".
ASSUMED_GRAMS: Final = (2, 3)
# milvus: storage/Util.h, DEFAULT_FIELD_MAX_MEMORY_LIMIT: files are fetched in batches of 128 MiB.
FETCHED_BYTES: Final = 128 * 1024**2
LAYOUT_ONLY: Final = "layout from the source; not measured on a server"


@dataclass(frozen=True, slots=True)
class ScalarField:
    """One indexed field of one segment. ``distinct_values`` None: not known."""

    rows: int
    data_type: str
    value_bytes: int
    values_per_row: float
    distinct_values: int | None
    min_gram: int
    max_gram: int

    @property
    def values(self) -> int:
        """All values of all rows."""
        return math.ceil(self.rows * self.values_per_row)

    @property
    def is_text(self) -> bool:
        """Whether values have no fixed length; elements of an array and values in JSON are taken as texts."""
        return self.data_type not in FIXED_BYTES

    @property
    def null_bytes(self) -> int:
        """A bit a row: which rows have a value."""
        return -(-self.rows // 8)

    def different(self, unknown: int | None = None) -> int:
        """Different values in the segment: never more than there are values; ``unknown`` where it was not said."""
        said = self.distinct_values if self.distinct_values is not None else unknown
        return self.values if said is None else min(self.values, said)


def scalar_field(
    rows: int,
    data_type: str,
    value_bytes: float | None = None,
    distinct_values: int | None = None,
    values_per_row: float | None = None,
    min_gram: int | None = None,
    max_gram: int | None = None,
) -> ScalarField:
    """The field, with what was not said filled in. Raises ``InvalidValues``.

    Texts of 64 bytes, arrays of 16 values, all values different; for BITMAP at most 500 of them.
    """
    refuse_unusable(
        {
            "rows": rows,
            "value_bytes": value_bytes,
            "distinct_values": distinct_values,
            "values_per_row": values_per_row,
            "min_gram": min_gram,
            "max_gram": max_gram,
        }
    )
    first, last = min_gram or ASSUMED_GRAMS[0], max_gram or max(min_gram or 0, ASSUMED_GRAMS[1])
    if first > last:
        raise InvalidValues([Problem("max_gram", str(last), f"is less than min_gram ({first})", str(first))])
    fixed = FIXED_BYTES.get(data_type)
    length = fixed if fixed is not None else (ASSUMED_TEXT_BYTES if value_bytes is None else math.ceil(value_bytes))
    assumed = ASSUMED_ARRAY_VALUES if data_type == "ARRAY" else 1
    return ScalarField(
        rows=rows,
        data_type=data_type,
        value_bytes=length,
        values_per_row=assumed if values_per_row is None else values_per_row,
        distinct_values=distinct_values,
        min_gram=first,
        max_gram=last,
    )


def index_size(
    *,
    file: float,
    memory: float,
    lowest: float,
    highest: float,
    peak: float,
    reserved: float,
    source: str,
    certainty: str = LAYOUT_ONLY,
    on_disk: bool = False,
    has_raw_data: bool = False,
) -> ScalarSize:
    """The figures as whole bytes, rounded up, with the planned one between the lowest and the highest."""
    planned = math.ceil(memory)
    return ScalarSize(
        memory_bytes=planned,
        load_peak_memory_bytes=max(planned, math.ceil(peak)),
        lowest_memory_bytes=min(planned, math.ceil(lowest)),
        highest_memory_bytes=max(planned, math.ceil(highest)),
        reserved_memory_bytes=math.ceil(reserved),
        object_store_bytes=math.ceil(file),
        local_disk_bytes=math.ceil(file) if on_disk else 0,
        source=source,
        certainty=certainty,
        has_raw_data=has_raw_data,
    )
