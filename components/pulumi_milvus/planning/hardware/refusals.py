"""Why pods fit nowhere, and the nearest that would work."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from pulumi_milvus.planning.hardware.allocatable import DaemonSets
from pulumi_milvus.planning.hardware.catalogue import Catalogue, InstanceType
from pulumi_milvus.planning.hardware.fitness import CHECKS, gibibytes
from pulumi_milvus.planning.hardware.outcome import Refusal
from pulumi_milvus.planning.hardware.packing import Amounts, needs_of, room_of
from pulumi_milvus.planning.hardware.pod_group import PodGroup
from pulumi_milvus.planning.hardware.search import Search

# What a node may be too small in, with the words for an amount; in the order of ``Amounts``.
_SIZES: Final[tuple[tuple[str, Callable[[int], str]], ...]] = (
    ("CPU", lambda amount: f"{amount / 1000:g} cores"),
    ("memory", gibibytes),
    ("local disk", gibibytes),
    ("GPUs", lambda amount: f"{amount} GPUs"),
)


def refusal_for(group: PodGroup, catalogue: Catalogue, daemon_sets: DaemonSets) -> Refusal | None:
    """Why not even one pod of the group fits any type; None where it does."""
    left = list(catalogue.types)
    for test, words in CHECKS:
        passing = [node for node in left if test(node, group)]
        if not passing:
            return _wrong_kind(group, left, words)
        left = passing
    rooms = [(node, room_of(node, daemon_sets, group.needs_nvme)) for node in left]
    needs = needs_of(group)
    # GPUs first: they are the scarcest, and a type that lacks them is no near miss.
    for place in (3, 0, 1, 2):
        passing_rooms = [(node, room) for node, room in rooms if room[place] >= needs[place]]
        if not passing_rooms:
            return _too_small(group, rooms, place, needs)
        rooms = passing_rooms
    return None


def refusal_together(search: Search) -> Refusal:
    """Why groups that fit alone do not fit together: the cluster has too few nodes."""
    found = search.lightest()
    wanted: dict[str, tuple[InstanceType, int]] = {}
    for _, candidate in found[1] if found else ():
        before = wanted.get(candidate.node.name, (candidate.node, 0))[1]
        wanted[candidate.node.name] = candidate.node, before + candidate.nodes
    short = [(node, nodes) for node, nodes in wanted.values() if node.max_nodes is not None and nodes > node.max_nodes]
    pods = sum(group.pods for group in search.groups)
    reason = f"{pods} pods of {', '.join(group.role for group in search.groups)} do not fit into the nodes there are"
    nearest = ", ".join(f"{nodes} nodes of {node.name}, which has {node.max_nodes}" for node, nodes in short)
    return Refusal(role="", reason=reason, nearest=nearest or "more nodes, or smaller pods")


def _wrong_kind(group: PodGroup, left: list[InstanceType], words: Callable[[InstanceType, PodGroup], str]) -> Refusal:
    if not left:
        return Refusal(role=group.role, reason="there is no kind of node at all", nearest="")
    reasons = list(dict.fromkeys(words(node, group) for node in left))
    # Of several reasons the commonest; the nearest type is the last of those that came so far, the largest as a rule.
    best = max(left, key=lambda node: (node.gpu_memory_bytes_each, len(node.zones or ()), node.memory_bytes))
    shown = words(best, group) if group.gpus or group.zones > 1 else "; ".join(reasons[:2])
    reason = f"no kind of node suits a {group.role} pod: {best.name}: {shown}"
    return Refusal(role=group.role, reason=reason, nearest=_nearest_kind(best, group), instance_type=best.name)


def _nearest_kind(best: InstanceType, group: PodGroup) -> str:
    if best.excluded_because:
        return "a region or a cluster whose types can be had and priced"
    if best.architecture not in group.architectures:
        return f"architectures: {best.architecture}"
    if group.gpus and best.gpus and best.gpu_memory_bytes_each < group.gpu_memory_bytes:
        return f"at most {gibibytes(best.gpu_memory_bytes_each)} on each GPU ({best.name})"
    if best.zones is not None and len(best.zones) < group.zones:
        return f"{len(best.zones)} zones ({best.name})"
    return "nodes of that kind"


def _too_small(group: PodGroup, rooms: list[tuple[InstanceType, Amounts]], place: int, needs: Amounts) -> Refusal:
    node, room = max(rooms, key=lambda item: item[1][place])
    what, words = _SIZES[place]
    reason = (
        f"a {group.role} pod asks {words(needs[place])} of {what}, and the most that a suitable node leaves is "
        f"{words(max(0, room[place]))} ({node.name})"
    )
    nearest = f"pods of at most {words(max(0, room[place]))} of {what}: more and smaller pods"
    return Refusal(role=group.role, reason=reason, nearest=nearest, instance_type=node.name)
