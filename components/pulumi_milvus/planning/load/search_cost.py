"""Core-ms of one query in a Milvus server: what the server does around a search, and the search in every segment.

C = c0 + V * (s0 * (S - 1) + S * search), core-ms for one query vector. S segments, V the slowdown of a loaded vCPU,
``search`` what one segment costs on a quiet core.
"""

from __future__ import annotations

from typing import Final

from pulumi_milvus.planning.load.ranges import Range

SOURCE: Final = "measured: Milvus 2.3.5 standalone, 8 clients, consistency Bounded, 2 vCPU AMD EPYC Zen 4, 2026-11-22"

# c0: what a request costs whatever it searches. 1.25 (k=10) and 1.7 (k=100) in SOURCE, 2.5 where one client alone gives
# Milvus nothing to merge; intercepts of published runs 1.09..1.43 (VectorDBBench 4ea1810, Milvus 2.6.14, k=100).
OVERHEAD_CORE_MS: Final = 1.4
# Each result beyond 100 of them: (1.7 - 1.25) / 90. SOURCE; further out than was measured.
OVERHEAD_CORE_MS_PER_RESULT: Final = 0.005
OVERHEAD_RESULTS_INCLUDED: Final = 100
# s0: each segment beyond the first, 8 segments against 1. SOURCE; 0.3..0.5 with one client.
SEGMENT_CORE_MS: Final = 0.22
# The whole rule where data set and ef are known: x/÷ 1.5. Its residuals are 1.2 (1 sd) on the rows it was made from.
KNOWN_SPREAD: Final = 1.5


def overhead_core_ms(top_k: int) -> Range:
    """c0: the server's work for one request. Its inverse bounds the rate: about 700 queries a second for each vCPU."""
    beyond = max(0, top_k - OVERHEAD_RESULTS_INCLUDED)
    return Range.around(OVERHEAD_CORE_MS + OVERHEAD_CORE_MS_PER_RESULT * beyond, KNOWN_SPREAD)


def query_core_ms(segment_core_ms: Range, segments: float, slowdown: float, top_k: int) -> Range:
    """C: core-ms of one query over all its segments. ``segment_core_ms``: one search in one of them, a quiet core."""
    extra = Range.around(SEGMENT_CORE_MS * (segments - 1.0), KNOWN_SPREAD)
    return overhead_core_ms(top_k).plus(segment_core_ms.times(segments).plus(extra).times(slowdown))
