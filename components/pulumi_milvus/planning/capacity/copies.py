"""In-memory copies of the data and the pods that hold them, also with a pod, a node or a zone gone."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

from pulumi_milvus.planning.hardware.pod_group import spread

ZONES: Final = 3


@dataclass(frozen=True, slots=True)
class Need:
    """What one copy needs on pods of one size.

    ``holding``: pods that hold it. ``busy``: pods whose cores (or disks) answer all queries. ``segments``: of one copy;
    each lies on one pod, so no more pods than that can work for it.
    """

    holding: int
    busy: int = 1
    segments: int = 1


@dataclass(frozen=True, slots=True)
class Copies:
    """Pods, and the in-memory replicas on them.

    At the worst moment: ``holding`` pods hold one copy, ``answering`` are left in all, and ``at_once`` says whether
    another whole copy stands, so that searches go on; otherwise the rest loads what was lost first. ``zones``: those
    that the pods are spread over where a zone may be lost.
    """

    pods: int
    replicas: int
    holding: int
    answering: int
    at_once: bool
    zones: int = ZONES


def with_spare(pods: int, availability: str) -> int:
    """So many pods that ``pods`` are left with one of them, or one of three zones, gone."""
    if availability == "pod":
        return pods + 1
    if availability == "zone":
        every = max(ZONES, math.ceil(pods * ZONES / (ZONES - 1)))
        return every if every - math.ceil(every / ZONES) >= pods else every + 1
    return pods


def left_of(pods: int, availability: str) -> int:
    """Pods left at the worst moment."""
    if availability == "pod":
        return pods - 1
    return pods - math.ceil(pods / ZONES) if availability == "zone" else pods


@dataclass(frozen=True, slots=True)
class Spare:
    """What may be missing of pods that hold ``replicas`` copies. ``availability``: none, pod or zone."""

    availability: str
    replicas: int

    def left(self, pods: int) -> int:
        """Pods that hold one copy of the data at the worst moment."""
        if self.replicas > 1:
            return pods // self.replicas
        return left_of(pods, self.availability)


def copies_of(
    need: Need, availability: str, replicas: int | None = None, pods_per_node: int = 1, *, few: bool = False
) -> Copies:
    """The fewest pods, and as many copies as they hold where ``replicas`` is None (``few``: as the queries need).

    One copy has at least ``need.holding`` pods. Where pods share nodes (one a GPU), a lost node takes all of its pods.
    """
    if replicas is not None and replicas > 1:
        return _declared(need, availability, replicas, pods_per_node)
    copies = _copies_needed(need, replicas)
    pods = fewest_pods_of(need, availability, replicas, pods_per_node)
    still = _left(pods, availability, pods_per_node)
    if replicas == 1 or few:
        return Copies(pods, copies, still // copies, still, False)
    if availability == "none":
        most = pods // need.holding
        return Copies(pods, most, pods // most, pods, False)
    return _decided(need, availability, pods, still, copies, pods_per_node)


def fewest_pods_of(need: Need, availability: str, replicas: int | None = None, pods_per_node: int = 1) -> int:
    """The pods that ``copies_of`` finds, and no more of it."""
    if replicas is not None and replicas > 1:
        return _declared(need, availability, replicas, pods_per_node).pods
    left = max(need.holding * _copies_needed(need, replicas), need.busy)
    return _spared(left, availability, pods_per_node)


def _copies_needed(need: Need, replicas: int | None) -> int:
    # More pods than a copy has segments find nothing to do, unless there are more copies. Where the workload says how
    # many there are, the plan says that it is so; less data, in fewer segments, would cost less otherwise.
    return math.ceil(need.busy / need.segments) if replicas is None else 1


def _decided(need: Need, availability: str, pods: int, still: int, fewest: int, pods_per_node: int) -> Copies:
    """As many copies as the pods hold, if then another one stands when something is lost."""
    if need.holding == 1 and pods > 1:
        return Copies(pods, pods, 1, still, True)
    if pods_per_node == 1 and availability == "pod" and pods >= 2 * need.holding:
        most = pods // need.holding
        return Copies(pods, most, pods // most, still, True)
    if pods_per_node == 1 and availability == "zone":
        # A copy within a zone: a resource group for each.
        by_zone = [(zone, zone // need.holding) for zone in spread(pods, ZONES)]
        there = sum(copies for _, copies in by_zone)
        lost = max(copies for _, copies in by_zone)
        working = [min(zone, copies * need.segments) for zone, copies in by_zone]
        if there - lost >= 1 and sum(working) - max(working) >= need.busy:
            least = min(zone // copies for zone, copies in by_zone if copies)
            return Copies(pods, there, least, still, True, min(ZONES, there))
    return Copies(pods, fewest, max(1, still // fewest), still, False)


def _declared(need: Need, availability: str, replicas: int, pods_per_node: int) -> Copies:
    """A number of copies that the workload says. Where one is lost with a pod or a zone, another stands."""
    pods = max(replicas * need.holding, need.busy)
    if availability == "none":
        return Copies(pods, replicas, pods // replicas, pods, False)
    nodes = math.ceil(pods / pods_per_node)
    if availability == "zone":
        return _declared_in_zones(need, replicas, nodes, pods_per_node)
    nodes = max(nodes, math.ceil(need.busy / pods_per_node) + 1)
    pods = nodes * pods_per_node
    return Copies(pods, replicas, pods // replicas, pods - pods_per_node, True)


def _declared_in_zones(need: Need, replicas: int, nodes: int, pods_per_node: int) -> Copies:
    """The same over zones, each with whole nodes where pods share them; ``nodes`` are the fewest for all copies.

    Two copies have a zone each, or one of three zones and the two others, whichever takes fewer: in three zones less is
    lost with one.
    """
    holding = math.ceil(need.holding / pods_per_node)
    left = math.ceil(max(need.holding, need.busy) / pods_per_node)
    nodes = max(nodes if replicas > 2 else 3 * holding - 2, with_spare(left, "zone"))
    zones = ZONES
    if pods_per_node > 1:
        nodes = math.ceil(nodes / zones) * zones
    if replicas == 2 and ZONES <= 2 * left <= nodes:
        nodes, zones = 2 * left, 2
    lost, pods = math.ceil(nodes / zones) * pods_per_node, nodes * pods_per_node
    least = lost if replicas == 2 else pods // replicas
    return Copies(pods, replicas, least, pods - lost, True, zones)


def _spared(pods: int, availability: str, pods_per_node: int) -> int:
    if availability == "none" or pods_per_node == 1:
        return with_spare(pods, availability)
    nodes = with_spare(math.ceil(pods / pods_per_node), availability)
    # Pods spread evenly over zones: whole nodes in each.
    nodes = math.ceil(nodes / ZONES) * ZONES if availability == "zone" else nodes
    return nodes * pods_per_node


def _left(pods: int, availability: str, pods_per_node: int) -> int:
    if availability == "none" or pods_per_node == 1:
        return left_of(pods, availability)
    return left_of(pods // pods_per_node, availability) * pods_per_node
