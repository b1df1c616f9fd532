"""The pod template of one workload, laid over the one that runs.

What the operator does not set is left as it is, which is why removing a field from the resource often does not undo it
(recorded: remove-component-field, metadata-remove). A first template is laid over nothing.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

from .components import SERVING, Workload
from .containers import CONFIG_CONTAINER, arguments, config_container, declared_container, environment, ports
from .documents import Document, index_of, put_by, section, value_at, without_empty
from .merging import merged_environment, merged_settings
from .probes import probes_of
from .quantities import canonical_resources
from .surroundings import Surroundings
from .volumes import put_declared_mounts, put_declared_volumes, put_own_mounts, put_own_volumes

ONE_MONTH_SECONDS = 30 * 24 * 60 * 60  # recorded: grace period and progress deadline
_PRE_STOP_SECONDS = 30  # recorded: proxy and standalone
# Written as declared, or taken out. Recorded: these do go when they are removed.
_SCHEDULING = (
    "affinity",
    "tolerations",
    "topologySpreadConstraints",
    "nodeSelector",
    "imagePullSecrets",
    "serviceAccountName",
    "priorityClassName",
)


def active_config_map(resource: Mapping[str, Any]) -> str:
    """The ConfigMap that pods mount. Recorded: standalone-hook-config."""
    return str(value_at(resource, "spec", "components", "activeConfigMap") or resource["metadata"]["name"])


def pod_template(
    resource: Mapping[str, Any],
    workload: Workload,
    surroundings: Surroundings,
    *,
    current: Mapping[str, Any] | None = None,
    everything: bool = True,
    new_image: bool = True,
    checksum: str = "",
) -> Document:
    """The template of a workload of a resource that has its defaults.

    Args:
        current: The template that runs, if one does.
        everything: Whether what waits for a roll (probes, tools, the ConfigMap's name) is written without one.
        new_image: Whether it is this component's turn to take the declared image.
        checksum: Of the configuration; written where a change of it restarts pods.
    """
    spec = resource["spec"]
    settings = merged_settings(spec, workload)
    template: Document = copy.deepcopy(dict(current or {}))
    metadata = template["metadata"] = section(template, "metadata")
    pod = template["spec"] = section(template, "spec")

    _put_metadata(metadata, resource, workload, settings, checksum)
    _put_init_containers(pod, spec, settings)
    pod["volumes"] = list(pod.get("volumes") or [])
    put_declared_volumes(pod["volumes"], resource["metadata"]["name"], spec, settings.get("volumes") or [])
    _put_scheduling(pod, settings)
    take_image = everything or new_image or not value_at(spec, "components", "enableRollingUpdate")
    take_image = take_image or value_at(spec, "components", "imageUpdateMode") in ("all", "force")
    _put_milvus(pod, spec, workload, surroundings, settings, take_image=take_image)
    for sidecar in settings["sidecars"]:
        put_by(pod["containers"], "name", declared_container(sidecar))
    if value_at(spec, "components", "runAsNonRoot"):
        pod["securityContext"] = {"runAsNonRoot": True, "runAsUser": 1000}

    if everything or not same(template, current):
        _put_what_waits_for_a_roll(template, resource, workload, settings)
    return template


def same(template: Mapping[str, Any], current: Mapping[str, Any] | None) -> bool:
    """Whether two templates are equal for the operator: without a difference but empty values."""
    return current is not None and bool(without_empty(template) == without_empty(current))


def milvus_container(template: Mapping[str, Any], component: str) -> Document:
    """The Milvus container of a template; empty where it has none."""
    containers = value_at(template, "spec", "containers") or []
    place = index_of(containers, "name", component)
    return containers[place] if place >= 0 else {}


def _put_metadata(
    metadata: Document, resource: Mapping[str, Any], workload: Workload, settings: Mapping[str, Any], checksum: str
) -> None:
    own = workload.labels(resource["metadata"]["name"])
    metadata["labels"] = {**section(metadata, "labels"), **settings["podLabels"], **own}
    metadata["annotations"] = {**section(metadata, "annotations"), **settings["podAnnotations"]}
    if not value_at(resource, "spec", "components", "updateConfigMapOnly"):
        metadata["annotations"]["checksum/config"] = checksum


def _put_init_containers(pod: Document, spec: Mapping[str, Any], settings: Mapping[str, Any]) -> None:
    containers = pod["initContainers"] = list(pod.get("initContainers") or [])
    place = index_of(containers, "name", CONFIG_CONTAINER)
    if place < 0 or value_at(spec, "components", "updateToolImage"):
        put_by(containers, "name", config_container(spec, containers[place] if place >= 0 else None))
    for declared in settings["initContainers"]:
        put_by(containers, "name", declared_container(declared))


def _put_scheduling(pod: Document, settings: Mapping[str, Any]) -> None:
    for key in _SCHEDULING:
        if settings.get(key):
            pod[key] = copy.deepcopy(settings[key])
        else:
            pod.pop(key, None)
    # The API server writes the service account twice, and takes the old spelling for the new one.
    if pod.get("serviceAccount") != pod.get("serviceAccountName"):
        pod.pop("serviceAccount", None)
    for key in ("schedulerName", "dnsPolicy"):
        if settings.get(key):
            pod[key] = settings[key]
    if settings.get("hostNetwork"):
        pod["hostNetwork"] = True
    else:
        pod.pop("hostNetwork", None)


def _put_milvus(
    pod: Document,
    spec: Mapping[str, Any],
    workload: Workload,
    surroundings: Surroundings,
    settings: Mapping[str, Any],
    *,
    take_image: bool,
) -> None:
    containers = pod["containers"] = list(pod.get("containers") or [])
    place = index_of(containers, "name", workload.component)
    if place < 0:
        containers.append({"name": workload.component})
        place = len(containers) - 1
    container = containers[place]
    container["args"] = arguments(workload.component, settings)
    container["env"] = merged_environment(container.get("env") or [], environment(spec, surroundings, settings))
    container["ports"] = ports(workload.component, spec)
    container["volumeMounts"] = list(container.get("volumeMounts") or [])
    put_declared_mounts(container["volumeMounts"], spec, settings["volumeMounts"])
    container["imagePullPolicy"] = settings.get("imagePullPolicy") or "IfNotPresent"
    if take_image:
        container["image"] = settings["image"]
    container["resources"] = canonical_resources(settings.get("resources") or {})
    if settings.get("securityContext") is not None:
        container["securityContext"] = {**section(container, "securityContext"), **settings["securityContext"]}


def _put_what_waits_for_a_roll(
    template: Document, resource: Mapping[str, Any], workload: Workload, settings: Mapping[str, Any]
) -> None:
    """Recorded: probes-change (changed alone they wait), and the order of mounts after a roll."""
    spec, pod = resource["spec"], template["spec"]
    template["metadata"]["annotations"]["milvus.io/using-configmap"] = active_config_map(resource)
    put_own_volumes(pod["volumes"], active_config_map(resource), spec)
    containers = pod["initContainers"]
    place = index_of(containers, "name", CONFIG_CONTAINER)
    put_by(containers, "name", config_container(spec, containers[place] if place >= 0 else None))
    container = milvus_container(template, workload.component)
    put_own_mounts(container["volumeMounts"], spec)
    container.update(probes_of(settings.get("probes")))
    if workload.component in SERVING:
        template["metadata"]["labels"]["milvus.io/service"] = "true"
        container["lifecycle"] = {"preStop": {"exec": {"command": ["sleep", str(_PRE_STOP_SECONDS)]}}}
    pod["terminationGracePeriodSeconds"] = ONE_MONTH_SECONDS
