"""The pure answer: the objects into which a Milvus resource settles."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from . import dependencies
from .admission import message, refusals
from .components import Workload, has_slots, is_cluster, is_manual, is_stopping, replicas_of, workloads
from .configuration import config_map
from .defaults import with_defaults
from .deployments import single_deployment, slot_deployment
from .documents import Document, value_at
from .exposure import ingress, pod_monitor, service
from .merging import merged_settings
from .surroundings import Surroundings
from .volume_claim import volume_claim
from .volumes import BadVolumeError, declared_volume, kafka_secret

UNKNOWN_CHECKSUM = "<hash>"  # the recordings hide its digits


@dataclass(frozen=True)
class Answer:
    """Either objects, or why there are none, or the field that this stand-in does not know.

    `errors` says what the API server refuses of the objects, so that a part of them is missing.
    """

    objects: list[Document] = field(default_factory=list)
    refused: str | None = None
    unsupported: str | None = None
    errors: list[str] = field(default_factory=list)


def settled(resource: Mapping[str, Any], surroundings: Surroundings) -> Answer:
    """What there is once the operator has nothing left to do, pods being ready at once.

    Args:
        resource: A Milvus resource that the API server took.
        surroundings: What stands around it.
    """
    if reason := bad_global_volume(resource.get("spec") or {}):
        return Answer(refused=reason)
    filled = with_defaults(resource)
    spec = filled["spec"]
    if unknown := unsupported_field(spec):
        return Answer(unsupported=unknown)
    if is_stopping(spec):
        return Answer(refused="every component has 0 replicas: the status is Stopped and no object is ever made")
    if charts := dependencies.in_cluster(spec):
        return Answer(refused=f"{' and '.join(charts)} would be installed as Helm charts first")
    conditions = dependencies.dependency_conditions(spec, surroundings)
    if not dependencies.all_ready(conditions):
        missing = [
            f"{each['type']}: {each.get('message', each['reason'])}" for each in conditions if each["status"] != "True"
        ]
        return Answer(refused=f"nothing is made before the dependencies answer: {'; '.join(missing)}")
    if (secret := kafka_secret(spec)) and secret not in surroundings.secrets:
        return Answer(refused=f"the Secret {secret} with Kafka's credentials does not exist")

    objects, errors = _wished(filled, surroundings)
    taken: list[Document] = []
    for manifest in objects:
        if reasons := refusals(manifest):
            errors.append(message(manifest, reasons))
        else:
            taken.append(manifest)
    return Answer(objects=taken, errors=errors)


def bad_global_volume(spec: Mapping[str, Any]) -> str | None:
    """Why the operator refuses the resource as a whole, if it does. Recorded: wrong-global-volume."""
    for place, volume in enumerate(value_at(spec, "components", "volumes") or []):
        try:
            declared_volume(volume)
        except BadVolumeError as error:
            return f"verify cr: verify custom volume {place}: {error}"
    return None


def unsupported_field(spec: Mapping[str, Any]) -> str | None:
    """A field whose effect no recording shows unambiguously, where the resource uses one."""
    used = {
        "spec.components.metricLabels": value_at(spec, "components", "metricLabels"),
        "spec.dependencies.storage.ssl": value_at(spec, "dependencies", "storage", "ssl"),
        "spec.dependencies.tei": value_at(spec, "dependencies", "tei", "enabled"),
    }
    return next((path for path, value in used.items() if value), None)


def settled_workloads(spec: Mapping[str, Any]) -> list[Workload]:
    """The workloads that stay: a cdc beside a standalone is deleted once that is ready. Recorded: standalone-cdc."""
    return [each for each in workloads(spec) if each.component != "cdc" or is_cluster(spec)]


def other_objects(resource: Mapping[str, Any], surroundings: Surroundings) -> list[Document]:
    """Everything but Deployments."""
    namespace = resource["metadata"].get("namespace") or surroundings.namespace
    made = [
        config_map(resource, surroundings),
        volume_claim(resource),
        service(resource),
        ingress(resource),
        pod_monitor(resource, namespace),
    ]
    return [manifest for manifest in made if manifest is not None]


def _wished(resource: Document, surroundings: Surroundings) -> tuple[list[Document], list[str]]:
    objects, errors = other_objects(resource, surroundings), []
    for workload in settled_workloads(resource["spec"]):
        try:
            objects += _deployments(resource, workload, surroundings)
        except BadVolumeError as error:
            errors.append(f"{workload.display_name}: {error}")
    return objects, errors


def _deployments(resource: Document, workload: Workload, surroundings: Surroundings) -> list[Document]:
    spec = resource["spec"]
    if not has_slots(spec, workload.component):
        single = single_deployment(resource, workload, surroundings, checksum=UNKNOWN_CHECKSUM)
        single["spec"].setdefault("replicas", 1)  # the API server's default, which manual mode leaves
        return [single]
    slots = [slot_deployment(resource, workload, surroundings, slot, checksum=UNKNOWN_CHECKSUM) for slot in (0, 1)]
    slots[0]["spec"]["replicas"] = slot_replicas(spec, workload)
    return slots


def slot_replicas(spec: Mapping[str, Any], workload: Workload) -> int:
    """The pods of the slot that runs. Recorded: cluster-paused, cluster-manual, cluster-querynode-hpa."""
    if is_manual(spec) or merged_settings(spec, workload)["paused"]:
        return 0
    wished = replicas_of(spec, workload)
    return 1 if wished < 0 else wished
