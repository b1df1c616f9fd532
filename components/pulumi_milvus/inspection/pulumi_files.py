"""`pulumi preview --json` and `pulumi stack export`: the resources as they will be, or are.

Formats: pulumi 3.259, sdk/go/common/display/json.go (PreviewDigest: ``steps`` with ``op``, ``newState``) and
sdk/go/common/apitype (UntypedDeployment: ``deployment.resources``).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

from pulumi_milvus.inspection.shapes import at, mapping, mappings, sequence, text
from pulumi_milvus.rules.cluster_facts import ResourceFacts

# What pulumi writes for a value that is not known yet (sdk/go/common/resource/plugin/rpc.go), and its secrets' mark.
UNKNOWN: Final = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
_SIGNATURE: Final = "4dabf18193072939515e22adb298388d"
_GONE: Final = frozenset({"delete", "delete-replaced", "discard-replaced", "remove-pending-replace", "read-discard"})


def is_pulumi_file(document: object) -> bool:
    """Whether it is a preview's JSON or a stack export."""
    return isinstance(document, Mapping) and (
        isinstance(at(document, "deployment", "resources"), list)
        or (isinstance(document.get("steps"), list) and "kind" not in document)
    )


def pulumi_resources(document: Mapping[str, Any]) -> tuple[list[Mapping[str, Any]], list[ResourceFacts]]:
    """(Kubernetes objects, all other resources) that will be there, or are."""
    objects: list[Mapping[str, Any]] = []
    others: list[ResourceFacts] = []
    for state in _states(document):
        kind, urn = text(state.get("type")) or "", text(state.get("urn")) or ""
        inputs = mapping(plain(state.get("inputs") or {}))
        if kind.startswith("kubernetes:") and isinstance(inputs.get("kind"), str):
            objects.append({**inputs, "metadata": mapping(inputs.get("metadata"))})
        elif kind and not kind.startswith("pulumi:"):
            name = urn.rsplit("::", 1)[-1]
            others.append(
                ResourceFacts(
                    subject=f"{kind} {name}",
                    type=kind,
                    name=name,
                    inputs=inputs,
                    urn=urn,
                    id=text(plain(state.get("id"))) or None,
                    made_of={
                        key: tuple(str(one) for one in sequence(urns))
                        for key, urns in mapping(state.get("propertyDependencies")).items()
                    },
                )
            )
    return objects, others


def plain(value: object) -> Any:
    """Values without Pulumi's wrappings; what is secret by cipher or not known yet is None."""
    if isinstance(value, Mapping):
        if _SIGNATURE in value:
            return plain(value["value"]) if "value" in value else _secret_text(value)
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [plain(item) for item in value]
    return None if value in (UNKNOWN, "[secret]", "[unknown]", "output<string>") else value


def _secret_text(value: Mapping[str, Any]) -> Any:
    shown = value.get("plaintext")
    if not isinstance(shown, str):
        return None
    try:
        return plain(json.loads(shown))
    except ValueError:
        return None


def _states(document: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    exported = at(document, "deployment", "resources")
    if isinstance(exported, list):
        yield from (state for state in mappings(exported) if not state.get("delete"))
        return
    last: dict[str, Mapping[str, Any]] = {}
    for step in mappings(document.get("steps")):
        state = step.get("newState")
        if str(step.get("op")) in _GONE or not isinstance(state, Mapping):
            continue
        last[str(step.get("urn"))] = state
    yield from last.values()
