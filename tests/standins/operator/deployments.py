"""The Deployments of a workload: one, or two slots that take turns."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

from .components import KEYS, OLD_COORDINATORS, Workload, group_of, is_manual, replicas_of
from .defaults import ACTIVE_STANDBY, COORDINATOR_SECTIONS
from .documents import Document, section, value_at
from .images import DUMMY_IMAGE
from .merging import merged_settings
from .ownership import owned
from .pod_template import ONE_MONTH_SECONDS, milvus_container, pod_template
from .surroundings import Surroundings

MIN_READY_SECONDS = 30  # recorded: cluster-26
_ROLLING = {"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": 0, "maxSurge": 1}}
_ALL_AT_ONCE = {"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": "100%", "maxSurge": "100%"}}
_ONE_AFTER_ANOTHER = {"type": "Recreate"}


def strategy(spec: Mapping[str, Any], component: str) -> Document:
    """How Kubernetes replaces the pods.

    Recorded: cluster-26, cluster-no-rolling, cluster-manual, standalone-rocksmq-pvc.
    A coordinator that cannot stand by, and a standalone that holds one, must not run twice.
    """
    if is_manual(spec) or value_at(spec, "components", "imageUpdateMode") == "force":
        return copy.deepcopy(_ALL_AT_ONCE)
    watched: tuple[str, ...] = ()
    if component in ("mixcoord", "standalone"):
        watched = COORDINATOR_SECTIONS
    elif component in OLD_COORDINATORS:
        watched = (KEYS[component],)
    can_stand_by = all(value_at(spec, "config", name, ACTIVE_STANDBY) is True for name in watched)
    return copy.deepcopy(_ROLLING if can_stand_by else _ONE_AFTER_ANOTHER)


def single_deployment(
    resource: Mapping[str, Any],
    workload: Workload,
    surroundings: Surroundings,
    *,
    current: Mapping[str, Any] | None = None,
    new_image: bool = True,
    checksum: str = "",
) -> Document:
    """The only Deployment of a workload, laid over the one that runs."""
    spec, name = resource["spec"], resource["metadata"]["name"]
    deployment = copy.deepcopy(dict(current)) if current else _frame(resource, workload, None)
    group = group_of(spec, workload)
    metadata = deployment["metadata"]
    metadata["labels"] = {**section(metadata, "labels"), **(group.get("labels") or {}), **workload.labels(name)}
    if group.get("annotations"):
        metadata["annotations"] = {**section(metadata, "annotations"), **group["annotations"]}

    own = deployment["spec"]
    own["paused"] = merged_settings(spec, workload)["paused"]
    own["strategy"] = strategy(spec, workload.component)
    own["progressDeadlineSeconds"] = ONE_MONTH_SECONDS
    if value_at(spec, "components", "enableRollingUpdate"):
        own["minReadySeconds"] = MIN_READY_SECONDS
    if not is_manual(spec):
        wished = replicas_of(spec, workload)
        # An autoscaler cannot start from nothing. Recorded: cluster-querynode-hpa.
        own["replicas"] = wished if wished >= 0 else (own.get("replicas") or 1)
    stopped = own.get("replicas") == 0
    own["template"] = pod_template(
        resource,
        workload,
        surroundings,
        current=value_at(current, "spec", "template"),
        everything=current is None or stopped,
        new_image=new_image,
        checksum=checksum,
    )
    return deployment


def slot_deployment(
    resource: Mapping[str, Any], workload: Workload, surroundings: Surroundings, slot: int, *, checksum: str = ""
) -> Document:
    """A slot as it is created: without pods; slot 1 with an image that nothing runs. Recorded: cluster-26."""
    spec = resource["spec"]
    deployment = _frame(resource, workload, slot)
    template = pod_template(resource, workload, surroundings, checksum=checksum)
    template["metadata"]["labels"][workload.slot_label] = str(slot)
    if slot:
        container = milvus_container(template, workload.component)
        container["image"] = value_at(spec, "components", "dummyImage") or DUMMY_IMAGE
    deployment["spec"] |= {
        "replicas": 0,
        "paused": merged_settings(spec, workload)["paused"],
        "strategy": strategy(spec, workload.component),
        "progressDeadlineSeconds": ONE_MONTH_SECONDS,
        "minReadySeconds": MIN_READY_SECONDS,
        "template": template,
    }
    return deployment


def slot_name(resource_name: str, workload: Workload, slot: int) -> str:
    """The name of a slot's Deployment."""
    return f"{workload.deployment_name(resource_name)}-{slot}"


def _frame(resource: Mapping[str, Any], workload: Workload, slot: int | None) -> Document:
    name = resource["metadata"]["name"]
    group = group_of(resource["spec"], workload)
    selected = workload.labels(name)
    if slot is not None:
        selected[workload.slot_label] = str(slot)
    deployment_name = workload.deployment_name(name) if slot is None else slot_name(name, workload, slot)
    deployment = owned(resource, "apps/v1", "Deployment", deployment_name, {**(group.get("labels") or {}), **selected})
    if group.get("annotations"):
        deployment["metadata"]["annotations"] = dict(group["annotations"])
    deployment["spec"] = {"selector": {"matchLabels": selected}}
    return deployment
