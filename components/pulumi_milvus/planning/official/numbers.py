"""Numbers as a browser computes and writes them; the tool runs in one, in 64-bit floats."""

from __future__ import annotations

import math
from typing import Final

MIB: Final = 2.0**20
GIB: Final = 2.0**30
# The form's "million", src/consts/sizing.ts: ONE_MILLION.
MILLION: Final = 1e6


def plain(value: float) -> int | float:
    """A float without a fraction as an int: JSON written by a browser has 8, not 8.0."""
    whole = int(value)
    return whole if whole == value else value


def number_text(value: float) -> str:
    """A number as a browser puts it into a text, up to 10**21."""
    return str(plain(value))


def round_half_up(value: float) -> int:
    """JavaScript's ``Math.round``: halves go up, where Python's ``round`` goes to the even number."""
    below = math.floor(value)
    return below + 1 if value - below >= 0.5 else below
