"""CPU of writing, and what writing takes from searching."""

from __future__ import annotations

from typing import Final

from pulumi_milvus.planning.load.numbers_given import Given
from pulumi_milvus.planning.load.ranges import Range

SOURCE: Final = (
    "measured: Milvus 2.3.5 standalone, insert to flushed, index not counted: 21..28 MB of raw vectors a CPU-second "
    "(200k x 128 and 100k x 768)"
)
# Planned below the measured 21..28, x/÷ 1.5. SOURCE.
RAW_BYTES_PER_CORE_SECOND: Final = 20_000_000
SPREAD: Final = 1.5
INGEST_IN_WORDS: Final = f"measured, Milvus 2.3.5: {RAW_BYTES_PER_CORE_SECOND / 1e6:.0f} MB/s a core, x/÷ {SPREAD:g}"
# Eight small flushes instead of one: 16.4 instead of 27.6 MB a CPU-second. SOURCE.
SMALL_FLUSHES_FACTOR: Final = 1.6

WRITING_SOURCE: Final = (
    "VectorDBBench commit 4ea1810, leaderboard_v2_streaming.json: Cohere 10M x 768, 16 vCPU: 306 QPS at 500 rows/s and "
    "156 at 1000, against 437 quiet and unmerged"
)
# Capacity that searches keep, planned: 0.7 at 30 rows a second for each vCPU, 0.35 at 60. WRITING_SOURCE. As straight
# lines, c vCPUs keep c - 0.01 w for w rows a second up to the first point, and 1.05 c - 0.0117 w beyond it.
VCPU_PER_ROW_AND_SECOND: Final = 0.3 / 30
_BEYOND_GAIN: Final = 1.05
_BEYOND_VCPU_PER_ROW: Final = 0.35 / 30
# The published rows had 768 dimensions; other rows in proportion. Assumed: rows that grow are compared one by one.
WRITING_DIMENSION: Final = 768


def ingest_cores(rows_per_second: float, raw_bytes_per_row: float, small_flushes: bool = False) -> Range:
    """vCPUs that writing rows takes, from proxy to flushed; index building comes on top. Raises ``InvalidValues``.

    ``small_flushes``: many partitions, collections or shards, or a client that flushes often.
    """
    given = Given()
    rows = given.number("rows_per_second", rows_per_second, 0, 1e12)
    size = given.number("raw_bytes_per_row", raw_bytes_per_row, 0, 1e9)
    given.refuse()
    cores = rows * size / RAW_BYTES_PER_CORE_SECOND
    return Range.around(cores * (SMALL_FLUSHES_FACTOR if small_flushes else 1.0), SPREAD)


def cores_while_writing(search_cores: float, rows_per_second: float, dimension: int) -> float:
    """vCPUs that carry a search load of ``search_cores`` while rows are written into what is searched.

    Growing rows, their interim index and unmerged segments cost searches more than the writing itself costs.
    """
    if search_cores <= 0.0:
        return search_cores
    rows = rows_per_second * dimension / WRITING_DIMENSION
    near = search_cores + VCPU_PER_ROW_AND_SECOND * rows
    far = (search_cores + _BEYOND_VCPU_PER_ROW * rows) / _BEYOND_GAIN
    return max(near, far)
