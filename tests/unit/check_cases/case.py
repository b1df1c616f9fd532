"""One case: files, what is declared beside them, and every error and warning that must come, no other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

Objects = list[dict[str, Any]]


@dataclass(frozen=True)
class Case:
    """``expected`` maps a rule's id to the level of all its findings; advice is not counted."""

    name: str
    files: Objects
    expected: dict[str, str]
    workload: dict[str, Any] | None = None
    environment: str | None = None


def changed(objects: Objects, path: str, value: Any = None, *, kind: str = "Milvus", remove: bool = False) -> Objects:
    """A copy where one detail of each object of ``kind`` differs; ``path`` is dotted, numbers index lists."""
    import copy

    answer = copy.deepcopy(objects)
    touched = [item for item in answer if item["kind"] == kind]
    assert touched, kind
    for item in touched:
        here: Any = item
        *before, last = path.split("/")
        for part in before:
            here = here[int(part)] if isinstance(here, list) else here.setdefault(part, {})
        if remove:
            del here[int(last) if isinstance(here, list) else last]
        else:
            here[int(last) if isinstance(here, list) else last] = copy.deepcopy(value)
    return answer


def without(objects: Objects, kind: str) -> Objects:
    """All but the objects of a kind."""
    return [item for item in objects if item["kind"] != kind]
