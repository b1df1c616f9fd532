"""Objects in few words, for messages of what was seen last and for reports of failures."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

_LENGTH = 1500
# Conditions that are bad news when True; the others are when they are not.
_BAD_WHEN_TRUE = ("Pressure", "NetworkUnavailable", "Failed", "ReplicaFailure", "DisruptionTarget", "FailureTarget")


def describe(seen: object) -> str:
    """One object, a list of them, or anything else."""
    if isinstance(seen, BaseException):
        return f"{type(seen).__name__}: {seen}"[:_LENGTH]
    if isinstance(seen, list | tuple) and seen and all(_is_object(one) for one in seen):
        return "; ".join(summary(one) for one in seen)[:_LENGTH]
    if _is_object(seen):
        assert isinstance(seen, dict)
        return summary(seen)[:_LENGTH]
    return repr(seen)[:_LENGTH]


def summary(thing: Mapping[str, Any]) -> str:
    """Kind, name, phase, node, and the conditions that are not as they should be."""
    metadata, status = thing.get("metadata", {}), thing.get("status") or {}
    words = [thing.get("kind", "object"), _name(metadata)]
    if status.get("phase"):
        words.append(str(status["phase"]))
    if thing.get("spec", {}).get("nodeName"):
        words.append(f"on {thing['spec']['nodeName']}")
    if metadata.get("deletionTimestamp"):
        words.append(f"being deleted, finalizers {metadata.get('finalizers', [])}")
    counts = {name: status[name] for name in ("replicas", "readyReplicas", "succeeded", "failed") if name in status}
    if counts:
        words.append(json.dumps(counts))
    words += [f"[{told}]" for told in unhealthy(thing)]
    return " ".join(words)


def unhealthy(thing: Mapping[str, Any]) -> Iterator[str]:
    """The conditions of one object that are bad news, with their reasons."""
    for condition in (thing.get("status") or {}).get("conditions") or ():
        kind, state = str(condition.get("type")), condition.get("status")
        if (state == "True") == kind.endswith(_BAD_WHEN_TRUE):
            told = ": ".join(str(condition[key]) for key in ("reason", "message") if condition.get(key))
            yield f"{kind} {state}, {told}" if told else f"{kind} {state}"


def _name(metadata: Mapping[str, Any]) -> str:
    namespace = metadata.get("namespace")
    return f"{namespace}/{metadata.get('name')}" if namespace else str(metadata.get("name"))


def _is_object(seen: object) -> bool:
    return isinstance(seen, dict) and "metadata" in seen
