"""Why a pod does not run, from its own status and the events about it, in the words of whoever refused it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from pulumi_milvus.cluster_access.cluster import Json

_ENDED_WELL = "Completed"
_STARTING = ("ContainerCreating", "PodInitializing")
_LONGEST_WORDS = 400


def pod_trouble(pod: Json, events: Sequence[Json]) -> str:
    """What keeps a pod from being ready, or nothing.

    In order of how much each says: not scheduled (the scheduler's words), a container that cannot start (image,
    configuration) or keeps ending, an event such as a volume that does not mount, a readiness probe that fails.
    """
    status = pod.get("status") or {}
    conditions = {item.get("type"): item for item in status.get("conditions") or []}
    if (pod.get("metadata") or {}).get("deletionTimestamp"):
        return "being deleted"
    scheduled = conditions.get("PodScheduled", {})
    if scheduled.get("status") == "False":
        return f"not scheduled: {_clip(scheduled.get('message') or scheduled.get('reason') or 'no reason given')}"
    if status.get("phase") == "Failed":
        return f"failed: {_clip(status.get('message') or status.get('reason') or 'no reason given')}"
    container = _container_trouble(status)
    if container:
        return container
    if conditions.get("Ready", {}).get("status") == "True":
        return ""
    warning = last_warning(events, "Pod", pod["metadata"]["name"])
    return warning or _unready_words(conditions, status)


def _container_trouble(status: Json) -> str:
    for kind in ("initContainerStatuses", "containerStatuses"):
        for container in status.get(kind) or []:
            state = container.get("state") or {}
            waiting = state.get("waiting") or {}
            ended = state.get("terminated") or (container.get("lastState") or {}).get("terminated") or {}
            if waiting.get("reason") and waiting["reason"] not in _STARTING:
                last = f"; it last ended {_ending(ended)}" if ended else ""
                message = f": {_clip(waiting['message'])}" if waiting.get("message") else ""
                return f"container {container.get('name')} {waiting['reason']}{message}{last}"
            if state.get("terminated") and ended.get("reason") != _ENDED_WELL:
                return f"container {container.get('name')} ended {_ending(ended)}"
    return ""


def _ending(ended: Json) -> str:
    reason = ended.get("reason") or "unknown"
    words = f"with exit code {ended.get('exitCode')} ({reason})"
    if reason == "OOMKilled":
        words += ", killed for using more memory than its limit"
    return f"{words}: {_clip(ended['message'])}" if ended.get("message") else words


def _unready_words(conditions: dict[Any, Json], status: Json) -> str:
    ready = conditions.get("ContainersReady") or conditions.get("Ready") or {}
    message = ready.get("message") or ready.get("reason")
    if message:
        return _clip(message)
    return f"phase {status.get('phase') or 'unknown'}"


def last_warning(events: Iterable[Json], kind: str, name: str) -> str:
    """The newest warning about one object, as `reason: message`, or nothing."""
    about = [
        event
        for event in events
        if event.get("type") == "Warning"
        and (event.get("involvedObject") or event.get("regarding") or {}).get("kind") == kind
        and (event.get("involvedObject") or event.get("regarding") or {}).get("name") == name
    ]
    if not about:
        return ""
    newest = max(about, key=_when)
    return f"{newest.get('reason')}: {_clip(newest.get('message') or newest.get('note') or '')}"


def _when(event: Json) -> str:
    series = event.get("series") or {}
    return str(series.get("lastObservedTime") or event.get("lastTimestamp") or event.get("eventTime") or "")


def claim_trouble(claim: Json, events: Sequence[Json]) -> str:
    """Why a PersistentVolumeClaim has no volume, or nothing."""
    if (claim.get("status") or {}).get("phase") == "Bound":
        return ""
    name = claim["metadata"]["name"]
    storage_class = (claim.get("spec") or {}).get("storageClassName")
    where = f"StorageClass {storage_class}" if storage_class else "no StorageClass"
    said = last_warning(events, "PersistentVolumeClaim", name) or _last_note(events, name)
    return (
        f"claim {name} is {(claim.get('status') or {}).get('phase', 'Pending')} ({where}){': ' + said if said else ''}"
    )


def _last_note(events: Sequence[Json], claim: str) -> str:
    about = [event for event in events if (event.get("involvedObject") or {}).get("name") == claim]
    return _clip(max(about, key=_when).get("message") or "") if about else ""


def owner_trouble(owner: Json) -> str:
    """Why a Deployment's, ReplicaSet's or StatefulSet's pods are not even made: quota, PodSecurity, an account."""
    for condition in (owner.get("status") or {}).get("conditions") or []:
        if condition.get("type") == "ReplicaFailure" and condition.get("status") == "True":
            return f"{condition.get('reason')}: {_clip(condition.get('message') or '')}"
    return ""


def _clip(words: str) -> str:
    line = " ".join(str(words).split())
    return line if len(line) <= _LONGEST_WORDS else f"{line[:_LONGEST_WORDS]} ..."
