"""Quantities for readers."""

from __future__ import annotations

from pulumi_milvus.planning.byte_units import in_largest_unit


def shown_bytes(size_bytes: float) -> str:
    """Bytes in the largest binary unit of which there is at least one: ``47.7 MiB``."""
    value, unit = in_largest_unit(size_bytes)
    digits = 0 if unit == "B" or value >= 100 else 1
    return f"{value:,.{digits}f} {unit}"
