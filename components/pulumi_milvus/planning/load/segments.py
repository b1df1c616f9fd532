"""S: how many segments one query visits. Each costs nearly as much as the whole would, so this sets the price."""

from __future__ import annotations

from typing import Final

SOURCE: Final = (
    "raw bytes / (1.25 * segment size), x/÷ 1.5: fits the published runs over 1M and 10M vectors (VectorDBBench commit "
    "4ea1810, Milvus 2.5.11); their real number of segments is not published"
)
# dataCoord.segment.maxSize and diskSegmentMaxSize, Milvus 3.0 docs, reference/sys_config/configure_datacoord.md.
DEFAULT_SEGMENT_BYTES: Final = 1024 * 2**20
DEFAULT_DISK_SEGMENT_BYTES: Final = 2048 * 2**20
# Compaction fills segments beyond maxSize; see SOURCE.
COMPACTED_FILL: Final = 1.25
SPREAD: Final = 1.5


def segments_visited(raw_bytes: float, segment_bytes: int = DEFAULT_SEGMENT_BYTES, visited_share: float = 1.0) -> float:
    """Segments that one query visits in a compacted collection, 1 or more; not a whole number, so without steps.

    ``raw_bytes``: all rows that the query could see. ``visited_share``: what partitions, a partition key or clustering
    compaction leave to visit. Many small unmerged segments are more: count those instead.
    """
    return max(1.0, raw_bytes * visited_share / (COMPACTED_FILL * segment_bytes))
