"""Kubernetes quantities in canonical spelling, which is what a typed client stores: 2000m is 2, 0.5Gi is 512Mi."""

from __future__ import annotations

import re
from fractions import Fraction

_SPELLING = re.compile(r"([+-]?(?:\d+\.?\d*|\.\d+))([KMGTPE]i|[numkMGTPE]|[eE][+-]?\d+)?")
_BINARY = ("", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei")
_DECIMAL = {"n": -9, "u": -6, "m": -3, "": 0, "k": 3, "M": 6, "G": 9, "T": 12, "P": 15, "E": 18}
_SUFFIX = {exponent: suffix for suffix, exponent in _DECIMAL.items()}


def amount(quantity: str | int | float) -> Fraction:
    """The number that a quantity stands for.

    Raises:
        ValueError: no quantity.
    """
    match = _SPELLING.fullmatch(str(quantity).strip())
    if match is None:
        raise ValueError(f"{quantity!r} is no quantity, as 500m, 2 or 16Gi are")
    number, suffix = Fraction(match[1]), match[2] or ""
    if suffix in _BINARY:
        return Fraction(number * 1024 ** _BINARY.index(suffix))
    if suffix in _DECIMAL:
        return Fraction(number * Fraction(10) ** _DECIMAL[suffix])
    return Fraction(number * Fraction(10) ** int(suffix[1:]))


def canonical(quantity: str | int | float) -> str:
    """The spelling that the API server and typed clients give back; text that is no quantity comes back as it is."""
    match = _SPELLING.fullmatch(str(quantity).strip())
    if match is None:
        return str(quantity)
    value, suffix = amount(quantity), match[2] or ""
    if value == 0:
        return "0"
    if suffix in _BINARY[1:] and value.denominator == 1 and abs(value) >= 1024:
        return _binary(value.numerator)
    return _decimal(value, exponent_form=suffix[:1] in ("e", "E") and suffix != "E")


def _binary(value: int) -> str:
    power = 0
    while value % 1024 == 0 and power < len(_BINARY) - 1:
        value, power = value // 1024, power + 1
    return f"{value}{_BINARY[power]}"


def _decimal(value: Fraction, *, exponent_form: bool) -> str:
    """Digits with the largest suffix that leaves an integer; finer than a billionth is rounded up."""
    exponent = -9
    digits = -((-value * 10**9) // 1)
    while digits % 1000 == 0 and exponent < 18:
        digits, exponent = digits // 1000, exponent + 3
    if exponent_form:
        return f"{digits}e{exponent}" if exponent else str(digits)
    return f"{digits}{_SUFFIX[exponent]}"


def canonical_resources(resources: dict[str, dict[str, str | int | float]]) -> dict[str, object]:
    """Requests and limits with canonical quantities; anything else in a resources block is left alone."""
    return {
        key: {name: canonical(quantity) for name, quantity in part.items()} if key in ("limits", "requests") else part
        for key, part in resources.items()
        if part
    }
