"""In which order components take a new image. Recorded: image-26-to-30; facts: downgrade, and 2.5 to 2.6."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .components import OLD_COORDINATORS, is_cluster, is_streaming, uses_mixed_coordinator
from .documents import section, value_at
from .images import has_streaming

_After = Mapping[str, tuple[str, ...]]
_STREAMING: _After = {
    "streamingnode": ("mixcoord",),
    "querynode": ("streamingnode",),
    "datanode": ("querynode",),
    "proxy": ("datanode",),
}
_TO_STREAMING: _After = {
    "mixcoord": ("streamingnode",),
    "querynode": ("mixcoord",),
    "datanode": ("querynode",),
    "proxy": ("datanode",),
}
_WORKERS = ("indexnode", "querynode", "datanode")
_MIXED: _After = {**dict.fromkeys(_WORKERS, ("mixcoord",)), "proxy": _WORKERS}
_OLD: _After = {
    "datacoord": ("rootcoord",),
    "indexcoord": ("datacoord",),
    "querycoord": ("indexcoord",),
    **dict.fromkeys(_WORKERS, ("querycoord",)),
    "proxy": _WORKERS,
}


def components_before(resource: Mapping[str, Any], component: str) -> tuple[str, ...]:
    """The components that must run the declared image before this one takes it."""
    spec = resource["spec"]
    if not is_cluster(spec):
        return ()
    order = _order(resource)
    if value_at(spec, "components", "imageUpdateMode") == "rollingDowngrade":
        return tuple(name for name, before in order.items() if component in before)
    return order.get(component, ())


def _order(resource: Mapping[str, Any]) -> _After:
    spec = resource["spec"]
    if is_streaming(spec):
        status = section(resource, "status")
        runs_streaming = has_streaming(status.get("currentVersion"), status.get("currentImage") or "")
        return _STREAMING if runs_streaming else _TO_STREAMING
    if value_at(spec, "components", "streamingMode"):
        return _STREAMING
    return _MIXED if uses_mixed_coordinator(spec) else _OLD


def has_its_turn(resource: Mapping[str, Any], component: str) -> bool:
    """Whether the component may take the declared image now, by what the status says of the others."""
    status = section(resource, "status")
    if status.get("observedGeneration", 0) < resource["metadata"].get("generation", 0):
        return False
    if component == "cdc":
        return True
    before = components_before(resource, component)
    if value_at(resource, "spec", "components", "cdc") is not None:
        before = ("cdc", *before)
    return all(runs_declared_image(resource, name) for name in before)


def runs_declared_image(resource: Mapping[str, Any], component: str) -> bool:
    """Whether the status shows a component completely at the declared image."""
    seen = section(resource, "status", "componentsDeployStatus", component)
    declared = value_at(resource, "spec", "components", "image")
    return seen.get("image") == declared and deployment_state(seen) == "Complete"


def deployment_state(seen: Mapping[str, Any]) -> str:
    """Complete, Paused, Failed or Progressing, by what the status holds of a Deployment."""
    status = section(seen, "status")
    if status.get("observedGeneration", 0) < seen.get("generation", 0):
        return "Progressing"
    progressing = next((each for each in status.get("conditions") or [] if each["type"] == "Progressing"), None)
    if progressing is None:
        return "Progressing"
    if progressing.get("reason") == "DeploymentPaused":
        return "Paused"
    if progressing.get("status") != "True":
        return "Failed"
    return "Complete" if progressing.get("reason") == "NewReplicaSetAvailable" else "Progressing"


def offline_components(resource: Mapping[str, Any]) -> list[str]:
    """The roles that 2.6 no longer has, as soon as their successors run the declared image."""
    spec = resource["spec"]
    if not is_cluster(spec) or not is_streaming(spec):
        return []
    gone = ["indexnode"] if runs_declared_image(resource, "proxy") else []
    return [*gone, *(OLD_COORDINATORS if runs_declared_image(resource, "mixcoord") else ())]
