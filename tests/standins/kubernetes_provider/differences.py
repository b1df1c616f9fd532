"""Diff: new inputs against the live object, of which only what the old inputs named is looked at. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from kubernetes_provider import kinds, objects
from kubernetes_provider.replacements import Mutability, Path, fixed_fields, touches
from kubernetes_provider.schemas import without_servers_own
from kubernetes_provider.wire import UNKNOWN, Object, has_unknown

Change = Literal["add", "delete", "update"]
_MISSING: Final = object()

# Maps from text to text, which keep an empty value.
_MAPS = frozenset(
    (key,)
    for key in (
        "annotations",
        "binaryData",
        "data",
        "labels",
        "matchLabels",
        "nodeSelector",
        "parameters",
        "selector",
    )
)

# Fields whose zero is a value of its own.
_KEPT = frozenset({("immutable",), ("replicas",)})


@dataclass(frozen=True)
class Difference:
    """One changed field; `replaces` says that the object must be made anew for it."""

    path: str
    change: Change
    replaces: bool


@dataclass(frozen=True)
class Differences:
    """What new inputs change."""

    fields: tuple[Difference, ...]
    delete_before_replace: bool

    @property
    def replacing(self) -> tuple[str, ...]:
        """The paths that make the object anew."""
        return tuple(item.path for item in self.fields if item.replaces)


def differences(
    live: Object,
    old_inputs: Object,
    new_inputs: Object,
    *,
    namespaced: bool,
    mutability: Mutability = Mutability(),  # noqa: B008 - frozen
    ignored: Sequence[str] = (),
) -> Differences:
    """What `new_inputs` change of an object. Inputs are normalized, all three without marks of secrets."""
    old = without_servers_own(pruned(live, old_inputs))
    new = without_servers_own(new_inputs)
    if namespaced:
        old = objects.with_metadata(old, namespace=objects.namespace(old) or "default")
        if objects.metadata(new).get("namespace") is not UNKNOWN:
            new = objects.with_metadata(new, namespace=objects.namespace(new) or "default")
    else:
        old, new = objects.with_metadata(old, namespace=None), objects.with_metadata(new, namespace=None)
    if objects.is_named(new):
        old = objects.with_metadata(old, name=objects.name(live))
    for key in ("apiVersion", "kind"):
        old.setdefault(key, new.get(key))
    fixed = fixed_fields(new, mutability)
    # The official provider takes built-in kinds through typed structures, which drop what is empty, if all is known.
    drops_empty = kinds.of_object(new).is_typed and not has_unknown(new)
    found = tuple(
        Difference(spelled(path), change, touches(path, value, fixed) or (change == "delete" and path == ("metadata",)))
        for path, change, value in _compare((), old, new, drops_empty)
        if not any(_contains(ignore, spelled(path)) for ignore in ignored)
    )
    return Differences(found, any(item.replaces for item in found) and _keeps_its_place(live, new))


def pruned(source: Any, target: Any) -> Any:
    """Of `source` what `target` has as well: keys of maps, places of lists."""
    if isinstance(source, Mapping) and isinstance(target, Mapping):
        return {key: pruned(item, target[key]) for key, item in source.items() if key in target}
    if isinstance(source, list) and isinstance(target, list):
        return [pruned(item, other) for item, other in zip(source, target, strict=False)]
    return source


def spelled(path: Path) -> str:
    """A path as Pulumi writes it: spec.containers[0].image, metadata.annotations["pulumi.com/waitFor"]."""
    text = ""
    for part in path:
        if isinstance(part, int):
            text += f"[{part}]"
        elif any(sign in part for sign in '."[]'):
            escaped = part.replace('"', '\\"')
            text += f'["{escaped}"]'
        else:
            text += f".{part}" if text else part
    return text


def _compare(path: Path, old: Any, new: Any, drops_empty: bool) -> Iterator[tuple[Path, Change, Any]]:
    if new is _MISSING:
        yield path, "delete", None
    elif old is _MISSING:
        if not (drops_empty and _is_zero(new) and path[-2:-1] not in _MAPS and path[-1:] not in _KEPT):
            yield path, "add", new
    elif new is UNKNOWN:
        if isinstance(old, Mapping):
            # The official provider compares with its own note of an unknown, a map that has none of these keys.
            yield from ((((*path, key), "delete", None)) for key in old)
        else:
            yield path, "update", None
    elif isinstance(old, Mapping) and isinstance(new, Mapping):
        for key in {**old, **new}:
            yield from _compare((*path, key), old.get(key, _MISSING), new.get(key, _MISSING), drops_empty)
    elif isinstance(old, list) and isinstance(new, list):
        for index in range(max(len(old), len(new))):
            here, there = (each[index] if index < len(each) else _MISSING for each in (old, new))
            # An element's place counts even when the element is empty.
            yield from _compare((*path, index), here, there, drops_empty and here is not _MISSING)
    elif old != new or isinstance(old, bool) != isinstance(new, bool):
        yield path, "update", new


def _is_zero(value: Any) -> bool:
    """Whether a typed structure leaves the value out; empty maps and lists are gone already."""
    return isinstance(value, bool | int | float | str) and not value


def _contains(ignore: str, path: str) -> bool:
    """Whether an ignored path is the changed one or above it; `*` stands for one key or place."""
    wanted, given = parts(ignore), parts(path)
    return len(wanted) <= len(given) and all(each in ("*", other) for each, other in zip(wanted, given, strict=False))


def parts(path: str) -> list[str]:
    """The keys and places of a path as Pulumi writes it."""
    found, current, quoted = [], "", False
    for sign in path:
        if sign == '"':
            quoted = not quoted
        elif quoted or sign not in ".[]":
            current += sign
        elif current:
            found.append(current)
            current = ""
    return [*found, current] if current else found


def _keeps_its_place(live: Object, new: Object) -> bool:
    """Whether the new object would meet the old one: the program gives the name, and name and namespace stay."""
    return (
        objects.is_named(new)
        and not objects.is_annotated(new, objects.AUTONAMED)
        and objects.name(new) == objects.name(live)
        and objects.namespace(new) == objects.namespace(live)
    )
