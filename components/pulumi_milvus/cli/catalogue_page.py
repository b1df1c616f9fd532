"""A catalogue on a terminal, and as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from pulumi_milvus.planning.hardware.allocatable import GIBIBYTE
from pulumi_milvus.planning.hardware.catalogue import InstanceType
from pulumi_milvus.planning.hardware.catalogue_file import RegionSnapshot

_GIGABYTE = 10**9
_COLUMNS = ("type", "CPU", "vCPUs", "GiB", "for pods", "NVMe GB", "GPUs", "USD/h", "zones", "never chosen")


def snapshot_json(snapshot: RegionSnapshot, types: Sequence[InstanceType]) -> dict[str, Any]:
    """The snapshot with these types. Sizes are bytes, prices USD; null: unknown."""
    catalogue = snapshot.catalogue
    return {
        "region": catalogue.region,
        "generated_at": catalogue.generated_at,
        "prices_as_of": catalogue.prices_as_of,
        "sources": dict(snapshot.sources),
        "quotas": dict(snapshot.quotas),
        "missing": list(snapshot.missing),
        "unit_prices": {name: asdict(price) for name, price in catalogue.unit_prices.prices.items()},
        "types": [_type_json(node) for node in types],
    }


def _type_json(node: InstanceType) -> dict[str, Any]:
    lists = {"simd": node.simd, "zones": node.zones}
    return {
        **asdict(node),
        **{key: None if value is None else sorted(value) for key, value in lists.items()},
        "excluded_because": node.excluded_because or None,
    }


def print_catalogue(snapshot: RegionSnapshot, types: Sequence[InstanceType]) -> None:
    """The types as a table, and where prices come from."""
    from rich.console import Console
    from rich.table import Table

    console = Console(highlight=False)
    catalogue = snapshot.catalogue
    # Why a type is never chosen is shown where some of them are not.
    names = list(_COLUMNS) if any(node.excluded_because for node in types) else list(_COLUMNS)[:-1]
    table = Table(box=None, pad_edge=False)
    for name in names:
        left = name in ("type", "CPU", "GPUs", "never chosen")
        table.add_column(name, justify="left" if left else "right", no_wrap=name != "never chosen")
    for node in types:
        table.add_row(*_cells(node)[: len(names)])
    console.print(table)
    console.print(f"{len(types)} of {len(catalogue.types)} types of {catalogue.region}.", style="dim")
    console.print(f"Prices of {catalogue.prices_as_of or 'no day: unknown'}, on demand, Linux. {catalogue.source}.")
    for line in snapshot.missing:
        console.print(f"Unknown: {line}.")
    for code, value in snapshot.quotas.items():
        from pulumi_milvus.aws_facts.quotas import quota_name

        console.print(f"Quota {code}, {quota_name(code)}: {value:,.0f} vCPUs.")


def _cells(node: InstanceType) -> list[str]:
    gpus = f"{node.gpus} x {node.gpu_name}" if node.gpus else ""
    return [
        node.name,
        node.architecture,
        str(node.vcpus),
        f"{node.memory_bytes / GIBIBYTE:g}",
        f"{node.allocatable_memory_bytes / GIBIBYTE:,.1f}" if node.allocatable_memory_bytes else "?",
        f"{node.local_nvme_bytes / _GIGABYTE:g}" if node.local_nvme_bytes else "",
        gpus,
        "?" if node.usd_per_hour is None else f"{node.usd_per_hour:.4f}",
        "?" if node.zones is None else str(len(node.zones)),
        node.excluded_because,
    ]
