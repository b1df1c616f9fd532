"""What a scalar filter costs a search through a graph, against the same search without it."""

from __future__ import annotations

import itertools
import math
from typing import Final

SOURCE: Final = (
    "VectorDBBench commit 4ea1810, Milvus 2.5.11, 16 vCPU, Cohere 1M x 768, HNSW_SQ8; 5.8 times at 5 % over 10M rows. "
    "With the filter as partition key the whole query cost 1.4..2.9 core-ms"
)
# Share of the rows that pass -> cost against no filter. SOURCE. Few rows are compared one by one, many hardly disturb
# the walk; between them the graph is walked in vain.
FACTORS: Final = (
    (0.001, 0.94),
    (0.005, 1.1),
    (0.01, 1.35),
    (0.02, 1.8),
    (0.05, 3.8),
    (0.10, 2.4),
    (0.20, 1.7),
    (0.50, 1.1),
    (1.0, 1.0),
)


def filter_factor(passing_share: float) -> float:
    """The factor on the whole query's CPU where ``passing_share`` (0..1) of the rows pass; never below 1.

    Between the measured shares by logarithms.
    """
    share = min(max(passing_share, FACTORS[0][0]), 1.0)
    for (low, low_factor), (high, high_factor) in itertools.pairwise(FACTORS):
        if share <= high:
            towards = math.log(share / low) / math.log(high / low)
            return max(1.0, low_factor + towards * (high_factor - low_factor))
    return 1.0
