"""DescribeInstanceTypes and the zones' offerings of a region, as rows of a catalogue.

What the API does not tell is taken from the packaged snapshot where that knows the type or its family: IOPS of local
NVMe (each type), vector instructions and CPU model (each family), compute capability (each GPU), and what Karpenter's
page says is allocatable. For further types that is worked out by the formula of ``allocatable``, which gives 258 of 260
types of that page to the MiB; vector instructions of an unknown x86 family are null, that is unknown.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from pulumi_milvus.planning.hardware.allocatable import MEBIBYTE, allocatable_cpu_millicores, allocatable_memory_bytes
from pulumi_milvus.planning.hardware.aws_catalogue import packaged_snapshot
from pulumi_milvus.planning.hardware.catalogue import ARCHITECTURES
from pulumi_milvus.planning.hardware.catalogue_rows import COLUMNS

# An accelerator that Milvus cannot use is paid for nothing.
_OTHER_ACCELERATORS: Final = ("InferenceAcceleratorInfo", "NeuronInfo", "FpgaInfo", "MediaAcceleratorInfo")
_FAMILY: Final = re.compile(r"(?P<letters>[a-z]+)-?(?P<generation>\d+)")


@dataclass(frozen=True, slots=True)
class Price:
    """On-demand USD an hour, and what the price list says of the CPU (empty where it says nothing)."""

    usd_per_hour: float
    cpu_model: str = ""
    features: str = ""


def described_types(ec2: Any) -> list[dict[str, Any]]:
    """Every type of the region, as the API describes it."""
    pages = ec2.get_paginator("describe_instance_types").paginate(PaginationConfig={"PageSize": 100})
    return [item for page in pages for item in page["InstanceTypes"]]


def offered_zones(ec2: Any) -> dict[str, list[str]]:
    """The ids of the zones that offer each type; empty where the API tells nothing."""
    pages = ec2.get_paginator("describe_instance_type_offerings").paginate(LocationType="availability-zone-id")
    found: dict[str, set[str]] = {}
    for page in pages:
        for offering in page["InstanceTypeOfferings"]:
            found.setdefault(offering["InstanceType"], set()).add(offering["Location"])
    return {name: sorted(zones) for name, zones in found.items()}


def is_for_milvus(described: Mapping[str, Any]) -> bool:
    """Whether the planner looks at a type: Nitro, steady CPU (no burst credits, no flex), no other chips."""
    name = described["InstanceType"]
    # Xen's machines are the generations before 2018. Amazon Linux 2023 does not start on Graviton 1 (its user guide,
    # system requirements: ARMv8.2).
    modern = described.get("Hypervisor") != "xen" and not name.startswith("a1.")
    steady = not described.get("BurstablePerformanceSupported") and "-flex" not in name and not name.startswith("t")
    gpus = described.get("GpuInfo", {}).get("Gpus", [])
    nvidia = all(gpu.get("Manufacturer") == "NVIDIA" and gpu.get("Count") for gpu in gpus)
    plain = not any(key in described for key in _OTHER_ACCELERATORS)
    return (
        bool(modern) and steady and nvidia and plain and _architecture(described) is not None and "EbsInfo" in described
    )


def row_of(described: Mapping[str, Any], zones: Mapping[str, list[str]], prices: Mapping[str, Price]) -> list[Any]:
    """A row in the order of ``COLUMNS``. ``zones`` and ``prices`` of all types; empty: nothing is known of any."""
    name = described["InstanceType"]
    family, architecture = name.split(".")[0], str(_architecture(described))
    known = _packaged().get(name, {})
    kin = known or _families().get(family, {})
    memory_mib, vcpus = described["MemoryInfo"]["SizeInMiB"], described["VCpuInfo"]["DefaultVCpus"]
    disks, price = _local_nvme(described), prices.get(name)
    gpu: Mapping[str, Any] = next(iter(described.get("GpuInfo", {}).get("Gpus", [])), {})
    pods, generation = _max_pods(described), _FAMILY.match(family)
    memory_bytes = allocatable_memory_bytes(memory_mib * MEBIBYTE, pods, architecture) if pods else 0
    volume = described["EbsInfo"].get("EbsOptimizedInfo", {})
    values = {
        "name": name,
        "family": family,
        "generation": int(generation["generation"]) if generation else 0,
        "architecture": architecture,
        "vcpus": vcpus,
        "memory_mib": memory_mib,
        "allocatable_cpu_millicores": known.get("allocatable_cpu_millicores") or allocatable_cpu_millicores(vcpus),
        "allocatable_memory_mib": known.get("allocatable_memory_mib") or memory_bytes // MEBIBYTE,
        "max_pods": pods,
        "local_nvme_gb": sum(disk["SizeInGB"] * disk["Count"] for disk in disks),
        "local_nvme_disks": sum(disk["Count"] for disk in disks),
        "local_nvme_read_iops": known.get("local_nvme_read_iops"),
        "local_nvme_write_iops": known.get("local_nvme_write_iops"),
        "gpus": gpu.get("Count", 0),
        "gpu_name": gpu.get("Name"),
        "gpu_memory_mib_each": gpu.get("MemoryInfo", {}).get("SizeInMiB", 0),
        "gpu_compute_capability": _capabilities().get(gpu.get("Name")),
        "cpu_model": kin.get("cpu_model") or (price and price.cpu_model) or None,
        "simd": _simd(architecture, kin, price),
        "volume_base_megabits_per_second": volume.get("BaselineBandwidthInMbps"),
        "volume_max_megabits_per_second": volume.get("MaximumBandwidthInMbps"),
        "volume_max_iops": volume.get("MaximumIops"),
        "bare_metal": bool(described.get("BareMetal")),
        "retired": False,
        # The region's own answer holds only what it has; zones that tell nothing are unknown, not absent.
        "offered": name in zones or not zones,
        "usd_per_hour": price.usd_per_hour if price else None,
        "zones": zones.get(name),
    }
    return [values[column] for column in COLUMNS]


def _architecture(described: Mapping[str, Any]) -> str | None:
    supported = described["ProcessorInfo"].get("SupportedArchitectures", [])
    return next((name for name in ARCHITECTURES if name in supported), None)


def _local_nvme(described: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The instance store's disks where they are NVMe; spinning disks and SATA are none."""
    store = described.get("InstanceStorageInfo", {})
    disks = store.get("Disks", []) if store.get("NvmeSupport") in ("required", "supported") else []
    return [disk for disk in disks if disk.get("Type") == "ssd"]


def _max_pods(described: Mapping[str, Any]) -> int | None:
    """Interfaces of the default network card x (addresses - 1) + 2: the VPC CNI's rule."""
    network = described.get("NetworkInfo", {})
    cards, addresses = network.get("NetworkCards", []), network.get("Ipv4AddressesPerInterface")
    default = network.get("DefaultNetworkCardIndex", 0)
    if not addresses or default >= len(cards):
        return None
    return int(cards[default]["MaximumNetworkInterfaces"] * (addresses - 1) + 2)


def _simd(architecture: str, kin: Mapping[str, Any], price: Price | None) -> str | None:
    if kin.get("simd"):
        return str(kin["simd"])
    if architecture == "arm64":
        return "neon"  # part of ARMv8, so every arm64 CPU has it
    features = (price.features if price else "").lower()
    # The price list says it of Intel's CPUs only.
    found = [flag for flag in ("avx2", "avx512", "amx") if flag in features.replace("-", "")]
    return " ".join(found) or None


@functools.cache
def _packaged() -> dict[str, dict[str, Any]]:
    data = packaged_snapshot()
    rows = (dict(zip(data["columns"], row, strict=True)) for row in data["rows"])
    return {row["name"]: row for row in rows}


@functools.cache
def _families() -> dict[str, dict[str, Any]]:
    return {row["family"]: row for row in _packaged().values()}


@functools.cache
def _capabilities() -> dict[str | None, str]:
    """The compute capability of each GPU that the packaged snapshot knows."""
    found = {row["gpu_name"]: row["gpu_compute_capability"] for row in _packaged().values()}
    return {name: capability for name, capability in found.items() if name and capability}
