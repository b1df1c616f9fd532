"""Deletes objects and waits until they are gone."""

from __future__ import annotations

from kubernetes_provider import kinds, objects
from kubernetes_provider.errors import ApiError, NoSuchKindError, NotReadyError
from kubernetes_provider.kinds import Kind
from kubernetes_provider.waiting.loop import Look, Surroundings, wait
from kubernetes_provider.waiting.readiness import LATE, timeout_seconds
from kubernetes_provider.wire import Object

# Kinds whose deletion is not waited for under pulumi.com/skipAwait.
_SKIPPABLE = frozenset(
    {
        Kind("", "v1", "Namespace"),
        Kind("", "v1", "Pod"),
        Kind("", "v1", "ReplicationController"),
        Kind("apps", "v1", "DaemonSet"),
        Kind("apps", "v1", "Deployment"),
        Kind("apps", "v1", "StatefulSet"),
        Kind("batch", "v1", "Job"),
    }
)
_POLICIES = {"orphan": "Orphan", "background": "Background"}


def propagation_policy(inputs: Object) -> str:
    """What becomes of an object's dependents; they go first unless its annotation says otherwise."""
    return _POLICIES.get(objects.annotation(inputs, objects.DELETION_PROPAGATION).lower(), "Foreground")


def delete(
    surroundings: Surroundings, identifier: str, live: Object, inputs: Object, custom_seconds: float = 0
) -> None:
    """Delete an object and wait for its end; one that is gone already is no error. Raises NotReadyError, ApiError."""
    kind = kinds.of_object(live)
    namespace, name = objects.parse_identifier(identifier)
    try:
        path = surroundings.discovery.mapping(kind).item(namespace, name)
        surroundings.api.delete(
            path, {"kind": "DeleteOptions", "apiVersion": "v1", "propagationPolicy": propagation_policy(inputs)}
        )
    except NoSuchKindError:
        return
    except ApiError as error:
        if error.is_missing:
            return
        raise
    if objects.is_annotated(inputs, objects.SKIP_AWAIT) and kind in _SKIPPABLE:
        surroundings.tell("progress", "Skipping await logic")
        return
    last = live

    def look() -> Look:
        nonlocal last
        now = surroundings.read(kind, namespace, name)
        if now is None:
            return Look(True, last)
        last = now
        going = bool(objects.metadata(now).get("deletionTimestamp"))
        return Look(False, now, progress="Resource scheduled for deletion" if going else "")

    try:
        wait(look, surroundings, timeout_seconds(custom_seconds, inputs), LATE)
    except NotReadyError as error:
        finalizers = ", ".join(objects.metadata(error.live).get("finalizers") or [])
        surroundings.tell("warning", f"finalizers might be preventing deletion ({finalizers})")
        raise
