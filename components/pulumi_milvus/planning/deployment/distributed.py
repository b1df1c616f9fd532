"""The deployment with a pod for each role and several query nodes."""

from __future__ import annotations

import math
from dataclasses import replace
from types import MappingProxyType
from typing import Final

from pulumi_milvus.planning.capacity.front import coordinators, proxies
from pulumi_milvus.planning.capacity.query_nodes import GPU_CONTEXT_BYTES, PROCESS_BYTES, Spare, fullest
from pulumi_milvus.planning.capacity.query_pool import QueryChoice, QueryDemand, preferred, query_choices, zones_of
from pulumi_milvus.planning.capacity.terms import Figure, Term, bytes_term
from pulumi_milvus.planning.capacity.writing import RoleNeed, data_nodes, streaming_nodes
from pulumi_milvus.planning.deployment import pods, stores
from pulumi_milvus.planning.deployment.bill import bill
from pulumi_milvus.planning.deployment.demand import Demand
from pulumi_milvus.planning.deployment.deployment import Deployment, Impossible
from pulumi_milvus.planning.estimates import server_memory
from pulumi_milvus.planning.hardware.catalogue import Catalogue
from pulumi_milvus.planning.hardware.outcome import Placement, Refusal
from pulumi_milvus.planning.hardware.placement import place

# Types that are tried in a cluster that is already there, where the first may not leave room for the other roles.
_TRIES: Final = 8


def distributed_deployment(demand: Demand, catalogue: Catalogue) -> Deployment | Impossible:
    """Distributed on the cheapest nodes."""
    workload, hardware = demand.workload, demand.hardware
    replicas = workload.replicas or 1
    nvme, gpu = hardware == "nvme", hardware == "gpu"
    zones = zones_of(workload.availability)
    cores = demand.search.load.query_node_cores.expected if demand.search and workload.queries_per_second else 0.0
    choices = query_choices(
        QueryDemand(
            data=demand.data,
            segment=demand.segment,
            spare=Spare(workload.availability, replicas),
            cores=cores,
            needs_nvme=nvme,
            needs_gpu=gpu,
            segments=sum(size.segments for size in demand.sizes),
        ),
        catalogue,
    )
    if not choices:
        return Impossible(
            topology="distributed",
            subject="collections",
            reason=f"no node of {catalogue.source} holds one segment of {demand.segment.resident_bytes:,} bytes beside "
            "its share",
            nearest="declare larger node_shapes, or an index that needs less",
        )
    needs = {
        "proxy": proxies(workload, demand.search if workload.queries_per_second else None),
        "mix_coord": coordinators(workload),
        "streaming_node": streaming_nodes(workload, demand.sizes),
        "data_node": data_nodes(workload, demand.sizes),
    }
    if gpu:
        build = needs["data_node"]
        needs["data_node"] = replace(build, gpu_memory_bytes=build.gpu_memory_bytes + GPU_CONTEXT_BYTES)
    etcd = stores.etcd_group("distributed", workload.availability, zones)
    first = preferred(choices)
    refused: Refusal | None = None
    for choice in [first] if catalogue.creates_nodes else [first, *choices[:_TRIES]]:
        held = fullest(demand.data, demand.segment, choice.holding)
        groups = [
            pods.query_group(choice, held.disk_bytes, zones, nvme=nvme, gpu=gpu),
            *[
                pods.group(role, need, zones, nvme=nvme and role == "data_node", gpu=gpu and role == "data_node")
                for role, need in needs.items()
            ],
            etcd,
        ]
        placement = place(groups, catalogue)
        if not isinstance(placement, Refusal):
            return _deployment(demand, catalogue, choice, choices, needs, placement, replicas)
        refused = placement
    assert refused is not None
    return Impossible(topology="distributed", subject="collections", reason=refused.reason, nearest=refused.nearest)


def _deployment(
    demand: Demand,
    catalogue: Catalogue,
    choice: QueryChoice,
    choices: list[QueryChoice],
    needs: dict[str, RoleNeed],
    placement: Placement,
    replicas: int,
) -> Deployment:
    stored = stores.object_store(demand)
    etcd = next(group for pool in placement.pools for group in pool.groups if group.role == "etcd")
    costs = bill(demand, placement, etcd, int(stored.value), catalogue)
    held = fullest(demand.data, demand.segment, choice.holding)
    groups = {group.role: group for pool in placement.pools for group in pool.groups}
    loaded = {"query_node": held.resident_bytes} | {role: need.loaded_bytes for role, need in needs.items()}
    peak = {"query_node": held.resident_bytes + held.loading_bytes}
    order = ("proxy", "mix_coord", "query_node", "data_node", "streaming_node")
    roles = {
        role: pods.role(groups[role], placement, loaded[role] or None, peak.get(role) or _peak(needs[role]))
        for role in order
    }
    figures = {f"roles.{role}.memory_bytes": need.memory for role, need in needs.items()}
    figures |= {f"roles.{role}.cpu_cores": need.cpu for role, need in needs.items()}
    figures |= {
        "roles.query_node.memory_bytes": _query_memory(demand, choice),
        "roles.query_node.cpu_cores": _query_cores(demand, choice),
        "roles.query_node.pods": _query_pods(demand, choice, replicas),
        "object_store_bytes": stored,
    }
    # The query nodes have a pool of their own, so the cheapest of all is theirs and the cheapest rest.
    least = placement.cheapest_usd_per_month
    cheapest = None
    if least is not None and placement.usd_per_month is not None and choices[0].usd_per_month is not None:
        saved = (choice.usd_per_month or 0.0) - choices[0].usd_per_month
        cheapest = costs.usd_per_month - (placement.usd_per_month - least) - max(0.0, saved)
    return Deployment(
        topology="distributed",
        demand=demand,
        replicas=replicas,
        roles=MappingProxyType(roles),
        placement=placement,
        bill=costs,
        cheapest_usd_per_month=cheapest,
        object_store_bytes=int(stored.value),
        dependencies=stores.dependencies("distributed", etcd, int(stored.value)),
        figures=MappingProxyType(figures),
        decisions=placement.decisions,
        query=choice,
        others=tuple(choices),
    )


def _peak(need: RoleNeed) -> int | None:
    return math.ceil(sum([term.value for term in need.memory.terms])) or None


def _query_memory(demand: Demand, choice: QueryChoice) -> Figure:
    data, segment, holding = demand.data, demand.segment, choice.holding
    rows = demand.rows * server_memory.ROW_BYTES
    scalars = sum([size.scalar_bytes for size in demand.sizes if not size.collection.mmap])
    share = f"1/{holding} of the data" if holding > 1 else "all data"
    terms = (
        bytes_term("the query node's own process", PROCESS_BYTES, server_memory.MEASURED),
        bytes_term(
            f"indexes, {share}",
            (data.resident_bytes - rows - scalars) / holding,
            "sizes of the indexes, docs/sizing.md",
        ),
        bytes_term(f"rows: key, timestamp, row id, {share}", rows / holding, server_memory.MEASURED),
        bytes_term(f"scalar data and their indexes, {share}", scalars / holding, "docs/sizing.md"),
        bytes_term("one whole segment above the share, or being handed over", segment.resident_bytes, "whole segments"),
        bytes_term("loading that segment", segment.loading_bytes, server_memory.MEASURED),
    )
    because = (
        f"what Kubernetes leaves of a {choice.node.name}; at rest the pod must stay below 90 % of it, and while one "
        "segment loads below all of it"
    )
    return Figure(choice.memory_bytes, "bytes", terms, because)


def _query_cores(demand: Demand, choice: QueryChoice) -> Figure:
    cores = choice.cpu_millicores // 1000
    search, workload = demand.search, demand.workload
    if search is None or not workload.queries_per_second:
        terms: tuple[Term, ...] = (Term("what the node has", cores, "cores", "no queries_per_second declared"),)
    else:
        load = search.load
        answering = max(1, choice.holding)
        terms = (
            *load.terms,
            Term(
                f"cores of the query nodes, 1/{answering}", load.query_node_cores.expected / answering, "cores", "above"
            ),
        )
    return Figure(cores, "cores", terms, f"what Kubernetes leaves of a {choice.node.name}")


def _query_pods(demand: Demand, choice: QueryChoice, replicas: int) -> Figure:
    availability = demand.workload.availability
    if replicas > 1:
        because = f"{replicas} in-memory replicas, each on its own pods"
    else:
        because = {
            "none": "as many as hold the data",
            "pod": "one more than hold the data, so that one may be lost",
            "zone": "so many that two of three zones hold the data",
        }[availability]
    terms = (
        Term(f"pods that hold one copy, by {choice.by}", choice.holding, "pods", "roles.query_node.memory_bytes"),
        Term("further pods", choice.pods - choice.holding, "pods", because),
    )
    return Figure(choice.pods, "pods", terms, because)
