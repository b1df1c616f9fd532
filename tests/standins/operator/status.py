"""The status of a resource, from its Deployments and its dependencies. Recorded: `status` of every case.

Healthy asks Deployments, never Milvus.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from . import dependencies
from .components import Workload, is_stopping, workloads
from .containers import MILVUS_PORT, serving_settings
from .dependencies import condition
from .documents import Document, section, value_at
from .pod_template import milvus_container
from .turns import deployment_state

HEALTHY, UNHEALTHY, PENDING, STOPPED, DELETING = "Healthy", "Unhealthy", "Pending", "Stopped", "Deleting"
# The Deployment of each workload; where there are slots, the one that runs.
Deployments = Mapping[Workload, Mapping[str, Any] | None]


def rolling_id(resource: Mapping[str, Any], workload: Workload) -> str:
    """What the resource's label says of a roll of the workload's slots; empty where none goes on."""
    return str(section(resource, "metadata", "labels").get(f"milvus.io/{workload.state_key}-rolling-id") or "")


def status_of(
    resource: Mapping[str, Any],
    deployments: Deployments,
    *,
    probed: list[Document] | None,
    terminating: bool,
    load_balancer: str = "",
    pods_left: bool = False,
    now: str = "",
) -> Document:
    """The new status.

    Args:
        resource: A resource that has its defaults, with its last status.
        probed: The three conditions of the dependencies, or None where nobody asked them this time.
        terminating: Whether some pod of the resource is going.
        load_balancer: The address that the Service was given, if it was.
        pods_left: Whether any pod of the resource is left.
        now: The time, for conditions that change.
    """
    spec, last = resource["spec"], section(resource, "status")
    status: Document = {key: value for key, value in last.items() if key != "conditions"}
    status["observedGeneration"] = resource["metadata"].get("generation", 0)
    status["rollingModeVersion"] = value_at(spec, "components", "rollingMode")
    status["endpoint"] = _endpoint(resource, load_balancer)
    seen = {workload: _seen(resource, workload, found) for workload, found in deployments.items() if found is not None}
    _put_deployments(status, spec, seen)

    conditions = [dict(each) for each in last.get("conditions") or []]
    if is_stopping(spec):
        conditions = [each for each in conditions if each["type"] not in dependencies.KINDS]
    else:
        conditions = _renewed(conditions, probed or [], now)
    ready = _ready(resource, deployments, seen, pods_left=pods_left)
    updated = _updated(spec, seen, terminating=terminating)
    conditions = _renewed(conditions, [each for each in (ready, updated) if each], now)
    status["conditions"] = conditions

    if updated["status"] == "True" or not last.get("currentImage"):
        status["currentImage"] = value_at(spec, "components", "image")
        if version := value_at(spec, "components", "version"):
            status["currentVersion"] = version
    status["status"] = _health(last.get("status") or PENDING, spec, ready)
    return {key: value for key, value in status.items() if value not in (None, "")}


def first_status(spec: Mapping[str, Any]) -> Document:
    """What a resource gets before anything is made. Recorded: cluster-default-dependencies."""
    components = section(spec, "components")
    status = {"status": PENDING, "currentImage": components.get("image"), "currentVersion": components.get("version")}
    status["rollingModeVersion"] = components.get("rollingMode")
    return {key: value for key, value in status.items() if value}


def is_true(status: Mapping[str, Any], kind: str) -> bool:
    """Whether a condition holds."""
    return any(each["type"] == kind and each["status"] == "True" for each in status.get("conditions") or [])


def _health(last: str, spec: Mapping[str, Any], ready: Mapping[str, Any] | None) -> str:
    if is_stopping(spec):
        return STOPPED
    if ready and ready["status"] == "True":
        return HEALTHY
    return UNHEALTHY if last in (HEALTHY, UNHEALTHY) else PENDING


def _renewed(present: list[Document], new: list[Document], now: str) -> list[Document]:
    """Conditions by kind; the time of one that did not change stays."""
    by_kind = {each["type"]: each for each in present}
    for each in new:
        old = by_kind.get(each["type"])
        if old is None or any(old.get(key, "") != each.get(key, "") for key in ("status", "reason", "message")):
            by_kind[each["type"]] = {**each, **({"lastTransitionTime": now} if now else {})}
    return list(by_kind.values())


def _endpoint(resource: Mapping[str, Any], load_balancer: str) -> str:
    """Recorded: standalone-26, cluster-service-lb (none without an address); always the port 19530."""
    kind = serving_settings(resource["spec"]).get("serviceType")
    if kind == "LoadBalancer":
        return f"{load_balancer}:{MILVUS_PORT}" if load_balancer else ""
    metadata = resource["metadata"]
    namespace = metadata.get("namespace") or "<namespace>"
    return f"{metadata['name']}-milvus.{namespace}:{MILVUS_PORT}" if kind == "ClusterIP" else ""


def _seen(resource: Mapping[str, Any], workload: Workload, deployment: Mapping[str, Any]) -> Document:
    """A Deployment as the status keeps it; a roll of slots shows as a condition of it."""
    own = section(deployment, "status")
    if rolling := rolling_id(resource, workload):
        others = [each for each in own.get("conditions") or [] if each["type"] != "Progressing"]
        own["conditions"] = [condition("Progressing", "False", "Rolling", f"rolling id {rolling}"), *others]
    image = milvus_container(section(deployment, "spec", "template"), workload.component).get("image", "")
    return {"generation": value_at(deployment, "metadata", "generation") or 0, "image": image, "status": own}


def _put_deployments(status: Document, spec: Mapping[str, Any], seen: Mapping[Workload, Document]) -> None:
    """Recorded: cluster-querynode-groups, wrong-group-name (a component whose group is missing has no image)."""
    components: Document = {}
    groups: Document = {}
    for workload in workloads(spec):
        found = seen.get(workload)
        if workload.group_name is None:
            if found:
                components[workload.component] = found
            continue
        entry = found or {"generation": 0, "image": "", "status": {}}
        groups.setdefault(workload.component, {})[workload.group_name] = entry
        known = components.get(workload.component)
        # The component shows its group that is farthest behind.
        if known is None or (deployment_state(known) == "Complete" and deployment_state(entry) != "Complete"):
            components[workload.component] = entry
    status["componentsDeployStatus"] = components
    status["deploymentGroupsDeployStatus"] = groups or None


def _ready(
    resource: Mapping[str, Any], deployments: Deployments, seen: Mapping[Workload, Document], *, pods_left: bool
) -> Document | None:
    spec = resource["spec"]
    if is_stopping(spec):
        # The two messages are swapped in the real operator. Recorded: cluster-stopped.
        if pods_left:
            return condition("MilvusReady", "False", "MilvusStopping", "All Milvus components are stopped")
        return condition("MilvusReady", "False", "MilvusStopped", "All Milvus components are stopping")
    missing = [each for each in workloads(spec) if not _is_available(deployments.get(each))]
    if missing:
        names = " ".join(each.display_name for each in missing)
        detail = f"component[{missing[0].display_name}]: {_detail(seen.get(missing[0]))}"
        return condition("MilvusReady", "False", "MilvusComponentNotHealthy", f"[{names}] not ready, detail: {detail}")
    if not any(value_at(each, "status", "readyReplicas") for each in deployments.values()):
        return None
    return condition("MilvusReady", "True", "ReasonMilvusHealthy", "All Milvus components are healthy")


def _is_available(deployment: Mapping[str, Any] | None) -> bool:
    return deployment is not None and is_true(section(deployment, "status"), "Available")


def _detail(seen: Mapping[str, Any] | None) -> str:
    """What is wrong with a Deployment. Recorded: cluster-paused, cluster-missing-sa, the endless rolls."""
    if seen is None:
        return "deployment not created"
    conditions = value_at(seen, "status", "conditions") or []
    wanted = {"Progressing": "True", "ReplicaFailure": "False", "Available": "True"}
    for kind, fine in wanted.items():
        for each in conditions:
            if each["type"] == kind and each["status"] != fine:
                text = f"deployment status[{kind}:{each['status']}]: reason[{each.get('reason', '')}]"
                return f"{text}: {each.get('message', '')}"
    return "deployment is being observed"


def _updated(spec: Mapping[str, Any], seen: Mapping[Workload, Document], *, terminating: bool) -> Document:
    """Recorded: image-26-to-30, cluster-paused (a paused component counts as updated), cluster-component-image."""
    if terminating:
        return condition("MilvusUpdated", "False", "MilvusComponentsUpdating", "Milvus has terminating pods")
    image = value_at(spec, "components", "image")
    every = workloads(spec)
    waiting = [each.display_name for each in every if each not in seen or seen[each]["image"] != image]
    if waiting:
        down = value_at(spec, "components", "imageUpdateMode") == "rollingDowngrade"
        reason = "MilvusDowngradingImage" if down else "MilvusUpgradingImage"
        kind = "downgrade" if down else "upgrade"
        text = f"Milvus is performing rolling {kind} pending components[{','.join(waiting)}]"
        return condition("MilvusUpdated", "False", reason, text)
    moving = [each.display_name for each in every if deployment_state(seen[each]) not in ("Complete", "Paused")]
    if moving:
        text = f"Milvus components[{','.join(moving)}] are updating"
        return condition("MilvusUpdated", "False", "MilvusComponentsUpdating", text)
    return condition("MilvusUpdated", "True", "MilvusComponentsUpdated", "Milvus components are all updated")
