"""Between Pulumi's property values and plain Python values.

The rest of the resources works on plain dicts, lists, strings, bools and numbers, with `UNKNOWN` where a preview does
not know a value yet. The SDK's own PropertyValue cannot be hashed, fails on ints and breaks on comparison with computed
values, so it stays at this edge.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

from pulumi.provider.experimental.property_value import Computed, PropertyValue
from pulumi.runtime.rpc import UNKNOWN as UNKNOWN_ON_THE_WIRE

Plain = dict[str, Any]


class _Unknown:
    """A value that this preview cannot know; equal only to itself."""

    def __repr__(self) -> str:
        return "[unknown]"


UNKNOWN: Final = _Unknown()


def to_plain(value: PropertyValue) -> Any:
    """A property value as plain data; whole numbers become ints, since the wire knows only floats."""
    raw = value.value
    if isinstance(raw, Computed) or raw == UNKNOWN_ON_THE_WIRE:
        return UNKNOWN
    if isinstance(raw, float) and raw.is_integer():
        return int(raw)
    if isinstance(raw, Mapping):
        return {key: to_plain(item) for key, item in raw.items()}
    if isinstance(raw, Sequence) and not isinstance(raw, str):
        return [to_plain(item) for item in raw]
    return raw


def plain_map(values: Mapping[str, PropertyValue] | None) -> Plain:
    """A map of property values as plain data, without entries that are null and without the engine's own keys."""
    plain = {key: to_plain(item) for key, item in (values or {}).items() if not key.startswith("__")}
    return {key: item for key, item in plain.items() if item is not None}


def to_property(value: Any) -> PropertyValue:
    """Plain data as a property value. Raises TypeError for what the wire cannot carry."""
    if value is UNKNOWN:
        return PropertyValue(UNKNOWN_ON_THE_WIRE)
    if isinstance(value, bool) or value is None or isinstance(value, str):
        return PropertyValue(value)
    if isinstance(value, int | float):
        return PropertyValue(float(value))
    if isinstance(value, Mapping):
        return PropertyValue({str(key): to_property(item) for key, item in value.items() if item is not None})
    if isinstance(value, Sequence):
        return PropertyValue([to_property(item) for item in value])
    raise TypeError(f"{type(value).__name__} cannot travel as a Pulumi property")


def property_map(values: Mapping[str, Any], *, secret: Collection[str] = ()) -> dict[str, PropertyValue]:
    """A plain dict as property values, without entries that are None; the named ones as secrets."""
    return {
        key: PropertyValue(to_property(item).value, is_secret=True) if key in secret else to_property(item)
        for key, item in values.items()
        if item is not None
    }


def has_unknown(value: Any) -> bool:
    """Whether plain data holds an unknown anywhere."""
    if value is UNKNOWN:
        return True
    if isinstance(value, Mapping):
        return any(has_unknown(item) for item in value.values())
    if isinstance(value, list):
        return any(has_unknown(item) for item in value)
    return False
