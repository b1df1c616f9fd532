"""DISKANN: reads of the disk, the CPU beside them, and what IOPS they ask for. The disk bounds it, not the CPU."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

from pulumi_milvus.planning.load.ranges import Knots, Range, power_law, swapped

SOURCE: Final = "measured: diskannpy 0.7.0, 40k x 128, R=56, beam 4, nothing cached, search_list 16..400, 2026-11-22"
READS_SOURCE: Final = SOURCE + "; microsoft/DiskANN#537 (100k x 512, beam 2): 0.91 times search_list"

# Reads of one node for a search in one segment: search_list + 7..10; 0.91 times search_list in READS_SOURCE.
READS_BEYOND_LIST: Final = Range(7.0, 8.0, 10.0)
READS_PER_LIST_LOWEST: Final = 0.91
# A node is its vector, its number of links and up to R links of 4 bytes; nodes fill whole sectors. Source: Knowhere
# d7cfd888, thirdparty/DiskANN/src/aux_utils.cpp; exact in every measured file.
SECTOR_BYTES: Final = 4096
DEFAULT_DEGREE: Final = 56
# CPU of one search in one segment, core-ms: 0.6 + 0.0135 * search_list. SOURCE.
CPU_FIXED_CORE_MS: Final = 0.6
CPU_PER_LIST_CORE_MS: Final = 0.0135
# Wall time of one search alone on the measuring machine's local disk, ms: 0.35 + 0.04 * search_list. SOURCE. Published
# runs whose disk is not named had a p99 up to 10 times that of this rule (VectorDBBench 4ea1810, Milvus 2.2.12).
WALL_FIXED_MS: Final = 0.35
WALL_PER_LIST_MS: Final = 0.04
WALL_SPREAD: Final = 1.5
# (1 - recall@10, search_list) at 40k rows. SOURCE; one data set, one size. Growth with rows: as HNSW's ef, assumed.
LIST_FOR_MISS: Final[Knots] = ((0.0037, 32.0), (0.0193, 16.0))
ROWS: Final = 40_000
POWER_OF_ROWS: Final = 0.30
# search_list = k = 100 gave 0.989..0.997 over 0.5M..10M vectors: VectorDBBench commit 4ea1810, Milvus 2.2.12.
MISS_AT_LIST_EQUAL_K: Final = 0.009
SPREAD: Final = 2.0
HIGHEST_RECALL: Final = 0.999
# Random reads of 4 KB a second on a local NVMe RAID: Milvus docs, configure-querynode-localdisk.md (fio, 2024-06).
NVME_READS_PER_SECOND: Final = 349_640


@dataclass(frozen=True, slots=True)
class DiskReads:
    """Reads of 4 KB: of one query over all its segments, and a second. ``sectors_per_node`` is 1 up to about 950
    float32 dimensions."""

    reads_per_query: Range
    reads_per_second: Range
    sectors_per_node: int


def sectors_per_node(bytes_per_vector: float, degree: int = DEFAULT_DEGREE) -> int:
    """Sectors of 4 KB that one node of the graph spans."""
    return max(1, math.ceil((bytes_per_vector + 4 * (degree + 1)) / SECTOR_BYTES))


def disk_reads(
    search_list: float,
    segments: float,
    queries_per_second: float,
    bytes_per_vector: float,
    degree: int = DEFAULT_DEGREE,
    cached_share: float = 0.0,
) -> DiskReads:
    """Reads that a load asks of the disks, all of them together. ``cached_share``: nodes found in memory, 0..1.

    More query nodes on one disk do not help (milvus-io/milvus#28713).
    """
    sectors = sectors_per_node(bytes_per_vector, degree)
    nodes = Range(
        READS_PER_LIST_LOWEST * search_list,
        search_list + READS_BEYOND_LIST.expected,
        search_list + READS_BEYOND_LIST.highest,
    )
    per_query = nodes.times(segments * sectors * (1.0 - cached_share))
    return DiskReads(per_query, per_query.times(queries_per_second), sectors)


def queries_per_second_of(reads_per_second: float, reads: DiskReads) -> float:
    """Queries a second that disks of so many 4 KB reads a second allow; infinite where nothing is read."""
    per_query = reads.reads_per_query.expected
    return reads_per_second / per_query if per_query > 0 else math.inf


def disk_core_ms(search_list: float) -> float:
    """Core-ms of one search in one segment on a quiet core, without the server around it."""
    return CPU_FIXED_CORE_MS + CPU_PER_LIST_CORE_MS * search_list


def disk_wall_ms(search_list: float) -> Range:
    """Milliseconds of one search alone in one segment on local NVMe; a network volume takes several times that."""
    return Range.around(WALL_FIXED_MS + WALL_PER_LIST_MS * search_list, WALL_SPREAD)


def search_list_for(recall: float, rows: float, top_k: int) -> float:
    """The search_list that reaches ``recall`` in a segment, not rounded; k at least. x/÷ ``SPREAD``."""
    miss = max(1.0 - recall, 1.0 - HIGHEST_RECALL)
    wanted = power_law(miss, LIST_FOR_MISS) * _growth(rows)
    many = top_k * power_law(miss, LIST_FOR_MISS) / power_law(MISS_AT_LIST_EQUAL_K, LIST_FOR_MISS)
    return max(float(top_k), wanted, many)


def recall_of(search_list: float, rows: float, top_k: int) -> Range:
    """The recall that a search_list gives, expected and x/÷ ``SPREAD`` in search_list."""
    low, middle, high = (_recall(search_list * factor, rows, top_k) for factor in (1 / SPREAD, 1.0, SPREAD))
    return Range(low, middle, high)


def _recall(search_list: float, rows: float, top_k: int) -> float:
    usual = power_law(MISS_AT_LIST_EQUAL_K, LIST_FOR_MISS)
    plain = min(search_list / _growth(rows), search_list * usual / top_k)
    return 1.0 - min(1.0, max(1.0 - HIGHEST_RECALL, power_law(plain, swapped(LIST_FOR_MISS))))


def _growth(rows: float) -> float:
    return float((max(rows, 1.0) / ROWS) ** POWER_OF_ROWS)
