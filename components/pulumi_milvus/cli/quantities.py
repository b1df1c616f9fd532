"""Quantities for readers."""

from __future__ import annotations

from typing import Final

_UNITS: Final = ("B", "KiB", "MiB", "GiB", "TiB", "PiB")


def shown_bytes(size_bytes: float) -> str:
    """Bytes in the largest binary unit of which there is at least one: ``47.7 MiB``."""
    value, unit = float(size_bytes), 0
    while value >= 1024 and unit < len(_UNITS) - 1:
        value, unit = value / 1024, unit + 1
    digits = 0 if unit == 0 or value >= 100 else 1
    return f"{value:,.{digits}f} {_UNITS[unit]}"
