"""Plain data of unknown shape, taken as what is wanted or as nothing: a file may hold anything."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def mapping(value: object) -> Mapping[str, Any]:
    """The mapping, or an empty one."""
    return value if isinstance(value, Mapping) else {}


def at(value: object, *keys: str) -> Any:
    """What stands below these keys, or None."""
    for key in keys:
        value = mapping(value).get(key)
    return value


def sequence(value: object) -> list[Any]:
    """The list, or an empty one."""
    return list(value) if isinstance(value, (list, tuple)) else []


def mappings(value: object) -> tuple[Mapping[str, Any], ...]:
    """The mappings of a list."""
    return tuple(item for item in sequence(value) if isinstance(item, Mapping))


def texts(value: object) -> dict[str, str]:
    """A mapping of texts: labels, selectors, annotations."""
    return {str(key): _text(item) for key, item in mapping(value).items() if item is not None}


def text(value: object) -> str | None:
    """A text that says something, or None."""
    return value if isinstance(value, str) and value else None


def whole(value: object) -> int | None:
    """A whole number, or None; Pulumi's files have floats for them."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return int(value) if isinstance(value, str) and value.isdecimal() and len(value) < 10 else None


def merged(base: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """``over`` laid over ``base``, mappings key by key."""
    result = dict(base)
    for key, value in over.items():
        below = result.get(key)
        both = isinstance(below, Mapping) and isinstance(value, Mapping)
        result[key] = merged(below, value) if both and isinstance(below, Mapping) else value
    return result


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def whole_numbers(value: object) -> Any:
    """Plain data in which whole numbers are ints: Pulumi's files have floats for them."""
    if isinstance(value, Mapping):
        return {str(key): whole_numbers(item) for key, item in value.items()}
    if isinstance(value, list):
        return [whole_numbers(item) for item in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value
