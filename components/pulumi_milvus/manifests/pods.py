"""What pods made here have in common: they pass PodSecurity's level restricted, and every default is said."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

from pulumi_milvus.manifests.images import pull_secrets
from pulumi_milvus.manifests.names import labels, metadata, selector
from pulumi_milvus.manifests.placement import scheduling, spread
from pulumi_milvus.manifests.quantities import cores, size, whole_gib_up
from pulumi_milvus.manifests.setting_values import ClusterSettings
from pulumi_milvus.planning.plan import Plan

# Files of the images belong to root's group, or to nobody in particular; volumes get the group of fsGroup.
USER_ID: Final = 1000
CONTAINER_SECURITY: Final = {
    "allowPrivilegeEscalation": False,
    "capabilities": {"drop": ["ALL"]},
    "seccompProfile": {"type": "RuntimeDefault"},
    "runAsNonRoot": True,
}

# Volumes stay when the StatefulSet goes or shrinks.
RETAINED: Final = {"whenDeleted": "Retain", "whenScaled": "Retain"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Members:
    """Equal pods beside Milvus, each with a volume ``data`` of its own: etcd, MinIO, Woodpecker.

    ``name`` is that of labels and objects, ``role`` the plan's for their place. ``figures`` are the plan's: ``pods``,
    ``cpu_cores``, ``memory_bytes``, ``volume_bytes``. ``container`` lacks its sizes, which come from there.
    ``grace_seconds``: how long a pod has for its end. ``service_account`` None: one of the same name.
    """

    name: str
    role: str
    figures: dict[str, Any]
    container: dict[str, Any]
    storage_class: str | None
    grace_seconds: int
    volumes: list[dict[str, Any]] = field(default_factory=list)
    service_account: str | None = None
    more_labels: dict[str, str] = field(default_factory=dict)
    annotations: dict[str, str] = field(default_factory=dict)


def members_stateful_set(plan: Plan, settings: ClusterSettings, members: Members) -> dict[str, Any]:
    """The StatefulSet of such pods: spread as availability asks, limits equal to requests, all of it as planned."""
    name, count = members.name, members.figures["pods"]
    pod: dict[str, Any] = {
        "serviceAccountName": members.service_account or f"{settings.name}-{name}",
        "automountServiceAccountToken": False,
        # A Service called etcd or minio in the namespace would set what runs here by its variables.
        "enableServiceLinks": False,
        "terminationGracePeriodSeconds": members.grace_seconds,
        "securityContext": pod_security(USER_ID),
        "containers": [members.container | {"resources": _resources(members.figures)}],
        **scheduling(plan, settings, members.role),
    }
    constraints = spread(plan, settings, name, count, name)
    found = {
        "volumes": members.volumes,
        "topologySpreadConstraints": constraints,
        "imagePullSecrets": pull_secrets(settings),
        "priorityClassName": settings.priority_class.name if settings.priority_class is not None else "",
    }
    pod |= {key: value for key, value in found.items() if value}
    about: dict[str, Any] = {"labels": labels(settings, name, name) | members.more_labels}
    if members.annotations:
        about["annotations"] = members.annotations
    return {
        "apiVersion": "apps/v1",
        "kind": "StatefulSet",
        "metadata": metadata(settings, f"{settings.name}-{name}", name, name),
        "spec": {
            "replicas": count,
            "serviceName": f"{settings.name}-{name}-headless",
            # They serve once enough of them are there: none waits for another to be ready.
            "podManagementPolicy": "Parallel",
            "updateStrategy": {"type": "RollingUpdate"},
            "persistentVolumeClaimRetentionPolicy": dict(RETAINED),
            "selector": {"matchLabels": selector(settings, name, name)},
            "template": {"metadata": about, "spec": pod},
            "volumeClaimTemplates": [
                volume_claim(settings, "data", members.figures["volume_bytes"], members.storage_class)
            ],
        },
    }


def member_addresses(settings: ClusterSettings, name: str, pods: int, port: int) -> list[str]:
    """``host:port`` of every pod of a StatefulSet made here."""
    domain = f"{settings.name}-{name}-headless.{settings.namespace}.svc"
    return [f"{settings.name}-{name}-{member}.{domain}:{port}" for member in range(pods)]


def service_of(
    settings: ClusterSettings, name: str, ports: list[tuple[str, int, str]], *, headless: bool
) -> dict[str, Any]:
    """A Service for such pods; ``ports``: name, number, protocol. Through a headless one they find each other."""
    spec: dict[str, Any] = {
        "type": "ClusterIP",
        "selector": selector(settings, name, name),
        "ports": [
            {"name": port, "port": number, "targetPort": number, "protocol": protocol}
            for port, number, protocol in ports
        ],
    }
    if headless:
        # Before they are ready.
        spec |= {"clusterIP": "None", "publishNotReadyAddresses": True}
    full = f"{settings.name}-{name}-headless" if headless else f"{settings.name}-{name}"
    return {"apiVersion": "v1", "kind": "Service", "metadata": metadata(settings, full, name, name), "spec": spec}


def pod_name_variable(name: str) -> dict[str, Any]:
    """A variable with the pod's own name."""
    return {"name": name, "valueFrom": {"fieldRef": {"apiVersion": "v1", "fieldPath": "metadata.name"}}}


def secret_variable(name: str, secret: str | None, key: str) -> dict[str, Any]:
    """A variable with a value of a Secret, which then stands in no object."""
    return {"name": name, "valueFrom": {"secretKeyRef": {"name": secret, "key": key}}}


def _resources(figures: dict[str, Any]) -> dict[str, Any]:
    amounts = {"cpu": cores(figures["cpu_cores"]), "memory": size(figures["memory_bytes"])}
    return {"requests": dict(amounts), "limits": dict(amounts)}


def pod_security(group_id: int) -> dict[str, Any]:
    """``securityContext`` of a pod: no root; large volumes are not gone through file by file at every start."""
    return {
        "runAsNonRoot": True,
        "runAsUser": USER_ID,
        "runAsGroup": group_id,
        "fsGroup": USER_ID,
        "fsGroupChangePolicy": "OnRootMismatch",
        "seccompProfile": {"type": "RuntimeDefault"},
    }


def http_probe(path: str, port: int, *, period_seconds: int, failures: int) -> dict[str, Any]:
    """A probe by HTTP with everything said."""
    return {
        "httpGet": {"path": path, "port": port, "scheme": "HTTP"},
        "periodSeconds": period_seconds,
        "timeoutSeconds": 5,
        "successThreshold": 1,
        "failureThreshold": failures,
    }


def volume_claim(settings: ClusterSettings, name: str, bytes_asked: int, storage_class: str | None) -> dict[str, Any]:
    """A claim of a StatefulSet, in whole GiB as disks come; without a class the cluster's default one is taken."""
    spec: dict[str, Any] = {
        "accessModes": ["ReadWriteOnce"],
        "resources": {"requests": {"storage": f"{whole_gib_up(bytes_asked)}Gi"}},
        "volumeMode": "Filesystem",
    }
    if storage_class is not None:
        spec["storageClassName"] = storage_class
    instance = {"app.kubernetes.io/instance": settings.name}
    return {
        "apiVersion": "v1",
        "kind": "PersistentVolumeClaim",
        "metadata": {"name": name, "labels": instance},
        "spec": spec,
    }
