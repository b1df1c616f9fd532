"""`pulumi preview --json` and `pulumi stack export`, read: what is deployed, and what would be."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from pulumi_milvus.planning.json_text import parse_json
from pulumi_milvus.planning.preview_cost.resource import Resource, Stack
from pulumi_milvus.planning.problems import InvalidValues, Problem, shown

PREVIEW: Final = "pulumi preview --json --show-sames > preview.json"
EXPORT: Final = "pulumi stack export > stack.json"
# Steps after which a resource is not there any more; a replaced one is there as its replacement.
_GONE: Final = ("delete", "discard")
_OLD_COPY: Final = ("delete-replaced", "discard-replaced", "remove-pending-replace")


@dataclass(frozen=True, slots=True)
class Document:
    """``before``: what is deployed, None where the file does not say. ``after``: what would be.

    ``complete`` is False for a preview without its unchanged resources: then only the change can be told.
    """

    before: Stack | None
    after: Stack
    complete: bool = True


def read_document(text: bytes, name: str) -> Document:
    """A preview or an export. Raises ``InvalidValues`` where it is neither; ``name`` names it in messages."""
    try:
        data = parse_json(text)
    except InvalidValues as error:
        reason = f"is no JSON ({error.problems[0].path} {error.problems[0].reason})"
        raise InvalidValues([Problem(name, "", reason, PREVIEW)]) from None
    if isinstance(data, dict) and isinstance(data.get("steps"), list):
        return _preview(data, name)
    if isinstance(data, dict) and isinstance(data.get("deployment"), dict):
        resources = data["deployment"].get("resources")
        return Document(None, _stack(resources if resources is not None else [], f"{name}: deployment.resources"))
    if isinstance(data, dict) and "steps" not in data and isinstance(data.get("diagnostics"), list):
        raise InvalidValues([Problem(name, "", "is a preview that failed: it has no steps", PREVIEW)])
    raise InvalidValues([Problem(name, "", "is neither a preview nor a stack's export", f"{PREVIEW}, or {EXPORT}")])


def _preview(data: Mapping[str, Any], name: str) -> Document:
    before: list[Any] = []
    after: dict[str, Any] = {}
    unchanged = 0
    config = data.get("config")
    region = config.get("aws:region") if isinstance(config, dict) else None
    region = region if isinstance(region, str) else None
    for position, step in enumerate(data["steps"]):
        if not isinstance(step, dict) or not isinstance(step.get("urn"), str) or not isinstance(step.get("op"), str):
            raise InvalidValues([Problem(f"{name}: steps[{position}]", shown(step), "has no urn or op", PREVIEW)])
        operation, urn = step["op"], step["urn"]
        if step.get("oldState"):
            before.append(step["oldState"])
        if operation in _GONE:
            # A copy that an earlier up left to be deleted is not the resource itself.
            if not _is_old_copy(step.get("oldState")):
                after.pop(urn, None)
        elif step.get("newState") and operation not in _OLD_COPY:
            after[urn] = step["newState"]
        unchanged += operation == "same"
    summary = data.get("changeSummary")
    same = summary.get("same", 0) if isinstance(summary, dict) else 0
    # Without --show-sames only the stack itself is shown of what stays, and counted are all (seen with Pulumi 3.259.0).
    complete = not isinstance(same, int) or unchanged >= same
    path = f"{name}: steps"
    return Document(_stack(before, path, region), _stack(list(after.values()), path, region), complete)


def _is_old_copy(state: object) -> bool:
    return isinstance(state, dict) and bool(state.get("delete"))


def _stack(states: object, path: str, region: str | None = None) -> Stack:
    if not isinstance(states, list):
        raise InvalidValues([Problem(path, shown(states), "a list is needed", EXPORT)])
    problems = []
    found: dict[str, Resource] = {}
    for position, state in enumerate(states):
        resource = _resource(state)
        if resource is None:
            problems.append(Problem(f"{path}[{position}]", shown(state), "is no state of a resource", EXPORT))
        # What is only waiting to be deleted has a successor of the same name.
        elif not state.get("delete"):
            found.setdefault(resource.urn, resource)
    if problems:
        raise InvalidValues(problems[:20])
    return Stack(MappingProxyType(found), region)


def _resource(state: object) -> Resource | None:
    if not isinstance(state, dict) or not isinstance(state.get("urn"), str) or not isinstance(state.get("type"), str):
        return None
    inputs, depends = state.get("inputs"), state.get("propertyDependencies")
    return Resource(
        urn=state["urn"],
        type=state["type"],
        custom=state.get("custom") is True,
        inputs=inputs if isinstance(inputs, dict) else {},
        id=state["id"] if isinstance(state.get("id"), str) else "",
        provider=state["provider"] if isinstance(state.get("provider"), str) else "",
        depends={key: _urns(urns) for key, urns in depends.items()} if isinstance(depends, dict) else {},
    )


def _urns(urns: object) -> tuple[str, ...]:
    return tuple(urn for urn in urns if isinstance(urn, str)) if isinstance(urns, list) else ()
