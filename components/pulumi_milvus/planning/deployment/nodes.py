"""The nodes that a deployment may have: what each costs with all that comes with it, and which are worth trying.

A cloud's types are the same for every workload, so what is known of them is worked out once.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final, Self

from pulumi_milvus.planning.capacity.query_pool import (
    COMPUTE_CAPABILITIES,
    FEWEST_CORES,
    MEMORY_PER_CORE_BYTES,
    SIMD,
    QueryNode,
)
from pulumi_milvus.planning.capacity.rounding import GIB
from pulumi_milvus.planning.hardware.allocatable import EKS_DAEMONSETS
from pulumi_milvus.planning.hardware.aws_catalogue import AwsCatalogue
from pulumi_milvus.planning.hardware.catalogue import Catalogue, InstanceType
from pulumi_milvus.planning.hardware.cost_items import GIGABYTE
from pulumi_milvus.planning.hardware.fitness import is_of_kind
from pulumi_milvus.planning.hardware.packing import Amounts, room_of
from pulumi_milvus.planning.hardware.placement import SYSTEM_VOLUME_BYTES
from pulumi_milvus.planning.hardware.pod_group import PodGroup
from pulumi_milvus.planning.hardware.prices import PriceList

BOTH: Final = ("x86_64", "arm64")
# Images and updates through the NAT gateways, a node and month: our allowance.
NAT_BYTES_PER_NODE: Final = 5_000_000_000


@dataclass(frozen=True, slots=True)
class Kind:
    """What pods ask of their nodes, sizes aside. ``zones`` are those that they are spread over."""

    nvme: bool = False
    gpu: bool = False
    zones: int = 1

    @classmethod
    def of(cls, group: PodGroup) -> Self:
        """The kind of a group."""
        return cls(group.needs_nvme, group.gpus > 0, group.zones)

    def group(self) -> PodGroup:
        """A small pod of this kind. On NVMe and GPUs images for x86: arm64 has no GPU image, and DISKANN warns."""
        return PodGroup(
            role="pod",
            pods=1,
            cpu_millicores=1,
            memory_bytes=1,
            needs_nvme=self.nvme,
            gpus=1 if self.gpu else 0,
            compute_capabilities=COMPUTE_CAPABILITIES if self.gpu else (),
            architectures=("x86_64",) if self.nvme or self.gpu else BOTH,
            simd_one_of=SIMD,
            zones=self.zones,
        )


@dataclass(frozen=True, slots=True)
class Tried:
    """A type, what a node of it leaves to pods, and what one weighs: USD a month, or its memory."""

    node: InstanceType
    room: Amounts
    weight: float


@dataclass(frozen=True, slots=True)
class SomeTypes:
    """Some types of a catalogue, as a catalogue."""

    types: tuple[InstanceType, ...]
    creates_nodes: bool
    single_machine: bool
    region: str | None
    prices_as_of: str | None
    unit_prices: PriceList
    source: str


def some_types(catalogue: Catalogue, types: Iterable[InstanceType]) -> SomeTypes:
    """Only these types of a catalogue."""
    return SomeTypes(
        tuple(types),
        catalogue.creates_nodes,
        catalogue.single_machine,
        catalogue.region,
        catalogue.prices_as_of,
        catalogue.unit_prices,
        catalogue.source,
    )


def without_idle_gpus(catalogue: Catalogue, kind: Kind) -> SomeTypes:
    """The types that pods of the kind may stand on: none with a GPU that nobody uses."""
    return some_types(catalogue, [node for node in catalogue.types if kind.gpu or not node.gpus])


def is_priced(catalogue: Catalogue) -> bool:
    """Whether every type that may be chosen has a price."""
    return all(node.usd_per_hour is not None for node in catalogue.types if not node.excluded_because)


def usd_beside_node(prices: PriceList) -> float:
    """What comes with each node that is made, USD a month: the system's volume, and images through the gateway."""
    volume, traffic = prices.get("volume_gb_month"), prices.get("nat_gb")
    usd = SYSTEM_VOLUME_BYTES / GIB * volume.usd if volume else 0.0
    return usd + (NAT_BYTES_PER_NODE / GIGABYTE * traffic.usd if traffic else 0.0)


def query_nodes_of(catalogue: Catalogue, kind: Kind) -> tuple[QueryNode, ...]:
    """Every type that can be a query node's."""
    return _aws_query_nodes(catalogue, kind) if isinstance(catalogue, AwsCatalogue) else _query_nodes(catalogue, kind)


def worth_trying(catalogue: Catalogue, kind: Kind) -> tuple[Tried, ...]:
    """The types that some number of pods of the kind may cost least on, the cheapest first.

    The cheapest on these, with what comes with each node, is the cheapest of all.
    """
    return _aws_worth_trying(catalogue, kind) if isinstance(catalogue, AwsCatalogue) else _worth_trying(catalogue, kind)


def worth_choosing(catalogue: Catalogue, kinds: Iterable[Kind]) -> SomeTypes:
    """The types of these kinds that an operator would look at, as they are: none with a GPU or disk for nothing."""
    if isinstance(catalogue, AwsCatalogue):
        return _aws_worth_choosing(catalogue, tuple(kinds))
    return _worth_choosing(catalogue, tuple(kinds))


# A catalogue of AWS is one object for each file and region; a few are remembered, for whoever compares regions.
@functools.lru_cache(maxsize=256)
def _aws_query_nodes(catalogue: AwsCatalogue, kind: Kind) -> tuple[QueryNode, ...]:
    return _query_nodes(catalogue, kind)


@functools.lru_cache(maxsize=256)
def _aws_worth_trying(catalogue: AwsCatalogue, kind: Kind) -> tuple[Tried, ...]:
    return _worth_trying(catalogue, kind)


@functools.lru_cache(maxsize=256)
def _aws_worth_choosing(catalogue: AwsCatalogue, kinds: tuple[Kind, ...]) -> SomeTypes:
    return _worth_choosing(catalogue, kinds)


def _usable(catalogue: Catalogue, kind: Kind) -> list[InstanceType]:
    """Types of the kind; a GPU that nobody uses is no offer."""
    group = kind.group()
    return [
        node
        for node in catalogue.types
        if not node.excluded_because and (kind.gpu or not node.gpus) and is_of_kind(node, group)
    ]


def _query_nodes(catalogue: Catalogue, kind: Kind) -> tuple[QueryNode, ...]:
    priced, made = is_priced(catalogue), catalogue.creates_nodes
    beside = usd_beside_node(catalogue.unit_prices) if made else 0.0
    volume = catalogue.unit_prices.get("volume_gb_month")
    found = []
    for node in _usable(catalogue, kind):
        millicores, memory_bytes, disk_bytes, gpus = room_of(node, EKS_DAEMONSETS, kind.nvme)
        share = max(1, gpus) if kind.gpu else 1
        # Whole cores and GiB, as they are written into a pod.
        cores, memory_bytes = millicores // share // 1000, memory_bytes // share // GIB * GIB
        if memory_bytes <= 0 or cores < 1:
            continue
        # In a cluster that is there, its owner decides what goes together.
        if made and (cores < FEWEST_CORES or memory_bytes > cores * MEMORY_PER_CORE_BYTES):
            continue
        usd = node.usd_per_month
        found.append(
            QueryNode(
                node=node,
                pods_per_node=share,
                cpu_cores=cores,
                memory_bytes=memory_bytes,
                disk_bytes=disk_bytes // share,
                weight=usd + beside if priced and usd is not None else float(node.memory_bytes),
                volume_weight=volume.usd if volume and made and priced else 0.0,
            )
        )
    # The best first, so that others are soon seen to be dearer.
    return tuple(sorted(found, key=lambda item: item.weight / item.pods_per_node / item.memory_bytes))


def _worth_trying(catalogue: Catalogue, kind: Kind) -> tuple[Tried, ...]:
    beside = usd_beside_node(catalogue.unit_prices) if catalogue.creates_nodes and is_priced(catalogue) else 0.0
    return tuple([replace(tried, weight=tried.weight + beside) for tried in _unbeaten(catalogue, kind)])


def _worth_choosing(catalogue: Catalogue, kinds: tuple[Kind, ...]) -> SomeTypes:
    best: dict[str, InstanceType] = {}
    for kind in kinds:
        unbeaten = {tried.node.name for tried in _unbeaten(catalogue, kind)}
        best |= {
            node.name: node
            for node in _usable(catalogue, kind)
            if kind.nvme or not node.local_nvme_bytes or node.name in unbeaten or kind.gpu
        }
    return some_types(catalogue, best.values())


def _unbeaten(catalogue: Catalogue, kind: Kind) -> list[Tried]:
    """Types of the kind without those that another beats: no less of anything for no more."""
    priced = is_priced(catalogue)
    usable = [
        Tried(node, room_of(node, EKS_DAEMONSETS, kind.nvme), _weight(node, priced))
        for node in _usable(catalogue, kind)
    ]
    found: list[Tried] = []
    for tried in sorted(usable, key=lambda item: (item.weight, [-amount for amount in item.room])):
        if not any(_beats(other, tried, kind) for other in found):
            found.append(tried)
    return found


def _beats(other: Tried, one: Tried, kind: Kind) -> bool:
    """Whether the other has no less of what the kind asks for, the rate of its disks and the memory of its GPUs too."""
    return (
        all(mine <= others for mine, others in zip(one.room, other.room, strict=True))
        and (not kind.gpu or one.node.gpu_memory_bytes_each <= other.node.gpu_memory_bytes_each)
        and (not kind.nvme or (one.node.local_nvme_read_iops or 0) <= (other.node.local_nvme_read_iops or 0))
    )


def _weight(node: InstanceType, priced: bool) -> float:
    usd = node.usd_per_month
    return usd if priced and usd is not None else float(node.memory_bytes)
