"""Who owns which fields of an object, as server-side apply counts it (metadata.managedFields). Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from kubernetes_provider import objects
from kubernetes_provider.checkpoint import CREATING_MANAGER
from kubernetes_provider.differences import parts
from kubernetes_provider.wire import Object

# Whose fields the resource's own manager takes over before it applies: all whose name begins so, kubectl-patch too.
_TAKEN_OVER = (
    ("kubectl", "Apply"),
    ("kubectl", "Update"),
    ("before-first-apply", "Update"),
    (CREATING_MANAGER, "Update"),
    ("pulumi-resource-kubernetes", "Update"),
)


def managed_fields(live: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The entries of an object."""
    found = objects.metadata(live).get("managedFields")
    return [entry for entry in found if isinstance(entry, Mapping)] if isinstance(found, list) else []


def taken_over(live: Mapping[str, Any], manager: str) -> list[Mapping[str, Any]]:
    """The entries after `manager` took over what earlier managers of ours and kubectl own."""
    own: dict[str, Any] | None = None
    others: list[Mapping[str, Any]] = []
    for entry in managed_fields(live):
        if entry.get("subresource") or not _is_taken_over(entry, manager):
            others.append(entry)
        elif own is None:
            own = {**entry, "manager": manager, "operation": "Apply"}
        else:
            own["fieldsV1"] = _merged(own.get("fieldsV1") or {}, entry.get("fieldsV1") or {})
    return [*others, own] if own is not None else others


def _is_taken_over(entry: Mapping[str, Any], manager: str) -> bool:
    who, operation = str(entry.get("manager")), str(entry.get("operation"))
    earlier = any(who.startswith(prefix) and operation == kind for prefix, kind in _TAKEN_OVER)
    return earlier or (who, operation) == (manager, "Apply")


def must_force(inputs: Mapping[str, Any], live: Mapping[str, Any] | None, *, enabled: bool, preview: bool) -> bool:
    """Whether an apply takes fields from other managers."""
    if enabled or objects.is_annotated(inputs, objects.PATCH_FORCE) or (live is not None and not managed_fields(live)):
        return True
    if not preview:
        return False
    # A preview cannot move the fields of the creating manager first, so it forces where the update would not need to.
    return live is None or any(
        entry.get("operation") == "Update" and entry.get("manager") in (CREATING_MANAGER, "pulumi-resource-kubernetes")
        for entry in managed_fields(live)
    )


def without_ignored(inputs: Object, live: Object, ignored: Sequence[str], manager: str) -> Object:
    """The inputs to apply under `ignoreChanges`: fields of others are left to them, our own stay as they are live."""
    for path in (parts(text) for text in ignored):
        ours = any(_owns(entry, path) for entry in managed_fields(live) if entry.get("manager") == manager)
        theirs = any(_owns(entry, path) for entry in managed_fields(live) if entry.get("manager") != manager)
        now = objects.dig(live, *path)
        if theirs and not ours:
            inputs = _with(inputs, path, None)
        elif now is not None:
            inputs = _with(inputs, path, now)
    return inputs


def _owns(entry: Mapping[str, Any], path: Sequence[str]) -> bool:
    fields: Any = entry.get("fieldsV1")
    for key in path:
        fields = fields.get(f"f:{key}") if isinstance(fields, Mapping) else None
    return fields is not None


def _with(document: Object, path: Sequence[str], value: Any) -> Object:
    key, rest = path[0], path[1:]
    if rest:
        inner = document.get(key)
        if not isinstance(inner, dict):
            return document
        return {**document, key: _with(inner, rest, value)}
    changed = {name: item for name, item in document.items() if name != key}
    return changed if value is None else {**changed, key: value}


def _merged(one: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(one)
    for key, item in other.items():
        mine = merged.get(key)
        merged[key] = _merged(mine, item) if isinstance(mine, Mapping) and isinstance(item, Mapping) else item
    return merged
