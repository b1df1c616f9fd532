"""What stands beside Milvus follows the workload: pods, volumes, bill, and what is somebody else's."""

from __future__ import annotations

from typing import Any

import pytest

from pulumi_milvus.planning.deployment import beside
from pulumi_milvus.planning.hardware.placement import SYSTEM_VOLUME_BYTES
from pulumi_milvus.planning.plan import Plan
from pulumi_milvus.planning.plan_figures import explanations_of
from pulumi_milvus.planning.planner import make_plan
from pulumi_milvus.planning.reading import read_workload

GIB = 2**30


def plan(vectors: int = 2_000_000, **keys: Any) -> Plan:
    collection = {"name": "articles", "vectors": vectors, "dimension": 768}
    return make_plan(read_workload({"collections": [collection], **keys}))


def dependency(made: Plan, name: str) -> dict[str, Any]:
    return next(dict(item) for item in made.dependencies if item["name"] == name)


def items(made: Plan) -> dict[str, float]:
    return {item["name"]: item["usd_per_month"] for item in made.cost.items}


def placed(made: Plan) -> set[str]:
    return {role for pool in made.node_pools for role in pool["pods_per_node"]}


def test_by_default_etcd_has_pods_and_the_bucket_is_outside() -> None:
    made = plan(topology="distributed")
    assert [item["name"] for item in made.dependencies] == ["etcd", "object store", "woodpecker"]
    assert dependency(made, "etcd")["pods"] == 3
    assert "pods" not in dependency(made, "object store")
    assert {"etcd volumes, storage", "object store, storage"} <= set(items(made))


def test_self_contained_is_one_pod_with_its_volume() -> None:
    made, outside = plan(object_store="local"), plan(topology="standalone")
    assert (made.topology, made.wal, placed(made)) == ("standalone", "woodpecker-local", {"standalone"})
    store = dependency(made, "object store")
    assert store["volume_bytes"] * 0.8 >= store["stored_bytes"] + 20 * GIB
    assert store["volume_bytes"] % GIB == 0
    assert items(made)["data volumes, storage"] == pytest.approx(store["volume_bytes"] / GIB * 0.08)
    assert "object store, storage" not in items(made)
    # etcd runs in the same process, and so needs its memory there.
    more = made.roles["standalone"].memory_bytes - outside.roles["standalone"].memory_bytes
    assert 0 < more <= 2 * GIB


def test_a_self_contained_pods_local_disk_is_on_its_volume_and_on_no_node() -> None:
    collection = {"name": "articles", "vectors": 2_000_000, "dimension": 768, "index": "HNSW", "mmap": True}
    made = make_plan(read_workload({"collections": [collection], "object_store": "local"}))
    disk_bytes = made.roles["standalone"].local_disk_bytes
    store = dependency(made, "object store")
    assert 0 < disk_bytes <= store["local_disk_bytes"] < disk_bytes + GIB
    files = store["volume_bytes"] - store["local_disk_bytes"]
    assert files * 0.8 >= store["stored_bytes"] + 20 * GIB > (files - GIB) * 0.8
    assert items(made)["data volumes, storage"] == pytest.approx(store["volume_bytes"] / GIB * 0.08)
    assert made.node_pools[0]["root_volume_bytes"] == SYSTEM_VOLUME_BYTES
    sums = explanations_of(made)["dependencies.object store.volume_bytes"]
    assert [term.value for term in sums.terms][-1] == store["local_disk_bytes"]
    assert sums.sum == store["volume_bytes"]
    outside = make_plan(read_workload({"collections": [collection], "topology": "standalone"}))
    assert "local_disk_bytes" not in dependency(outside, "object store")
    assert outside.node_pools[0]["root_volume_bytes"] > SYSTEM_VOLUME_BYTES + disk_bytes


@pytest.mark.parametrize(("topology", "pods", "usable"), [("standalone", 1, 1.0), ("distributed", 4, 0.5)])
def test_an_object_store_in_the_cluster_holds_all_of_it(topology: str, pods: int, usable: float) -> None:
    made = plan(topology=topology, object_store="in_cluster")
    store = dependency(made, "object store")
    assert store["pods"] == pods
    assert pods * store["volume_bytes"] * usable * 0.8 >= store["stored_bytes"]
    assert pods * (store["volume_bytes"] - GIB) * usable * 0.8 < store["stored_bytes"]
    assert "object_store" in placed(made)
    names = set(items(made))
    assert "object store volumes, storage" in names
    assert "object store, storage" not in names


def test_what_is_outside_is_not_priced_and_has_no_pods() -> None:
    made = plan(wal="kafka", etcd="external", topology="distributed")
    assert {"kafka", "etcd"} <= set(made.cost.unpriced)
    assert not {"kafka", "etcd"} & placed(made)
    assert not any("etcd" in name for name in items(made))


def test_woodpecker_as_a_service_has_pods_of_its_own() -> None:
    made = plan(wal="woodpecker-service", milvus_version="3.0.2")
    assert made.topology == "distributed"
    log = dependency(made, "woodpecker")
    assert (log["pods"], log["memory_bytes"], log["volume_bytes"]) == (4, GIB, 30 * GIB)
    assert "woodpecker" in placed(made)


def test_requests_of_the_log_are_paid_where_it_is_in_the_bucket() -> None:
    def writes(**keys: Any) -> bool:
        return any("write-ahead log" in name for name in items(plan(inserts_per_second=100, **keys)))

    assert writes(topology="distributed")
    assert not writes(topology="distributed", wal="pulsar")
    assert not writes(object_store="in_cluster")
    assert not writes(object_store="local")


@pytest.mark.parametrize("zone", ["none", "zone"])
def test_four_drives_and_etcd_are_spread_where_a_zone_may_be_lost(zone: str) -> None:
    made = plan(topology="distributed", object_store="in_cluster", availability=zone)
    for pool in made.node_pools:
        if "etcd" in pool["pods_per_node"]:
            assert pool["zones"] == (3 if zone == "zone" else 1)


@pytest.mark.parametrize("zones", [1, 2, 3, 4, 5])
def test_a_quorum_of_the_log_survives_its_fullest_zone(zones: int) -> None:
    pods = beside.log_store_pods("zone", zones)
    fullest = -(-pods // zones)
    assert zones == 1 or pods - fullest >= beside.LOG_STORE_QUORUM
    # One less would not do, unless the chart's own number is more already.
    assert pods == beside.LOG_STORE_PODS or pods - 1 - -(-(pods - 1) // zones) < beside.LOG_STORE_QUORUM
    assert beside.log_store_pods("pod", zones) - 1 >= beside.LOG_STORE_QUORUM
