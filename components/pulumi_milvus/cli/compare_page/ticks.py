"""Ticks of a logarithmic axis: few enough to be read, at round numbers."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Final

# Leading digits of the ticks, the densest last, and how many ticks an axis has at most.
_DIGITS: Final = ((1.0,), (1.0, 3.0), (1.0, 2.0, 5.0), (1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0))
MOST_TICKS: Final = 7
# What an axis goes beyond its values.
ROOM: Final = 1.15


def domain(values: Iterable[float | None]) -> tuple[float, float] | None:
    """From a little below the smallest positive value to a little above the largest; None without one."""
    positive = [value for value in values if value is not None and value > 0]
    return (min(positive) / ROOM, max(positive) * ROOM) if positive else None


def ticks(values: Iterable[float | None]) -> list[float]:
    """Round numbers between the smallest and the largest of ``values``; empty without positive values."""
    ends = domain(values)
    if ends is None:
        return []
    low, high = ends
    found: list[float] = []
    for digits in _DIGITS:
        denser = _between(low, high, digits)
        if len(found) > 1 and len(denser) > MOST_TICKS:
            break
        found = denser
    return found[:: -(-len(found) // MOST_TICKS)] if found else []


def _between(low: float, high: float, digits: tuple[float, ...]) -> list[float]:
    decades = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    every = [float(f"{digit * 10.0**decade:.12g}") for decade in decades for digit in digits]
    return [tick for tick in every if low <= tick <= high]
