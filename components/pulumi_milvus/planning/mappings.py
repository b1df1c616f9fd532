"""Reads the free-form values of a workload: parameters of an index and the node shapes of a cluster."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from pulumi_milvus.planning.readers import Reader, Refused

_MOST_PARAMETERS = 64
_LONGEST_TEXT = 10_000
_MOST_PARTS = 10_000
_DEEPEST = 8


@dataclass(frozen=True, slots=True)
class IndexParams(Reader):
    """Parameters of an index: names to plain values. Names and ranges are the rule index-pair's matter."""

    def read(self, value: object) -> dict[str, Any]:
        """The parameters; refuses what is no mapping of names to plain values."""
        if not isinstance(value, dict):
            raise Refused("a mapping of parameter names to values is needed", "{M: 16}")
        if len(value) > _MOST_PARAMETERS:
            raise Refused(f"no index has more than {_MOST_PARAMETERS} parameters")
        for name, item in value.items():
            if not isinstance(name, str) or not name or len(name) > 200:
                raise Refused("the name of each parameter must be a text", "{M: 16}")
            if not _is_plain(item):
                raise Refused(f"each parameter must be a number, a text, true or false, and {name[:40]!r} is not")
        return dict(value)

    def json_schema(self) -> dict[str, Any]:
        """An object of plain values."""
        return {"type": "object", "additionalProperties": {"type": ["number", "string", "boolean"]}}


@dataclass(frozen=True, slots=True)
class NodeShapes(Reader):
    """The node shapes of a cluster that is already there: a list of mappings, kept as they are for the planner."""

    def read(self, value: object) -> tuple[dict[str, Any], ...]:
        """The shapes; refuses what is no list of mappings of plain values."""
        if not isinstance(value, list | tuple) or not all(isinstance(item, dict) for item in value):
            raise Refused("a list of mappings is needed", "[]")
        _count_parts(list(value), 0, [0])
        return tuple(dict(item) for item in value)

    def json_schema(self) -> dict[str, Any]:
        """A list of objects."""
        return {"type": "array", "items": {"type": "object"}}


def _is_plain(value: object) -> bool:
    if isinstance(value, bool):
        return True
    if isinstance(value, str):
        return len(value) <= _LONGEST_TEXT
    if isinstance(value, int):
        return value.bit_length() <= 64
    return isinstance(value, float) and math.isfinite(value)


def _count_parts(value: object, depth: int, seen: list[int]) -> None:
    seen[0] += 1
    if seen[0] > _MOST_PARTS or depth > _DEEPEST:
        raise Refused("too large or too deeply nested")
    if isinstance(value, dict):
        for name, item in value.items():
            if not isinstance(name, str):
                raise Refused("every key must be a text")
            _count_parts(item, depth + 1, seen)
    elif isinstance(value, list | tuple):
        for item in value:
            _count_parts(item, depth + 1, seen)
    elif value is not None and not _is_plain(value):
        raise Refused("only numbers, texts, true, false, lists and mappings are possible here")
