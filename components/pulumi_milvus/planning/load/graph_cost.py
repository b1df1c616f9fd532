"""CPU of one search in one segment with a graph: HNSW and its quantised forms.

Distances computed = 215 + a * M * ef, each paid by a read of memory more than by arithmetic.
"""

from __future__ import annotations

import math
from typing import Final

SOURCE: Final = (
    "measured: faiss-cpu 1.15.1, float32, 100k..1M rows, 128..768 dimensions, AMD EPYC Zen 4, 2 vCPU, 2026-11-22"
)
PUBLISHED: Final = "VectorDBBench commit 4ea1810, Milvus 2.6.14, Cohere 1M and 10M x 768"

# Descent through the upper levels and the first neighbours, whatever ef is. SOURCE.
FIXED_DISTANCES: Final = 215.0
# a: distances per unit of M * ef. 1.05 at M=16, k=10; 0.95 at k=100; 0.88 at M=30. SOURCE.
DISTANCES_PER_LINK_AND_EF: Final = 1.05
_A_AT_M_30: Final = 0.88
_A_AT_K_100: Final = 0.95
# Between and beyond the two measured M: a power of M.
_POWER_OF_M: Final = math.log(_A_AT_M_30 / DISTANCES_PER_LINK_AND_EF) / math.log(30 / 16)
# Above 200k rows the graph is deeper and its memory colder. SOURCE, and the published 10M runs.
GROWTH_FROM_ROWS: Final = 200_000
GROWTH_POWER: Final = 0.12

# Nanoseconds for one distance: (fixed, for each dimension). FP32 and SQ8: SOURCE; SQ8 is for a segment larger than the
# CPU's cache (one that fits costs 67 + 0.2 d). SQ4U: PUBLISHED.
NANOSECONDS_PER_DISTANCE: Final = {"FP32": (100.0, 0.43), "SQ8": (110.0, 0.17), "SQ4U": (100.0, 0.10)}
# A candidate that is ranked again costs one read of its vector somewhere in memory: 124 ns at 128, 357 at 384, 708 at
# 768 dimensions over 1M float32 rows. SOURCE. The published refine of SQ4U costs up to twice that.
REFINE_NANOSECONDS_PER_DIMENSION: Final = 0.95


def distances(ef: float, m: float, top_k: int, rows: float) -> float:
    """Distances that one search computes; never more than there are rows."""
    a: float = DISTANCES_PER_LINK_AND_EF * (m / 16) ** _POWER_OF_M
    towards_k_100 = min(1.0, max(0.0, math.log10(max(top_k, 1)) - 1.0))
    a *= 1.0 - towards_k_100 * (1.0 - _A_AT_K_100 / DISTANCES_PER_LINK_AND_EF)
    return min(FIXED_DISTANCES + a * m * ef, max(rows, 1.0))


def nanoseconds_per_distance(code: str, dimension: int, rows: float) -> float:
    """Time of one distance on a quiet core. ``code`` is a key of ``NANOSECONDS_PER_DISTANCE``."""
    fixed, per_dimension = NANOSECONDS_PER_DISTANCE[code]
    growth: float = max(1.0, rows / GROWTH_FROM_ROWS) ** GROWTH_POWER
    return (fixed + per_dimension * dimension) * growth


def graph_core_ms(
    code: str, dimension: int, rows: float, m: float, ef: float, top_k: int, refine_candidates: float = 0.0
) -> float:
    """Core-ms of one search in one segment of ``rows`` rows, on a quiet core, without the server around it.

    Within x/÷ 1.2 of what was measured (1 sd), where ef is known; SQ8 about 1.2 too high where its codes fit the cache.
    """
    walk = distances(ef, m, top_k, rows) * nanoseconds_per_distance(code, dimension, rows)
    return (walk + refine_candidates * REFINE_NANOSECONDS_PER_DIMENSION * dimension) / 1e6
