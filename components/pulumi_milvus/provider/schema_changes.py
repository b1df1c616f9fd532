"""What of one Pulumi schema a program that was written against another can no longer rely on. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

_KINDS = ("type", "$ref", "items", "additionalProperties", "enum", "oneOf", "plain")
"""What of a property decides which values fit; words and secrecy do not."""


def breaking_changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """Sentences, one a change that breaks programs written for the schema ``before``; empty where none does.

    Both are whole package schemas. Breaking: a resource, function, type or property is gone, an input is newly
    required or has another type, an output has another type or is no longer always there, a value of an enum is gone.
    """
    return [
        *_objects("function", before.get("functions", {}), after.get("functions", {})),
        *_objects("resource", before.get("resources", {}), after.get("resources", {})),
        *_objects("type", before.get("types", {}), after.get("types", {})),
        *_resource("provider", before.get("provider", {}), after.get("provider", {})),
        *_properties("config", before.get("config", {}).get("variables", {}), after.get("config", {})),
    ]


def _objects(kind: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[str]:
    for token, old in before.items():
        new = after.get(token)
        if new is None:
            yield f"{kind} {token} is gone"
        elif kind == "resource":
            yield from _resource(f"resource {token}", old, new)
        elif kind == "function":
            for part in ("inputs", "outputs"):
                yield from _type(f"function {token} {part}", old.get(part) or {}, new.get(part) or {})
        else:
            yield from _type(f"type {token}", old, new)


def _resource(where: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[str]:
    if bool(old.get("isComponent")) != bool(new.get("isComponent")):
        yield f"{where} is {'a component' if new.get('isComponent') else 'no component'} now"
    inputs = {"variables": new.get("inputProperties", {})}
    yield from _properties(f"{where} input", old.get("inputProperties", {}), inputs)
    for name in sorted({*new.get("requiredInputs", ())} - {*old.get("requiredInputs", ())}):
        yield f"{where} input {name} is required now"
    yield from _properties(f"{where} output", old.get("properties", {}), {"variables": new.get("properties", {})})
    for name in sorted({*old.get("required", ())} - {*new.get("required", ())}):
        if name in new.get("properties", {}):
            yield f"{where} output {name} is not always there now"


def _type(where: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[str]:
    yield from _properties(where, old.get("properties", {}), {"variables": new.get("properties", {})})
    for name in sorted({*new.get("required", ())} - {*old.get("required", ())}):
        yield f"{where} {name} is required now"
    if _kind(old) != _kind(new):
        yield f"{where} was {_shown(old)} and is {_shown(new)} now"
    values = {json.dumps(item["value"]) for item in new.get("enum", ())}
    for item in old.get("enum", ()):
        if json.dumps(item["value"]) not in values:
            yield f"{where} has no value {json.dumps(item['value'])} now"


def _properties(where: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[str]:
    found = new.get("variables", {})
    for name, property_before in old.items():
        if name not in found:
            yield f"{where} {name} is gone"
        elif _kind(property_before) != _kind(found[name]):
            yield f"{where} {name} was {_shown(property_before)} and is {_shown(found[name])} now"


def _kind(described: Mapping[str, Any]) -> dict[str, Any]:
    """The parts that decide which values fit, all the way down; ``plain`` is the default of what takes no outputs."""
    kinds: dict[str, Any] = {}
    for key in _KINDS:
        value = described.get(key)
        if key == "enum" or value in (None, False):
            continue
        if key == "oneOf":
            kinds[key] = [_kind(part) for part in value]
        else:
            kinds[key] = _kind(value) if isinstance(value, Mapping) else value
    return kinds


def _shown(described: Mapping[str, Any]) -> str:
    return json.dumps(_kind(described), sort_keys=True)
