"""A quantity with its uncertainty, one term of a printed sum, and curves between measured points."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Range:
    """A quantity as (lowest, expected, highest); lowest <= expected <= highest. The unit stands in the field's name."""

    lowest: float
    expected: float
    highest: float

    @classmethod
    def around(cls, expected: float, factor: float) -> Range:
        """``expected``, divided and multiplied by ``factor`` (1 or more)."""
        return cls(expected / factor, expected, expected * factor)

    @classmethod
    def exactly(cls, value: float) -> Range:
        """A quantity that is known."""
        return cls(value, value, value)

    def times(self, factor: float) -> Range:
        """The quantity, ``factor`` times (0 or more)."""
        return Range(self.lowest * factor, self.expected * factor, self.highest * factor)

    def plus(self, other: Range) -> Range:
        """Both together; their errors may go the same way, so the ends add up."""
        return Range(self.lowest + other.lowest, self.expected + other.expected, self.highest + other.highest)


@dataclass(frozen=True, slots=True)
class Term:
    """One named part of a sum, so that a caller can print the whole: value, unit, and where the figure comes from."""

    name: str
    value: float
    unit: str
    source: str


Knots = Sequence[tuple[float, float]]
"""Measured points (x, y), x ascending, all positive."""


def power_law(x: float, knots: Knots) -> float:
    """The curve through ``knots``: straight between them in logarithms, and on along the first and last slope beyond.

    ``x`` is positive. Rising knots give a rising curve.
    """
    index = next((i for i in range(1, len(knots) - 1) if x <= knots[i][0]), len(knots) - 1)
    (x0, y0), (x1, y1) = knots[index - 1], knots[index]
    slope = math.log(y1 / y0) / math.log(x1 / x0)
    return y0 * math.exp(slope * math.log(x / x0))


def swapped(knots: Knots) -> Knots:
    """The same points read the other way, for the inverse of a rising or falling curve."""
    return sorted((y, x) for x, y in knots)
