"""The pods of a component: from a pod template of Kubernetes, or from a component of a Milvus resource."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from pulumi_milvus.inspection.placement_shapes import affinity_of, spread_of
from pulumi_milvus.inspection.quantity import amount, size_bytes
from pulumi_milvus.inspection.shapes import at, mapping, mappings, text, texts
from pulumi_milvus.rules.pod_facts import MountFacts, PodFacts, VolumeFacts


def with_resources(pod: PodFacts, resources: object) -> PodFacts:
    """The pod with a container's requests and limits."""
    requests, limits = mapping(at(resources, "requests")), mapping(at(resources, "limits"))
    return replace(
        pod,
        memory_request_bytes=size_bytes(requests.get("memory")),
        memory_limit_bytes=size_bytes(limits.get("memory")),
        cpu_request_cores=amount(requests.get("cpu")),
        cpu_limit_cores=amount(limits.get("cpu")),
        disk_request_bytes=size_bytes(requests.get("ephemeral-storage")),
        disk_limit_bytes=size_bytes(limits.get("ephemeral-storage")),
        gpus=_gpus(limits) or _gpus(requests),
    )


def _gpus(amounts: Mapping[str, Any]) -> int:
    """GPUs, or slices of one (NVIDIA k8s-device-plugin: nvidia.com/gpu, nvidia.com/gpu.shared, nvidia.com/mig-*)."""
    names = [name for name in amounts if str(name).startswith(("nvidia.com/gpu", "nvidia.com/mig-"))]
    return sum([size_bytes(amounts[name]) or 0 for name in names])


def volumes_of(declared: object) -> tuple[VolumeFacts, ...]:
    """The volumes of a pod."""
    return tuple(_volume(item) for item in mappings(declared) if text(item.get("name")))


def claims_of(templates: object) -> tuple[VolumeFacts, ...]:
    """The volumes that a StatefulSet's claim templates make."""
    return tuple(_claim(str(at(item, "metadata", "name")), mapping(item.get("spec"))) for item in mappings(templates))


def with_claims(volumes: Iterable[VolumeFacts], claims: Mapping[str, Mapping[str, Any]]) -> tuple[VolumeFacts, ...]:
    """Volumes of named claims with what the PersistentVolumeClaims say; ``claims``: their ``spec`` by name."""
    return tuple(
        replace(_claim(volume.name, claims[volume.path]), path=volume.path)
        if volume.kind == "claim" and volume.path is not None and volume.path in claims
        else volume
        for volume in volumes
    )


def mounts_of(declared: object) -> tuple[MountFacts, ...]:
    """Where the volumes stand in the container."""
    return tuple(
        MountFacts(str(item.get("name")), str(item["mountPath"]), text(item.get("subPath")) or "")
        for item in mappings(declared)
        if text(item.get("mountPath"))
    )


def environment_of(declared: object) -> dict[str, str | None]:
    """Environment variables; None where the value comes from elsewhere."""
    found: dict[str, str | None] = {}
    for item in mappings(declared):
        value = item.get("value")
        found[str(item.get("name"))] = None if value is None else str(value)
    return found


def pod_of_template(template: Mapping[str, Any], container: Mapping[str, Any], pod: PodFacts) -> PodFacts:
    """The pod of a template, by the container that runs Milvus; ``pod`` has component, subject, replicas."""
    spec = mapping(template.get("spec"))
    found = replace(
        pod,
        image=text(container.get("image")),
        volumes=volumes_of(spec.get("volumes")),
        mounts=mounts_of(container.get("volumeMounts")),
        env=environment_of(container.get("env")),
        labels=texts(at(template, "metadata", "labels")),
        runtime_class=text(spec.get("runtimeClassName")),
        **scheduling([spec]),
    )
    return with_resources(found, container.get("resources"))


def scheduling(layers: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Where pods may go; a later layer's key takes the place of an earlier one's."""
    taken: dict[str, Any] = {}
    for layer in layers:
        taken.update({key: value for key, value in layer.items() if value not in (None, {}, [], "")})
    return {
        "node_selector": texts(taken.get("nodeSelector")),
        "affinity": affinity_of(taken.get("affinity")),
        "tolerations": mappings(taken.get("tolerations")),
        "spread": spread_of(taken.get("topologySpreadConstraints")),
        "service_account": text(taken.get("serviceAccountName")) or text(taken.get("serviceAccount")),
    }


def _volume(item: Mapping[str, Any]) -> VolumeFacts:
    name = str(item["name"])
    kind = next((str(key) for key in item if key != "name"), "emptyDir")
    body = mapping(item.get(kind))
    if kind == "persistentVolumeClaim":
        return VolumeFacts(name=name, kind="claim", path=text(body.get("claimName")))
    if kind == "ephemeral":
        return _claim(name, mapping(at(body, "volumeClaimTemplate", "spec")))
    return VolumeFacts(
        name=name,
        kind=kind,
        size_bytes=size_bytes(body.get("sizeLimit")),
        medium=text(body.get("medium")) or "",
        path=text(body.get("path")),
    )


def _claim(name: str, spec: Mapping[str, Any]) -> VolumeFacts:
    size = size_bytes(at(spec, "resources", "requests", "storage"))
    return VolumeFacts(name=name, kind="claim", size_bytes=size, storage_class=text(spec.get("storageClassName")))
