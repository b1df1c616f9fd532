"""Queries a second and their CPU -> vCPUs, their split over the roles of a cluster, and in-memory replicas."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

from pulumi_milvus.planning.load.numbers_given import Given
from pulumi_milvus.planning.load.ranges import Knots, Range, power_law, swapped

# The proxy's share of a query, core-ms: 0.6 with tracing and access log off, 3.2 with both on. Source: Milvus issues
# milvus-io/milvus#30806 (1000 QPS on 4 cores) and a report of 6740 QPS on 4 cores with 2.2.x.
PROXY_CORE_MS: Final = Range(0.6, 0.6, 3.2)
PROXY_SOURCE: Final = "milvus-io/milvus#30806 (3.2 core-ms with access log and tracing), 6740 QPS on 4 cores (0.6)"
# What a cluster's query nodes do not do of c0, core-ms: the proxy does it. Source: c0 of one process, split.
NOT_ON_QUERY_NODES_CORE_MS: Final = 0.4
# Copies -> how many times the capacity of one. REPLICA_SOURCE has 1.0, 2.2, 2.7, 4.3; planned: 0.9, 0.7 and 0.55 of the
# full multiple at 2, 4 and 8. Beyond 8: the same slope.
CAPACITY_OF_REPLICAS: Final[Knots] = ((1.0, 1.0), (2.0, 1.8), (4.0, 2.8), (8.0, 4.4))
REPLICA_SOURCE: Final = (
    "Milvus docs, reference/benchmark.md (2.2.0, SIFT1M, 8-core query nodes): 7153, 15903, 19281, 30655 QPS for 1, 2, "
    "4, 8 replicas; not linear beyond 2, as other parts of the cluster saturate"
)
# Where proxies grow with the load: 0.9 each beyond the first pair. Assumed, the report did not grow them.
EFFICIENCY_WITH_MORE_PROXIES: Final = 0.9


@dataclass(frozen=True, slots=True)
class ReplicaAdvice:
    """In-memory replicas for a number of cores: each holds a whole copy, so it multiplies memory.

    ``efficiency``: what one of so many replicas carries of what it would carry alone.
    """

    lowest: int
    expected: int
    highest: int
    efficiency: float


def cores_for(queries_per_second: float, core_ms: Range, utilisation: float) -> Range:
    """vCPUs that carry so many queries a second while busy to ``utilisation`` (above 0, to 1)."""
    return core_ms.times(queries_per_second / 1000.0 / utilisation)


def proxy_core_ms() -> Range:
    """Core-ms of one query in a cluster's proxies."""
    return PROXY_CORE_MS


def query_node_core_ms(core_ms: Range) -> Range:
    """Core-ms of one query in a cluster's query nodes, from that of a standalone."""
    less = NOT_ON_QUERY_NODES_CORE_MS
    return Range(max(0.0, core_ms.lowest - less), max(0.0, core_ms.expected - less), max(0.0, core_ms.highest - less))


def replica_capacity(replicas: float, proxies_grow: bool = False) -> float:
    """How many times one copy's capacity so many replicas (1 or more) have."""
    if proxies_grow:
        return 1.0 if replicas <= 1 else max(1.0, EFFICIENCY_WITH_MORE_PROXIES * replicas)
    return power_law(max(1.0, replicas), CAPACITY_OF_REPLICAS)


def replicas_for(cores: float, cores_per_copy: float, at_least: int = 1, proxies_grow: bool = False) -> int:
    """The fewest replicas whose query nodes carry ``cores``; each copy has ``cores_per_copy``.

    Memory usually fixes the nodes of a copy, and so its cores; more queries add replicas only beyond them. Raises
    ``InvalidValues`` for copies without cores.
    """
    given = Given()
    copies = max(0.0, cores) / given.number("cores_per_copy", cores_per_copy, 1e-3, 1e9)
    given.refuse()
    if copies <= 1.0:
        wanted = 1.0
    elif proxies_grow:
        wanted = copies / EFFICIENCY_WITH_MORE_PROXIES
    else:
        wanted = power_law(copies, swapped(CAPACITY_OF_REPLICAS))
    return max(1, at_least, math.ceil(wanted - 1e-9))


def replica_advice(cores: Range, cores_per_copy: float, at_least: int = 1, proxies_grow: bool = False) -> ReplicaAdvice:
    """Replicas for a range of cores; ``at_least`` is what availability asks for."""
    low, middle, high = (
        replicas_for(wanted, cores_per_copy, at_least, proxies_grow)
        for wanted in (cores.lowest, cores.expected, cores.highest)
    )
    return ReplicaAdvice(low, middle, high, replica_capacity(middle, proxies_grow) / middle)
