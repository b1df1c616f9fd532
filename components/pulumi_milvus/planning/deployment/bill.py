"""What a deployment costs a month: nodes and all that stands beside them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from pulumi_milvus.planning.deployment import stores
from pulumi_milvus.planning.deployment.beside import Part, writes_log_to_object_store
from pulumi_milvus.planning.deployment.demand import Demand
from pulumi_milvus.planning.deployment.nodes import NAT_BYTES_PER_NODE
from pulumi_milvus.planning.hardware import cost_items
from pulumi_milvus.planning.hardware.catalogue import Catalogue
from pulumi_milvus.planning.hardware.cost_items import SECONDS_PER_MONTH, Bill, CostItem
from pulumi_milvus.planning.hardware.outcome import Pool

# A query carries its vector to the query nodes and brings ten results back, each an id, a distance and some fields:
# 128 bytes are our allowance.
RESULT_BYTES: Final = 10 * 128
# With three zones two thirds of what goes between pods crosses one.
CROSSING: Final = 2 / 3


def bill(
    demand: Demand, pools: Sequence[Pool], beside: Sequence[Part], object_store_bytes: int, catalogue: Catalogue
) -> Bill:
    """The bill; in a cluster that is already there only what its owner priced. Without pools: all but the nodes."""
    items = list(_items(demand, pools, beside, object_store_bytes, catalogue))
    outside = [part.name for part in beside if part.unpriced]
    return cost_items.bill_of(items, (*outside, *cost_items.NEVER_PRICED))


def _items(
    demand: Demand, pools: Sequence[Pool], beside: Sequence[Part], object_store_bytes: int, catalogue: Catalogue
) -> Iterator[CostItem]:
    prices, workload = catalogue.unit_prices, demand.workload
    yield from cost_items.node_items(pools, catalogue)
    if catalogue.creates_nodes:
        yield from cost_items.root_volume_items(pools, prices)
        if not catalogue.single_machine:
            yield from cost_items.control_plane_items(prices)
    for part in beside:
        if part.volumes:
            yield from cost_items.volume_items(prices, f"{part.name} volumes", part.volumes, part.volume_bytes)
    if workload.object_store == "external":
        yield from cost_items.object_storage_items(prices, object_store_bytes)
    row_bytes = max([size.raw_bytes_per_row for size in demand.sizes], default=0)
    if writes_log_to_object_store(workload):
        yield from cost_items.wal_request_items(
            prices, stores.busy_channels(demand), workload.inserts_per_second * row_bytes
        )
    if catalogue.creates_nodes:
        nodes = sum(pool.nodes for pool in pools)
        zones = 3 if workload.availability == "zone" else 1
        yield from cost_items.nat_items(prices, zones, nodes * NAT_BYTES_PER_NODE)
        if not catalogue.single_machine:
            # A machine's volumes have the key that AWS keeps for EBS, which costs nothing.
            yield from cost_items.encryption_key_items(prices, 1, 0)
    if workload.availability == "zone":
        each = row_bytes + RESULT_BYTES
        crossing = (
            CROSSING
            * SECONDS_PER_MONTH
            * (workload.queries_per_second * each + workload.inserts_per_second * row_bytes)
        )
        yield from cost_items.zone_transfer_items(prices, crossing)
    for part in beside:
        if part.group is not None:
            yield from cost_items.in_cluster_items((part.name,), str(part.entry["source"]))
