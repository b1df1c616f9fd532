"""The components of a Milvus by mode and version, in the order in which the operator goes through them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .documents import Document, section, value_at
from .images import DEFAULT_IMAGE, has_streaming

# The component's name in labels and Deployments, and its key under spec.components.
KEYS: Mapping[str, str] = {
    "cdc": "cdc",
    "mixcoord": "mixCoord",
    "rootcoord": "rootCoord",
    "datacoord": "dataCoord",
    "querycoord": "queryCoord",
    "indexcoord": "indexCoord",
    "datanode": "dataNode",
    "streamingnode": "streamingNode",
    "querynode": "queryNode",
    "indexnode": "indexNode",
    "proxy": "proxy",
    "standalone": "standalone",
}
OLD_COORDINATORS = ("rootcoord", "datacoord", "querycoord", "indexcoord")
SERVING = ("proxy", "standalone")
WITH_GROUPS = ("proxy", "datanode", "querynode", "streamingnode")
SLOTTED_MODE = 3  # rollingMode 3: every component has two Deployments. Recorded: cluster-rolling-mode-3-ephemeral


@dataclass(frozen=True)
class Workload:
    """A component, or one of its groups: what has a Deployment (or two, where it has slots) of its own."""

    component: str
    group_name: str | None = None

    def deployment_name(self, resource_name: str) -> str:
        """`<resource>-milvus-<component>[-<group>]`, without the slot."""
        base = f"{resource_name}-milvus-{self.component}"
        return base if self.group_name is None else f"{base}-{self.group_name}"

    def labels(self, resource_name: str) -> dict[str, str]:
        """The labels by which its pods are selected, without the slot."""
        labels = {**common_labels(resource_name), "app.kubernetes.io/component": self.component}
        if self.group_name is not None:
            labels["milvus.io/deployment-group"] = self.group_name
        return labels

    @property
    def display_name(self) -> str:
        """As conditions name it. Recorded: wrong-group-name."""
        return self.component if self.group_name is None else f"{self.component}/{self.group_name}"

    @property
    def state_key(self) -> str:
        """Its part of annotations and labels on the resource. Recorded: cluster-querynode-groups (hashed names)."""
        if self.group_name is None:
            return self.component
        return f"{self.component}-{hashlib.sha256(self.group_name.encode()).hexdigest()[:16]}"

    @property
    def slot_label(self) -> str:
        """The label that tells its two slots apart."""
        return f"milvus.io/{self.component}-group-id"


def common_labels(resource_name: str) -> dict[str, str]:
    """The labels of everything that the operator makes for one resource."""
    return {
        "app.kubernetes.io/instance": resource_name,
        "app.kubernetes.io/managed-by": "milvus-operator",
        "app.kubernetes.io/name": "milvus",
    }


def is_cluster(spec: Mapping[str, Any]) -> bool:
    """Whether the roles run apart."""
    return spec.get("mode") == "cluster"


def is_streaming(spec: Mapping[str, Any]) -> bool:
    """Whether the resource's own version is 2.6 or newer."""
    components = section(spec, "components")
    return has_streaming(components.get("version"), components.get("image") or DEFAULT_IMAGE)


def uses_mixed_coordinator(spec: Mapping[str, Any]) -> bool:
    """Whether one coordinator does the work of all, as ever unless only old ones are named."""
    return is_streaming(spec) or value_at(spec, "components", "mixCoord") is not None


def component_names(spec: Mapping[str, Any]) -> list[str]:
    """The components of a resource that has its defaults, in the operator's order."""
    components = section(spec, "components")
    names = ["cdc"] if components.get("cdc") is not None else []
    if not is_cluster(spec):
        return [*names, "standalone"]
    if is_streaming(spec):
        return [*names, "mixcoord", "datanode", "streamingnode", "querynode", "proxy", "standalone"]
    coordinators = ["mixcoord"] if uses_mixed_coordinator(spec) else list(OLD_COORDINATORS)
    names += [*coordinators, "datanode", "querynode", "indexnode", "proxy", "standalone"]
    if components.get("streamingMode") or components.get("streamingNode") is not None:
        names.append("streamingnode")
    return names


def workloads(spec: Mapping[str, Any]) -> list[Workload]:
    """Every workload of a resource that has its defaults; groups by name."""
    found: list[Workload] = []
    for name in component_names(spec):
        groups = sorted(group["name"] for group in groups_of(spec, name))
        found += [Workload(name, group) for group in groups] or [Workload(name)]
    return found


def groups_of(spec: Mapping[str, Any], component: str) -> list[Document]:
    """The declared groups of a component."""
    if component not in WITH_GROUPS:
        return []
    return list(value_at(spec, "components", KEYS[component], "groups") or [])


def group_of(spec: Mapping[str, Any], workload: Workload) -> Document:
    """What the workload's group declares; empty for a workload without one."""
    return next((group for group in groups_of(spec, workload.component) if group["name"] == workload.group_name), {})


def replicas_of(spec: Mapping[str, Any], workload: Workload) -> int:
    """How many pods are wished; -1 leaves the number to an autoscaler. A group's replace the component's."""
    group = group_of(spec, workload)
    declared = group.get("replicas", value_at(spec, "components", KEYS[workload.component], "replicas"))
    return 1 if declared is None else int(declared)


def has_slots(spec: Mapping[str, Any], component: str) -> bool:
    """Whether it has two Deployments that take turns. Recorded: the query node always, all of them in mode 3."""
    return component == "querynode" or value_at(spec, "components", "rollingMode") == SLOTTED_MODE


def is_manual(spec: Mapping[str, Any]) -> bool:
    """Whether the operator leaves the numbers of pods alone."""
    return bool(value_at(spec, "components", "enableManualMode"))


def is_stopping(spec: Mapping[str, Any]) -> bool:
    """Whether every component is wished at no pod at all. Recorded: cluster-stopped, standalone-replicas-0."""
    if is_manual(spec):
        return False
    wished = [name for name in component_names(spec) if name in ("cdc", "standalone") or is_cluster(spec)]
    return all(value_at(spec, "components", KEYS[name], "replicas") == 0 for name in wished)
