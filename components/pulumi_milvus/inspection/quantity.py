"""Kubernetes' quantities as numbers: ``48Gi`` is bytes, ``500m`` is half a core."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Final

# Kubernetes docs, reference/kubernetes-api/common-definitions/quantity.
_QUANTITY: Final = re.compile(
    r"([+-]?(?:\d{1,20}(?:\.\d{0,20})?|\.\d{1,20}))(Ki|Mi|Gi|Ti|Pi|Ei|[numkMGTPE]|[eE][+-]?\d{1,2})?"
)
_UNITS: Final = {
    "Ki": Decimal(2**10), "Mi": Decimal(2**20), "Gi": Decimal(2**30), "Ti": Decimal(2**40), "Pi": Decimal(2**50),
    "Ei": Decimal(2**60), "n": Decimal("1e-9"), "u": Decimal("1e-6"), "m": Decimal("1e-3"), "k": Decimal(10**3),
    "M": Decimal(10**6), "G": Decimal(10**9), "T": Decimal(10**12), "P": Decimal(10**15), "E": Decimal(10**18),
}  # fmt: skip


def amount(value: object) -> float | None:
    """The number of a quantity, or None where it is none."""
    if isinstance(value, bool) or value is None:
        return None
    match = _QUANTITY.fullmatch(str(value).strip())
    if match is None:
        return None
    number, unit = match.groups()
    if unit and unit[0] in "eE" and len(unit) > 1 and unit not in _UNITS:
        return float(Decimal(number + unit))
    return float(Decimal(number) * _UNITS.get(unit or "", Decimal(1)))


def size_bytes(value: object) -> int | None:
    """Whole bytes of a quantity, or None."""
    number = amount(value)
    return None if number is None else round(number)
