"""How many nodes of one type hold some pods.

The rule: pods of a group are spread evenly over the nodes of their pool (topologySpreadConstraints over hostname with
maxSkew 1), so with n nodes each has at most ceil(pods / n) of a group, and every node must have room for that share of
every group at once. Then whatever the scheduler does within that constraint fits. For one group this is
ceil(pods / pods per node); more pods, or larger ones, never need fewer nodes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from pulumi_milvus.planning.hardware.allocatable import DaemonSets, allocatable_disk_bytes
from pulumi_milvus.planning.hardware.catalogue import InstanceType
from pulumi_milvus.planning.hardware.pod_group import PodGroup

# More than any disk: a volume that is made as large as asked.
UNLIMITED_BYTES: Final = 2**63

# CPU in millicores, memory in bytes, disk in bytes, GPUs: of a node, or of a pod.
Amounts = tuple[int, int, int, int]


def room_of(node: InstanceType, daemon_sets: DaemonSets, needs_nvme: bool) -> Amounts:
    """What a node leaves to our pods."""
    if needs_nvme:
        disk = allocatable_disk_bytes(node.local_nvme_bytes)
    else:
        disk = UNLIMITED_BYTES if node.root_disk_bytes is None else allocatable_disk_bytes(node.root_disk_bytes)
    return (
        node.allocatable_cpu_millicores - daemon_sets.cpu_millicores,
        node.allocatable_memory_bytes - daemon_sets.memory_bytes,
        disk,
        node.gpus,
    )


def needs_of(group: PodGroup) -> Amounts:
    """What one pod of a group asks."""
    return (group.cpu_millicores, group.memory_bytes, group.local_disk_bytes, group.gpus)


@dataclass(frozen=True, slots=True)
class Load:
    """Groups that share a pool, prepared for being tried on many types.

    ``zones`` holds, for each different zone, the pods of each group there and how many zones are like it.
    """

    needs: tuple[Amounts, ...]
    alone: tuple[bool, ...]
    zones: tuple[tuple[tuple[int, ...], int], ...]
    one_of_each: Amounts
    total: Amounts
    fewest: int

    @classmethod
    def of(cls, groups: Sequence[PodGroup]) -> Load:
        """The load of groups that agree in ``terms``."""
        by_zone = Counter(zip(*[group.pods_by_zone for group in groups], strict=True))
        zones = tuple((pods, number) for pods, number in by_zone.items() if any(pods))
        needs = tuple(needs_of(group) for group in groups)
        pods = [group.pods for group in groups]
        fewest = max(
            sum(number for _, number in zones),
            max((count for count, group in zip(pods, groups, strict=True) if group.one_pod_per_node), default=0),
        )
        return cls(
            needs=needs,
            alone=tuple(group.one_pod_per_node for group in groups),
            zones=zones,
            one_of_each=_sum(needs, [1] * len(needs)),
            total=_sum(needs, pods),
            fewest=fewest,
        )

    def at_least(self, room: Amounts) -> int:
        """A quick lower bound of the nodes needed; 0 where one node cannot hold one pod of each group."""
        cpu, memory, disk, gpus = self.one_of_each
        if cpu > room[0] or memory > room[1] or disk > room[2] or gpus > room[3]:
            return 0
        total, nodes = self.total, self.fewest
        # Comparisons, since this is asked for every type and max() takes three times as long.
        for_cpu, for_memory = -(-total[0] // room[0]), -(-total[1] // room[1])
        if for_cpu > nodes:
            nodes = for_cpu
        if for_memory > nodes:
            nodes = for_memory
        if disk:
            nodes = max(nodes, -(-total[2] // room[2]))
        return max(nodes, -(-total[3] // room[3])) if gpus else nodes

    def nodes(self, room: Amounts) -> int:
        """The nodes needed; 0 where no number of them is enough."""
        if not self.at_least(room):
            return 0
        return sum(number * self.nodes_in_zone(pods, room) for pods, number in self.zones)

    def nodes_in_zone(self, pods: Sequence[int], room: Amounts) -> int:
        """The fewest nodes of one zone that hold these pods, where one of each fits on a node."""
        if len(self.needs) == 1:
            return -(-pods[0] // _pods_per_node(self.needs[0], room, self.alone[0])) if pods[0] else 0
        # With as many nodes as the largest group has pods, each share is one, and that fits.
        low, high = max((1 if any(pods) else 0), *self._alone(pods)), max(pods)
        while low < high:
            middle = (low + high) // 2
            low, high = (low, middle) if self._fits(pods, middle, room) else (middle + 1, high)
        return low

    def _alone(self, pods: Sequence[int]) -> list[int]:
        return [0, *(count for count, alone in zip(pods, self.alone, strict=True) if alone)]

    def _fits(self, pods: Sequence[int], nodes: int, room: Amounts) -> bool:
        shares = [-(-count // nodes) for count in pods]
        return all(wanted <= left for wanted, left in zip(_sum(self.needs, shares), room, strict=True))


def nodes_with_surge(groups: Sequence[PodGroup], room: Amounts) -> int:
    """The nodes needed while every group has its surge pods beside all others, all of them in the worst zone."""
    load = Load.of(groups)
    by_zone = list(zip(*(group.pods_by_zone for group in groups), strict=True))
    surge = [group.surge_pods for group in groups]
    nodes = [load.nodes_in_zone(pods, room) if any(pods) else 0 for pods in by_zone]
    more = [
        load.nodes_in_zone([count + extra for count, extra in zip(pods, surge, strict=True)], room) - before
        for pods, before in zip(by_zone, nodes, strict=True)
    ]
    return sum(nodes) + max(0, *more)


def even_layout(groups: Sequence[PodGroup], nodes_by_zone: Sequence[int]) -> Iterator[dict[str, int]]:
    """One even layout: for each node, zone after zone, its pods of each role; a group's larger shares go round."""
    by_zone = zip(*(group.pods_by_zone for group in groups), strict=True)
    for nodes, pods in zip(nodes_by_zone, by_zone, strict=True):
        layout: list[dict[str, int]] = [{} for _ in range(nodes)]
        start = 0
        for group, count in zip(groups, pods, strict=True):
            for position in range(count):
                node = layout[(start + position) % nodes]
                node[group.role] = node.get(group.role, 0) + 1
            start += count
        yield from layout


def nodes_by_zone(groups: Sequence[PodGroup], room: Amounts) -> tuple[int, ...]:
    """The nodes needed in each zone."""
    load = Load.of(groups)
    return tuple(
        load.nodes_in_zone(pods, room) if any(pods) else 0
        for pods in zip(*(group.pods_by_zone for group in groups), strict=True)
    )


def _pods_per_node(needs: Amounts, room: Amounts, alone: bool) -> int:
    return 1 if alone else min(left // wanted for wanted, left in zip(needs, room, strict=True) if wanted)


def _sum(needs: Sequence[Amounts], pods: Sequence[int]) -> Amounts:
    cpu = memory = disk = gpus = 0
    for (one_cpu, one_memory, one_disk, one_gpus), count in zip(needs, pods, strict=True):
        cpu += one_cpu * count
        memory += one_memory * count
        disk += one_disk * count
        gpus += one_gpus * count
    return (cpu, memory, disk, gpus)
