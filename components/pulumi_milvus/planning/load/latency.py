"""The 99th percentile of a query's time: unloaded, and how busy the cores may be for a given budget."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from pulumi_milvus.planning.load.ranges import Range
from pulumi_milvus.planning.load.slowdown import vcpu_slowdown

SOURCE: Final = "VectorDBBench commit 4ea1810, Milvus 2.2.12, 2.5.11, 2.6.14: p99 of one client, x/÷ 1.2 in 55 runs"
LOAD_SOURCE: Final = "VectorDBBench commit 4ea1810: p99 under load against p99 with one client, 384 points"

# Network, proxy and merging, milliseconds. SOURCE.
AROUND_MS: Final = Range(1.8, 2.1, 2.5)
# The 99th percentile of the slowest chain of segments against its mean. SOURCE.
TAIL_FACTOR: Final = 1.2

# Budget / unloaded p99 from which cores may be that busy. LOAD_SOURCE; 0.5 is where its factor is still 1.2. Never
# above 0.85: beyond, p99 grows six- to fourteenfold.
UTILISATION_FOR_ROOM: Final = ((6.0, 0.85), (3.0, 0.75), (2.0, 0.70), (1.5, 0.60), (1.2, 0.50))
# Below this room more cores do not help: LOAD_SOURCE.
LEAST_ROOM: Final = 1.2
LEAST_UTILISATION: Final = 0.50
# Without a budget: the safe default.
DEFAULT_UTILISATION: Final = 0.60
# Utilisation -> p99 against unloaded p99 (median, 9 of 10). LOAD_SOURCE.
LOAD_FACTORS: Final = (
    (0.30, 1.0, 1.2),
    (0.50, 1.2, 1.4),
    (0.65, 1.3, 1.5),
    (0.75, 1.8, 2.4),
    (0.85, 3.0, 6.9),
    (0.92, 6.2, 14.0),
    (0.97, 9.4, 28.0),
    (1.00, 14.0, 45.0),
)
# Names for the size of a p99: up to so many milliseconds.
_CLASSES: Final = (
    (10.0, "single-digit milliseconds"),
    (100.0, "tens of milliseconds"),
    (1000.0, "hundreds of milliseconds"),
)


@dataclass(frozen=True, slots=True)
class LatencyAnswer:
    """How busy cores may be, what p99 that gives, and whether the budget is reached at all."""

    utilisation: float
    p99_ms: Range
    reachable: bool
    latency_class: str


def unloaded_p99_ms(
    segment_ms: Range, segments: float, node_vcpus: float, nodes_per_copy: int = 1, whole_cores: bool = False
) -> Range:
    """p99 of a query that has the machines to itself, milliseconds.

    ``segment_ms``: one search in one segment. Each node works on its segments in parallel, one a vCPU, and they slow
    each other down. ``nodes_per_copy``: query nodes that share one copy of the data.
    """
    here = max(1.0, segments / max(1, nodes_per_copy))
    parallel = min(here, node_vcpus)
    chain = here / parallel * vcpu_slowdown(parallel, whole_cores).expected * TAIL_FACTOR
    return AROUND_MS.plus(segment_ms.times(chain))


def answer(unloaded_ms: Range, budget_ms: float | None) -> LatencyAnswer:
    """The utilisation for a p99 budget in milliseconds; None asks for no particular p99.

    The rule is for a known unloaded p99. This one is an estimate, so its highest value decides how busy cores may be,
    and its expected one whether the budget is reachable.
    """
    if budget_ms is None:
        utilisation, reachable = DEFAULT_UTILISATION, True
    else:
        room = budget_ms / unloaded_ms.highest
        utilisation = next((busy for least, busy in UTILISATION_FOR_ROOM if room >= least), LEAST_UTILISATION)
        reachable = budget_ms >= least_budget_ms(unloaded_ms)
    p99 = loaded_p99_ms(unloaded_ms, utilisation)
    return LatencyAnswer(utilisation, p99, reachable, latency_class(p99.expected))


def loaded_p99_ms(unloaded_ms: Range, utilisation: float) -> Range:
    """p99 while the cores are so busy (0..1): median factor expected, 9 of 10 runs highest."""
    _, median, nine_of_ten = next((row for row in LOAD_FACTORS if utilisation <= row[0]), LOAD_FACTORS[-1])
    return Range(unloaded_ms.lowest, unloaded_ms.expected * median, unloaded_ms.highest * nine_of_ten)


def least_budget_ms(unloaded_ms: Range) -> float:
    """The smallest p99 budget that more cores can still help with."""
    return LEAST_ROOM * unloaded_ms.expected


def latency_class(p99_ms: float) -> str:
    """A p99 in words, by its order of magnitude."""
    return next((name for limit, name in _CLASSES if p99_ms < limit), "seconds")
