"""Nodes of a plan, counted anew: every pod fits what its node leaves; few pools, no crowds, little over the least."""

from __future__ import annotations

import math
from typing import Any, Final

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from planner_workloads import FEW, GIB, Leaves, at_most, leaves_of, plan_of, workloads
from pulumi_milvus.planning.plan import Plan

# Query nodes, small roles together, and what cannot stand with them.
MOST_POOLS: Final = 5
# A crowd of nodes that are smaller than this has larger ones for the same money: all families double in size and price.
CROWD_NODES: Final = 64
TINY_BYTES: Final = 16 * 10**9
OVER_CHEAPEST: Final = 1.05


def spread(number: int, places: int) -> list[int]:
    return [number // places + (place < number % places) for place in range(places)]


def asks_of(plan: Plan, pool: dict[str, Any]) -> dict[str, tuple[int, int, int, int, int]]:
    """Pods of each role of a pool, and what one asks: millicores, bytes of memory, bytes of local disk, GPUs."""
    found = {
        name: (role.pods, 1000 * role.cpu_cores, role.memory_bytes, role.local_disk_bytes, role.gpus)
        for name, role in plan.roles.items()
        if role.node_pool == pool["name"]
    }
    if "etcd" in pool["pods_per_node"]:
        etcd = next(item for item in plan.dependencies if item["name"] == "etcd")
        found["etcd"] = (etcd["pods"], round(1000 * etcd["cpu_cores"]), etcd["memory_bytes"], 0, 0)
    return found


def nodes_of_zone(leaves: Leaves, asks: list[tuple[int, int, int, int, int]], alone: bool, on_nvme: bool) -> int:
    """The fewest nodes of one zone, each with its even share of the pods; infinite patience, no cleverness."""
    most = max(ask[0] for ask in asks)
    for nodes in range(1, most + 1):
        shares = [math.ceil(ask[0] / nodes) for ask in asks]
        if alone and max(shares) > 1:
            continue
        cpu, memory, disk, gpus = (
            sum(share * ask[place] for share, ask in zip(shares, asks, strict=True)) for place in (1, 2, 3, 4)
        )
        disk_bytes = leaves.nvme_bytes if on_nvme else math.inf  # a volume is as large as it is asked for
        if (
            cpu <= leaves.cpu_millicores
            and memory <= leaves.memory_bytes
            and disk <= disk_bytes
            and gpus <= leaves.gpus
        ):
            return nodes
    raise AssertionError(f"one of each does not fit on {leaves.row['name']}")


def check_pools(plan: Plan) -> None:
    placed: dict[str, int] = {}
    for pool in plan.node_pools:
        asks, leaves = asks_of(plan, dict(pool)), leaves_of()[pool["instance_type"]]
        assert set(asks) == set(pool["pods_per_node"])
        # Query nodes may share a node with several GPUs; of other roles one node has one pod, where it may be lost.
        alone = plan.workload.availability != "none" and set(asks) != {"query_node"}
        on_nvme = plan.hardware == "nvme" and bool(set(asks) & {"query_node", "data_node", "standalone"})
        nodes = 0
        for zone in range(pool["zones"]):
            there = [(spread(ask[0], pool["zones"])[zone], *ask[1:]) for ask in asks.values()]
            nodes += nodes_of_zone(leaves, there, alone, on_nvme) if any(ask[0] for ask in there) else 0
        if set(asks) == {"query_node"} and not asks["query_node"][4]:
            nodes = asks["query_node"][0]  # each has a node of its own
        assert pool["nodes"] == nodes, pool
        assert pool["nodes"] <= pool["max_nodes"]
        assert pool["nodes"] < CROWD_NODES or leaves.row["memory_mib"] * 2**20 > TINY_BYTES, pool
        if not on_nvme:
            on_one = sum(pool["pods_per_node"][name] * ask[3] for name, ask in asks.items())
            # The system keeps 20 GiB; kubelet keeps a tenth of the disk and 1 GiB.
            assert pool["root_volume_bytes"] >= on_one + (20 * GIB if not on_one else 21 * GIB)
        for name, ask in asks.items():
            placed[name] = placed.get(name, 0) + ask[0]
    assert placed.pop("etcd") == next(item for item in plan.dependencies if item["name"] == "etcd")["pods"]
    assert placed == {name: role.pods for name, role in plan.roles.items()}
    assert len(plan.node_pools) <= MOST_POOLS


def check_cost(plan: Plan) -> None:
    usd, cheapest = plan.cost.usd_per_month, plan.cost.cheapest_usd_per_month
    assert usd is not None
    assert cheapest is not None
    assert cheapest <= usd <= OVER_CHEAPEST * cheapest + 0.01
    nodes = sum(pool["nodes"] * leaves_of()[pool["instance_type"]].usd_per_month for pool in plan.node_pools)
    items = sum(item["usd_per_month"] for item in plan.cost.items if item["name"].startswith("nodes "))
    assert items == pytest.approx(nodes, abs=0.01 * len(plan.node_pools))
    assert usd == pytest.approx(sum(item["usd_per_month"] or 0.0 for item in plan.cost.items), abs=0.2)


@pytest.mark.property
@settings(max_examples=at_most(1_500))  # 15 ms each
@given(plain=workloads(), few=st.booleans())
# The cheapest standalone left out the volume that its mapped data need.
@example(plain={"collections": [{"name": "c0", "vectors": 65_659_969, "dimension": 768, "mmap": True}]}, few=False)
def test_every_pod_has_its_place(plain: dict[str, Any], few: bool) -> None:
    plan = plan_of(plain, FEW if few else None)
    if "query_node" in plan.roles or "standalone" in plan.roles:
        check_pools(plan)
        check_cost(plan)
