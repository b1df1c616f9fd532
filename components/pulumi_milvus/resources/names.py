"""Between Python's names and the names on Pulumi's wire."""

from collections.abc import Mapping
from typing import Any

import pulumi
from pydantic.alias_generators import to_camel

_FREE_KEYS = ("params", "properties", "analyzer_params", "spec")
"""Maps whose keys are Milvus's or Kubernetes' own names and are left alone."""


def wire_properties(args: Mapping[str, Any]) -> dict[str, Any]:
    """Arguments with camelCase keys at every depth, as every language sends them; values may be outputs."""
    return {to_camel(key): _wire_value(key, value) for key, value in args.items() if value is not None}


def _wire_value(key: str, value: Any) -> Any:
    if key in _FREE_KEYS:
        return value
    if isinstance(value, pulumi.Output):
        return value.apply(lambda known: _wire_value(key, known))
    if isinstance(value, Mapping):
        return wire_properties(value)
    if isinstance(value, list | tuple):
        return [_wire_value(key, item) for item in value]
    return value
