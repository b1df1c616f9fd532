"""The cheapest way to place groups of pods: exact over every type and number of nodes, for every way to share pools.

The space: the groups are divided into pools in every possible way (a group with ``own_pool`` alone; others together
where their ``terms`` are the same); each pool has one type, and the fewest nodes that hold it (``packing``). Where
nodes are made as asked, pools do not compete, so each takes its cheapest type. In a cluster that is there, all groups
may share, and together they cannot have more nodes of a shape than there are.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from pulumi_milvus.planning.hardware.allocatable import DaemonSets
from pulumi_milvus.planning.hardware.catalogue import Catalogue, InstanceType
from pulumi_milvus.planning.hardware.fitness import is_of_kind
from pulumi_milvus.planning.hardware.packing import Amounts, Load, nodes_with_surge, room_of
from pulumi_milvus.planning.hardware.pod_group import PodGroup

# Eight groups can share pools in 4,140 ways. Milvus has five roles, etcd makes six.
MOST_GROUPS: Final = 8


@dataclass(frozen=True, slots=True)
class Candidate:
    """So many nodes of a type for some groups. ``weight`` is what is minimised: USD a month, or bytes of memory."""

    node: InstanceType
    room: Amounts
    nodes: int
    weight: float


# A type, what a node leaves, and what it weighs.
Kind = tuple[InstanceType, Amounts, float]
# Groups that share a pool, as bits of their positions; and pools with their candidates.
Members = int
Division = tuple[Members, ...]
Choice = tuple[tuple[Members, Candidate], ...]


class Search:
    """What can be asked about placing some groups on a catalogue. Nothing changes but what it remembers."""

    def __init__(self, groups: Sequence[PodGroup], catalogue: Catalogue, daemon_sets: DaemonSets) -> None:
        if not 0 < len(groups) <= MOST_GROUPS:
            raise ValueError(f"1 to {MOST_GROUPS} groups can be placed, and these are {len(groups)}")
        self.groups = tuple(groups)
        self.catalogue = catalogue
        self.everyone: Members = (1 << len(groups)) - 1
        usable = [node for node in catalogue.types if not node.excluded_because]
        self.is_priced = all(node.usd_per_hour is not None for node in usable)
        self._weights = {node.name: self._weight(node) for node in usable}
        self._rooms = {
            nvme: {node.name: room_of(node, daemon_sets, nvme) for node in usable}
            for nvme in {False, *(group.needs_nvme for group in groups)}
        }
        self._usable = usable
        # By instance, so that a finished search is forgotten with all it remembers.
        self.kinds = functools.cache(self._kinds)
        self.frontier = functools.cache(self._frontier)
        self.load = functools.cache(self._load)
        self.cheapest = functools.cache(self._cheapest)
        self.candidates = functools.cache(self._candidates)

    @functools.cached_property
    def rooms(self) -> tuple[tuple[InstanceType, Amounts], ...]:
        """Every type that may be chosen, with what its nodes leave to pods that need no NVMe."""
        return tuple((node, self._rooms[False][node.name]) for node in self._usable)

    def members(self, members: Members) -> tuple[PodGroup, ...]:
        """The groups of a pool."""
        return tuple(group for place, group in enumerate(self.groups) if members >> place & 1)

    def divisions(self) -> Iterator[Division]:
        """Every way to divide the groups into pools."""
        yield from self._divide(self.everyone)

    def lightest(self) -> tuple[float, Choice] | None:
        """The lightest choice of all, whatever number of nodes there is; None where some group fits no type."""
        best: tuple[float, Choice] | None = None
        for division in self.divisions():
            found = [(members, self.cheapest(members)) for members in division]
            choice = tuple((members, candidate) for members, candidate in found if candidate is not None)
            weight = sum(candidate.weight for _, candidate in choice)
            if len(choice) == len(division) and (best is None or (weight, len(choice)) < (best[0], len(best[1]))):
                best = weight, choice
        return best

    def surge_nodes(self, members: Members, candidate: Candidate) -> int:
        """The nodes needed while a rolling update has added the surge pods of every group."""
        return nodes_with_surge(self.members(members), candidate.room)

    def may_share(self, first: PodGroup, second: PodGroup) -> bool:
        """Whether two groups may stand in one pool."""
        if not self.catalogue.creates_nodes:
            return first.zones == second.zones
        return not first.own_pool and not second.own_pool and first.terms == second.terms

    def _weight(self, node: InstanceType) -> float:
        usd = node.usd_per_month
        return usd if self.is_priced and usd is not None else float(node.memory_bytes)

    def _divide(self, left: Members) -> Iterator[Division]:
        if not left:
            yield ()
            return
        for members in self.pools_with_first(left):
            for rest in self._divide(left & ~members):
                yield (members, *rest)

    def pools_with_first(self, left: Members) -> Iterator[Members]:
        """Every pool that can be made of the groups left and holds the first of them."""
        first = left & -left
        friends = left & ~first & self._friends[first.bit_length() - 1]
        others = friends
        while True:
            members = first | others
            if self._agree(others):
                yield members
            if not others:
                return
            others = (others - 1) & friends

    @functools.cached_property
    def _friends(self) -> tuple[Members, ...]:
        return tuple(
            sum(1 << place for place, other in enumerate(self.groups) if other is group or self.may_share(group, other))
            for group in self.groups
        )

    def _agree(self, members: Members) -> bool:
        return all(members & ~friends == 0 for place, friends in enumerate(self._friends) if members >> place & 1)

    def _load(self, members: Members) -> Load:
        return Load.of(self.members(members))

    def _kinds(self, askers: Members) -> tuple[Kind, ...]:
        """The types of the kind that all of these ask for, with what a node leaves and weighs."""
        groups = self.members(askers)
        rooms = self._rooms[any(group.needs_nvme for group in groups)]
        return tuple(
            (node, rooms[node.name], self._weights[node.name])
            for node in self._usable
            if all(is_of_kind(node, group) for group in groups)
        )

    def _frontier(self, askers: Members) -> tuple[Kind, ...]:
        """The kinds without those that another beats: no less room for no more weight, so never more nodes."""
        best: list[Kind] = []
        for kind in sorted(self.kinds(askers), key=lambda kind: (kind[2], [-amount for amount in kind[1]])):
            cpu, memory, disk, gpus = kind[1]
            for _, room, _ in best:
                if room[0] >= cpu and room[1] >= memory and room[2] >= disk and room[3] >= gpus:
                    break
            else:
                best.append(kind)
        return tuple(best)

    def _cheapest(self, members: Members) -> Candidate | None:
        load, best, found = self.load(members), math.inf, None
        for node, room, weight in self.frontier(self._askers_of(members)):
            at_least = load.at_least(room)
            if not at_least or at_least * weight >= best:
                continue
            nodes = load.nodes(room)
            if nodes * weight < best:
                best, found = nodes * weight, Candidate(node, room, nodes, nodes * weight)
        return found

    def _candidates(self, members: Members) -> tuple[Candidate, ...]:
        """Every type that can hold the pool alone, lightest first."""
        load, found = self.load(members), []
        for node, room, weight in self.kinds(self._askers_of(members)):
            nodes = load.nodes(room)
            if nodes:
                found.append(Candidate(node, room, nodes, nodes * weight))
        return tuple(sorted(found, key=lambda item: (item.weight, item.nodes, item.node.name)))

    def _askers_of(self, members: Members) -> Members:
        """Of these groups those that ask for different kinds: pools in which the same is asked are looked up once."""
        askers = 0
        for place, asker in enumerate(self._askers):
            if members >> place & 1:
                askers |= asker
        return askers

    @functools.cached_property
    def _askers(self) -> tuple[Members, ...]:
        """For each group the first that asks for the same kind of node."""
        first: dict[tuple[object, ...], Members] = {}
        asked = [(*group.terms, group.gpu_memory_bytes) for group in self.groups]
        return tuple(first.setdefault(asks, 1 << place) for place, asks in enumerate(asked))
