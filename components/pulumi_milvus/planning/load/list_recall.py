"""Recall of inverted lists: how many rows a search has to scan, and the nprobe for it.

The data decides: at recall 0.95 the three measured sets scanned 0.8 %, 4.6 % and 30 % of 100k rows.
"""

from __future__ import annotations

import math
from typing import Final

from pulumi_milvus.planning.load.list_cost import LONG_LIST_FACTOR
from pulumi_milvus.planning.load.ranges import Knots, Range, power_law, swapped

SOURCE: Final = (
    "measured: faiss-cpu 1.15.1, k=10, IVF with nlist 1024 over 100k rows, geometric mean of three synthetic data sets"
)
# (1 - recall, share of the rows) at 100k rows and nlist 4 * sqrt(rows). SOURCE: clustered 0.4 / 0.8 / 2.2 / 5.3 %,
# manifold 3.0 / 4.6 / 6.9 / 8.8 %, hard 15 / 30 / 50 / 60 % for 0.90 / 0.95 / 0.98 / 0.99.
SHARE_FOR_MISS: Final[Knots] = ((0.01, 0.141), (0.02, 0.091), (0.05, 0.048), (0.10, 0.026))
ROWS: Final = 100_000
# Rows scanned grow as rows^0.55 while nlist is 4 * sqrt(rows). SOURCE, 100k..1M rows.
POWER_OF_ROWS: Final = 0.55
# Fewer lists are coarser: 200k rows needed 2.4 times the rows at nlist 256 that they need at 1789. SOURCE, two points.
POWER_OF_NLIST: Final = -0.45
# SQ8 codes: rows scanned times 1.2 at 0.98, 1.8 at 0.99 (geometric mean of 5 runs). SOURCE.
SQ8_FACTOR_FOR_MISS: Final[Knots] = ((0.01, 1.8), (0.02, 1.2), (0.05, 1.0))
# Unknown data: rows scanned x/÷ 4; the hardest set needed 6 times the middle at 0.95. SOURCE.
SPREAD: Final = 4.0
HIGHEST_RECALL: Final = 0.999
# Milvus lowers nlist to rows / 39 by itself: Knowhere d7cfd888, MatchNlist in src/index/ivf/ivf.cc.
ROWS_PER_LIST_AT_LEAST: Final = 39
NLIST_RULE_SOURCE: Final = "nlist = 4 * sqrt(rows of a segment): Milvus 3.0 docs, faq/performance_faq.md"


def advised_nlist(rows: float) -> int:
    """Lists for a segment of ``rows`` rows, by the rule of the Milvus documentation; 1..65536."""
    return int(min(65_536, max(1, round(4 * math.sqrt(max(rows, 0.0))))))


def lists_built(nlist: float, rows: float) -> float:
    """The lists that a segment really gets."""
    return max(1.0, min(nlist, rows / ROWS_PER_LIST_AT_LEAST))


def rows_for(recall: float, rows: float, nlist: float, sq8: bool = False) -> float:
    """Rows of one segment that a search has to scan for ``recall``; at least one list, at most all."""
    if rows <= 1.0:
        return rows
    miss = max(1.0 - recall, 1.0 - HIGHEST_RECALL)
    wanted = power_law(miss, _knots(sq8)) * _factor(rows, nlist)
    return min(rows, max(wanted, LONG_LIST_FACTOR * rows / nlist))


def probes_for(rows_scanned: float, rows: float, nlist: float) -> int:
    """The nprobe that scans ``rows_scanned`` of a segment's rows, 1..nlist."""
    if rows <= 0.0:
        return 1
    return max(1, min(math.ceil(nlist), math.ceil(rows_scanned * nlist / (LONG_LIST_FACTOR * rows) - 1e-9)))


def recall_of(rows_scanned: float, rows: float, nlist: float, sq8: bool = False) -> Range:
    """The recall that scanning so many rows gives; by data set it lies far apart, see ``SPREAD``."""
    low, middle, high = (
        _recall(min(rows, rows_scanned * factor), rows, nlist, sq8) for factor in (1 / SPREAD, 1.0, SPREAD)
    )
    return Range(low, middle, high)


def _recall(rows_scanned: float, rows: float, nlist: float, sq8: bool) -> float:
    ceiling = HIGHEST_RECALL if sq8 else 1.0
    if rows <= 1.0 or rows_scanned >= rows:
        return ceiling
    miss = power_law(rows_scanned / _factor(rows, nlist), swapped(_knots(sq8)))
    return min(ceiling, 1.0 - min(1.0, miss))


def _knots(sq8: bool) -> Knots:
    if not sq8:
        return SHARE_FOR_MISS
    return [(miss, share * max(1.0, power_law(miss, SQ8_FACTOR_FOR_MISS))) for miss, share in SHARE_FOR_MISS]


def _factor(rows: float, nlist: float) -> float:
    """Rows scanned per unit of share, for this number of rows and lists."""
    usual = 4 * math.sqrt(rows)
    return float(ROWS * (rows / ROWS) ** POWER_OF_ROWS * (nlist / usual) ** POWER_OF_NLIST)
