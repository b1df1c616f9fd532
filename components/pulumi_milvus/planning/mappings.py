"""Reads the values of a workload that are mappings: parameters of an index and the node shapes of a cluster."""

from __future__ import annotations

import math
from dataclasses import MISSING, dataclass, fields
from typing import Any

from pulumi_milvus.planning.readers import Reader, Refused, with_null

_MOST_PARAMETERS = 64
_LONGEST_TEXT = 10_000


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
    """The node shapes of a cluster that is already there: a list of mappings, plain as they are written.

    What reads a shape is loaded only where shapes are declared: most workloads have none.
    """

    def read(self, value: object) -> tuple[dict[str, Any], ...]:
        """The shapes; raises ``InvalidValues`` with every mistake, each with its path below ``node_shapes``."""
        from pulumi_milvus.planning.hardware.node_shapes import declared_node_shapes

        return declared_node_shapes(value)

    def json_schema(self) -> dict[str, Any]:
        """A list of objects with the keys of a shape and no others."""
        from pulumi_milvus.planning.hardware.node_shapes import MOST_SHAPES, NEEDED_KEYS, NODE_SHAPE_KEYS, NodeShape

        defaults = {field.name: field.default for field in fields(NodeShape) if field.default is not MISSING}
        keys = {}
        for key, (reader, meaning) in NODE_SHAPE_KEYS.items():
            schema = reader.json_schema()
            if key not in NEEDED_KEYS:  # null means not said
                schema = {**with_null(schema), "default": defaults.get(key)}
            keys[key] = {**schema, "description": meaning}
        shape = {
            "title": NodeShape.__name__,
            "description": "Nodes of one kind in a cluster that is already there.",
            "type": "object",
            "properties": keys,
            "required": list(NEEDED_KEYS),
            "additionalProperties": False,
        }
        return {"type": "array", "items": shape, "maxItems": MOST_SHAPES}


def _is_plain(value: object) -> bool:
    if isinstance(value, bool):
        return True
    if isinstance(value, str):
        return len(value) <= _LONGEST_TEXT
    if isinstance(value, int):
        return value.bit_length() <= 64
    return isinstance(value, float) and math.isfinite(value)
