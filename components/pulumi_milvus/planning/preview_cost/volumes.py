"""EBS volumes: alone, of an instance, of a launch template."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, Final

from pulumi_milvus.planning.hardware import cost_items
from pulumi_milvus.planning.hardware.allocatable import GIBIBYTE
from pulumi_milvus.planning.hardware.placement import SYSTEM_VOLUME_BYTES
from pulumi_milvus.planning.hardware.prices import PriceList
from pulumi_milvus.planning.preview_cost.lines import Lines
from pulumi_milvus.planning.preview_cost.resource import Resource

SYSTEM_VOLUME_GIB: Final = SYSTEM_VOLUME_BYTES // GIBIBYTE
# The price list's tiers of io2: up to 32,000 IOPS, up to 64,000, above.
_FAST_TIERS: Final = (
    (0, 32_000, "fast_volume_iops_month"),
    (32_000, 64_000, "fast_volume_iops_month_tier_2"),
    (64_000, math.inf, "fast_volume_iops_month_tier_3"),
)


def volume_lines(prices: PriceList, name: str, volumes: int, said: Mapping[str, Any]) -> Lines:
    """``volumes`` alike; ``said``: ``type``, ``size`` (GiB), ``iops``, ``throughput`` (MiB/s); None: not said."""
    kind, size = said.get("type") or "gp3", said.get("size")
    if size is None:
        return Lines(unpriced=(f"{name}: its size is not said",))
    iops = int(said.get("iops") or 0)
    if kind == "gp3":
        throughput = int(said.get("throughput") or 0)
        return Lines(cost_items.volume_items(prices, name, volumes, int(size) * GIBIBYTE, iops, throughput))
    if kind == "io2":
        items = [cost_items.priced(prices, "fast_volume_gb_month", volumes * size, f"{name}, storage")]
        for above, most, price in _FAST_TIERS:
            if iops > above:
                items.append(cost_items.priced(prices, price, volumes * (min(iops, most) - above), f"{name}, IOPS"))
        return Lines(tuple(items))
    return Lines(unpriced=(f"{name}: no price is known of {kind} volumes",))


def said_of(resource: Resource, *path: str | int, names: Mapping[str, str]) -> dict[str, Any]:
    """What a resource says of a volume. ``names``: its own keys for type, size, iops and throughput."""
    return {
        key: resource.get(*path, name) if key == "type" else resource.number(*path, name) for key, name in names.items()
    }
