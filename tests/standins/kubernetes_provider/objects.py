"""What is read from and written to an object's metadata."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kubernetes_provider.wire import UNKNOWN, Object

PREFIX = "pulumi.com/"
AUTONAMED = PREFIX + "autonamed"
SKIP_AWAIT = PREFIX + "skipAwait"
WAIT_FOR = PREFIX + "waitFor"
TIMEOUT_SECONDS = PREFIX + "timeoutSeconds"
REPLACE_UNREADY = PREFIX + "replaceUnready"
PATCH_FORCE = PREFIX + "patchForce"
PATCH_FIELD_MANAGER = PREFIX + "patchFieldManager"
DELETION_PROPAGATION = PREFIX + "deletionPropagationPolicy"


def metadata(document: Mapping[str, Any]) -> Mapping[str, Any]:
    """The metadata; empty where there is none or a preview does not know it."""
    found = document.get("metadata")
    return found if isinstance(found, Mapping) else {}


def name(document: Mapping[str, Any]) -> str:
    """The name, empty where there is none yet."""
    found = metadata(document).get("name")
    return found if isinstance(found, str) else ""


def namespace(document: Mapping[str, Any]) -> str:
    """The namespace, empty where there is none."""
    found = metadata(document).get("namespace")
    return found if isinstance(found, str) else ""


def is_named(document: Mapping[str, Any]) -> bool:
    """Whether a name is given, be it one that this preview cannot know."""
    return bool(name(document)) or metadata(document).get("name") is UNKNOWN


def identifier(document: Mapping[str, Any]) -> str:
    """The resource's id: `namespace/name`, or `name` for what has no namespace."""
    return f"{namespace(document)}/{name(document)}" if namespace(document) else name(document)


def parse_identifier(text: str) -> tuple[str, str]:
    """Namespace, perhaps empty, and name of an id."""
    first, separator, second = text.partition("/")
    return (first, second) if separator else ("", first)


def annotation(document: Mapping[str, Any], key: str) -> str:
    """An annotation's value, empty where it is not set."""
    annotations = metadata(document).get("annotations")
    value = annotations.get(key) if isinstance(annotations, Mapping) else None
    return value if isinstance(value, str) else ""


def is_annotated(document: Mapping[str, Any], key: str) -> bool:
    """Whether an annotation says "true"."""
    return annotation(document, key) == "true"


def with_metadata(document: Object, **changes: Any) -> Object:
    """A copy with entries of the metadata set, or removed where None; unchanged where the metadata is unknown."""
    if document.get("metadata") is UNKNOWN:
        return document
    if "metadata" not in document and all(item is None for item in changes.values()):
        return document
    changed = {key: item for key, item in {**metadata(document), **changes}.items() if item is not None}
    return {**document, "metadata": changed}


def with_annotation(document: Object, key: str, value: str) -> Object:
    """A copy with an annotation; unchanged where the annotations are unknown."""
    annotations = metadata(document).get("annotations", {})
    if not isinstance(annotations, Mapping):
        return document
    return with_metadata(document, annotations={**annotations, key: value})


def dig(document: Any, *path: str) -> Any:
    """The value at a path of keys, None where it ends early."""
    for key in path:
        document = document.get(key) if isinstance(document, Mapping) else None
    return document


def whole_number(document: Any, *path: str) -> int:
    """The whole number at a path, 0 where there is none."""
    found = dig(document, *path)
    return found if isinstance(found, int) and not isinstance(found, bool) else 0
