"""Recall of a graph: the ef that a recall target needs, and the recall that an ef gives; recall@k over all segments.

ef grows with the rows of a segment, falls with their number (each has to find fewer of the k), and never is below k.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

from pulumi_milvus.planning.load.ranges import Knots, Range, power_law, swapped

SOURCE: Final = (
    "measured: faiss-cpu 1.15.1, k=10, M=16, three synthetic data sets, 100k..1M rows; defaults between them. Real "
    "embeddings are assumed to lie between the sets"
)
SOURCE_AT_K_100: Final = "VectorDBBench commit 4ea1810, Milvus 2.6.14, Cohere 1M x 768, HNSW_SQ8 M=16, one segment"

# (1 - recall, ef) at 200k rows and M=16, k=10. SOURCE.
EF_FOR_MISS: Final[Knots] = ((0.01, 100.0), (0.02, 65.0), (0.05, 40.0), (0.10, 25.0))
# The same for k=100, read at 1M rows. SOURCE_AT_K_100.
EF_FOR_MISS_AT_K_100: Final[Knots] = ((0.02, 455.0), (0.03, 270.0), (0.04, 197.0), (0.05, 157.0), (0.08, 100.0))
_ROWS_AT_K_100: Final = 1_000_000
ROWS: Final = 200_000
# ef grows as rows^0.3 (0.19 and 0.8 in two data sets), SOURCE.
POWER_OF_ROWS: Final = 0.30
# At 200k rows in all, ef fell as segments^-0.54 (40, 27, 19, 13 in 1, 2, 4, 8 segments at 0.95), SOURCE. POWER_OF_ROWS
# explains 0.30 of it, since the segments are smaller; the rest is that each segment finds only its share of the k.
POWER_OF_SEGMENTS: Final = -0.24
# M=30 needs 0.65 times the ef of M=16, SOURCE; between and beyond: a power of M, held where graphs are usual.
_POWER_OF_M: Final = math.log(0.65) / math.log(30 / 16)
_M_LOWEST, _M_HIGHEST = 8.0, 64.0
# SQ8 codes: the same ef up to 0.95, then 1.1..2 times at 0.98 and 0.99 (geometric mean of 9 and 7 runs). SOURCE.
SQ8_FACTOR_FOR_MISS: Final[Knots] = ((0.01, 1.36), (0.02, 1.24), (0.05, 1.0))
# How far ef may lie off on data that nobody measured. SOURCE.
SPREAD: Final = 1.8
# Beyond 0.999 no measurement says what a graph needs; SQ8 codes end at 0.987..0.995 without refine. SOURCE.
HIGHEST_RECALL: Final = 0.999
HIGHEST_RECALL_SQ8: Final = 0.995
SURE_RECALL_SQ8: Final = 0.987
_LOWEST_MISS: Final = 1e-4


@dataclass(frozen=True, slots=True)
class GraphShape:
    """What the ef of a segment depends on besides recall; ``rows`` of one segment."""

    rows: float
    segments: float
    top_k: int
    m: float
    sq8: bool = False


def ef_for(recall: float, shape: GraphShape) -> float:
    """The ef per segment that reaches ``recall``; k at least. x/÷ ``SPREAD`` on unknown data.

    Not rounded: a whole ef would fall by one as segments are added, and more data would cost less.
    """
    miss = max(1.0 - recall, 1.0 - HIGHEST_RECALL)
    wanted = power_law(miss, _knots(shape.top_k)) * _factor(shape) * (_sq8_factor(miss) if shape.sq8 else 1.0)
    return max(float(shape.top_k), wanted)


def recall_of(ef: float, shape: GraphShape) -> Range:
    """The recall that ``ef`` gives: expected, and where the data is harder or easier by ``SPREAD``."""
    low, middle, high = (_recall(ef * factor, shape) for factor in (1 / SPREAD, 1.0, SPREAD))
    return Range(low, middle, high)


def _recall(ef: float, shape: GraphShape) -> float:
    plain = ef / _factor(shape)
    knots = _knots(shape.top_k)
    if shape.sq8:
        knots = [(miss, wanted * _sq8_factor(miss)) for miss, wanted in knots]
    miss = power_law(plain, swapped(knots))
    return 1.0 - min(1.0, max(_LOWEST_MISS, 1.0 - HIGHEST_RECALL_SQ8 if shape.sq8 else 0.0, miss))


def _factor(shape: GraphShape) -> float:
    m = min(max(shape.m, _M_LOWEST), _M_HIGHEST)
    rows = max(shape.rows, 1.0) / ROWS
    return float(rows**POWER_OF_ROWS * shape.segments**POWER_OF_SEGMENTS * (m / 16) ** _POWER_OF_M)


def _knots(top_k: int) -> Knots:
    """ef against 1 - recall at 200k rows for a k: between 10 and 100 by logarithms, beyond 100 in proportion to k."""
    if top_k <= 10:
        return EF_FOR_MISS
    scale = (ROWS / _ROWS_AT_K_100) ** POWER_OF_ROWS
    share = min(1.0, math.log10(top_k) - 1.0)
    beyond = max(1.0, top_k / 100)
    knots = []
    for miss, _ in EF_FOR_MISS:
        few, many = power_law(miss, EF_FOR_MISS), power_law(miss, EF_FOR_MISS_AT_K_100) * scale
        knots.append((miss, few ** (1 - share) * max(few, many) ** share * beyond))
    return knots


def _sq8_factor(miss: float) -> float:
    return max(1.0, power_law(miss, SQ8_FACTOR_FOR_MISS))
