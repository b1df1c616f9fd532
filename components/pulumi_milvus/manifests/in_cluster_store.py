"""An object store in the cluster for trials: one MinIO with one volume. It survives no lost disk."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from pulumi_milvus.manifests.images import MINIO_IMAGE, image, pull_secrets
from pulumi_milvus.manifests.manifest import Manifest
from pulumi_milvus.manifests.names import MINIO_PORT, labels, metadata, selector, store_secret
from pulumi_milvus.manifests.outside import dependency
from pulumi_milvus.manifests.pods import (
    CONTAINER_SECURITY,
    RETAINED,
    USER_ID,
    http_probe,
    pod_security,
    volume_claim,
)
from pulumi_milvus.manifests.quantities import GIB, cores, size
from pulumi_milvus.manifests.setting_values import ClusterSettings
from pulumi_milvus.manifests.surroundings import service_account
from pulumi_milvus.planning.plan import Plan

# What the official sizing tool gives MinIO beside a small standalone (milvus.io sizing tool f57ab62,
# planning/official/dependencies.py): a core and 4 GiB. No plan has it: production has an object store of its own.
_CPU_CORES: Final = 1
_MEMORY_BYTES: Final = 4 * GIB
_DATA: Final = "/data"
_GRACE_SECONDS: Final = 60


def in_cluster_store_manifests(plan: Plan, settings: ClusterSettings, after: tuple[str, ...]) -> Iterator[Manifest]:
    """The objects of MinIO: account, Service, StatefulSet."""
    yield service_account(settings, "minio", None, after)
    yield Manifest(
        key="minio-service",
        body={
            "apiVersion": "v1",
            "kind": "Service",
            "metadata": metadata(settings, f"{settings.name}-minio", "minio", "minio"),
            "spec": {
                "type": "ClusterIP",
                "selector": selector(settings, "minio", "minio"),
                "ports": [{"name": "s3", "port": MINIO_PORT, "targetPort": MINIO_PORT, "protocol": "TCP"}],
            },
        },
        after=after,
    )
    yield Manifest(
        key="minio",
        body=_stateful_set(plan, settings),
        holds_data=True,
        after=(*after, "service-account-minio", "minio-service"),
    )


def _stateful_set(plan: Plan, settings: ClusterSettings) -> dict[str, Any]:
    secret = store_secret(settings)
    amounts = {"cpu": cores(_CPU_CORES), "memory": size(_MEMORY_BYTES)}
    live = "/minio/health/live"
    pod: dict[str, Any] = {
        "serviceAccountName": f"{settings.name}-minio",
        "automountServiceAccountToken": False,
        "enableServiceLinks": False,
        "terminationGracePeriodSeconds": _GRACE_SECONDS,
        "securityContext": pod_security(USER_ID),
        "containers": [
            {
                "name": "minio",
                "image": image(MINIO_IMAGE, settings),
                "imagePullPolicy": "IfNotPresent",
                "command": ["minio"],
                "args": ["server", _DATA, "--address", f":{MINIO_PORT}"],
                "env": [
                    {"name": name, "valueFrom": {"secretKeyRef": {"name": secret, "key": key}}}
                    for name, key in (("MINIO_ROOT_USER", "accesskey"), ("MINIO_ROOT_PASSWORD", "secretkey"))
                ]
                # No console; and its own settings stand in the volume, since the image's folders are not ours.
                + [{"name": "MINIO_BROWSER", "value": "off"}, {"name": "HOME", "value": _DATA}],
                "ports": [{"name": "s3", "containerPort": MINIO_PORT, "protocol": "TCP"}],
                "resources": {"requests": dict(amounts), "limits": dict(amounts)},
                "securityContext": dict(CONTAINER_SECURITY),
                "startupProbe": http_probe(live, MINIO_PORT, period_seconds=5, failures=60),
                "livenessProbe": http_probe(live, MINIO_PORT, period_seconds=15, failures=6),
                "readinessProbe": http_probe("/minio/health/ready", MINIO_PORT, period_seconds=10, failures=3),
                "volumeMounts": [{"name": "data", "mountPath": _DATA}],
            }
        ],
    }
    if settings.pull_secrets:
        pod["imagePullSecrets"] = pull_secrets(settings)
    if settings.priority_class is not None:
        pod["priorityClassName"] = settings.priority_class.name
    return {
        "apiVersion": "apps/v1",
        "kind": "StatefulSet",
        "metadata": metadata(settings, f"{settings.name}-minio", "minio", "minio"),
        "spec": {
            "replicas": 1,
            "serviceName": f"{settings.name}-minio",
            "podManagementPolicy": "OrderedReady",
            "updateStrategy": {"type": "RollingUpdate"},
            "persistentVolumeClaimRetentionPolicy": dict(RETAINED),
            "selector": {"matchLabels": selector(settings, "minio", "minio")},
            "template": {"metadata": {"labels": labels(settings, "minio", "minio")}, "spec": pod},
            "volumeClaimTemplates": [
                volume_claim(settings, "data", dependency(plan, "object store")["stored_bytes"], settings.storage_class)
            ],
        },
    }
