"""What a deployment costs a month: nodes and all that stands beside them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from pulumi_milvus.planning.deployment import stores
from pulumi_milvus.planning.deployment.demand import Demand
from pulumi_milvus.planning.deployment.nodes import NAT_BYTES_PER_NODE
from pulumi_milvus.planning.hardware import cost_items
from pulumi_milvus.planning.hardware.catalogue import Catalogue
from pulumi_milvus.planning.hardware.cost_items import SECONDS_PER_MONTH, Bill, CostItem
from pulumi_milvus.planning.hardware.outcome import Pool
from pulumi_milvus.planning.hardware.pod_group import PodGroup

# A query carries its vector to the query nodes and brings ten results back, each an id, a distance and some fields:
# 128 bytes are our allowance.
RESULT_BYTES: Final = 10 * 128
# With three zones two thirds of what goes between pods crosses one.
CROSSING: Final = 2 / 3
IN_CLUSTER: Final = ("etcd",)


def bill(demand: Demand, pools: Sequence[Pool], etcd: PodGroup, object_store_bytes: int, catalogue: Catalogue) -> Bill:
    """The bill; in a cluster that is already there only what its owner priced. Without pools: all but the nodes."""
    return cost_items.bill_of(list(_items(demand, pools, etcd, object_store_bytes, catalogue)))


def _items(
    demand: Demand, pools: Sequence[Pool], etcd: PodGroup, object_store_bytes: int, catalogue: Catalogue
) -> Iterator[CostItem]:
    prices, workload = catalogue.unit_prices, demand.workload
    yield from cost_items.node_items(pools, catalogue)
    if catalogue.creates_nodes:
        yield from cost_items.root_volume_items(pools, prices)
        yield from cost_items.control_plane_items(prices)
    yield from cost_items.volume_items(prices, "etcd volumes", etcd.pods, stores.ETCD_VOLUME_BYTES)
    yield from cost_items.object_storage_items(prices, object_store_bytes)
    row_bytes = max([size.raw_bytes_per_row for size in demand.sizes], default=0)
    yield from cost_items.wal_request_items(
        prices, stores.busy_channels(demand), workload.inserts_per_second * row_bytes
    )
    if catalogue.creates_nodes:
        nodes = sum(pool.nodes for pool in pools)
        zones = 3 if workload.availability == "zone" else 1
        yield from cost_items.nat_items(prices, zones, nodes * NAT_BYTES_PER_NODE)
        yield from cost_items.encryption_key_items(prices, 1, 0)
    if workload.availability == "zone":
        each = row_bytes + RESULT_BYTES
        crossing = (
            CROSSING
            * SECONDS_PER_MONTH
            * (workload.queries_per_second * each + workload.inserts_per_second * row_bytes)
        )
        yield from cost_items.zone_transfer_items(prices, crossing)
    yield from cost_items.in_cluster_items(IN_CLUSTER, stores.ETCD_SOURCE)
