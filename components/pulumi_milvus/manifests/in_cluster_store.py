"""An object store in the cluster, for trials: MinIO, whose four pods, if so planned, keep parity of each other."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from pulumi_milvus.manifests.images import MINIO_IMAGE, image
from pulumi_milvus.manifests.manifest import Manifest
from pulumi_milvus.manifests.names import MINIO_PORT, store_secret
from pulumi_milvus.manifests.outside import dependency
from pulumi_milvus.manifests.pods import (
    CONTAINER_SECURITY,
    Members,
    http_probe,
    members_stateful_set,
    secret_variable,
    service_of,
)
from pulumi_milvus.manifests.quantities import MIB, size
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
    figures, ports = dependency(plan, "object store"), [("s3", MINIO_PORT, "TCP")]
    yield Manifest(key="minio-headless", body=service_of(settings, "minio", ports, headless=True), after=after)
    yield Manifest(key="minio-service", body=service_of(settings, "minio", ports, headless=False), after=after)
    members = Members(
        name="minio",
        role="object_store",
        figures=figures,
        container=_container(settings, figures),
        storage_class=settings.storage_class,
        grace_seconds=_GRACE_SECONDS,
        volumes=[{"name": "home", "emptyDir": {"sizeLimit": size(_HOME_BYTES)}}],
    )
    yield Manifest(
        key="minio",
        body=members_stateful_set(plan, settings, members),
        holds_data=True,
        after=(*after, "service-account-minio", "minio-headless"),
    )
    if figures["pods"] > 1:
        yield disruption_budget(settings, "minio", after, "minio")


def _drives(settings: ClusterSettings, pods: int) -> str:
    """What MinIO serves: its own folder, or the folders of all pods."""
    if pods == 1:
        return _DATA
    name, domain = f"{settings.name}-minio", f"{settings.name}-minio-headless.{settings.namespace}.svc"
    return f"http://{name}-{{0...{pods - 1}}}.{domain}:{MINIO_PORT}{_DATA}"


def _container(settings: ClusterSettings, figures: dict[str, Any]) -> dict[str, Any]:
    secret = store_secret(settings)
    live = "/minio/health/live"
    keys = (("MINIO_ROOT_USER", "accesskey"), ("MINIO_ROOT_PASSWORD", "secretkey"))
    return {
        "name": "minio",
        "image": image(MINIO_IMAGE, settings),
        "imagePullPolicy": "IfNotPresent",
        "command": ["minio"],
        "args": ["server", _drives(settings, figures["pods"]), "--address", f":{MINIO_PORT}"],
        "env": [
            *(secret_variable(name, secret, key) for name, key in keys),
            {"name": "MINIO_BROWSER", "value": "off"},
            {"name": "HOME", "value": _HOME},
        ],
        "ports": [{"name": "s3", "containerPort": MINIO_PORT, "protocol": "TCP"}],
        "securityContext": dict(CONTAINER_SECURITY),
        "startupProbe": http_probe(live, MINIO_PORT, period_seconds=5, failures=60),
        "livenessProbe": http_probe(live, MINIO_PORT, period_seconds=15, failures=6),
        "readinessProbe": http_probe("/minio/health/ready", MINIO_PORT, period_seconds=10, failures=3),
        "volumeMounts": [{"name": "data", "mountPath": _DATA}, {"name": "home", "mountPath": _HOME}],
    }
