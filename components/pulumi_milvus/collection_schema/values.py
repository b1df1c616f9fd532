"""Values as Milvus reports them against values as people write them."""

from __future__ import annotations

import re
import struct

_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?")


def parameter_value(value: object) -> object:
    """An index parameter as a number or bool where it is one: servers answer with text, `"16"` is the 16 declared."""
    if not isinstance(value, str):
        return value
    text = value.strip()
    if text.lower() in ("true", "false"):
        return text.lower() == "true"
    if not _NUMBER.fullmatch(text):
        return value
    try:
        return int(text)
    except ValueError:
        return float(text)


def single_precision(value: float) -> float:
    """The shortest number that a FLOAT field keeps as this one: 0.1 for 0.10000000149011612."""
    for digits in range(6, 10):
        shorter = float(f"{value:.{digits}g}")
        if _stored(shorter) == _stored(value):
            return shorter
    return value


def same_stored(one: object, other: object) -> bool:
    """Whether a FLOAT field keeps both numbers as the same."""
    numbers = (one, other)
    if not all(isinstance(number, int | float) and not isinstance(number, bool) for number in numbers):
        return one == other
    return _stored(one) == _stored(other)


def _stored(value: object) -> bytes | None:
    try:
        return struct.pack("<f", value)
    except (OverflowError, struct.error):
        return None
