"""Why pods fit nowhere, and the nearest that would work."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Final

from pulumi_milvus.planning.hardware.allocatable import DaemonSets
from pulumi_milvus.planning.hardware.catalogue import Catalogue, InstanceType
from pulumi_milvus.planning.hardware.fitness import CHECKS, Check, gibibytes
from pulumi_milvus.planning.hardware.outcome import Refusal
from pulumi_milvus.planning.hardware.packing import Amounts, needs_of, room_of
from pulumi_milvus.planning.hardware.pod_group import PodGroup
from pulumi_milvus.planning.hardware.search import Search

# The words for an amount of what a node may be too small in, in the order of ``Amounts``.
_SIZES: Final[tuple[Callable[[int], str], ...]] = (
    lambda amount: f"{amount / 1000:g} CPU cores",
    lambda amount: f"{gibibytes(amount)} of memory",
    lambda amount: f"{gibibytes(amount)} of local disk",
    lambda amount: f"{amount} GPUs",
)
# The order in which sizes are looked at: GPUs first, since a type that lacks them is no near miss.
_SIZES_IN_ORDER: Final = (3, 0, 1, 2)


def refusal_for(group: PodGroup, catalogue: Catalogue, daemon_sets: DaemonSets) -> Refusal | None:
    """Why not even one pod of the group fits any type; None where it does."""
    left = list(catalogue.types)
    if not left:
        return Refusal(role=group.role, reason="there are no nodes at all", nearest="at least one shape of nodes")
    for check in CHECKS:
        passing = [node for node in left if check.passes(node, group)]
        if not passing:
            return _wrong_kind(group, left, check)
        left = passing
    rooms = [(node, room_of(node, daemon_sets, group.needs_nvme)) for node in left]
    needs = needs_of(group)
    for place in _SIZES_IN_ORDER:
        large_enough = [(node, room) for node, room in rooms if room[place] >= needs[place]]
        if not large_enough:
            return _too_small(group, rooms, place, needs)
        rooms = large_enough
    return None


def refusal_together(search: Search, is_proved: bool) -> Refusal:
    """Why groups that fit alone do not fit together: the cluster has too few nodes."""
    found = search.lightest()
    wanted: dict[str, tuple[InstanceType, int]] = {}
    for _, candidate in found[1] if found else ():
        before = wanted.get(candidate.node.name, (candidate.node, 0))[1]
        wanted[candidate.node.name] = candidate.node, before + candidate.nodes
    short = [(node, nodes) for node, nodes in wanted.values() if node.max_nodes is not None and nodes > node.max_nodes]
    pods = sum(group.pods for group in search.groups)
    reason = f"{pods} pods of {', '.join(group.role for group in search.groups)} do not fit into the nodes there are"
    reason += "" if is_proved else ", as far as was tried"
    nearest = ", ".join(f"{nodes} nodes of {node.name}, which has {node.max_nodes}" for node, nodes in short)
    return Refusal(role="", reason=reason, nearest=nearest or "more nodes, or smaller pods")


def _wrong_kind(group: PodGroup, left: list[InstanceType], check: Check) -> Refusal:
    """Of all that passed the checks before, none passes this one: the commonest reason, and what there is instead."""
    best = max(left, key=lambda node: (node.gpu_memory_bytes_each, len(node.zones or ()), node.memory_bytes))
    if check.asked_as in ("gpu_memory_bytes", "zones"):
        # An amount: the most that there is says more than the commonest.
        reason, offers = f"{check.why_not(best, group)} ({best.name})", list(check.offers(best))
    else:
        reason = Counter(check.why_not(node, group) for node in left).most_common(1)[0][0]
        offers = sorted({offer for node in left for offer in check.offers(node)})
    nearest = f"{check.asked_as}: {', '.join(offers)}" if offers else "nodes that have it, or a region with prices"
    return Refusal(
        role=group.role,
        reason=f"no kind of node suits a {group.role} pod: {reason}",
        nearest=nearest,
        instance_type=best.name,
    )


def _too_small(group: PodGroup, rooms: list[tuple[InstanceType, Amounts]], place: int, needs: Amounts) -> Refusal:
    node, room = max(rooms, key=lambda item: item[1][place])
    words = _SIZES[place]
    most = words(max(0, room[place]))
    reason = f"a {group.role} pod asks {words(needs[place])}, and a suitable node leaves at most {most} ({node.name})"
    nearest = f"more and smaller pods, of at most {most} each"
    return Refusal(role=group.role, reason=reason, nearest=nearest, instance_type=node.name)
