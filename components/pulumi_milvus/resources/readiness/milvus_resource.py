"""Whether a Milvus resource is really ready: the operator's `Healthy` alone is stale until it has seen a change.

The operator's status has no observedGeneration, so what it says is held against what it has done: every role's
Deployment renders the resource's present spec and has rolled it out. Recorded of operator a6dcc6386f: `Healthy` and
`MilvusUpdated` stay true for up to 15 s after a change, and all through a roll of the query nodes' memory.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pulumi_milvus.cluster_access.cluster import Json
from pulumi_milvus.resources.readiness.in_force import config_checksums, config_gaps, declared_gaps, template_gaps
from pulumi_milvus.resources.readiness.observed import Observed, service_name
from pulumi_milvus.resources.readiness.parts import Part, Verdict
from pulumi_milvus.resources.readiness.rollout import available, explanation, rollout_gap
from pulumi_milvus.resources.readiness.spec import ReadinessSpec

_COMPONENT, _GROUP = "app.kubernetes.io/component", "milvus.io/deployment-group"
_ROLES = {
    "mixcoord": "mixCoord",
    "rootcoord": "rootCoord",
    "datacoord": "dataCoord",
    "querycoord": "queryCoord",
    "indexcoord": "indexCoord",
    "streamingnode": "streamingNode",
    "querynode": "queryNode",
    "datanode": "dataNode",
    "indexnode": "indexNode",
    "proxy": "proxy",
    "standalone": "standalone",
    "cdc": "cdc",
}
"""The operator's name of a component and its key in the resource."""
_ALWAYS = ("mixcoord", "querynode", "datanode", "proxy", "standalone")
"""What a cluster of any version has, standalone aside, also before the operator has written its defaults."""
DEPENDENCIES = ("Etcd", "Storage", "MsgStream")
"""What Milvus needs beside it, as parts are called; the operator's conditions are called so with Ready behind."""
_SHOWN_GAPS = 3
_HPA_OWNS = -1


def judge_milvus(observed: Observed, spec: ReadinessSpec) -> Verdict:
    """What one look says about a Milvus resource."""
    resource = observed.resource
    if resource is None:
        return Verdict((Part("Milvus resource", f"{spec.namespace}/{spec.name} does not exist"),))
    live, status = resource.get("spec") or {}, resource.get("status") or {}
    parts = [
        *_dependency_parts(status, live.get("dependencies") or {}),
        *_role_parts(observed, live, resource["metadata"]),
        *_configuration_parts(observed, live, spec),
        _resource_part(resource, live, status),
    ]
    wants_pods = any(part.wanted for part in parts)
    if wants_pods:
        parts.append(Part("Service", observed.service_problem))
    name = service_name(resource, spec)
    endpoint = str(status.get("endpoint") or f"{name}.{spec.namespace}:{spec.port}")
    return Verdict(tuple(parts), endpoint, str(status.get("status") or ""))


def _dependency_parts(status: Mapping[str, Any], dependencies: Mapping[str, Any]) -> list[Part]:
    """What the operator waits for, with the address that is declared: its own words may not name it."""
    conditions = {item.get("type"): item for item in status.get("conditions") or []}
    return [
        Part(name, _condition_words(conditions[kind]) + _address_words(kind, dependencies))
        for name, kind in ((name, f"{name}Ready") for name in DEPENDENCIES)
        if conditions.get(kind, {}).get("status") == "False"
    ]


def _address_words(kind: str, dependencies: Mapping[str, Any]) -> str:
    part = dependencies.get({"EtcdReady": "etcd", "StorageReady": "storage"}.get(kind, "")) or {}
    addresses = part.get("endpoints") or [part.get("endpoint")]
    named = ", ".join(str(item) for item in addresses if item)
    return f" (declared: {named})" if named else ""


def _condition_words(condition: Mapping[str, Any]) -> str:
    message = " ".join(str(condition.get("message") or "").split())
    return f"{condition.get('reason')}{': ' + message[:400] if message else ''}"


def _role_parts(observed: Observed, live: Mapping[str, Any], metadata: Mapping[str, Any]) -> list[Part]:
    components = live.get("components") or {}
    slots: dict[tuple[str, str], list[Json]] = {}
    for deployment in observed.deployments:
        labels = deployment["metadata"].get("labels") or {}
        slots.setdefault((labels.get(_COMPONENT, ""), labels.get(_GROUP, "")), []).append(deployment)
    always = [role for role in _ALWAYS if role != "mixcoord" or "rootCoord" not in components]
    parts = []
    for role, key in _ROLES.items():
        component = components.get(key) or {}
        groups = component.get("groups") or []
        for group in [item["name"] for item in groups] or [""]:
            wanted = _wanted(role, component, groups, group, live)
            made = slots.pop((role, group), [])
            if not made and (not wanted or (key not in components and role not in always)):
                continue
            part = _role_part(role, group, wanted, made, observed, components, metadata)
            if part.wanted or part.problem:
                parts.append(part)
    return parts


def _wanted(role: str, component: Mapping[str, Any], groups: list[Any], group: str, live: Mapping[str, Any]) -> int:
    """Pods that a role shall have; -1 where an autoscaler decides."""
    if group:
        replicas = next((item.get("replicas") for item in groups if item["name"] == group), None)
    else:
        replicas = component.get("replicas")
    is_cluster = live.get("mode") == "cluster"
    if replicas is None:
        replicas = int((role == "standalone") != is_cluster) if component or role in _ALWAYS else 0
    if not is_cluster and role not in ("standalone", "cdc"):
        return 0
    return int(replicas)


def _role_part(
    role: str,
    group: str,
    wanted: int,
    made: list[Json],
    observed: Observed,
    components: Mapping[str, Any],
    metadata: Mapping[str, Any],
) -> Part:
    name = f"{role}/{group}" if group else role
    active = _active(role, made, metadata)
    if active is None:
        return Part(name, "the operator has not made its Deployment yet", 0, max(wanted, 1))
    declared = active["spec"].get("replicas", 1)
    shown = declared if wanted == _HPA_OWNS else wanted
    ready = min(available(active), shown)
    component = components.get(_ROLES[role]) or {}
    if wanted:
        gaps = template_gaps(component, components, active, grouped=bool(group))
        if gaps:
            return Part(name, f"the operator has not rolled out {'; '.join(gaps[:_SHOWN_GAPS])}", ready, shown)
    if wanted not in (_HPA_OWNS, declared):
        return Part(name, f"its Deployment has {declared} replicas yet", ready, shown)
    problem = rollout_gap(active)
    if problem:
        why = explanation(active, observed)
        return Part(name, f"{problem}{'; ' + why if why else ''}", ready, shown)
    if f"milvus.io/{role}-rolling-id" in (metadata.get("labels") or {}):
        return Part(name, "the operator is still rolling it", ready, shown)
    idle = [item for item in made if item is not active and (item.get("status") or {}).get("replicas")]
    if idle:
        left = sum(item["status"]["replicas"] for item in idle)
        return Part(name, f"{left} pods of its former version are still there", ready, shown)
    return Part(name, "", ready, shown)


def _active(role: str, made: list[Json], metadata: Mapping[str, Any]) -> Json | None:
    """Of a role's one or two Deployments the one that serves, or shall: rolls go into the idle one."""
    current = (metadata.get("annotations") or {}).get(f"milvus.io/{role}-current-group-id")
    label = f"milvus.io/{role}-group-id"
    if len(made) > 1 and current is not None:
        chosen = [item for item in made if (item["metadata"].get("labels") or {}).get(label) == current]
        if chosen:
            return chosen[0]
    return max(made, key=lambda item: item["spec"].get("replicas", 1), default=None)


def _configuration_parts(observed: Observed, live: Mapping[str, Any], spec: ReadinessSpec) -> list[Part]:
    parts = []
    gaps = declared_gaps(spec.spec, live) if spec.spec else []
    if gaps:
        parts.append(Part("declared spec", f"the resource does not have it: {', '.join(gaps[:_SHOWN_GAPS])}"))
    if observed.deployments and live.get("config"):
        gaps = config_gaps(live["config"], observed.config)
        if gaps:
            parts.append(Part("configuration", f"the operator has not written {', '.join(gaps[:_SHOWN_GAPS])} yet"))
    if len(config_checksums(observed.deployments)) > 1:
        parts.append(Part("configuration", "not every role has been restarted with the newest one"))
    return parts


def _resource_part(resource: Json, live: Mapping[str, Any], status: Mapping[str, Any]) -> Part:
    if resource["metadata"].get("deletionTimestamp"):
        return Part("Milvus resource", "it is being deleted")
    said = status.get("status")
    if not said:
        return Part("Milvus resource", "the operator has not looked at it yet; is the Milvus Operator running?")
    conditions = {item.get("type"): item for item in status.get("conditions") or []}
    if said == "Stopped":
        return Part("Milvus resource")
    if said != "Healthy":
        why = conditions.get("MilvusReady")
        return Part("Milvus resource", f"its status is {said}{'; ' + _condition_words(why) if why else ''}")
    updated = conditions.get("MilvusUpdated", {})
    if updated.get("status") == "False" and _updates_are_told(live):
        return Part("Milvus resource", f"it is still being updated: {_condition_words(updated)}")
    return Part("Milvus resource")


def _updates_are_told(live: Mapping[str, Any]) -> bool:
    """Whether MilvusUpdated ever turns true: not where a component has its own image, nor with rollingMode 3."""
    components = live.get("components") or {}
    own_images = any(isinstance(item, Mapping) and item.get("image") for item in components.values())
    return not own_images and components.get("rollingMode") != 3
