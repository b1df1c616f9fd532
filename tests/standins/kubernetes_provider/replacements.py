"""Which fields of an object cannot change in place: a change of one replaces the resource."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kubernetes_provider import kinds
from kubernetes_provider.kinds import Kind

Path = tuple[str | int, ...]

_STATEFUL_SET = (
    "spec.podManagementPolicy",
    "spec.revisionHistoryLimit",
    "spec.selector",
    "spec.serviceName",
    "spec.volumeClaimTemplates",
)
_VOLUME_SOURCES = (
    "awsElasticBlockStore",
    "azureDisk",
    "azureFile",
    "cephfs",
    "cinder",
    "csi",
    "fc",
    "flexVolume",
    "flocker",
    "gcePersistentDisk",
    "glusterfs",
    "hostPath",
    "iscsi",
    "local",
    "nfs",
    "photonPersistentDisk",
    "portworxVolume",
    "quobyte",
    "rbd",
    "scaleIO",
    "storageos",
    "vsphereVolume",
)

# pulumi-kubernetes, provider/pkg/provider/diff.go, tree after 4.32.0; those of Pods are left out, see README.md.
_BY_KIND: Mapping[Kind, Sequence[str]] = {
    Kind("apps", "v1", "DaemonSet"): ("spec.selector",),
    Kind("apps", "v1", "Deployment"): ("spec.selector",),
    Kind("apps", "v1", "StatefulSet"): _STATEFUL_SET,
    Kind("batch", "v1", "Job"): ("spec.completions", "spec.parallelism", "spec.selector", "spec.template"),
    Kind("rbac.authorization.k8s.io", "v1", "ClusterRoleBinding"): ("roleRef",),
    Kind("rbac.authorization.k8s.io", "v1", "RoleBinding"): ("roleRef",),
    Kind("storage.k8s.io", "v1", "StorageClass"): ("parameters", "provisioner"),
    Kind("", "v1", "PersistentVolume"): tuple(f"spec.{source}" for source in _VOLUME_SOURCES),
    Kind("", "v1", "PersistentVolumeClaim"): (
        "spec.accessModes",
        "spec.selector",
        "spec.storageClassName",
        "spec.volumeName",
    ),
    Kind("", "v1", "ResourceQuota"): ("spec.scopes",),
    Kind("", "v1", "Service"): ("spec.clusterIP",),
}
_SECRET = Kind("", "v1", "Secret")
_CONFIG_MAP = Kind("", "v1", "ConfigMap")


@dataclass(frozen=True)
class Mutability:
    """The provider's options `enableSecretMutable` and `enableConfigMapMutable`."""

    secrets: bool = False
    config_maps: bool = False


def fixed_fields(document: Mapping[str, Any], mutability: Mutability) -> tuple[tuple[str, ...], ...]:
    """The paths whose change replaces this object; its name and namespace always."""
    kind, immutable = kinds.of_object(document), document.get("immutable") is True
    fields: Sequence[str] = _BY_KIND.get(kind, ())
    if kind == _SECRET:
        fields = ("type",) if mutability.secrets and not immutable else ("type", "stringData", "data")
    elif kind == _CONFIG_MAP:
        fields = () if mutability.config_maps and not immutable else ("binaryData", "data")
    return tuple(tuple(field.split(".")) for field in ("metadata.name", "metadata.namespace", *fields))


def touches(path: Path, value: Any, fixed: Sequence[tuple[str, ...]]) -> bool:
    """Whether a change at `path` to `value` changes a fixed field: at it, below it, or with it inside `value`."""
    for field in fixed:
        if path[: len(field)] == field:
            return True
        if field[: len(path)] == path and _holds(value, field[len(path) :]):
            return True
    return False


def _holds(value: Any, path: Sequence[str]) -> bool:
    for key in path:
        if not isinstance(value, Mapping) or key not in value:
            return False
        value = value[key]
    return True
