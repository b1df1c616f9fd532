"""The lightest choice in a cluster that is already there: pools together take no more nodes of a shape than it has."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from pulumi_milvus.planning.hardware.search import Candidate, Choice, Members, Search


def lightest_in_cluster(search: Search, with_surge: bool) -> tuple[float, Choice] | None:
    """The lightest choice that the cluster has nodes for, those that a rolling update adds too where ``with_surge``.

    Exact: branch and bound over all divisions and shapes. None where there is no such choice.
    """
    walk = _Walk(search, with_surge)
    walk.go(search.everyone, {}, 0.0, ())
    return None if walk.choice is None else (walk.weight, walk.choice)


@dataclass(slots=True)
class _Walk:
    search: Search
    with_surge: bool
    weight: float = math.inf
    choice: Choice | None = None
    _bounds: dict[Members, float] = field(default_factory=dict)
    _seen: dict[tuple[Members, tuple[tuple[str, int], ...]], float] = field(default_factory=dict)

    def go(self, left: Members, used: dict[str, int], weight: float, chosen: Choice) -> None:
        """Place the groups left in every way that could still be lighter than the best so far."""
        if not left:
            if (weight, len(chosen)) < (self.weight, len(self.choice or ())) or self.choice is None:
                self.weight, self.choice = weight, chosen
            return
        state = left, tuple(sorted(used.items()))
        if self._seen.get(state, math.inf) <= weight or not self._room_is_left(left, used):
            return
        self._seen[state] = weight
        for members in self.search.pools_with_first(left):
            rest = left & ~members
            for candidate in self.search.candidates(members):
                if weight + candidate.weight + self._bound(rest) >= self.weight:
                    break  # the candidates after this one are heavier
                limit = candidate.node.max_nodes
                nodes = self._taken(members, candidate)
                taken = used.get(candidate.node.name, 0) + nodes
                if limit is None or taken <= limit:
                    more = used if limit is None else {**used, candidate.node.name: taken}
                    self.go(rest, more, weight + candidate.weight, (*chosen, (members, candidate)))

    def _taken(self, members: Members, candidate: Candidate) -> int:
        return self.search.surge_nodes(members, candidate) if self.with_surge else candidate.nodes

    def _bound(self, left: Members) -> float:
        """The least weight of these groups if every shape had nodes without end."""
        if not left:
            return 0.0
        if left not in self._bounds:
            least = math.inf
            for members in self.search.pools_with_first(left):
                cheapest = self.search.cheapest(members)
                if cheapest is not None:
                    least = min(least, cheapest.weight + self._bound(left & ~members))
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
