"""How rows are cut into segments: full ones and a last one, each with an index of its own."""

from __future__ import annotations

from typing import Final

# Milvus counts a row by its schema: the vectors, the scalar fields and the key.
KEY_BYTES: Final = 8


def segment_rows(rows: int, raw_bytes_per_row: int, scalar_bytes_per_row: int, segment_bytes: int | None) -> int:
    """Rows of one full segment; all rows where no size is given (dataCoord.segment.maxSize, 1024 MB by default)."""
    if segment_bytes is None or not rows:
        return max(1, rows)
    return max(1, segment_bytes // (raw_bytes_per_row + scalar_bytes_per_row + KEY_BYTES))


def cut(rows: int, rows_per_segment: int) -> tuple[int, int]:
    """Full segments, and the rows of the last one (0 where there is none)."""
    return divmod(rows, rows_per_segment)
