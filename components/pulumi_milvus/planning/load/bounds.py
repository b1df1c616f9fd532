"""Indexes that nobody measured: no index costs more than a search of every row, and none less than its server."""

from __future__ import annotations

import math
from typing import Final

from pulumi_milvus.planning.load import list_cost
from pulumi_milvus.planning.load.ranges import Range
from pulumi_milvus.planning.load.search_cost import KNOWN_SPREAD, OVERHEAD_CORE_MS

# Reading memory: FLAT's 0.19 ns for a float of 4 bytes. Binary vectors are compared as fast as they are read.
NANOSECONDS_PER_BYTE: Final = list_cost.FLAT_NANOSECONDS_PER_DIMENSION / 4
# A linear scan of sparse vectors: 101 QPS on 8 vCPU over 8,841,823 SPLADE vectors of about 120 non-zeros. Another
# machine and another program: x/÷ 2.
SPARSE_SOURCE: Final = "big-ann-benchmarks commit 071c729, neurips23/README.md: linear scan of MS MARCO, 8 vCPU"
SPARSE_NONZEROS: Final = 120.0
SPARSE_NANOSECONDS_PER_NONZERO: Final = 8 / 101 * 1e9 / 8_841_823 / SPARSE_NONZEROS
SPARSE_SPREAD: Final = 2.0


def every_row_core_ms(
    rows: float, dimension: int, data_type: str, nonzeros_per_vector: float | None
) -> tuple[float, str]:
    """Core-ms at most to compare a query with every row of a segment, and the source."""
    if data_type == "SPARSE_FLOAT_VECTOR":
        nonzeros = SPARSE_NONZEROS if nonzeros_per_vector is None else nonzeros_per_vector
        return rows * nonzeros * SPARSE_NANOSECONDS_PER_NONZERO / 1e6 * SPARSE_SPREAD, SPARSE_SOURCE
    if data_type == "BINARY_VECTOR":
        return rows * dimension / 8 * NANOSECONDS_PER_BYTE / 1e6 * KNOWN_SPREAD, list_cost.SOURCE
    flat = list_cost.flat_core_ms(rows, dimension) * list_cost.SERVER_FACTOR_FLAT
    return flat * KNOWN_SPREAD, list_cost.SOURCE


def between(highest_core_ms: float) -> Range:
    """From nothing to ``highest_core_ms``; expected is the geometric middle between the server's overhead and it."""
    middle = min(highest_core_ms, math.sqrt(OVERHEAD_CORE_MS * highest_core_ms))
    return Range(0.0, middle, highest_core_ms)
