"""A deployment as far as its cost: enough to compare, and to be finished once it is chosen."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from pulumi_milvus.planning.capacity.query_pool import QueryChoice
from pulumi_milvus.planning.capacity.writing import RoleNeed
from pulumi_milvus.planning.deployment.demand import Demand
from pulumi_milvus.planning.deployment.deployment import Deployment, Impossible
from pulumi_milvus.planning.deployment.nodes import Tried
from pulumi_milvus.planning.hardware.packing import Load
from pulumi_milvus.planning.hardware.pod_group import PodGroup


@dataclass(frozen=True, slots=True, kw_only=True)
class Sketch:
    """A deployment that is possible.

    ``weight``: the least that it can cost, USD a month, or bytes of the nodes' memory. ``usd_per_month`` is the same
    where there are prices. ``node``: the type that holds the data.
    """

    topology: str
    demand: Demand
    weight: float
    usd_per_month: float | None
    node: str
    needs: dict[str, RoleNeed] = field(repr=False)
    query: QueryChoice | None = None
    finish: Callable[[], Deployment | Impossible] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Least:
    """The least that some groups of pods can cost, and the type that the first of them stands on then."""

    weight: float
    node: str


class Lightest:
    """The cheapest way to divide groups of pods into pools, each on one type, for every way to divide them.

    As ``hardware.search`` finds it where nodes are made as asked, but remembered from one question to the next: most
    groups stay the same while one thing is tried. ``types``: those worth a try for a group, the cheapest first.
    """

    def __init__(self, types: Callable[[PodGroup], Sequence[Tried]]) -> None:
        self._types = types
        self._pools: dict[tuple[PodGroup, ...], Least | None] = {}
        self._all: dict[tuple[PodGroup, ...], Least | None] = {}

    def of(self, groups: tuple[PodGroup, ...]) -> Least | None:
        """The least of these groups together; None where some group fits no type."""
        if groups not in self._all:
            self._all[groups] = self._divided(groups)
        return self._all[groups]

    def _divided(self, groups: tuple[PodGroup, ...]) -> Least | None:
        first, others = groups[0], groups[1:]
        friends = [group for group in others if group.terms == first.terms]
        best: Least | None = None
        for chosen in range(1 << len(friends)):
            together = [group for place, group in enumerate(friends) if chosen >> place & 1]
            pool = self._pool((first, *together))
            if pool is None or (best is not None and pool.weight >= best.weight):
                continue
            rest = tuple([group for group in others if group not in together])
            least = self.of(rest) if rest else Least(0.0, "")
            if least is not None and (best is None or pool.weight + least.weight < best.weight):
                best = Least(pool.weight + least.weight, pool.node)
        return best

    def _pool(self, groups: tuple[PodGroup, ...]) -> Least | None:
        if groups not in self._pools:
            self._pools[groups] = self._cheapest(groups)
        return self._pools[groups]

    def _cheapest(self, groups: tuple[PodGroup, ...]) -> Least | None:
        load, best, name = Load.of(groups), math.inf, ""
        gpu_bytes = max(group.gpu_memory_bytes for group in groups)
        for tried in self._types(groups[0]):
            if load.fewest * tried.weight >= best:
                break  # and so do all that follow, which are no cheaper
            at_least = load.at_least(tried.room)
            if not at_least or at_least * tried.weight >= best or tried.node.gpu_memory_bytes_each < gpu_bytes:
                continue
            weight = load.nodes(tried.room) * tried.weight
            if weight < best:
                best, name = weight, tried.node.name
        return Least(best, name) if name else None
