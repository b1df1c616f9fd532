"""An object store in the cluster, for trials: MinIO, whose four pods, if so planned, keep parity of each other."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from pulumi_milvus.manifests.images import MINIO_IMAGE, image, pull_secrets
from pulumi_milvus.manifests.manifest import Manifest
from pulumi_milvus.manifests.names import MINIO_PORT, labels, metadata, selector, store_secret
from pulumi_milvus.manifests.outside import dependency
from pulumi_milvus.manifests.placement import scheduling, spread
from pulumi_milvus.manifests.pods import (
    CONTAINER_SECURITY,
    RETAINED,
    USER_ID,
    http_probe,
    pod_security,
    volume_claim,
)
from pulumi_milvus.manifests.quantities import MIB, cores, size
from pulumi_milvus.manifests.setting_values import ClusterSettings
from pulumi_milvus.manifests.surroundings import disruption_budget, service_account
from pulumi_milvus.planning.plan import Plan

_DATA: Final = "/data"
# It looks for certificates at home, and the image's folders are not those of the user that it runs as.
_HOME: Final = "/home/minio"
_HOME_BYTES: Final = 16 * MIB
_GRACE_SECONDS: Final = 60


def in_cluster_store_manifests(plan: Plan, settings: ClusterSettings, after: tuple[str, ...]) -> Iterator[Manifest]:
    """The objects of MinIO: account, Services, StatefulSet, and a budget where there are several pods."""
    yield service_account(settings, "minio", None, after)
    yield _service(settings, headless=True, after=after)
    yield _service(settings, headless=False, after=after)
    yield Manifest(
        key="minio",
        body=_stateful_set(plan, settings),
        holds_data=True,
        after=(*after, "service-account-minio", "minio-headless"),
    )
    if dependency(plan, "object store")["pods"] > 1:
        yield disruption_budget(settings, "minio", after, "minio")


def _service(settings: ClusterSettings, *, headless: bool, after: tuple[str, ...]) -> Manifest:
    name = f"{settings.name}-minio-headless" if headless else f"{settings.name}-minio"
    spec: dict[str, Any] = {
        "type": "ClusterIP",
        "selector": selector(settings, "minio", "minio"),
        "ports": [{"name": "s3", "port": MINIO_PORT, "targetPort": MINIO_PORT, "protocol": "TCP"}],
    }
    if headless:
        # Pods find each other before they are ready.
        spec |= {"clusterIP": "None", "publishNotReadyAddresses": True}
    body = {"apiVersion": "v1", "kind": "Service", "metadata": metadata(settings, name, "minio", "minio"), "spec": spec}
    return Manifest(key="minio-headless" if headless else "minio-service", body=body, after=after)


def _drives(settings: ClusterSettings, pods: int) -> str:
    """What MinIO serves: its own folder, or the folders of all pods."""
    if pods == 1:
        return _DATA
    name, domain = f"{settings.name}-minio", f"{settings.name}-minio-headless.{settings.namespace}.svc"
    return f"http://{name}-{{0...{pods - 1}}}.{domain}:{MINIO_PORT}{_DATA}"


def _stateful_set(plan: Plan, settings: ClusterSettings) -> dict[str, Any]:
    figures = dependency(plan, "object store")
    pods = figures["pods"]
    pod: dict[str, Any] = {
        "serviceAccountName": f"{settings.name}-minio",
        "automountServiceAccountToken": False,
        "enableServiceLinks": False,
        "terminationGracePeriodSeconds": _GRACE_SECONDS,
        "securityContext": pod_security(USER_ID),
        "containers": [_container(settings, figures)],
        "volumes": [{"name": "home", "emptyDir": {"sizeLimit": size(_HOME_BYTES)}}],
        **scheduling(plan, settings, "object_store"),
    }
    constraints = spread(plan, settings, "minio", pods, "minio")
    if constraints:
        pod["topologySpreadConstraints"] = constraints
    if settings.pull_secrets:
        pod["imagePullSecrets"] = pull_secrets(settings)
    if settings.priority_class is not None:
        pod["priorityClassName"] = settings.priority_class.name
    return {
        "apiVersion": "apps/v1",
        "kind": "StatefulSet",
        "metadata": metadata(settings, f"{settings.name}-minio", "minio", "minio"),
        "spec": {
            "replicas": pods,
            "serviceName": f"{settings.name}-minio-headless",
            # Several pods serve once enough of them are there: none waits for another to be ready.
            "podManagementPolicy": "Parallel",
            "updateStrategy": {"type": "RollingUpdate"},
            "persistentVolumeClaimRetentionPolicy": dict(RETAINED),
            "selector": {"matchLabels": selector(settings, "minio", "minio")},
            "template": {"metadata": {"labels": labels(settings, "minio", "minio")}, "spec": pod},
            "volumeClaimTemplates": [volume_claim(settings, "data", figures["volume_bytes"], settings.storage_class)],
        },
    }


def _container(settings: ClusterSettings, figures: dict[str, Any]) -> dict[str, Any]:
    secret = store_secret(settings)
    amounts = {"cpu": cores(figures["cpu_cores"]), "memory": size(figures["memory_bytes"])}
    live = "/minio/health/live"
    keys = (("MINIO_ROOT_USER", "accesskey"), ("MINIO_ROOT_PASSWORD", "secretkey"))
    return {
        "name": "minio",
        "image": image(MINIO_IMAGE, settings),
        "imagePullPolicy": "IfNotPresent",
        "command": ["minio"],
        "args": ["server", _drives(settings, figures["pods"]), "--address", f":{MINIO_PORT}"],
        "env": [
            *({"name": name, "valueFrom": {"secretKeyRef": {"name": secret, "key": key}}} for name, key in keys),
            {"name": "MINIO_BROWSER", "value": "off"},
            {"name": "HOME", "value": _HOME},
        ],
        "ports": [{"name": "s3", "containerPort": MINIO_PORT, "protocol": "TCP"}],
        "resources": {"requests": dict(amounts), "limits": dict(amounts)},
        "securityContext": dict(CONTAINER_SECURITY),
        "startupProbe": http_probe(live, MINIO_PORT, period_seconds=5, failures=60),
        "livenessProbe": http_probe(live, MINIO_PORT, period_seconds=15, failures=6),
        "readinessProbe": http_probe("/minio/health/ready", MINIO_PORT, period_seconds=10, failures=3),
        "volumeMounts": [{"name": "data", "mountPath": _DATA}, {"name": "home", "mountPath": _HOME}],
    }
