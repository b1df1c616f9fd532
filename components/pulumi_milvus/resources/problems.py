"""Everything wrong with a resource's inputs, each with the path that Pulumi shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from pulumi_milvus.planning.nearest import nearest_word


@dataclass(frozen=True)
class PropertyProblem:
    """One input that cannot work."""

    path: str
    """As Pulumi writes it: `fields[1].dimension`; empty for the resource as a whole."""
    reason: str
    """Why it cannot work, and the nearest thing that does."""


def from_validation(error: ValidationError, model: type[BaseModel]) -> list[PropertyProblem]:
    """The problems of a pydantic error, with the nearest known key for a misspelt one."""
    found: dict[str, str] = {}
    for item in error.errors(include_url=False):
        location = item["loc"]
        if _is_union_member(item):
            found[property_path(location[:-1])] = f"{_value(item)}it is neither true or false, a number nor a text"
        else:
            found[property_path(location)] = _reason(item, model)
    return [PropertyProblem(path, reason) for path, reason in found.items()]


def property_path(location: Sequence[str | int]) -> str:
    """`("fields", 1, "dimension")` as `fields[1].dimension`."""
    path = ""
    for step in location:
        path += f"[{step}]" if isinstance(step, int) else f".{step}" if path else step
    return path


_UNION_MEMBERS = ("bool", "int", "float", "str")
_FREE_VALUES = {"params", "analyzerParams", "properties", "description", "defaultValue"}
"""Where a value may be anything, a secret too, and is not repeated."""


def _is_union_member(item: Any) -> bool:
    # Each member of a union complains for itself, with its own name behind the path.
    location = item["loc"]
    return len(location) > 1 and location[-1] in _UNION_MEMBERS and item["type"] != "extra_forbidden"


def _value(item: Any) -> str:
    value = item["input"]
    if _FREE_VALUES.intersection(item["loc"]) or not isinstance(value, bool | int | float | str):
        return ""
    return f"{value!r:.80}: "


def _reason(item: Any, model: type[BaseModel]) -> str:
    if item["type"] == "extra_forbidden":
        keys = _keys(model, item["loc"][:-1])
        nearest = nearest_word(str(item["loc"][-1]), keys)
        return f"unknown key; did you mean {nearest}?" if nearest else f"unknown key; known are {', '.join(keys)}"
    message: str = item["msg"]
    if item["type"] == "literal_error":
        words = item["ctx"]["expected"].replace("'", "").replace(" or ", ", ")
        nearest = nearest_word(str(item["input"]), words.split(", "))
        return f"{_value(item)}not known; known are {words}" + (f"; did you mean {nearest}?" if nearest else "")
    if item["type"] == "missing":
        return "it is missing"
    return f"{_value(item)}{message[0].lower()}{message[1:]}"


def _keys(model: type[BaseModel], location: tuple[str | int, ...]) -> list[str]:
    """The keys that the model at a location knows."""
    current = model
    for step in location:
        info = next((f for key, f in current.model_fields.items() if step in (key, f.alias)), None)
        inner = _inner_model(info.annotation) if info else None
        current = inner or current
    return [info.alias or key for key, info in current.model_fields.items()]


def _inner_model(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for part in get_args(annotation) if (found := _inner_model(part))), None)
