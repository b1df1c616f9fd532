"""Standalone with everything inside, as a StatefulSet of our own: etcd in the process, files on one volume."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Final

from pulumi_milvus.manifests.images import milvus_image, pull_secrets
from pulumi_milvus.manifests.manifest import Manifest
from pulumi_milvus.manifests.milvus_config import TLS_PATH
from pulumi_milvus.manifests.milvus_resource import role_resources
from pulumi_milvus.manifests.names import (
    DATA_PATH,
    METRICS_PORT,
    MILVUS_PORT,
    REST_PORT,
    SERVICE_LABEL,
    labels,
    metadata,
    root_secret,
    selector,
)
from pulumi_milvus.manifests.placement import scheduling
from pulumi_milvus.manifests.pods import CONTAINER_SECURITY, RETAINED, http_probe, pod_security, volume_claim
from pulumi_milvus.manifests.quantities import whole_gib_up
from pulumi_milvus.manifests.self_contained_config import (
    CONFIG_PATH,
    ENVIRONMENT,
    ETCD_CONFIG,
    USER_CONFIG,
    config_text,
    embedded_etcd_config,
    self_contained_config,
    volume_bytes,
)
from pulumi_milvus.manifests.setting_values import ClusterSettings
from pulumi_milvus.planning.plan import Plan

_KEY: Final = "standalone"
# The image's files belong to root and are for its group (Milvus, build/docker/milvus/ubuntu22.04/Dockerfile, mode 774).
_IMAGE_GROUP: Final = 0
# What is in memory is written out before the end; the same as the chart's (milvus-helm 5.0.19,
# terminationGracePeriodSeconds).
_GRACE_SECONDS: Final = 1800


def self_contained_manifests(plan: Plan, settings: ClusterSettings, after: tuple[str, ...]) -> Iterator[Manifest]:
    """ConfigMap, Services and StatefulSet of a self-contained standalone."""
    name = f"{settings.name}-standalone"
    files = {
        USER_CONFIG: config_text(self_contained_config(plan, settings)),
        ETCD_CONFIG: config_text(embedded_etcd_config(plan)),
    }
    yield Manifest(
        key="config",
        body={
            "apiVersion": "v1",
            "kind": "ConfigMap",
            "metadata": metadata(settings, name, _KEY),
            "data": files,
        },
        after=after,
    )
    yield _service(settings, f"{name}-headless", headless=True, after=after)
    yield _service(settings, settings.service_name, headless=False, after=after)
    yield Manifest(
        key="milvus",
        body=_stateful_set(plan, settings, name, _checksum(files)),
        holds_data=True,
        after=(*after, "config", "milvus-headless"),
    )


def _checksum(files: dict[str, str]) -> str:
    """Changes with the configuration, so that the pod is replaced with it."""
    return hashlib.sha256("\0".join(f"{name}\0{files[name]}" for name in sorted(files)).encode()).hexdigest()


def _ports(settings: ClusterSettings) -> dict[str, int]:
    rest = {"rest": REST_PORT} if settings.tls_secret is not None else {}
    return {"milvus": MILVUS_PORT, **rest, "metrics": METRICS_PORT}


def _service(settings: ClusterSettings, name: str, *, headless: bool, after: tuple[str, ...]) -> Manifest:
    spec: dict[str, Any] = {
        "type": "ClusterIP",
        "selector": selector(settings, _KEY),
        "ports": [
            {"name": port, "port": number, "targetPort": number, "protocol": "TCP"}
            for port, number in _ports(settings).items()
        ],
    }
    if headless:
        spec["clusterIP"] = "None"
    body = {"apiVersion": "v1", "kind": "Service", "metadata": metadata(settings, name, _KEY), "spec": spec}
    return Manifest(key="milvus-headless" if headless else "milvus-service", body=body, after=after)


def _stateful_set(plan: Plan, settings: ClusterSettings, name: str, checksum: str) -> dict[str, Any]:
    role = plan.roles["standalone"]
    volumes: list[dict[str, Any]] = [{"name": "config", "configMap": {"name": name, "defaultMode": 0o444}}]
    if settings.tls_secret is not None:
        volumes.append({"name": "tls", "secret": {"secretName": settings.tls_secret, "defaultMode": 0o444}})
    pod: dict[str, Any] = {
        "serviceAccountName": f"{settings.name}-milvus",
        "automountServiceAccountToken": False,
        # A Service called etcd or minio in the namespace would set Milvus's configuration by its variables.
        "enableServiceLinks": False,
        "terminationGracePeriodSeconds": settings.graceful_stop_seconds or _GRACE_SECONDS,
        "securityContext": pod_security(_IMAGE_GROUP),
        "containers": [_container(plan, settings)],
        "volumes": volumes,
        **scheduling(plan, settings, "standalone", role.gpus),
    }
    if settings.pull_secrets:
        pod["imagePullSecrets"] = pull_secrets(settings)
    if settings.priority_class is not None:
        pod["priorityClassName"] = settings.priority_class.name
    return {
        "apiVersion": "apps/v1",
        "kind": "StatefulSet",
        "metadata": metadata(settings, name, _KEY),
        "spec": {
            "replicas": role.pods,
            "serviceName": f"{name}-headless",
            "podManagementPolicy": "OrderedReady",
            "updateStrategy": {"type": "RollingUpdate"},
            "persistentVolumeClaimRetentionPolicy": dict(RETAINED),
            "selector": {"matchLabels": selector(settings, _KEY)},
            "template": {
                "metadata": {
                    "labels": labels(settings, _KEY) | {SERVICE_LABEL: "true"},
                    "annotations": {"checksum/config": checksum},
                },
                "spec": pod,
            },
            "volumeClaimTemplates": [volume_claim(settings, "data", volume_bytes(plan), settings.storage_class)],
        },
    }


def _container(plan: Plan, settings: ClusterSettings) -> dict[str, Any]:
    role = plan.roles["standalone"]
    environment: list[dict[str, Any]] = [{"name": name, "value": value} for name, value in ENVIRONMENT.items()]
    environment.append(
        {
            "name": "COMMON_SECURITY_DEFAULTROOTPASSWORD",
            "valueFrom": {"secretKeyRef": {"name": root_secret(settings), "key": "password"}},
        }
    )
    mounts: list[dict[str, Any]] = [{"name": "data", "mountPath": DATA_PATH}]
    mounts += [
        {"name": "config", "mountPath": f"{CONFIG_PATH}/{file}", "subPath": file, "readOnly": True}
        for file in (USER_CONFIG, ETCD_CONFIG)
    ]
    if settings.tls_secret is not None:
        mounts.append({"name": "tls", "mountPath": TLS_PATH, "readOnly": True})
    if role.local_disk_bytes:
        # Stored files stand under localStorage.path too where the storage is local, so nothing may be mounted there:
        # what is mapped into memory shares the volume.
        environment.append({"name": "LOCAL_STORAGE_SIZE", "value": str(whole_gib_up(volume_bytes(plan)))})
    healthy = "/healthz"
    return {
        "name": "milvus",
        "image": milvus_image(plan, settings),
        "imagePullPolicy": "IfNotPresent",
        "args": ["milvus", "run", "standalone"],
        "env": environment,
        "ports": [
            {"name": port, "containerPort": number, "protocol": "TCP"} for port, number in _ports(settings).items()
        ],
        "resources": role_resources(replace(role, local_disk_bytes=0)),
        "securityContext": dict(CONTAINER_SECURITY),
        # Much may be read back at a start: an hour, as long as it makes progress or not.
        "startupProbe": http_probe(healthy, METRICS_PORT, period_seconds=10, failures=360),
        "livenessProbe": http_probe(healthy, METRICS_PORT, period_seconds=30, failures=4),
        # /healthz may be ready before the port of clients is open (milvus-io/milvus#53731).
        "readinessProbe": {
            "tcpSocket": {"port": MILVUS_PORT},
            "periodSeconds": 10,
            "timeoutSeconds": 5,
            "successThreshold": 1,
            "failureThreshold": 2,
        },
        "volumeMounts": mounts,
    }
