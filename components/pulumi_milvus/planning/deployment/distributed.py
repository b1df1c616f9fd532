"""The deployment with a pod for each role and several query nodes: what it takes, what it costs, and where it goes."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final

from pulumi_milvus.planning.capacity.front import coordinators, proxies
from pulumi_milvus.planning.capacity.query_nodes import GPU_CONTEXT_BYTES, Fullest, fullest
from pulumi_milvus.planning.capacity.query_pool import (
    QueryChoice,
    QueryDemand,
    QueryNode,
    cheapest_choices,
    preferred,
    query_choices,
    zones_of,
)
from pulumi_milvus.planning.capacity.writing import RoleNeed, data_nodes, numbers_left, streaming_nodes
from pulumi_milvus.planning.deployment import pods, stores
from pulumi_milvus.planning.deployment.beside import Part, groups_of, parts_beside
from pulumi_milvus.planning.deployment.bill import bill
from pulumi_milvus.planning.deployment.demand import Demand
from pulumi_milvus.planning.deployment.deployment import Deployment, Impossible, within_what_is_asked
from pulumi_milvus.planning.deployment.in_cluster import right_sized
from pulumi_milvus.planning.deployment.nodes import (
    Kind,
    query_nodes_of,
    some_types,
    without_idle_gpus,
    worth_choosing,
)
from pulumi_milvus.planning.deployment.query_figures import query_figures
from pulumi_milvus.planning.deployment.refused import too_much
from pulumi_milvus.planning.deployment.sketch import Lightest, Sketch
from pulumi_milvus.planning.hardware.catalogue import Catalogue
from pulumi_milvus.planning.hardware.outcome import Placement, Refusal
from pulumi_milvus.planning.hardware.placement import place
from pulumi_milvus.planning.hardware.pod_group import PodGroup

_ORDER: Final = ("proxy", "mix_coord", "query_node", "data_node", "streaming_node")
# Sizes of pods that are tried in a cluster that is already there, where the first may not leave room for other roles.
_TRIES: Final = 8


@dataclass(frozen=True, slots=True)
class _Parts:
    """All of it but the nodes."""

    demand: Demand
    catalogue: Catalogue
    kind: Kind
    asked: QueryDemand
    choices: list[QueryChoice]
    nodes: tuple[QueryNode, ...]
    needs: dict[str, RoleNeed]
    others: tuple[PodGroup, ...]
    beside: tuple[Part, ...]
    left: int


def distributed_sketch(demand: Demand, catalogue: Catalogue, lightest: Lightest) -> Sketch | Impossible:
    """Distributed on the cheapest nodes, as far as its cost."""
    workload = demand.workload
    kind = Kind(demand.needs_nvme, demand.needs_gpu, zones_of(workload.availability))
    asked = query_demand(demand)
    nodes = query_nodes_of(catalogue, kind)
    choices = cheapest_choices(asked, nodes) if catalogue.creates_nodes else query_choices(asked, nodes)
    if not choices:
        return too_much(demand, asked, nodes, kind, catalogue)
    stored = int(stores.object_store(demand).value)
    beside = parts_beside(workload, "distributed", kind.zones, stored)
    tried = [
        _Parts(
            demand, catalogue, kind, asked, choices, nodes, needs, _others(demand, needs, kind, beside), beside, left
        )
        for left, needs in _needs(demand)
    ]
    if not catalogue.creates_nodes:
        made = [_in_cluster(parts) for parts in tried]
        return min([one for one in made if isinstance(one, Sketch)], key=lambda one: one.weight, default=made[0])
    placed = [(found.weight, parts) for parts in tried if (found := lightest.of(parts.others)) is not None]
    if not placed:
        refused = place(tried[0].others, without_idle_gpus(catalogue, kind))
        assert isinstance(refused, Refusal)
        return _impossible(refused)
    least, parts = min(placed, key=lambda one: one[0])
    priced = choices[0].usd_per_month is not None
    weight = choices[0].weight + least
    if priced:
        weight += bill(demand, (), beside, stored, catalogue).usd_per_month
    return Sketch(
        topology="distributed",
        demand=demand,
        weight=weight,
        usd_per_month=weight if priced else None,
        node=choices[0].node.name,
        needs=parts.needs,
        query=preferred(choices),
        finish=lambda: _on_cloud(parts, weight if priced else None),
    )


def query_demand(demand: Demand) -> QueryDemand:
    """What the query nodes must do."""
    workload, search = demand.workload, demand.search
    load = search.load if search and workload.queries_per_second else None
    return QueryDemand(
        data=demand.data,
        segment=demand.segment,
        availability=workload.availability,
        replicas=workload.replicas,
        segments=search.size.segments if search else 1,
        cores=load.query_node_cores.expected if load else 0.0,
        reads_per_second=load.reads.reads_per_second.expected if load and load.reads else 0.0,
        needs_nvme=demand.needs_nvme,
        needs_gpu=demand.needs_gpu,
    )


def _needs(demand: Demand) -> Iterator[tuple[int, dict[str, RoleNeed]]]:
    """What the other roles need, with each number of pods left at the worst moment that could cost less."""
    first: dict[str, RoleNeed] | None = None
    for left in numbers_left(demand.workload.availability):
        needs = _needs_with(demand, left)
        if first is None:
            first = needs
            yield left, needs
        elif any(
            need.cpu_cores < first[role].cpu_cores or need.memory_bytes < first[role].memory_bytes
            for role, need in needs.items()
        ):
            yield left, needs


def _needs_with(demand: Demand, left: int) -> dict[str, RoleNeed]:
    workload = demand.workload
    build = data_nodes(workload, demand.sizes, left)
    if demand.needs_gpu:
        build = replace(build, gpu_memory_bytes=build.gpu_memory_bytes + GPU_CONTEXT_BYTES)
    return {
        "proxy": proxies(workload, demand.search if workload.queries_per_second else None, left),
        "mix_coord": coordinators(workload),
        "streaming_node": streaming_nodes(workload, demand.sizes, left),
        "data_node": build,
    }


def _others(demand: Demand, needs: dict[str, RoleNeed], kind: Kind, beside: tuple[Part, ...]) -> tuple[PodGroup, ...]:
    availability = demand.workload.availability
    groups = [pods.group(role, need, _kind_of(role, kind), availability) for role, need in needs.items()]
    return (*groups, *groups_of(beside))


def _kind_of(role: str, kind: Kind) -> Kind:
    """Data nodes build on the same kind of node as query nodes search; the others need neither disk nor GPU."""
    return kind if role == "data_node" else Kind(zones=kind.zones)


def _kinds(kind: Kind) -> tuple[Kind, ...]:
    plain = Kind(zones=kind.zones)
    return (plain,) if kind == plain else (plain, kind)


def _on_cloud(parts: _Parts, cheapest: float | None) -> Deployment | Impossible:
    """Query nodes on the type that was chosen, which gives them their size; the others on the cheapest for them."""
    choice, kind, catalogue = preferred(parts.choices), parts.kind, parts.catalogue
    held = fullest(parts.demand.data, parts.demand.segment, choice.holding, choice.size, choice.cpu_cores)
    group = pods.query_group(choice, held.disk_bytes, kind, parts.asked.availability)
    query = place([group], some_types(catalogue, [choice.node]))
    if isinstance(query, Refusal):
        return _impossible(query)
    nodes = worth_choosing(catalogue, _kinds(kind))

    def made(most_over: float) -> Deployment | Impossible:
        others = place(parts.others, nodes, most_over=most_over)
        if isinstance(others, Refusal):
            return _impossible(others)
        return _deployment(parts, choice, held, _joined(query, others), cheapest)

    return within_what_is_asked(made)


def _joined(first: Placement, second: Placement) -> Placement:
    usd = None
    if first.usd_per_month is not None and second.usd_per_month is not None:
        usd = first.usd_per_month + second.usd_per_month
    return Placement(
        pools=(*first.pools, *second.pools),
        usd_per_month=usd,
        cheapest_usd_per_month=None,
        runner_ups=second.runner_ups,
        decisions=(*first.decisions, *second.decisions),
        notes=(*first.notes, *second.notes),
    )


def _in_cluster(parts: _Parts) -> Sketch | Impossible:
    """In a cluster that is there pods have the size that they need, and all of them compete for the nodes."""
    refused: Refusal | None = None
    for choice in right_sized(parts.asked, parts.nodes)[:_TRIES]:
        held = fullest(parts.demand.data, parts.demand.segment, choice.holding, choice.size, choice.cpu_cores)
        group = replace(
            pods.query_group(choice, held.disk_bytes, parts.kind, parts.asked.availability),
            local_disk_bytes=held.disk_bytes,
            one_pod_per_node=parts.asked.availability != "none" or parts.kind.nvme,
            own_pool=False,
        )
        placed = place([group, *parts.others], parts.catalogue)
        if isinstance(placed, Placement):
            deployment = _deployment(parts, choice, held, placed, None)
            return Sketch(
                topology="distributed",
                demand=parts.demand,
                weight=deployment.weight,
                usd_per_month=deployment.cheapest_usd_per_month,
                node=choice.node.name,
                needs=parts.needs,
                query=choice,
                finish=lambda made=deployment: made,  # type: ignore[misc]
            )
        refused = placed
    assert refused is not None
    return _impossible(refused)


def _impossible(refused: Refusal) -> Impossible:
    return Impossible(topology="distributed", subject="collections", reason=refused.reason, nearest=refused.nearest)


def _deployment(
    parts: _Parts, choice: QueryChoice, held: Fullest, placement: Placement, cheapest: float | None
) -> Deployment:
    demand, needs = parts.demand, parts.needs
    stored = stores.object_store(demand)
    costs = bill(demand, placement.pools, parts.beside, int(stored.value), parts.catalogue)
    groups = {group.role: group for pool in placement.pools for group in pool.groups}
    # At rest all pods are there; the peak is at the worst moment.
    at_rest = fullest(demand.data, demand.segment, choice.pods // choice.replicas)
    loaded = {"query_node": at_rest.resident_bytes} | {role: need.loaded_bytes for role, need in needs.items()}
    peak = {role: math.ceil(sum([term.value for term in need.memory.terms])) for role, need in needs.items()}
    peak["query_node"] = held.highest_peak_bytes
    figures = {f"roles.{role}.memory_bytes": need.memory for role, need in needs.items()}
    figures |= {f"roles.{role}.cpu_cores": need.cpu for role, need in needs.items()}
    figures |= {**query_figures(demand, choice), "object_store_bytes": stored}
    if cheapest is None and placement.usd_per_month is not None:
        # Nodes that are there already: nothing comes with them.
        cheapest = costs.usd_per_month - placement.usd_per_month + (placement.cheapest_usd_per_month or 0.0)
    return Deployment(
        topology="distributed",
        demand=demand,
        replicas=choice.replicas,
        roles=MappingProxyType(
            {role: pods.role(groups[role], placement, loaded[role] or None, peak[role] or None) for role in _ORDER}
        ),
        placement=placement,
        bill=costs,
        cheapest_usd_per_month=None if cheapest is None else min(cheapest, costs.usd_per_month),
        object_store_bytes=int(stored.value),
        dependencies=tuple([part.entry for part in parts.beside]),
        figures=MappingProxyType(figures),
        decisions=placement.decisions,
        left=parts.left,
        held=held,
        query=choice,
        others=tuple(query_choices(parts.asked, parts.nodes)),
    )
