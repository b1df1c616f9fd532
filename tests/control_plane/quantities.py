"""Kubernetes quantities as numbers."""

from __future__ import annotations

import re
from decimal import Decimal

# https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/
_POWERS = {"n": -9, "u": -6, "m": -3, "": 0, "k": 3, "M": 6, "G": 9, "T": 12, "P": 15, "E": 18}
_BINARY = {"Ki": 1024**1, "Mi": 1024**2, "Gi": 1024**3, "Ti": 1024**4, "Pi": 1024**5, "Ei": 1024**6}
_FORM = re.compile(r"([+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)([A-Za-z]*)\Z")


def quantity(text: str | int | float) -> Decimal:
    """``1500m`` is 1.5, ``2Gi`` is 2147483648; ValueError for anything else."""
    found = _FORM.match(str(text))
    if found is None:
        raise ValueError(f"not a quantity: {text!r}")
    number, unit = Decimal(found.group(1)), found.group(2)
    if unit in _BINARY:
        return number * _BINARY[unit]
    if unit in _POWERS:
        return number.scaleb(_POWERS[unit])
    raise ValueError(f"not a quantity: {text!r}")
