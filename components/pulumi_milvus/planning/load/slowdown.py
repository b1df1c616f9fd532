"""V: how much slower a vCPU works while the others of its node work too (shared cores, cache and memory)."""

from __future__ import annotations

import math
from typing import Final

from pulumi_milvus.planning.load.ranges import Range

SOURCE: Final = (
    "slope of core-ms against ef, one client against saturated: 1.0..1.3 measured on 2 to 4 vCPU (Milvus 2.3.5, AMD "
    "EPYC), 1.5..3.5 published on 16 vCPU (VectorDBBench commit 4ea1810, Milvus 2.5.11 and 2.6.14, Xeon 8375C)"
)
# vCPUs at work -> (lowest, expected, highest). 1 is the quiet core that the search formulas were measured on. Between
# the points by the logarithm of the number, beyond 16 level: the ends are from SOURCE, the way between is assumed.
_SHARED: Final = ((1.0, 1.0, 1.0, 1.0), (4.0, 1.0, 1.3, 1.5), (16.0, 1.5, 2.5, 3.5))
# A vCPU that is a whole core (Graviton, some AMD types). Not measured: a guess, from less sharing.
_WHOLE: Final = ((1.0, 1.0, 1.0, 1.0), (16.0, 1.3, 1.55, 1.8))
WHOLE_CORE_SOURCE: Final = "not measured: a guess of 1.3..1.8 for a vCPU that is a whole core"


def vcpu_slowdown(busy_vcpus: float, whole_cores: bool = False) -> Range:
    """The factor on a quiet core's time while ``busy_vcpus`` of one node work; 1 for a single one.

    ``whole_cores``: each vCPU is a core of its own, not half of one (no hyper-threading).
    """
    knots = _WHOLE if whole_cores else _SHARED
    busy = min(max(busy_vcpus, 1.0), knots[-1][0])
    index = next(i for i in range(1, len(knots)) if busy <= knots[i][0])
    before, after = knots[index - 1], knots[index]
    share = math.log(busy / before[0]) / math.log(after[0] / before[0])
    low, middle, high = (before[i] + share * (after[i] - before[i]) for i in (1, 2, 3))
    return Range(low, middle, high)
