"""Every resource that changes with the values that differ, as lines of a diff."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

from pulumi_milvus.planning.preview_cost.resource import UNKNOWN
from pulumi_milvus.report.escaping import one_line
from pulumi_milvus.report.steps import Step

# Signs that code hosts colour in a block of `diff`.
_SIGNS: Final[Mapping[str, str]] = {"delete": "-", "replace": "-", "update": "!", "import": "+", "create": "+"}
_WORDS: Final[Mapping[str, str]] = {
    "delete": "delete",
    "replace": "replace",
    "update": "change",
    "import": "import",
    "create": "create",
}
_MOST_CHARACTERS: Final = 120
_NOT_THERE: Final = object()
# The text of a whole plan: what changes of it is told in words, as sizes, nodes and costs.
_PLAN: Final = "acceptedPlan"


def resource_lines(step: Step) -> list[str]:
    """One resource: a line that names it, and one for each value that differs."""
    forced = f" (forced by {', '.join(sorted(step.forced_by))})" if step.forced_by else ""
    kept = " (stays, the stack forgets it)" if step.kept and step.operation == "delete" else ""
    words = f"{_SIGNS[step.operation]} {_WORDS[step.operation]} {step.type} {step.name}{forced}{kept}"
    lines = [one_line(words, 4 * _MOST_CHARACTERS)]
    # A Readiness repeats the spec of what it waits for, which is listed already.
    repeats = step.type == "milvus:index:Readiness"
    if step.operation in ("update", "replace") and step.old and step.new and not repeats:
        lines += [f"    {line}" for line in _differences("", step.old, step.new)]
    return lines


def _differences(path: str, old: Any, new: Any) -> Iterator[str]:
    """Each value that differs: ``spec.replicas: 3 -> 4``."""
    if type(old) is type(new) and old == new:
        return
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        for key in sorted({*map(str, old), *map(str, new)}):
            below = f"{path}.{key}" if path else key
            yield from _differences(below, old.get(key, _NOT_THERE), new.get(key, _NOT_THERE))
    elif isinstance(old, list) and isinstance(new, list):
        for position in range(max(len(old), len(new))):
            was = old[position] if position < len(old) else _NOT_THERE
            becomes = new[position] if position < len(new) else _NOT_THERE
            yield from _differences(f"{path}[{position}]", was, becomes)
    elif path == _PLAN:
        yield f"{path}: {_plan(old)} -> {'another one' if _NOT_THERE not in (old, new) else _plan(new)}"
    elif old != new or isinstance(old, bool) != isinstance(new, bool):
        yield one_line(f"{path}: {_shown(old)} -> {_shown(new)}", 3 * _MOST_CHARACTERS)


def _plan(value: Any) -> str:
    return "(none)" if value is _NOT_THERE else "a written plan"


def _shown(value: Any) -> str:
    if value is _NOT_THERE:
        return "(none)"
    if isinstance(value, str):
        if value in UNKNOWN or value == "[unknown]":
            return "(known after up)"
        return one_line(value, _MOST_CHARACTERS) or '""'
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, default=str)
    for unknown in UNKNOWN:
        text = text.replace(f'"{unknown}"', "(known after up)")
    return one_line(text, _MOST_CHARACTERS)
