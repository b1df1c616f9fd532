"""YAML's aliases: a document may hold itself, or be far larger than its text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

# What Kubernetes keeps of one object is at most 1.5 MiB (etcd, --max-request-bytes): no document comes near.
MOST_VALUES: Final = 5_000_000


def refuse_endless(document: object) -> None:
    """Raise ValueError where aliases make a document endless, or larger than any that is meant."""
    if _values(document, {}, set()) > MOST_VALUES:
        message = f"its aliases make more than {MOST_VALUES:,} values of it"
        raise ValueError(message)


def _values(value: Any, counted: dict[int, int], within: set[int]) -> int:
    """How many values there are with every alias written out."""
    if not isinstance(value, (Mapping, list)):
        return 1
    name = id(value)
    if name in within:
        message = "an alias makes it hold itself"
        raise ValueError(message)
    if name not in counted:
        within.add(name)
        below = value.values() if isinstance(value, Mapping) else value
        counted[name] = 1 + sum([_values(item, counted, within) for item in below])
        within.discard(name)
    return counted[name]
