"""The cheapest plan is proved by trying everything: topologies, segment sizes, every type with every number of nodes.

What a workload needs is taken from the model; the choice is made anew, with no bound, order or memory of the planner's.
"""

from __future__ import annotations

import itertools
import math
import random
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, Final

import pytest

from planner_workloads import GIB, at_most, leaves_of
from pulumi_milvus.planning.capacity.front import coordinators, proxies
from pulumi_milvus.planning.capacity.standalone import standalone_need
from pulumi_milvus.planning.capacity.writing import RoleNeed, data_nodes, streaming_nodes
from pulumi_milvus.planning.deployment.beside import groups_of, parts_beside
from pulumi_milvus.planning.deployment.bill import bill
from pulumi_milvus.planning.deployment.demand import Demand, demand_of
from pulumi_milvus.planning.deployment.stores import object_store
from pulumi_milvus.planning.hardware.aws_catalogue import AwsCatalogue, aws_catalogue
from pulumi_milvus.planning.planner import make_plan
from pulumi_milvus.planning.reading import read_workload

# How many random workloads are tried, fewer in the fast profile; and how often each topology must be the cheapest.
WORKLOADS: Final = at_most(500)
FEWEST_OF_EACH: Final = 20
NAMES: Final = ("m7g.xlarge", "m7g.4xlarge", "r7g.2xlarge", "r7g.8xlarge", "m6i.2xlarge")
TYPES: Final[AwsCatalogue] = replace(
    aws_catalogue(), types=tuple(node for node in aws_catalogue().types if node.name in NAMES)
)
# A system volume of 20 GiB at 0.08 USD, and 5 GB of images at 0.045: what comes with each node (us-east-1).
BESIDE_USD: Final = 20 * 0.08 + 5 * 0.045
PROCESS_BYTES: Final = 600_000_000
MOST_PODS: Final = 5_000
# Pods of a role, millicores, bytes of memory, and whether no two may share a node.
Asks = tuple[int, int, int, bool]


def lost_of(pods: int, availability: str) -> int:
    return {"none": 0, "pod": 1, "zone": math.ceil(pods / 3)}[availability]


def spared(left: int, availability: str) -> int:
    """The fewest pods of which so many are left, three at least where a zone may be lost."""
    fewest = 3 if availability == "zone" else 1
    return next(pods for pods in itertools.count(fewest) if pods - lost_of(pods, availability) >= left)


def query_nodes_usd(demand: Demand) -> float:
    """The least for query nodes over every type and every number of pods."""
    workload, search = demand.workload, demand.search
    data, segment = demand.data, demand.segment
    cores = search.load.query_node_cores.expected if search and workload.queries_per_second else 0.0
    segments = max(1, search.size.segments) if search else 1
    best = math.inf
    for name in NAMES:
        leaves = leaves_of()[name]
        cores_each, memory_bytes = leaves.cpu_millicores // 1000, leaves.memory_bytes // GIB * GIB
        if cores_each < 2 or memory_bytes > 16 * GIB * cores_each:
            continue
        # Several pods carry a tenth less than as many single ones.
        busy = 1 if cores <= cores_each else math.ceil(cores / cores_each / 0.9)
        copies = math.ceil(busy / segments) if workload.replicas is None else 1
        for pods in range(1, MOST_PODS + 1):
            left = pods - lost_of(pods, workload.availability)
            holding = left // copies
            if left < busy or not holding or (workload.availability == "zone" and pods < 3):
                continue
            share = PROCESS_BYTES + data.resident_bytes / holding
            reserved = PROCESS_BYTES + data.reserved_bytes / holding + segment.reserved_bytes
            if (
                share + max(segment.resident_bytes, segment.admitted_bytes) <= 0.9 * memory_bytes
                and share + segment.resident_bytes + segment.loading_bytes <= memory_bytes
                and reserved <= 0.9 * memory_bytes
            ):
                best = min(best, pods * (leaves.usd_per_month + BESIDE_USD))
                break
    return best


def pool_usd(asks: Sequence[Asks], zones: int) -> float:
    """The least for one pool over every type and number of nodes, each with an even share of every role."""
    best = math.inf
    for name in NAMES:
        leaves, nodes = leaves_of()[name], 0.0
        for zone in range(zones):
            pods = [ask[0] // zones + (zone < ask[0] % zones) for ask in asks]
            if any(pods):
                nodes += next((count for count in range(1, max(pods) + 1) if fits(leaves, asks, pods, count)), math.inf)
        best = min(best, nodes * (leaves.usd_per_month + BESIDE_USD))
    return best


def fits(leaves: Any, asks: Sequence[Asks], pods: Sequence[int], nodes: int) -> bool:
    shares = [math.ceil(count / nodes) for count in pods]
    return (
        not any(share > 1 and ask[3] for share, ask in zip(shares, asks, strict=True))
        and sum(share * ask[1] for share, ask in zip(shares, asks, strict=True)) <= leaves.cpu_millicores
        and sum(share * ask[2] for share, ask in zip(shares, asks, strict=True)) <= leaves.memory_bytes
    )


def divisions(items: list[Asks]) -> Iterator[list[list[Asks]]]:
    """All ways to divide items into pools."""
    if not items:
        yield []
        return
    for rest in divisions(items[1:]):
        yield [[items[0]], *rest]
        for place in range(len(rest)):
            yield [*rest[:place], [items[0], *rest[place]], *rest[place + 1 :]]


def pools_usd(asks: list[Asks], zones: int) -> float:
    known: dict[tuple[Asks, ...], float] = {}

    def usd(pool: list[Asks]) -> float:
        key = tuple(sorted(pool))
        if key not in known:
            known[key] = pool_usd(key, zones)
        return known[key]

    return min(sum(usd(pool) for pool in division) for division in divisions(asks))


def asks_of(need: RoleNeed, availability: str) -> Asks:
    return need.pods, 1000 * need.cpu_cores, need.memory_bytes, availability != "none"


def beside(demand: Demand, topology: str) -> tuple[list[Asks], float]:
    """Pods that stand beside Milvus, and all of the bill but the nodes and what comes with them."""
    availability = demand.workload.availability
    stored_bytes = int(object_store(demand).value)
    parts = parts_beside(demand.workload, topology, 3 if availability == "zone" else 1, stored_bytes)
    asks = [
        (group.pods, group.cpu_millicores, group.memory_bytes, group.one_pod_per_node) for group in groups_of(parts)
    ]
    return asks, bill(demand, (), parts, stored_bytes, TYPES).usd_per_month


def standalone_usd(demand: Demand) -> float:
    need = standalone_need(demand.workload, demand.sizes, demand.data, demand.segment, demand.search)
    asks, usd = beside(demand, "standalone")
    return pools_usd([asks_of(need, "none"), *asks], 1) + usd


def distributed_usd(demand: Demand) -> float:
    workload = demand.workload
    availability, search = workload.availability, demand.search if workload.queries_per_second else None
    zones = 3 if availability == "zone" else 1
    asks, usd = beside(demand, "distributed")
    best = math.inf
    for left in (2,) if availability == "zone" else (1, 2):
        needs = [
            proxies(workload, search, left),
            coordinators(workload),
            streaming_nodes(workload, demand.sizes, left),
            data_nodes(workload, demand.sizes, left),
        ]
        assert all(need.pods >= spared(left, availability) for need in (needs[0], *needs[2:]))
        best = min(best, pools_usd([*[asks_of(need, availability) for need in needs], *asks], zones))
    return best + query_nodes_usd(demand) + usd


def random_workload(seed: int) -> dict[str, Any]:
    dice = random.Random(seed)
    index: dict[str, Any] = dice.choice(
        [
            {"index": "FLAT"},
            {"index": "HNSW", "index_params": {"M": 16, "efConstruction": 200}},
            {"index": "IVF_FLAT", "index_params": {"nlist": 1024}},
        ]
    )
    collection = {
        "name": "articles",
        "vectors": int(10 ** dice.uniform(5.5, 8.3)),
        "dimension": dice.choice([64, 128, 384, 768, 1536]),
        "scalar_bytes_per_row": dice.choice([0, 0, 100, 1000]),
        "shards": dice.choice([1, 1, 4]),
        **index,
    }
    plain: dict[str, Any] = {
        "collections": [collection],
        "availability": dice.choice(["none", "none", "pod", "zone"]),
        "replicas": dice.choice([None, None, 1]),
        "production": True,
    }
    if dice.random() < 0.6:
        plain["queries_per_second"] = int(10 ** dice.uniform(0, 3.5))
    if dice.random() < 0.3:
        plain["inserts_per_second"] = int(10 ** dice.uniform(0, 3.5))
    return plain


def cheapest_by_trying_all(plain: dict[str, Any]) -> tuple[float, str]:
    workload = read_workload(plain)
    found: list[tuple[float, str]] = []
    for segment_bytes in (None, 2 * GIB, 4 * GIB):
        demand = demand_of(workload, "memory", workload.horizon_months, segment_bytes)
        found.append((distributed_usd(demand), "distributed"))
        if workload.availability == "none" and demand.rows <= 100_000_000:
            found.append((standalone_usd(demand), "standalone"))
    usd, topology = min(found)
    return usd, topology if usd < math.inf else "none"


@pytest.mark.timeout(1_200)
def test_the_cheapest_plan_is_what_trying_everything_finds() -> None:
    served = {"standalone": 0, "distributed": 0, "none": 0}
    for seed in range(WORKLOADS + FEWEST_OF_EACH):
        plain = random_workload(seed)
        usd, topology = cheapest_by_trying_all(plain)
        plan = make_plan(read_workload(plain), TYPES)
        served[topology] += 1
        if topology == "none":
            assert plan.cost.cheapest_usd_per_month is None, seed
            continue
        assert plan.cost.cheapest_usd_per_month == pytest.approx(usd, abs=0.02), seed
        assert plan.topology == topology, seed
    assert served["standalone"] + served["distributed"] >= WORKLOADS, served
    assert min(served["standalone"], served["distributed"]) >= FEWEST_OF_EACH, served
