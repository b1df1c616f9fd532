"""What new inputs change of a resource, and whether it must be made anew. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from aws_provider.kind import DEFAULTS, Kind, Object


@dataclass(frozen=True)
class Changes:
    """`changed`: ADD, DELETE or UPDATE by dotted path; `replacing`: those that a resource cannot be updated in."""

    changed: Mapping[str, str]
    replacing: frozenset[str]
    delete_before_replace: bool


def changes(kind: Kind, old: Object, new: Object, ignored: Sequence[str] = ()) -> Changes:
    """The differences of two sets of inputs."""
    before, after = _leaves(old), _leaves(new)
    changed = {
        path: "ADD" if path not in before else "DELETE" if path not in after else "UPDATE"
        for path in sorted({*before, *after})
        if not same(before.get(path), after.get(path))
    }
    changed = {
        path: change for path, change in changed.items() if top(path) not in ignored and not path.startswith(DEFAULTS)
    }
    replacing = frozenset(path for path in changed if _within(path, kind.replacing))
    # As pulumi-terraform-bridge has it: what has a name of the program's own makes way for its successor.
    named = kind.name_argument
    keeps_name = bool(
        named and named in new and named not in new.get(DEFAULTS, ()) and same(old.get(named), new[named])
    )
    return Changes(changed, replacing, bool(replacing) and keeps_name)


def top(path: str) -> str:
    """The argument that a path lies in."""
    return re.split(r"[.\[]", path, maxsplit=1)[0]


def same(one: Any, other: Any) -> bool:
    """Whether two values mean the same: JSON texts by their content, lists of texts in any order."""
    if one == other:
        return True
    if isinstance(one, str) and isinstance(other, str) and one[:1] in "{[" and other[:1] in "{[":
        try:
            return bool(json.loads(one) == json.loads(other))
        except ValueError:
            return False
    if isinstance(one, list) and isinstance(other, list):
        return sorted(map(_text, one)) == sorted(map(_text, other))
    return False


def _text(value: Any) -> str:
    return json.dumps(value, sort_keys=True, default=str)


def _within(path: str, paths: frozenset[str]) -> bool:
    return any(path == each or path.startswith(each + ".") for each in paths)


def _leaves(value: Object, prefix: str = "") -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, item in value.items():
        # A key with a dot in it, as a label's, stands in brackets in Pulumi's paths.
        path = f"{prefix[:-1]}[{json.dumps(key)}]" if "." in key and prefix else f"{prefix}{key}"
        if isinstance(item, dict) and item:
            found.update(_leaves(item, path + "."))
        elif item is not None and item not in ({}, []):
            found[path] = item
    return found
