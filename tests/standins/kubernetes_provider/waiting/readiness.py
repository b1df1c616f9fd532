"""Which of the ways of waiting an object gets."""

from __future__ import annotations

from collections.abc import Callable

from kubernetes_provider import kinds, objects
from kubernetes_provider.errors import NotReadyError
from kubernetes_provider.kinds import Kind
from kubernetes_provider.waiting import annotated, deployments, jobs, services, stateful_sets, volumes
from kubernetes_provider.waiting.loop import DEFAULT_TIMEOUT_SECONDS, Look, Surroundings, haste, wait
from kubernetes_provider.wire import Object

_DEPLOYMENT = Kind("apps", "v1", "Deployment")
_STATEFUL_SET = Kind("apps", "v1", "StatefulSet")
_JOB = Kind("batch", "v1", "Job")
_SERVICE = Kind("", "v1", "Service")
_CLAIM = Kind("", "v1", "PersistentVolumeClaim")
_VOLUME = Kind("", "v1", "PersistentVolume")

LATE = "timed out waiting for the condition"


def timeout_seconds(custom_seconds: float, inputs: Object) -> float:
    """How long to wait: customTimeouts, else the annotation, else ten minutes."""
    if custom_seconds:
        return custom_seconds
    annotation = objects.annotation(inputs, objects.TIMEOUT_SECONDS)
    return float(annotation) if annotation.isdigit() else DEFAULT_TIMEOUT_SECONDS


def wait_until_ready(surroundings: Surroundings, inputs: Object, live: Object, custom_seconds: float) -> Object:
    """Wait for an object that was just written; its live state. Raises NotReadyError, ProviderError."""
    if objects.is_annotated(inputs, objects.SKIP_AWAIT):
        surroundings.tell("progress", "Skipping await logic")
        return live
    seconds = timeout_seconds(custom_seconds, inputs)
    wait_for = objects.annotation(inputs, objects.WAIT_FOR)
    if wait_for:
        return wait(annotated.awaiter(wait_for, surroundings, live), surroundings, seconds, LATE)
    kind = kinds.of_object(live)
    if kind in (_CLAIM, _VOLUME):
        look = (
            volumes.claim_awaiter(surroundings, live) if kind == _CLAIM else volumes.volume_awaiter(surroundings, live)
        )
        late = f"Timeout occurred polling for '{objects.name(live)}'"
        return wait(look, surroundings, volumes.TIMEOUT_SECONDS / haste(), late)
    own = _awaiter(kind, surroundings, live)
    if own is None:
        return live
    return wait(own, surroundings, seconds, f"'{objects.name(live)}' timed out waiting to be Ready")


def check_now(surroundings: Surroundings, inputs: Object, live: Object) -> None:
    """Raise NotReadyError where an object that a refresh reads is not ready."""
    if objects.is_annotated(inputs, objects.SKIP_AWAIT):
        return
    kind = kinds.of_object(live)
    look = (
        services.awaiter(surroundings, live, at_once=True) if kind == _SERVICE else _awaiter(kind, surroundings, live)
    )
    if look is None:
        return
    seen = look()
    if seen.progress:
        surroundings.tell("progress", seen.progress)
    if not seen.ready:
        message = f"Resource '{objects.name(live)}' was created but failed to initialize"
        raise NotReadyError(message, seen.live, seen.causes)


def _awaiter(kind: Kind, surroundings: Surroundings, live: Object) -> Callable[[], Look] | None:
    if kind == _DEPLOYMENT:
        return deployments.awaiter(surroundings, live)
    if kind == _STATEFUL_SET:
        return stateful_sets.awaiter(surroundings, live)
    if kind == _JOB:
        return jobs.awaiter(surroundings, live)
    if kind == _SERVICE:
        return services.awaiter(surroundings, live)
    return None
