"""The bill, item by item: sums by hand, and what has no price is listed."""

from __future__ import annotations

import pytest

from pulumi_milvus.planning.hardware import cost_items
from pulumi_milvus.planning.hardware.allocatable import GIBIBYTE
from pulumi_milvus.planning.hardware.aws_catalogue import aws_catalogue
from pulumi_milvus.planning.hardware.cost_items import CostItem
from pulumi_milvus.planning.hardware.node_shapes import cluster_catalogue, read_node_shapes
from pulumi_milvus.planning.hardware.placement import Placement, PodGroup, place
from pulumi_milvus.planning.hardware.prices import NO_PRICES, aws_prices

PRICES = aws_prices("us-east-1")


def usd(items: tuple[CostItem, ...]) -> float:
    return cost_items.bill_of(items, never_priced=()).usd_per_month


# Each sum by hand from the price list: quantity x USD.
@pytest.mark.parametrize(
    ("items", "expected"),
    [
        (cost_items.control_plane_items(PRICES), 73.0),
        (cost_items.control_plane_items(PRICES, extended_support=True), 438.0),
        (cost_items.volume_items(PRICES, "etcd", 3, 20 * GIBIBYTE), 3 * 20 * 0.08),
        (cost_items.volume_items(PRICES, "etcd", 3, 20 * GIBIBYTE - 1), 3 * 20 * 0.08),
        (
            cost_items.volume_items(PRICES, "etcd", 3, 20 * GIBIBYTE, 4_000, 225),
            4.8 + 3 * 1_000 * 0.005 + 3 * 100 * 0.04,
        ),
        (cost_items.object_storage_items(PRICES, 1_000 * GIBIBYTE), 23.0),
        (cost_items.object_request_items(PRICES, 2_000_000, 10_000_000), 10.0 + 4.0),
        (cost_items.nat_items(PRICES, 3, 100 * 10**9), 3 * 730 * (0.045 + 0.005) + 4.5),
        # A byte that crosses zones is paid by both sides.
        (cost_items.zone_transfer_items(PRICES, 10**12), 20.0),
        (cost_items.load_balancer_items(PRICES, 1, 2), 730 * 0.0225 + 2 * 4.38),
        (cost_items.encryption_key_items(PRICES, 2, 10**6), 2.0 + 3.0),
        (cost_items.in_cluster_items(["etcd"], "operator"), 0.0),
    ],
)
def test_items_are_quantity_times_price(items: tuple[CostItem, ...], expected: float) -> None:
    assert usd(items) == pytest.approx(expected)
    for item in items:
        assert item.name
        assert item.source


def test_the_log_in_the_object_store_is_paid_by_the_request() -> None:
    """Five writes a second and busy channel: 13,140,000 a month, USD 65.70."""
    assert cost_items.wal_writes_per_second(4) == 20
    (item,) = cost_items.wal_request_items(PRICES, 4)
    assert item.quantity == pytest.approx(4 * 5 * 730 * 3_600 / 1_000)
    assert item.usd_per_month == pytest.approx(4 * 65.7)
    assert (item.as_of, item.region) == ("2024-07-01", "us-east-1")
    # Above 10 MB/s a channel, batches are full before their time: 2 MB each.
    assert cost_items.wal_writes_per_second(1, 30_000_000) == 15
    assert cost_items.wal_writes_per_second(0) == 0
    assert cost_items.wal_request_items(PRICES, 0) == ()


def test_what_has_no_price_is_listed_and_not_nothing() -> None:
    items = (
        *cost_items.control_plane_items(PRICES),
        *cost_items.object_storage_items(NO_PRICES, GIBIBYTE),
        *cost_items.nat_items(aws_prices("eu-west-1"), 1, 0),
    )
    bill = cost_items.bill_of(items)
    assert bill.usd_per_month == pytest.approx(73)
    assert bill.items == items
    nat = ("NAT gateways", "NAT gateways, public addresses", "NAT gateways, data")
    assert bill.unpriced[:4] == ("object store, storage", *nat)
    assert set(cost_items.NEVER_PRICED) <= set(bill.unpriced)
    assert items[1].to_json()["usd_per_month"] is None


def test_nodes_and_their_volumes() -> None:
    catalogue = aws_catalogue()
    groups = [
        PodGroup(role="query_node", pods=3, cpu_millicores=4_000, memory_bytes=24 * GIBIBYTE, own_pool=True),
        PodGroup(role="proxy", pods=2, cpu_millicores=1_000, memory_bytes=2 * GIBIBYTE),
    ]
    outcome = place(groups, catalogue)
    assert isinstance(outcome, Placement)
    items = cost_items.node_items(outcome.pools, catalogue)
    assert usd(items) == pytest.approx(outcome.usd_per_month)
    assert {(item.as_of, item.region) for item in items} == {("2026-07-20", "us-east-1")}
    nodes = sum(pool.nodes for pool in outcome.pools)
    assert usd(cost_items.root_volume_items(outcome.pools, PRICES)) == pytest.approx(nodes * 20 * 0.08)


def test_nodes_of_a_cluster_without_prices_are_unpriced() -> None:
    catalogue = cluster_catalogue(read_node_shapes([{"name": "n", "count": 9, "cpu_cores": 8, "memory_gib": 64}]))
    outcome = place([PodGroup(role="proxy", pods=1, cpu_millicores=100, memory_bytes=GIBIBYTE)], catalogue)
    assert isinstance(outcome, Placement)
    bill = cost_items.bill_of(cost_items.node_items(outcome.pools, catalogue), never_priced=())
    assert bill.usd_per_month == 0
    assert bill.unpriced == ("nodes proxy (n)",)
