"""The query nodes' pool: for every type of node, the fewest pods that hold and answer; the cheapest type is taken.

Each query node has a node of its own and takes what Kubernetes leaves there (on a node with several GPUs, one GPU and
its share of the rest), so that the size of the pod follows from the type. More data or more queries never need fewer
pods of any type, so the cheapest never becomes cheaper.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from pulumi_milvus.planning.capacity.collection_size import Loaded
from pulumi_milvus.planning.capacity.query_nodes import PodSize, Spare, fewest_holding
from pulumi_milvus.planning.capacity.rounding import GIB
from pulumi_milvus.planning.hardware.allocatable import EKS_DAEMONSETS, DaemonSets
from pulumi_milvus.planning.hardware.catalogue import Catalogue, InstanceType
from pulumi_milvus.planning.hardware.fitness import why_not
from pulumi_milvus.planning.hardware.packing import room_of
from pulumi_milvus.planning.hardware.pod_group import PodGroup

# Milvus's documentation asks for 4 cores in a standalone and 8 in a cluster; the official sizing tool gives a query
# node a core for each 4 GiB. A core for 16 GiB is our lower limit, not measured: less starves loading and compaction.
MEMORY_PER_CORE_BYTES: Final = 16 * GIB
FEWEST_CORES: Final = 2
# Documented for Milvus (prerequisite-gpu.md): 6.0, 7.0, 7.5, 8.0, 8.6 and 9.0.
COMPUTE_CAPABILITIES: Final = ("6.0", "7.0", "7.5", "8.0", "8.6", "9.0")
# SIGILL on CPUs with AVX and no AVX2: milvus-io/milvus#27552, #29217.
SIMD: Final = ("avx2", "avx512", "neon", "sve")
# More pods than this are no deployment but a typo.
MOST_PODS: Final = 5_000
# An even choice goes to fewer, larger nodes while they cost at most this much more than the cheapest.
MOST_OVER_CHEAPEST: Final = 0.05
# A crowd: above so many nodes, fewer and larger ones are preferred.
CROWD_NODES: Final = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class QueryDemand:
    """What the query nodes must do. ``data`` is one copy of everything loaded, ``segment`` the largest segment.

    ``cores`` answer all queries while they are as busy as the latency wish allows; None where no load is declared.
    """

    data: Loaded
    segment: Loaded
    spare: Spare
    cores: float
    needs_nvme: bool
    needs_gpu: bool
    segments: int


@dataclass(frozen=True, slots=True, kw_only=True)
class QueryChoice:
    """So many query nodes on nodes of one type. ``holding``: pods that hold a copy at the worst moment."""

    node: InstanceType
    pods: int
    holding: int
    nodes: int
    cpu_millicores: int
    memory_bytes: int
    disk_bytes: int
    usd_per_month: float | None
    weight: float
    by: str


def query_choices(
    demand: QueryDemand, catalogue: Catalogue, daemon_sets: DaemonSets = EKS_DAEMONSETS
) -> list[QueryChoice]:
    """One choice for each type that can do it, cheapest first."""
    kind = PodGroup(
        role="query_node",
        pods=1,
        cpu_millicores=1,
        memory_bytes=1,
        needs_nvme=demand.needs_nvme,
        gpus=1 if demand.needs_gpu else 0,
        gpu_memory_bytes=1 if demand.needs_gpu else 0,
        compute_capabilities=COMPUTE_CAPABILITIES if demand.needs_gpu else (),
        architectures=("x86_64",) if demand.needs_gpu or demand.needs_nvme else ("x86_64", "arm64"),
        simd_one_of=SIMD,
        zones=zones_of(demand.spare.availability),
    )
    usable = [node for node in catalogue.types if not node.excluded_because]
    priced = all(node.usd_per_hour is not None for node in usable)
    found = [
        choice for node in usable if not why_not(node, kind) for choice in _choices(demand, node, daemon_sets, priced)
    ]
    found.sort(key=lambda choice: (choice.weight, choice.nodes, choice.node.name))
    return found


def preferred(choices: list[QueryChoice]) -> QueryChoice:
    """What an operator would run: the cheapest; where that is a crowd of nodes, the fewest for at most 5 % more."""
    cheapest = choices[0]
    if cheapest.nodes <= CROWD_NODES:
        return cheapest
    most = cheapest.weight * (1 + MOST_OVER_CHEAPEST)
    return min(
        [choice for choice in choices if choice.weight <= most], key=lambda choice: (choice.nodes, choice.weight)
    )


def zones_of(availability: str) -> int:
    """Zones that pods are spread over."""
    return 3 if availability == "zone" else 1


def _choices(demand: QueryDemand, node: InstanceType, daemon_sets: DaemonSets, priced: bool) -> Iterator[QueryChoice]:
    cpu, memory, disk, gpus = room_of(node, daemon_sets, demand.needs_nvme)
    share = max(1, gpus) if demand.needs_gpu else 1
    if not demand.needs_gpu and gpus:
        return  # a GPU that nobody uses
    cpu, memory, disk = cpu // share, memory // share, disk // share
    if cpu < 1000 * FEWEST_CORES - 200 or memory > cpu / 1000 * 2 * MEMORY_PER_CORE_BYTES:
        return
    pod = PodSize(memory, disk, node.gpu_memory_bytes_each if demand.needs_gpu else 0)
    holding = fewest_holding(demand.data, demand.segment, pod)
    if holding is None or holding > MOST_PODS:
        return
    by = "data" if holding > 1 else "one pod"
    spare = demand.spare
    pods = spare.pods(holding)
    # Of the cores of all pods, those that are left with a pod or a zone gone answer everything.
    answering = spare.left(pods) * (spare.replicas if spare.replicas > 1 else 1)
    if answering * cpu < 1000 * demand.cores:
        wanted = math.ceil(1000 * demand.cores / cpu)
        holding = max(holding, math.ceil(wanted / spare.replicas))
        pods, by = spare.pods(holding), "queries"
    nodes = math.ceil(pods / share)
    if pods > MOST_PODS or (node.max_nodes is not None and nodes > node.max_nodes):
        return
    usd = node.usd_per_month
    weight = nodes * usd if priced and usd is not None else float(nodes * node.memory_bytes)
    yield QueryChoice(
        node=node,
        pods=pods,
        holding=spare.left(pods),
        nodes=nodes,
        cpu_millicores=cpu,
        memory_bytes=memory,
        disk_bytes=disk,
        usd_per_month=None if usd is None else nodes * usd,
        weight=weight,
        by=by,
    )
