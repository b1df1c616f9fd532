"""What stands badly in the cluster, in words, to be printed with a test that failed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from control_plane.api import Api, Object
from control_plane.describe import summary, unhealthy
from control_plane.plane import ControlPlane

# Kinds whose conditions or phases tell whether something works; of the others only what is being deleted is told.
_KINDS = (
    "Node",
    "Pod",
    "PersistentVolumeClaim",
    "PersistentVolume",
    "apps/Deployment",
    "apps/StatefulSet",
    "batch/Job",
    "Namespace",
    "apiextensions.k8s.io/CustomResourceDefinition",
)
_GOOD_PHASES = {None, "Running", "Succeeded", "Bound", "Available", "Active"}
_EVENTS = 6


def failure_report(plane: ControlPlane) -> str:
    """Parts that are down, objects that are not well, with their last events; it never raises."""
    try:
        return "\n".join(_lines(plane)) or "every part is up, and all objects are well"
    except Exception as error:
        return f"the cluster could not be asked: {type(error).__name__}: {error}\n" + "\n".join(_parts(plane))


def _lines(plane: ControlPlane) -> Iterator[str]:
    yield from _parts(plane)
    api = plane.api
    events = api.list("Event")
    for kind in (*_KINDS, *_custom_kinds(api)):
        for thing in api.list(kind):
            if not is_well(thing):
                yield summary(thing)
                yield from _events_of(thing, events)
    yield from plane.provisioner.problems.values()


def _parts(plane: ControlPlane) -> Iterator[str]:
    for part in plane.parts:
        if plane.pid(part) is None:
            yield f"{part} is down; the end of its log:\n{plane.log(part, 15)}"


def is_well(thing: Object) -> bool:
    """Whether nothing about an object needs to be told."""
    status = thing.get("status") or {}
    if thing["metadata"].get("deletionTimestamp") or status.get("phase") not in _GOOD_PHASES:
        return False
    # A pod that is done is not ready, and should not be.
    return status.get("phase") == "Succeeded" or not any(unhealthy(thing))


def _custom_kinds(api: Api) -> Iterator[str]:
    for definition in api.list("apiextensions.k8s.io/CustomResourceDefinition"):
        yield f"{definition['spec']['group']}/{definition['spec']['names']['kind']}"


def _events_of(thing: Mapping[str, Any], events: list[Object]) -> Iterator[str]:
    about = [event for event in events if event["involvedObject"].get("uid") == thing["metadata"].get("uid")]
    for event in about[-_EVENTS:]:
        times = event.get("count") or event.get("series", {}).get("count") or 1
        yield f"    {event.get('type')} {event.get('reason')} x{times}: {event.get('message')}"
