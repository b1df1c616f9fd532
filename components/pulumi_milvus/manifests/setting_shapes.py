"""Settings with keys of their own: a table of keys reads a mapping, keeps every mistake, and says its JSON Schema."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from pulumi_milvus.planning.problems import Problem, key_in_path, shown
from pulumi_milvus.planning.readers import Reader, Refused, unknown_key

# A guard against typos; no list of settings is longer in practice.
MOST_ITEMS = 100


class Shape(ABC):
    """The shape of a value. ``read`` gives the value, or None where it is wrong, which ``problems`` then says."""

    @abstractmethod
    def read(self, value: object, path: str, problems: list[Problem]) -> Any:
        """The value as the settings hold it; what is wrong goes to ``problems``."""

    @abstractmethod
    def json_schema(self) -> dict[str, Any]:
        """The JSON Schema of what ``read`` accepts."""


@dataclass(frozen=True, slots=True)
class Plain(Shape):
    """One value, read by a reader."""

    reader: Reader

    def read(self, value: object, path: str, problems: list[Problem]) -> Any:
        try:
            return self.reader.read(value)
        except Refused as refused:
            problems.append(Problem(path, shown(value), refused.reason, refused.nearest))
            return None

    def json_schema(self) -> dict[str, Any]:
        return self.reader.json_schema()


@dataclass(frozen=True, slots=True)
class Key:
    """One key of a table: its shape, what it means, and an example where it is needed."""

    shape: Shape
    description: str
    needed: str = ""


@dataclass(frozen=True, slots=True)
class Table(Shape):
    """A mapping with known keys. ``build`` makes the value of what was read and may add problems of keys together.

    ``word`` is the key that a bare text stands for: ``wal: pulsar`` means ``wal: {kind: pulsar}``.
    """

    keys: Mapping[str, Key]
    build: Callable[[dict[str, Any], str, list[Problem]], Any]
    example: str
    word: str = ""

    def read(self, value: object, path: str, problems: list[Problem]) -> Any:
        if self.word and isinstance(value, str):
            value = {self.word: value}
        if not isinstance(value, dict):
            problems.append(Problem(path, shown(value), "a mapping is needed", self.example))
            return None
        before = len(problems)
        meant: set[str] = set()
        for key in value:
            if not isinstance(key, str) or key not in self.keys:
                unknown = unknown_key(key, self.keys, path)
                meant.add(unknown.nearest)
                problems.append(unknown)
        read = {}
        for name, key in self.keys.items():
            if value.get(name) is not None:
                read[name] = key.shape.read(value[name], f"{path}.{name}", problems)
            elif key.needed and name not in meant:
                problems.append(Problem(path, "", f"{name} is missing", key.needed))
        if len(problems) > before:
            return None
        return self.build(read, path, problems)

    def json_schema(self) -> dict[str, Any]:
        table: dict[str, Any] = {
            "type": "object",
            "additionalProperties": False,
            "properties": {
                name: {"description": key.description, **_or_null(key.shape.json_schema(), not key.needed)}
                for name, key in self.keys.items()
            },
        }
        needed = [name for name, key in self.keys.items() if key.needed]
        if needed:
            table["required"] = needed
        if self.word:
            return {"anyOf": [self.keys[self.word].shape.json_schema(), table]}
        return table


@dataclass(frozen=True, slots=True)
class Items(Shape):
    """A list whose items have one shape; read as a tuple."""

    item: Shape
    example: str
    at_least: int = 0

    def read(self, value: object, path: str, problems: list[Problem]) -> Any:
        if not isinstance(value, list | tuple) or len(value) < self.at_least:
            problems.append(Problem(path, shown(value), "a list is needed", self.example))
            return None
        if len(value) > MOST_ITEMS:
            problems.append(Problem(path, "", f"{len(value)} entries, and at most {MOST_ITEMS} are read"))
            return None
        before = len(problems)
        read = [self.item.read(item, f"{path}[{place}]", problems) for place, item in enumerate(value)]
        return None if len(problems) > before else tuple(read)

    def json_schema(self) -> dict[str, Any]:
        schema = {"type": "array", "items": self.item.json_schema(), "maxItems": MOST_ITEMS}
        return schema | ({"minItems": self.at_least} if self.at_least else {})


@dataclass(frozen=True, slots=True)
class Named(Shape):
    """A mapping from names of a person's choice to values of one shape."""

    name: Reader
    item: Shape
    example: str = "{}"

    def read(self, value: object, path: str, problems: list[Problem]) -> Any:
        if not isinstance(value, dict):
            problems.append(Problem(path, shown(value), "a mapping is needed", self.example))
            return None
        before = len(problems)
        read = {}
        for key, item in value.items():
            where = f"{path}.{key_in_path(key)}"
            name = Plain(self.name).read(key, where, problems)
            read[name] = self.item.read(item, where, problems)
        return None if len(problems) > before else read

    def json_schema(self) -> dict[str, Any]:
        return {
            "type": "object",
            "propertyNames": self.name.json_schema(),
            "additionalProperties": self.item.json_schema(),
        }


def _or_null(schema: dict[str, Any], optional: bool) -> dict[str, Any]:
    """The schema, null too where the key may be left out."""
    if not optional:
        return schema
    return {"anyOf": [*(schema["anyOf"] if set(schema) == {"anyOf"} else [schema]), {"type": "null"}]}
