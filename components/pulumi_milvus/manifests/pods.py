"""What pods made here have in common: they pass PodSecurity's level restricted, and every default is said."""

from __future__ import annotations

from typing import Any, Final

from pulumi_milvus.manifests.quantities import whole_gib_up
from pulumi_milvus.manifests.setting_values import ClusterSettings

# Files of the images belong to root's group, or to nobody in particular; volumes get the group of fsGroup.
USER_ID: Final = 1000
CONTAINER_SECURITY: Final = {
    "allowPrivilegeEscalation": False,
    "capabilities": {"drop": ["ALL"]},
    "seccompProfile": {"type": "RuntimeDefault"},
    "runAsNonRoot": True,
}


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


# Volumes stay when the StatefulSet goes or shrinks.
RETAINED: Final = {"whenDeleted": "Retain", "whenScaled": "Retain"}
