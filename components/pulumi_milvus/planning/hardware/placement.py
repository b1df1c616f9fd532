"""Pods into nodes: the cheapest feasible choice, or one that an operator would rather run for at most 5 % more.

``search`` finds the cheapest exactly. The preference then takes, within 5 % of it: the fewest pools; in each pool a
number of nodes that is neither a crowd nor a few that each hold too much; fewer nodes; the newer generation; the lower
cost. In a cluster that is already there nothing is preferred over the least that is taken.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from types import MappingProxyType
from typing import Final

from pulumi_milvus.planning.findings import Decision
from pulumi_milvus.planning.hardware.allocatable import EKS_DAEMONSETS, GIBIBYTE, DaemonSets, disk_bytes_for
from pulumi_milvus.planning.hardware.catalogue import Catalogue
from pulumi_milvus.planning.hardware.cluster_search import lightest_in_cluster
from pulumi_milvus.planning.hardware.outcome import Placement, Pool, Refusal, RunnerUp
from pulumi_milvus.planning.hardware.packing import nodes_by_zone
from pulumi_milvus.planning.hardware.pod_group import PodGroup
from pulumi_milvus.planning.hardware.refusals import refusal_for, refusal_together
from pulumi_milvus.planning.hardware.runner_ups import runner_ups
from pulumi_milvus.planning.hardware.search import Candidate, Choice, Members, Search

__all__ = ["MOST_OVER_CHEAPEST", "Placement", "PodGroup", "Pool", "Refusal", "RunnerUp", "place"]

# Asked for: the chosen plan costs at most 5 % more than the cheapest.
MOST_OVER_CHEAPEST: Final = 0.05
# Our judgement, not measured: with three nodes the loss of one takes a third; above a dozen, upgrades, disruptions and
# the cluster's own overhead are felt. Pods that stand alone on their nodes need as many nodes as they are.
COMFORTABLE_NODES: Final = (3, 12)
# "The default disk size is 20 GiB for Linux and Bottlerocket": EKS API, CreateNodegroup, diskSize.
SYSTEM_VOLUME_BYTES: Final = 20 * GIBIBYTE
# The pool that several groups share: its name does not change with its members.
SHARED_POOL: Final = "general"


def place(
    groups: Sequence[PodGroup],
    catalogue: Catalogue,
    daemon_sets: DaemonSets = EKS_DAEMONSETS,
    most_over: float = MOST_OVER_CHEAPEST,
) -> Placement | Refusal:
    """Choose types and numbers of nodes for all groups; nodes cost at most ``most_over`` more than the cheapest.

    Raises ``ValueError`` for no group, more than eight, or equal roles.
    """
    if len({group.role for group in groups}) < len(groups):
        raise ValueError("every group needs a role of its own")
    search = Search(groups, catalogue, daemon_sets)
    for place, group in enumerate(groups):
        refused = None if search.cheapest(1 << place) else refusal_for(group, catalogue, daemon_sets)
        if refused is not None:
            return refused
    if catalogue.creates_nodes:
        return _on_cloud(search, daemon_sets, most_over)
    return _in_cluster(search, daemon_sets)


def _on_cloud(search: Search, daemon_sets: DaemonSets, most_over: float) -> Placement | Refusal:
    priced = []
    for division in search.divisions():
        found = [search.cheapest(members) for members in division]
        if all(found):
            priced.append((sum(candidate.weight for candidate in found if candidate is not None), division))
    cheapest = min(weight for weight, _ in priced)
    most = cheapest * (1 + most_over)
    weight, division = min(
        (item for item in priced if item[0] <= most), key=lambda item: (len(item[1]), item[0], item[1])
    )
    choice = tuple((members, _preferred(search, members, most / weight)) for members in division)
    return _placement(search, choice, cheapest, daemon_sets, ())


def _in_cluster(search: Search, daemon_sets: DaemonSets) -> Placement | Refusal:
    notes: list[str] = []
    found = lightest_in_cluster(search, with_surge=True)
    if found.choice is None:
        found = lightest_in_cluster(search, with_surge=False)
        notes.append("the cluster has no room for the pods that a rolling update adds: updates will wait")
    if not found.is_proved:
        notes.append("so many shapes and groups can be combined in more ways than were tried")
    if found.choice is None:
        return refusal_together(search, found.is_proved)
    return _placement(search, found.choice, found.weight, daemon_sets, tuple(notes))


def _preferred(search: Search, members: Members, factor: float) -> Candidate:
    """The candidate that an operator would rather run, at most ``factor`` times the cheapest."""
    candidates = search.candidates(members)
    most = candidates[0].weight * factor
    groups = search.members(members)
    return min(
        (item for item in candidates if item is candidates[0] or item.weight <= most),
        key=lambda item: (
            _discomfort(item.nodes, groups),
            item.nodes,
            -item.node.generation,
            item.weight,
            item.node.name,
        ),
    )


def _discomfort(nodes: int, groups: Sequence[PodGroup]) -> int:
    """By how many nodes a pool is smaller or larger than an operator likes."""
    fewest, most = COMFORTABLE_NODES
    fewest = min(fewest, max(group.pods for group in groups))
    return max(0, fewest - nodes) + max(0, nodes - most)


def _placement(
    search: Search, choice: Choice, cheapest: float, daemon_sets: DaemonSets, notes: tuple[str, ...]
) -> Placement:
    pools = _pools(search, choice)
    costs = [pool.usd_per_month for pool in pools]
    usd = sum(cost for cost in costs if cost is not None) if None not in costs else None
    least = cheapest if search.is_priced else None
    losers = tuple(
        loser
        for pool, (members, _) in zip(pools, choice, strict=True)
        for loser in runner_ups(pool, search.candidates(members), search.catalogue, daemon_sets)
    )
    by_size = zip(pools, choice, strict=True)
    decisions = [_decision(pool, search.candidates(members)[0], search) for pool, (members, _) in by_size]
    if usd is not None and least is not None and len(pools) > 0:
        decisions.append(_total(usd, least, search))
    return Placement(
        pools=pools,
        usd_per_month=usd,
        cheapest_usd_per_month=least,
        runner_ups=losers,
        decisions=tuple(decisions),
        notes=notes,
    )


def _pools(search: Search, choice: Choice) -> tuple[Pool, ...]:
    names: set[str] = set()
    pools = []
    shared = max((members for members, _ in choice), key=lambda members: members.bit_count())
    for members, candidate in choice:
        groups = search.members(members)
        is_shared = len(groups) > 1 and members == shared
        name = SHARED_POOL if is_shared else "-".join(group.role.replace("_", "-") for group in groups)
        names.add(name)
        # A machine by itself is replaced, and none stands beside it.
        surge = 0 if search.catalogue.single_machine else search.surge_nodes(members, candidate)
        pools.append(_pool(name, groups, candidate, surge))
    return tuple(pools)


def _pool(name: str, groups: tuple[PodGroup, ...], candidate: Candidate, surge_nodes: int) -> Pool:
    node, by_zone = candidate.node, nodes_by_zone(groups, candidate.room)
    share = {
        group.role: max(-(-pods // nodes) for pods, nodes in zip(group.pods_by_zone, by_zone, strict=True) if nodes)
        for group in groups
    }
    nvme = any(group.needs_nvme for group in groups)
    disk = 0 if nvme else sum(share[group.role] * group.local_disk_bytes for group in groups)
    limit = surge_nodes if node.max_nodes is None else min(surge_nodes, node.max_nodes)
    usd = node.usd_per_month
    return Pool(
        name=name,
        node=node,
        groups=groups,
        nodes=candidate.nodes,
        max_nodes=max(limit, candidate.nodes),
        nodes_by_zone=by_zone,
        pods_per_node=MappingProxyType(share),
        usd_per_month=None if usd is None else usd * candidate.nodes,
        root_volume_bytes=SYSTEM_VOLUME_BYTES + (disk_bytes_for(disk) if disk else 0),
        uses_nvme=nvme,
    )


def _decision(pool: Pool, cheapest: Candidate, search: Search) -> Decision:
    most = ", ".join(f"{number} {role}" for role, number in pool.pods_per_node.items())
    because = f"each node leaves room for {most}"
    if pool.usd_per_month is not None and search.is_priced:
        because += f", USD {pool.usd_per_month:,.0f} a month"
        if cheapest.node is pool.node:
            because += ", the cheapest that fits"
        else:
            more = pool.usd_per_month - cheapest.weight
            how_much = "as much as" if math.isclose(pool.usd_per_month, cheapest.weight) else f"{more:,.0f} more than"
            because += f", {how_much} {cheapest.nodes} x {cheapest.node.name}, the cheapest that fits"
            because += f": {_better(pool, cheapest, search)}"
    choice = f"{pool.nodes} x {pool.instance_type}"
    return Decision(f"node_pools.{pool.name}", choice, because, search.catalogue.source)


def _better(pool: Pool, cheapest: Candidate, search: Search) -> str:
    if not search.catalogue.creates_nodes:
        return "the cluster has not enough of those for all pools"
    if _discomfort(pool.nodes, pool.groups) < _discomfort(cheapest.nodes, pool.groups):
        return f"{pool.nodes} nodes are easier to run than {cheapest.nodes}"
    return "fewer nodes" if pool.nodes < cheapest.nodes else "a newer generation"


def _total(usd: float, cheapest: float, search: Search) -> Decision:
    catalogue = search.catalogue
    where = f" (prices of {catalogue.prices_as_of}, {catalogue.region})" if catalogue.prices_as_of else ""
    over = usd / cheapest - 1 if cheapest else 0.0
    because = f"the cheapest feasible choice costs USD {cheapest:,.2f}{where}"
    because += f"; this one costs {over:.1%} more, to be easier to run" if over > 1e-9 else ", and it is this one"
    return Decision("node_pools.usd_per_month", f"{usd:,.2f}", because, catalogue.source)
