"""What differs between two sets of inputs, with paths as Pulumi shows them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from pulumi_milvus.resources.wire import UNKNOWN

_ABSENT = object()
_NAMED_LISTS = ("fields", "functions")
"""Lists whose items are told apart by their name, not by their place."""


@dataclass(frozen=True)
class Difference:
    """One value that changes."""

    path: str
    kind: Literal["add", "delete", "update"]
    old: Any
    new: Any


def differences(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[Difference]:
    """Every leaf that differs; an unknown value counts as a change, since it may be one."""
    return list(_between(old, new, ""))


def _between(old: Any, new: Any, path: str) -> Iterator[Difference]:
    if old is _ABSENT:
        yield Difference(path, "add", None, new)
    elif new is _ABSENT:
        yield Difference(path, "delete", old, None)
    elif isinstance(old, Mapping) and isinstance(new, Mapping):
        for key in sorted({*old, *new}):
            inner = _below(path, str(key))
            if key in _NAMED_LISTS and _named(old.get(key)) and _named(new.get(key)):
                yield from _between_named(old[key], new[key], inner)
            else:
                yield from _between(old.get(key, _ABSENT), new.get(key, _ABSENT), inner)
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        for position, (was, becomes) in enumerate(zip(old, new, strict=True)):
            yield from _between(was, becomes, f"{path}[{position}]")
    elif new is UNKNOWN or not _same(old, new):
        yield Difference(path, "update", old, new)


def _below(path: str, key: str) -> str:
    """The path of a key, quoted where the key itself has dots, as Milvus's property names have."""
    if not re.fullmatch(r"[A-Za-z_$][A-Za-z0-9_$-]*", key):
        escaped = key.replace("\\", "\\\\").replace('"', '\\"')
        return f'{path}["{escaped}"]'
    return f"{path}.{key}" if path else key


def _between_named(old: list[Any], new: list[Any], path: str) -> Iterator[Difference]:
    was = {item["name"]: (position, item) for position, item in enumerate(old)}
    becomes = {item["name"]: (position, item) for position, item in enumerate(new)}
    for name, (position, item) in becomes.items():
        yield from _between(was[name][1] if name in was else _ABSENT, item, f"{path}[{position}]")
    for name, (position, item) in was.items():
        if name not in becomes:
            yield from _between(item, _ABSENT, f"{path}[{position}]")


def _named(items: Any) -> bool:
    if not isinstance(items, list):
        return False
    names = [item.get("name") if isinstance(item, Mapping) else None for item in items]
    return all(isinstance(name, str) for name in names) and len(set(names)) == len(names)


def _same(old: Any, new: Any) -> bool:
    # 1 and True are equal in Python, but not in a schema.
    return isinstance(old, bool) == isinstance(new, bool) and bool(old == new)
