"""Quantities in the one spelling that the API server keeps: 1024Mi is 1Gi, 0.5 is 500m."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation

_PARTS = re.compile(r"([+-]?[0-9.]+)(Ki|Mi|Gi|Ti|Pi|Ei|[numkMGTPE]|[eE][+-]?[0-9]+)?\Z")
_BINARY = ("", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei")
_DECIMAL = {"n": -9, "u": -6, "m": -3, "": 0, "k": 3, "M": 6, "G": 9, "T": 12, "P": 15, "E": 18}


def canonical(given: object) -> str:
    """A quantity as the server would write it. Raises ValueError for what is none.

    The largest suffix of the same family that leaves a whole number, no fraction finer than a thousand-millionth
    (k8s.io/apimachinery, pkg/api/resource, "canonical form").
    """
    text = str(given) if isinstance(given, int | float) and not isinstance(given, bool) else given
    parts = _PARTS.match(text.strip()) if isinstance(text, str) else None
    if parts is None:
        raise ValueError(f"{given!r} is no quantity")
    suffix = parts[2] or ""
    try:
        number = Decimal(parts[1])
    except InvalidOperation:
        raise ValueError(f"{given!r} is no quantity") from None
    if suffix in _BINARY[1:]:
        return _binary(number * 1024 ** _BINARY.index(suffix))
    if suffix[:1] in ("e", "E") and len(suffix) > 1:
        return _decimal(number.scaleb(int(suffix[1:])))
    return _decimal(number.scaleb(_DECIMAL[suffix]))


def _binary(value: Decimal) -> str:
    if value != value.to_integral_value() or abs(value) < 1024:
        # A fraction of a byte, or less than one Ki, is written with decimal suffixes.
        return _decimal(value)
    whole, power = int(value), 0
    while whole and whole % 1024 == 0 and power + 1 < len(_BINARY):
        whole, power = whole // 1024, power + 1
    return f"{whole}{_BINARY[power]}"


def _decimal(value: Decimal) -> str:
    nano = value.scaleb(9)
    whole = int(nano.to_integral_value(rounding="ROUND_CEILING" if value > 0 else "ROUND_FLOOR"))
    if whole == 0:
        return "0"
    exponent = -9
    while whole % 1000 == 0 and exponent < 18:
        whole, exponent = whole // 1000, exponent + 3
    suffix = next(name for name, power in _DECIMAL.items() if power == exponent)
    return f"{whole}{suffix}"
