"""Makes planning/hardware/aws_instances.json, the catalogue of AWS that ships in the package.

    .venv/bin/python scripts/catalogue_snapshot.py aws-instances.csv

The CSV has one row for each type: specifications of DescribeInstanceTypes, on-demand prices, what Karpenter's pages say
is allocatable, CPU models. Zones and the most pods of a node come from the data that moto ships (a development
dependency); where the two know the same fact, they must agree, or nothing is written.
"""

from __future__ import annotations

import argparse
import csv
import datetime
import gzip
import json
import re
import sys
from collections import defaultdict
from importlib import resources
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
OUTPUT = ROOT / "components" / "pulumi_milvus" / "planning" / "hardware" / "aws_instances.json"
REGION = "us-east-1"
SOURCES = {
    "specifications": "EC2 DescribeInstanceTypes, as moto 5.2.5 ships it (Apache-2.0); equal to Karpenter's pages of "
    "2026-08-21 for all types of both",
    "prices": "karpenter-provider-aws, pkg/providers/pricing/zz_generated.pricing_aws.go (Apache-2.0): us-east-1, "
    "Linux, on demand, generated 2026-07-20T13:44:30Z",
    "allocatable": "karpenter-provider-aws 1d927085, website instance-types page (AL2023), 2026-08-21",
    "zones": "EC2 DescribeInstanceTypeOfferings by zone id, as moto 5.2.5 ships it (2026-08-01)",
    "local_nvme_iops": "service-capacity-modeling 0.3.212 (Netflix, Apache-2.0); null where it has none",
    "cpu_model": "vantage-sh/ec2instances.info, manually_fetched_data.json (MIT), 2025-12 to 2026-07",
    "gpu_compute_capability": "vantage-sh/ec2instances.info, gpu_data.go",
    "simd": "generation of the CPU model",
}
PRICES_AS_OF = "2026-07-20"
COLUMNS = (
    "name",
    "family",
    "generation",
    "architecture",
    "vcpus",
    "memory_mib",
    "allocatable_cpu_millicores",
    "allocatable_memory_mib",
    "max_pods",
    "local_nvme_gb",
    "local_nvme_disks",
    "local_nvme_read_iops",
    "local_nvme_write_iops",
    "gpus",
    "gpu_name",
    "gpu_memory_mib_each",
    "gpu_compute_capability",
    "cpu_model",
    "simd",
    "volume_base_megabits_per_second",
    "volume_max_megabits_per_second",
    "volume_max_iops",
    "bare_metal",
    "retired",
    "offered",
    "usd_per_hour",
    "zones",
)


def main() -> int:
    """Write the catalogue; 1 and a message where the sources contradict each other."""
    parser = argparse.ArgumentParser(description="Make the catalogue of AWS that ships in the package.")
    parser.add_argument("csv", type=Path, help="the table of types, one row each; a first line that begins with #")
    parser.add_argument("--output", type=Path, default=OUTPUT)
    parser.add_argument("--generated-at", default=datetime.datetime.now(tz=datetime.UTC).date().isoformat())
    arguments = parser.parse_args()
    lines = [line for line in arguments.csv.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    described, zones = moto_data("instance_types.json.gz"), zones_by_type()
    contradictions: list[str] = []
    rows = [
        row_of(row, described.get(row["type"]), zones.get(row["type"]), contradictions) for row in csv.DictReader(lines)
    ]
    if contradictions:
        print("\n".join(contradictions), file=sys.stderr)
        return 1
    arguments.output.write_text(text_of(rows, arguments.generated_at), encoding="utf-8")
    return 0


def row_of(
    row: dict[str, str], described: dict[str, Any] | None, zones: list[str] | None, contradictions: list[str]
) -> list[Any]:
    """One row in the order of ``COLUMNS``; what moto's data contradicts is added to ``contradictions``."""
    name, memory_mib = row["type"], round(float(row["mem_gib"]) * 1024)
    if described is not None:
        gpus = described.get("GpuInfo", {}).get("Gpus", [{}])[0]
        for what, ours, theirs in (
            ("vCPUs", int(row["vcpu"]), described["VCpuInfo"]["DefaultVCpus"]),
            ("memory", memory_mib, described["MemoryInfo"]["SizeInMiB"]),
            (
                "local disk",
                number(row["local_nvme_gb"]),
                described.get("InstanceStorageInfo", {}).get("TotalSizeInGB", 0),
            ),
            ("GPUs", int(row["gpu_count"]), gpus.get("Count", 0)),
            ("GPU memory", number(row["gpu_mem_mib_each"]) or 0, gpus.get("MemoryInfo", {}).get("SizeInMiB", 0)),
            ("bare metal", row["bare_metal"] == "y", described["BareMetal"]),
        ):
            if ours != theirs:
                contradictions.append(f"{name}: {what} is {ours}, and moto says {theirs}")
    simd = [flag for flag in ("avx2", "avx512", "amx", "sve") if row[flag] == "y"]
    generation = re.match(r"[a-z]+(\d+)", row["family"])
    values = {
        "name": name,
        "family": row["family"],
        "generation": int(generation[1]) if generation else 0,
        "architecture": row["arch"],
        "vcpus": int(row["vcpu"]),
        "memory_mib": memory_mib,
        "allocatable_cpu_millicores": number(row["k8s_allocatable_cpu_m"]),
        "allocatable_memory_mib": number(row["k8s_allocatable_mem_mib"]),
        "max_pods": max_pods(described) if described else None,
        "local_nvme_gb": number(row["local_nvme_gb"]) or 0,
        "local_nvme_disks": number(row["nvme_disks"]) or 0,
        "local_nvme_read_iops": number(row["nvme_rand_read_iops"]),
        "local_nvme_write_iops": number(row["nvme_write_iops"]),
        "gpus": int(row["gpu_count"]),
        "gpu_name": row["gpu_name"] or None,
        "gpu_memory_mib_each": number(row["gpu_mem_mib_each"]) or 0,
        "gpu_compute_capability": row["gpu_compute_capability"] or None,
        "cpu_model": row["cpu_model"] or None,
        # All arm64 CPUs of AWS have NEON: it is part of ARMv8.
        "simd": " ".join([*simd, "neon"] if row["arch"] == "arm64" else simd),
        "volume_base_megabits_per_second": number(row["ebs_base_mbps"]),
        "volume_max_megabits_per_second": number(row["ebs_max_mbps"]),
        "volume_max_iops": number(row["ebs_max_iops"]),
        "bare_metal": row["bare_metal"] == "y",
        "retired": "retired" in row["notes"],
        "offered": row["offered_us_east_1"] == "y",
        "usd_per_hour": float(row["us_east_1_od_usd_h"]) if row["us_east_1_od_usd_h"] else None,
        "zones": zones,
    }
    return [values[column] for column in COLUMNS]


def max_pods(described: dict[str, Any]) -> int:
    """Interfaces of the default network card x (addresses - 1) + 2: the VPC CNI's rule."""
    network = described["NetworkInfo"]
    card = network["NetworkCards"][network["DefaultNetworkCardIndex"]]
    return int(card["MaximumNetworkInterfaces"] * (network["Ipv4AddressesPerInterface"] - 1) + 2)


def zones_by_type() -> dict[str, list[str]]:
    """The ids of the zones that offer each type."""
    found: dict[str, set[str]] = defaultdict(set)
    for offering in moto_data(f"instance_type_offerings/availability-zone-id/{REGION}.json.gz"):
        found[offering["InstanceType"]].add(offering["Location"])
    return {name: sorted(zones) for name, zones in found.items()}


def moto_data(path: str) -> Any:
    """A file of the data that moto ships for EC2."""
    folder = resources.files("moto").joinpath("ec2", "resources")
    return json.loads(gzip.decompress(folder.joinpath(path).read_bytes()))


def number(text: str) -> int | None:
    """A whole number, or None for an empty cell."""
    return round(float(text)) if text else None


def text_of(rows: list[list[Any]], generated_at: str) -> str:
    """The file: one type a line, so that a change shows as such."""
    head = {
        "generated_at": generated_at,
        "generated_by": "scripts/catalogue_snapshot.py",
        "region": REGION,
        "prices_as_of": PRICES_AS_OF,
        "sources": SOURCES,
        "columns": list(COLUMNS),
    }
    start = json.dumps(head, indent=1)[:-2]
    lines = ",\n".join(f"  {json.dumps(row)}" for row in rows)
    return f'{start},\n "rows": [\n{lines}\n ]\n}}\n'


if __name__ == "__main__":
    sys.exit(main())
