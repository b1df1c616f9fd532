"""AWS's instance types in one region: from the snapshot in the package, or from one that its user made.

The packaged snapshot is made by scripts/catalogue_snapshot.py and read on first use; sources and days stand in it. Its
prices are on demand, Linux, us-east-1. In another region every price is unknown there, so no type can be chosen until
`pulumi-milvus catalogue refresh` has asked AWS.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from importlib import resources
from typing import Any, Final

from pulumi_milvus.planning.hardware.allocatable import MEBIBYTE
from pulumi_milvus.planning.hardware.catalogue import InstanceType
from pulumi_milvus.planning.hardware.prices import PriceList, aws_prices

PRICED_REGION: Final = "us-east-1"
# In short; the file says it in full.
SOURCE: Final = "EC2 DescribeInstanceTypes (moto 5.2.5); on-demand prices of karpenter-provider-aws, 2026-07-20"
_FILE: Final = "aws_instances.json"
# DescribeInstanceTypes gives the size of instance stores in GB of 10^9 bytes.
_GIGABYTE: Final = 10**9


# Compared and hashed as an object: what the planner works out of a catalogue is kept by it.
@dataclass(frozen=True, slots=True, eq=False)
class AwsCatalogue:
    """The instance types of AWS in one region; nodes are made as asked.

    ``single_machine``: for one instance by itself instead of a cluster's nodes.
    """

    region: str
    types: tuple[InstanceType, ...]
    prices_as_of: str | None
    generated_at: str
    unit_prices: PriceList
    source: str
    creates_nodes: bool = True
    single_machine: bool = False


@functools.cache
def aws_catalogue(region: str = PRICED_REGION) -> AwsCatalogue:
    """The packaged catalogue of a region; without prices and zones where it is not the one that the snapshot is of."""
    data = packaged_snapshot()
    types = types_of(data)
    known = region == data["region"]
    if not known:
        types = tuple(_elsewhere(item, region) for item in types)
    return AwsCatalogue(
        region=region,
        types=types,
        prices_as_of=data["prices_as_of"] if known else None,
        generated_at=data["generated_at"],
        unit_prices=aws_prices(region),
        source=SOURCE,
    )


# A process plans with few catalogues; each machine's is the same object every time, as the planner wants it.
@functools.lru_cache(maxsize=8)
def machine_catalogue(catalogue: AwsCatalogue) -> AwsCatalogue:
    """The same types and prices for one instance by itself.

    What is allocatable stays that of a node of Kubernetes: what system and Docker take instead was not measured.
    """
    return replace(catalogue, single_machine=True)


@functools.cache
def packaged_snapshot() -> Mapping[str, Any]:
    """The packaged snapshot as its file has it: ``region``, ``sources``, ``columns``, ``rows``."""
    data: dict[str, Any] = json.loads(resources.files(__package__).joinpath(_FILE).read_text(encoding="utf-8"))
    return data


def types_of(data: Mapping[str, Any]) -> tuple[InstanceType, ...]:
    """The types of a snapshot's ``rows``, which were checked before."""
    return tuple(_type(dict(zip(data["columns"], row, strict=True)), data["region"]) for row in data["rows"])


def _type(row: Mapping[str, Any], region: str) -> InstanceType:
    name, zones = row["name"], row["zones"]
    return InstanceType(
        name=name,
        family=row["family"],
        generation=row["generation"],
        architecture=row["architecture"],
        vcpus=row["vcpus"],
        memory_bytes=row["memory_mib"] * MEBIBYTE,
        # Unknown for retired types only.
        allocatable_cpu_millicores=row["allocatable_cpu_millicores"] or 0,
        allocatable_memory_bytes=(row["allocatable_memory_mib"] or 0) * MEBIBYTE,
        max_pods=row["max_pods"],
        local_nvme_bytes=row["local_nvme_gb"] * _GIGABYTE,
        local_nvme_disks=row["local_nvme_disks"],
        local_nvme_read_iops=row["local_nvme_read_iops"],
        local_nvme_write_iops=row["local_nvme_write_iops"],
        gpus=row["gpus"],
        gpu_name=row["gpu_name"],
        gpu_memory_bytes_each=row["gpu_memory_mib_each"] * MEBIBYTE,
        gpu_compute_capability=row["gpu_compute_capability"],
        cpu_model=row["cpu_model"],
        simd=None if row["simd"] is None else frozenset(row["simd"].split()),
        volume_base_megabits_per_second=row["volume_base_megabits_per_second"],
        volume_max_megabits_per_second=row["volume_max_megabits_per_second"],
        volume_max_iops=row["volume_max_iops"],
        bare_metal=row["bare_metal"],
        usd_per_hour=row["usd_per_hour"],
        zones=None if zones is None else frozenset(zones),
        excluded_because=_excluded(row, region),
    )


def _excluded(row: Mapping[str, Any], region: str) -> str:
    if row["retired"]:
        return "retired by AWS"
    if row["usd_per_hour"] is None:
        return f"no on-demand price in {region}"
    if not row["offered"]:
        return f"not offered in {region}"
    # A bare-metal machine takes many minutes to start and holds no more than its virtual twin of the same price.
    return "bare metal" if row["bare_metal"] else ""


def _elsewhere(item: InstanceType, region: str) -> InstanceType:
    because = item.excluded_because
    if because != "retired by AWS" and not item.bare_metal:
        because = f"the price in {region} is unknown until `pulumi-milvus catalogue refresh --region {region}` asks AWS"
    return replace(item, usd_per_hour=None, zones=None, excluded_because=because)
