"""The query nodes' pool: for every type of node, the fewest pods that hold and answer; the cheapest type is taken.

Each query node has a node of its own and takes what Kubernetes leaves there (on a node with several GPUs, one GPU and
its share of the rest), so that the size of the pod follows from the type. More data or more queries never need fewer
pods of any type, so the cheapest never becomes cheaper.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from pulumi_milvus.planning.capacity.copies import Copies, Need, copies_of, fewest_pods_of, with_spare
from pulumi_milvus.planning.capacity.loaded import Loaded
from pulumi_milvus.planning.capacity.query_nodes import LOAD_LIMIT, PodSize, fewest_holding, fullest_disk_bytes
from pulumi_milvus.planning.capacity.rounding import GIB
from pulumi_milvus.planning.hardware.allocatable import disk_bytes_for
from pulumi_milvus.planning.hardware.catalogue import InstanceType
from pulumi_milvus.planning.load.cores import EFFICIENCY_WITH_MORE_PROXIES
from pulumi_milvus.planning.load.disk_reads import NVME_READS_PER_SECOND

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
# Pods beyond the fewest that are tried where fewer volumes may cost less than fewer nodes.
MOST_PODS_TO_SPREAD_VOLUMES: Final = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class QueryDemand:
    """What the query nodes must do. ``data`` is one copy of everything loaded, ``segment`` the largest segment.

    ``segments``: of one copy of the collection that is searched. ``cores`` answer all queries while they are as busy as
    the latency wish allows, and ``reads_per_second`` of 4 KB their disks; 0 where no load is declared. ``replicas``:
    copies that the workload says, None: as many as the pods hold.
    """

    data: Loaded
    segment: Loaded
    availability: str
    replicas: int | None
    segments: int
    cores: float
    reads_per_second: float
    needs_nvme: bool
    needs_gpu: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class QueryNode:
    """A kind of node with the pods that it takes: each gets so much of it.

    ``weight``: what one node costs a month, volume and traffic included, or its memory where nothing is priced;
    ``volume_weight``: what a GiB of a volume costs besides.
    """

    node: InstanceType
    pods_per_node: int
    cpu_cores: int
    memory_bytes: int
    disk_bytes: int
    weight: float
    volume_weight: float


@dataclass(frozen=True, slots=True, kw_only=True)
class QueryChoice:
    """So many query nodes on nodes of one type. ``holding``: pods that hold a copy at the worst moment.

    ``needed_pods``: that the queries ask for, and as many as copies have segments for at most are there.
    """

    node: InstanceType
    copies: Copies
    holding: int
    needed_pods: int
    nodes: int
    pods_per_node: int
    cpu_cores: int
    memory_bytes: int
    disk_bytes: int
    usd_per_month: float | None
    weight: float
    by: str

    @property
    def pods(self) -> int:
        """All of them."""
        return self.copies.pods

    @property
    def replicas(self) -> int:
        """In-memory copies on them."""
        return self.copies.replicas

    @property
    def size(self) -> PodSize:
        """The pod, to be asked what it holds."""
        return PodSize(self.memory_bytes, self.disk_bytes, self.node.gpu_memory_bytes_each)


def query_choices(demand: QueryDemand, nodes: Iterable[QueryNode]) -> list[QueryChoice]:
    """One choice for each kind of node that can do it, cheapest first."""
    found = [choice for node in nodes if (choice := query_choice(demand, node)) is not None and _is_there(choice)]
    found.sort(key=_by_weight)
    return found


def cheapest_choices(demand: QueryDemand, nodes: Iterable[QueryNode]) -> list[QueryChoice]:
    """Of these choices those that cost little more than the cheapest, without a look at what must cost more."""
    found: list[QueryChoice] = []
    most = math.inf
    for node in nodes:
        if fewest_nodes(demand, node) * node.weight > most:
            continue
        choice = query_choice(demand, node, most)
        if choice is not None and choice.weight <= most and _is_there(choice):
            found.append(choice)
            most = min(most, choice.weight * (1 + MOST_OVER_CHEAPEST))
    found = [choice for choice in found if choice.weight <= most]
    found.sort(key=_by_weight)
    return found


def fewest_nodes(demand: QueryDemand, node: QueryNode) -> float:
    """No more nodes than ``query_choice`` finds: of what a pod holds and answers only what is known without a look."""
    holding = math.ceil(demand.data.resident_bytes / (LOAD_LIMIT * node.memory_bytes))
    left = max(1, holding * (demand.replicas or 1), math.ceil(demand.cores / node.cpu_cores))
    if node.pods_per_node > 1:
        return left / node.pods_per_node
    return left if demand.replicas and demand.replicas > 1 else with_spare(left, demand.availability)


def _by_weight(choice: QueryChoice) -> tuple[float, int, str]:
    return choice.weight, choice.nodes, choice.node.name


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


def query_choice(demand: QueryDemand, node: QueryNode, most: float = math.inf) -> QueryChoice | None:
    """The fewest pods on such nodes, whether or not there are so many.

    None where no number of them does it, or for no weight up to ``most``.
    """
    gpu_bytes = node.node.gpu_memory_bytes_each if demand.needs_gpu else 0
    holding = fewest_holding(demand.data, demand.segment, PodSize(node.memory_bytes, node.disk_bytes, gpu_bytes))
    if holding is None:
        return None
    answering, reading = _busy(demand.cores, node.cpu_cores), _reading(demand, node)
    if reading is None:
        return None
    need, share = Need(holding, max(answering, reading), max(1, demand.segments)), node.pods_per_node
    pods = fewest_pods_of(need, demand.availability, demand.replicas, share)
    weight = math.ceil(pods / share) * node.weight
    if weight > most:
        return None
    if demand.data.disk_bytes and not demand.needs_nvme and node.volume_weight:
        copies, weight = _on_volumes(demand, node, need)
    else:
        copies = copies_of(need, demand.availability, demand.replicas, share)
    nodes = math.ceil(copies.pods / share)
    usd = node.node.usd_per_month
    return QueryChoice(
        node=node.node,
        copies=copies,
        holding=copies.holding,
        needed_pods=need.busy,
        nodes=nodes,
        pods_per_node=share,
        cpu_cores=node.cpu_cores,
        memory_bytes=node.memory_bytes,
        disk_bytes=node.disk_bytes,
        usd_per_month=None if usd is None else nodes * usd,
        weight=weight,
        by=_decided_by(need, copies, answering, reading),
    )


def _on_volumes(demand: QueryDemand, node: QueryNode, need: Need) -> tuple[Copies, float]:
    """Data on the volumes of the nodes are paid for by the GiB: no copy for nothing, and more pods where that is less.

    With one pod to spare, two pods hold twice the data, three one and a half times, and so on.
    """
    best: tuple[Copies, float] | None = None
    for more in range(MOST_PODS_TO_SPREAD_VOLUMES if demand.availability != "none" else 1):
        wider = Need(need.holding + more, need.busy, need.segments)
        copies = copies_of(wider, demand.availability, demand.replicas, node.pods_per_node, few=True)
        nodes = math.ceil(copies.pods / node.pods_per_node)
        if best is not None and nodes * node.weight >= best[1]:
            break
        disk = node.pods_per_node * fullest_disk_bytes(demand.data, demand.segment, copies.holding)
        weight = nodes * (node.weight + node.volume_weight * math.ceil(disk_bytes_for(disk) / GIB))
        if best is None or weight < best[1]:
            best = copies, weight
    assert best is not None
    return best


def _is_there(choice: QueryChoice) -> bool:
    limit = choice.node.max_nodes
    return choice.pods <= MOST_PODS and (limit is None or choice.nodes <= limit)


def _busy(cores: float, cores_per_pod: int) -> int:
    """Pods whose cores answer all queries; several carry a little less than as many single ones would."""
    pods = cores / cores_per_pod
    return 1 if pods <= 1 else math.ceil(pods / EFFICIENCY_WITH_MORE_PROXIES)


def _reading(demand: QueryDemand, node: QueryNode) -> int | None:
    """Pods whose disks read all that queries ask; None where nobody says what the disk of a cloud's node reads."""
    if not demand.reads_per_second:
        return 1
    reads = node.node.local_nvme_read_iops
    if reads is None and node.node.max_nodes is None:
        return None
    per_node = NVME_READS_PER_SECOND if reads is None else reads
    return math.ceil(demand.reads_per_second / per_node * node.pods_per_node)


def _decided_by(need: Need, copies: Copies, answering: int, reading: int) -> str:
    if need.busy > need.holding:
        return "queries" if answering >= reading else "reads of the disks"
    if copies.pods == 1:
        return "one pod"
    return "data"
