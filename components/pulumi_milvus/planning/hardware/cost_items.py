"""What a deployment costs a month, item by item; what has no price is listed, never counted as nothing.

On demand, before tax and discounts. A month is 730 hours. GB of storage are 2^30 bytes, as in the worked examples of
AWS's S3 FAQ and as EBS volumes are made; GB of transfer are 10^9, which is rather too dear.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

from pulumi_milvus.planning.hardware.allocatable import GIBIBYTE
from pulumi_milvus.planning.hardware.catalogue import HOURS_PER_MONTH, Catalogue
from pulumi_milvus.planning.hardware.outcome import Pool
from pulumi_milvus.planning.hardware.prices import PriceList

SECONDS_PER_MONTH: Final = HOURS_PER_MONTH * 3_600
GIGABYTE: Final = 10**9

# What a gp3 volume has before anything is paid for: EBS documentation, and the names of the prices beyond.
INCLUDED_IOPS: Final = 3_000
INCLUDED_MEBIBYTES_PER_SECOND: Final = 125

# Woodpecker on an object store writes a batch "every 200 ms or 2 MB": Milvus 3.0 docs, adminGuide/mqtype-overview.md
# and reference/architecture/woodpecker_architecture.md. So five writes a second and channel, more above 10 MB/s.
WAL_WRITES_PER_SECOND: Final = 5
WAL_BATCH_BYTES: Final = 2_000_000

SPOT_AND_RESERVED: Final = (
    "On-demand prices. Spot is no place for query nodes that hold data; reserved instances and savings plans for what "
    "always runs cost less, and are not priced here."
)
NEVER_PRICED: Final = (
    "transfer to the internet",
    "logs and metrics",
    "backups and snapshots",
    "support, tax and discounts",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CostItem:
    """One line of the bill. ``usd_per_month`` None: the price is unknown. ``as_of`` is the day of the price."""

    name: str
    quantity: float
    unit: str
    usd_per_month: float | None
    source: str
    as_of: str | None = None
    region: str | None = None

    def to_json(self) -> dict[str, Any]:
        """The item as JSON, USD to the cent."""
        usd = self.usd_per_month
        return {**asdict(self), "usd_per_month": None if usd is None else round(usd, 2)}


@dataclass(frozen=True, slots=True)
class Bill:
    """The sum of what is priced, and the names of what is not."""

    usd_per_month: float
    items: tuple[CostItem, ...]
    unpriced: tuple[str, ...]


def bill_of(items: Iterable[CostItem], never_priced: Sequence[str] = NEVER_PRICED) -> Bill:
    """The bill of some items."""
    lines = tuple(items)
    usd = math.fsum(item.usd_per_month for item in lines if item.usd_per_month is not None)
    unknown = [item.name for item in lines if item.usd_per_month is None]
    return Bill(usd, lines, tuple(dict.fromkeys([*unknown, *never_priced])))


def priced(prices: PriceList, price: str, quantity: float, name: str | None = None) -> CostItem:
    """So much of something that the price list knows by the name ``price``, or does not know."""
    found = prices.get(price)
    if found is None:
        words = name or price.replace("_", " ")
        return CostItem(
            name=words, quantity=quantity, unit="", usd_per_month=None, source="no price known", region=prices.region
        )
    return CostItem(
        name=name or found.product,
        quantity=quantity,
        unit=found.unit,
        usd_per_month=quantity * found.usd,
        source=found.source,
        as_of=found.as_of,
        region=prices.region,
    )


def node_items(pools: Iterable[Pool], catalogue: Catalogue) -> tuple[CostItem, ...]:
    """The nodes of each pool."""
    return tuple(
        CostItem(
            name=f"nodes {pool.name} ({pool.instance_type})",
            quantity=pool.nodes,
            unit="node-month",
            usd_per_month=pool.usd_per_month,
            source=catalogue.source,
            as_of=catalogue.prices_as_of,
            region=catalogue.region,
        )
        for pool in pools
    )


def root_volume_items(pools: Iterable[Pool], prices: PriceList) -> tuple[CostItem, ...]:
    """The volume of each node, as large as the system and its pods need; where nodes are made for us."""
    return tuple(
        item
        for pool in pools
        for item in volume_items(prices, f"node volumes {pool.name}", pool.nodes, pool.root_volume_bytes)
    )


def control_plane_items(prices: PriceList, extended_support: bool = False) -> tuple[CostItem, ...]:
    """The cluster's control plane; ``extended_support`` for a Kubernetes version past its standard support."""
    return (priced(prices, "cluster_extended_hour" if extended_support else "cluster_hour", HOURS_PER_MONTH),)


def volume_items(
    prices: PriceList,
    name: str,
    volumes: int,
    bytes_each: int,
    iops_each: int = INCLUDED_IOPS,
    mebibytes_per_second_each: int = INCLUDED_MEBIBYTES_PER_SECOND,
) -> tuple[CostItem, ...]:
    """General-purpose volumes (gp3), each of whole GiB, and what is asked above the included IOPS and throughput."""
    items = [priced(prices, "volume_gb_month", volumes * math.ceil(bytes_each / GIBIBYTE), f"{name}, storage")]
    if iops_each > INCLUDED_IOPS:
        items.append(priced(prices, "volume_iops_month", volumes * (iops_each - INCLUDED_IOPS), f"{name}, IOPS"))
    if mebibytes_per_second_each > INCLUDED_MEBIBYTES_PER_SECOND:
        more = volumes * (mebibytes_per_second_each - INCLUDED_MEBIBYTES_PER_SECOND)
        items.append(priced(prices, "volume_mibps_month", more, f"{name}, throughput"))
    return tuple(items)


def object_storage_items(prices: PriceList, stored_bytes: int) -> tuple[CostItem, ...]:
    """What is kept in the object store, all at the price of the first tier (50 TB): above it is a little cheaper."""
    return (priced(prices, "object_gb_month", stored_bytes / GIBIBYTE, "object store, storage"),)


def object_request_items(
    prices: PriceList, writes_per_month: float, reads_per_month: float, what: str = "object store"
) -> tuple[CostItem, ...]:
    """Requests to the object store; deletions are free."""
    items = (
        priced(prices, "object_write_1000", writes_per_month / 1_000, f"{what}, writes"),
        priced(prices, "object_read_1000", reads_per_month / 1_000, f"{what}, reads"),
    )
    return tuple(item for item in items if item.quantity)


def wal_writes_per_second(busy_channels: int, bytes_per_second: float = 0.0) -> float:
    """The most object-store writes a second of Woodpecker's log, over channels that are written all the time."""
    return max(busy_channels * WAL_WRITES_PER_SECOND, bytes_per_second / WAL_BATCH_BYTES) if busy_channels else 0.0


def wal_request_items(prices: PriceList, busy_channels: int, bytes_per_second: float = 0.0) -> tuple[CostItem, ...]:
    """The requests of a write-ahead log that is kept in the object store, if its channels are busy all month."""
    writes = wal_writes_per_second(busy_channels, bytes_per_second) * SECONDS_PER_MONTH
    return object_request_items(prices, writes, 0.0, f"write-ahead log ({busy_channels} busy channels)")


def nat_items(prices: PriceList, gateways: int, bytes_per_month: float) -> tuple[CostItem, ...]:
    """Gateways for what nodes fetch from outside, such as images; the object store has a free endpoint of its own.

    Each has a public address, which is paid for beside it.
    """
    return (
        priced(prices, "nat_hour", gateways * HOURS_PER_MONTH, "NAT gateways"),
        priced(prices, "public_address_hour", gateways * HOURS_PER_MONTH, "NAT gateways, public addresses"),
        priced(prices, "nat_gb", bytes_per_month / GIGABYTE, "NAT gateways, data"),
    )


def zone_transfer_items(prices: PriceList, bytes_per_month: float) -> tuple[CostItem, ...]:
    """What crosses zones, paid by sender and receiver."""
    return (priced(prices, "zone_gb", 2 * bytes_per_month / GIGABYTE, "transfer between zones"),)


def load_balancer_items(prices: PriceList, balancers: int, capacity_units: float) -> tuple[CostItem, ...]:
    """Network load balancers, and the capacity units that they use on average."""
    return (
        priced(prices, "balancer_hour", balancers * HOURS_PER_MONTH, "load balancers"),
        priced(prices, "balancer_unit_month", capacity_units, "load balancers, capacity units"),
    )


def encryption_key_items(prices: PriceList, keys: int, requests_per_month: float) -> tuple[CostItem, ...]:
    """Keys that encrypt volumes, bucket and secrets, and the requests to them."""
    return (
        priced(prices, "key_month", keys, "encryption keys"),
        priced(prices, "key_10000", requests_per_month / 10_000, "encryption keys, requests"),
    )


def in_cluster_items(names: Iterable[str], source: str) -> tuple[CostItem, ...]:
    """Parts that run as pods on the nodes above, such as etcd: nothing to be paid beside nodes and volumes."""
    return tuple(
        CostItem(name=f"{name}, on the nodes above", quantity=1, unit="part", usd_per_month=0.0, source=source)
        for name in names
    )
