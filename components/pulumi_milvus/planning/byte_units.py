"""Binary units for readers."""

from __future__ import annotations

from typing import Final

_UNITS: Final = ("B", "KiB", "MiB", "GiB", "TiB", "PiB")


def in_largest_unit(size_bytes: float) -> tuple[float, str]:
    """The largest unit of which there is at least one, and how many: ``(47.7, "MiB")``. For 0 and more bytes."""
    value, unit = float(size_bytes), 0
    while value >= 1024 and unit < len(_UNITS) - 1:
        value, unit = value / 1024, unit + 1
    return value, _UNITS[unit]
