"""The lightest choice in a cluster that is already there: pools together take no more nodes of a shape than it has."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Final

from pulumi_milvus.planning.hardware.search import Candidate, Choice, Members, Search

# Guards against hours of search: 1,500 random clusters of up to 32 shapes and eight groups took 6,562 steps at most.
MOST_STEPS: Final = 100_000


@dataclass(frozen=True, slots=True)
class InCluster:
    """The lightest choice found, or None; ``is_proved`` unless the search was cut short at ``MOST_STEPS``."""

    weight: float
    choice: Choice | None
    is_proved: bool


def lightest_in_cluster(search: Search, with_surge: bool) -> InCluster:
    """The lightest choice that the cluster has nodes for, those that a rolling update adds too where ``with_surge``.

    Branch and bound over all divisions and shapes: exact, unless it is cut short.
    """
    walk = _Walk(search, with_surge)
    walk.go(search.everyone, {}, 0.0, ())
    return InCluster(walk.weight, walk.choice, walk.steps < MOST_STEPS)


@dataclass(slots=True)
class _Walk:
    search: Search
    with_surge: bool
    weight: float = math.inf
    choice: Choice | None = None
    steps: int = 0
    _bounds: dict[Members, float] = field(default_factory=dict)
    _options: dict[Members, tuple[tuple[Candidate, int], ...]] = field(default_factory=dict)
    _seen: dict[tuple[Members, tuple[tuple[str, int], ...]], float] = field(default_factory=dict)

    def go(self, left: Members, used: dict[str, int], weight: float, chosen: Choice) -> None:
        """Place the groups left in every way that could still be lighter than the best so far."""
        self.steps += 1
        if not left:
            if self.choice is None or (weight, len(chosen)) < (self.weight, len(self.choice)):
                self.weight, self.choice = weight, chosen
            return
        state = left, tuple(sorted(used.items()))
        if self._seen.get(state, math.inf) <= weight or not self._room_is_left(left, used):
            return
        self._seen[state] = weight
        for members in self.search.pools_with_first(left):
            rest = left & ~members
            for candidate, nodes in self._taking(members):
                if weight + candidate.weight + self._bound(rest) >= self.weight or self.steps >= MOST_STEPS:
                    break  # the candidates after this one are heavier
                name, limit = candidate.node.name, candidate.node.max_nodes
                taken = used.get(name, 0) + nodes
                if limit is None or taken <= limit:
                    more = used if limit is None else {**used, name: taken}
                    self.go(rest, more, weight + candidate.weight, (*chosen, (members, candidate)))

    def _taking(self, members: Members) -> tuple[tuple[Candidate, int], ...]:
        """The candidates that the empty cluster has nodes for, lightest first, with the nodes that they take."""
        if members not in self._options:
            pairs = [(candidate, self._taken(members, candidate)) for candidate in self.search.candidates(members)]
            self._options[members] = tuple(
                (candidate, nodes)
                for candidate, nodes in pairs
                if candidate.node.max_nodes is None or nodes <= candidate.node.max_nodes
            )
        return self._options[members]

    def _taken(self, members: Members, candidate: Candidate) -> int:
        return self.search.surge_nodes(members, candidate) if self.with_surge else candidate.nodes

    def _bound(self, left: Members) -> float:
        """The least weight of these groups if their pools did not compete for nodes."""
        if not left:
            return 0.0
        if left not in self._bounds:
            least = math.inf
            for members in self.search.pools_with_first(left):
                options = self._taking(members)
                if options:
                    least = min(least, options[0][0].weight + self._bound(left & ~members))
            self._bounds[left] = least
        return self._bounds[left]

    def _room_is_left(self, left: Members, used: dict[str, int]) -> bool:
        """Whether CPU, memory and GPUs of all nodes left are enough, however they would be cut up."""
        cpu = memory = gpus = 0
        for group in self.search.members(left):
            cpu += group.pods * group.cpu_millicores
            memory += group.pods * group.memory_bytes
            gpus += group.pods * group.gpus
        for node, room in self.search.rooms:
            if node.max_nodes is None:
                return True
            nodes = node.max_nodes - used.get(node.name, 0)
            cpu, memory, gpus = cpu - nodes * max(0, room[0]), memory - nodes * max(0, room[1]), gpus - nodes * room[3]
        return max(cpu, memory, gpus) <= 0
