"""Woodpecker as a service: the pods of the write-ahead log, as planned, between Milvus and the object store.

Ports, variables and probes: milvus-helm 5.0.19, templates/woodpecker-statefulset.yaml; keys of the configuration and
what its start script does: zilliztech/woodpecker 2823159, config/woodpecker.yaml and build/docker/scripts.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any, Final

import yaml

from pulumi_milvus.manifests.images import WOODPECKER_IMAGE, image
from pulumi_milvus.manifests.manifest import Manifest
from pulumi_milvus.manifests.names import (
    METRICS_PORT,
    WOODPECKER_GOSSIP_PORT,
    WOODPECKER_PORT,
    metadata,
    root_path,
    store_secret,
)
from pulumi_milvus.manifests.outside import (
    WOODPECKER,
    cloud_provider,
    dependency,
    etcd_endpoints,
    store_endpoint,
)
from pulumi_milvus.manifests.pods import (
    CONTAINER_SECURITY,
    Members,
    http_probe,
    member_addresses,
    members_stateful_set,
    pod_name_variable,
    secret_variable,
    service_of,
)
from pulumi_milvus.manifests.quantities import MIB, size
from pulumi_milvus.manifests.setting_values import ClusterSettings, ObjectStore
from pulumi_milvus.manifests.surroundings import disruption_budget
from pulumi_milvus.planning.plan import Plan

_DATA: Final = "/woodpecker/data"
_SETTINGS: Final = "/woodpecker/settings"
# The start script writes the keys of the store into a file, which therefore lies in memory.
_WRITTEN: Final = "/woodpecker/written"
_WRITTEN_BYTES: Final = MIB
# It hands over what it has in memory when it ends: 15 s for its processors, 35 s in all were read in its code.
_GRACE_SECONDS: Final = 60
_PORTS: Final = [
    ("service", WOODPECKER_PORT, "TCP"),
    ("gossip", WOODPECKER_GOSSIP_PORT, "TCP"),
    ("gossip-udp", WOODPECKER_GOSSIP_PORT, "UDP"),
]


def woodpecker_manifests(
    plan: Plan, settings: ClusterSettings, store: ObjectStore, after: tuple[str, ...]
) -> Iterator[Manifest]:
    """The objects of the service: configuration, Service, StatefulSet and its budget. The account is Milvus's own."""
    text = yaml.safe_dump(_config(plan, settings, store), sort_keys=True)
    name = f"{settings.name}-{WOODPECKER}"
    body = {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": metadata(settings, name, WOODPECKER, WOODPECKER),
        "data": {"user.yaml": text},
    }
    yield Manifest(key="woodpecker-config", body=body, after=after)
    yield Manifest(key="woodpecker-headless", body=service_of(settings, WOODPECKER, _PORTS, headless=True), after=after)
    identity = "azure.workload.identity/client-id" in store.service_account_annotations
    members = Members(
        name=WOODPECKER,
        role=WOODPECKER,
        figures=dependency(plan, WOODPECKER),
        container=_container(plan, settings, store),
        storage_class=settings.storage_class,
        grace_seconds=_GRACE_SECONDS,
        volumes=[
            {"name": "settings", "configMap": {"name": name, "defaultMode": 0o444}},
            {"name": "written", "emptyDir": {"medium": "Memory", "sizeLimit": size(_WRITTEN_BYTES)}},
        ],
        # The identity of the object store is bound to this account alone.
        service_account=f"{settings.name}-milvus",
        more_labels={"azure.workload.identity/use": "true"} if identity else {},
        # A changed configuration restarts the pods, one after another.
        annotations={"checksum/config": hashlib.sha256(text.encode()).hexdigest()},
    )
    yield Manifest(
        key=WOODPECKER,
        body=members_stateful_set(plan, settings, members),
        holds_data=True,
        after=(*after, "service-account-milvus", "woodpecker-config", "woodpecker-headless"),
    )
    yield disruption_budget(settings, WOODPECKER, after, WOODPECKER)


def _config(plan: Plan, settings: ClusterSettings, store: ObjectStore) -> dict[str, Any]:
    """``user.yaml``, which is laid over what the start script writes: all but the keys of the store."""
    host, _, port = store_endpoint(store, settings).rpartition(":")
    minio: dict[str, Any] = {
        "address": host,
        "port": int(port),
        "bucketName": store.bucket,
        # Of a store made here Milvus makes the bucket, and either may be first.
        "createBucket": store.kind == "in_cluster",
        "rootPath": store.root_path or root_path(settings),
        "useSSL": store.use_ssl,
        "useIAM": store.uses_identity,
        "cloudProvider": cloud_provider(store),
    }
    if store.region is not None:
        minio["region"] = store.region
    return {
        "woodpecker": {"storage": {"type": "service", "rootPath": _DATA}},
        "etcd": {"endpoints": etcd_endpoints(plan, settings)},
        "minio": minio,
        "log": {"level": "info", "stdout": True},
    }


def _container(plan: Plan, settings: ClusterSettings, store: ObjectStore) -> dict[str, Any]:
    pods = dependency(plan, WOODPECKER)["pods"]
    own = f"$(NODE_NAME).{settings.name}-{WOODPECKER}-headless.{settings.namespace}.svc"
    host, _, port = store_endpoint(store, settings).rpartition(":")
    said = {
        "SERVICE_PORT": str(WOODPECKER_PORT),
        "GOSSIP_PORT": str(WOODPECKER_GOSSIP_PORT),
        "ADVERTISE_SERVICE_ADDR": f"{own}:{WOODPECKER_PORT}",
        "ADVERTISE_GOSSIP_ADDR": f"{own}:{WOODPECKER_GOSSIP_PORT}",
        "SEEDS": ",".join(member_addresses(settings, WOODPECKER, pods, WOODPECKER_GOSSIP_PORT)),
        "SERVICE_SEEDS": ",".join(member_addresses(settings, WOODPECKER, pods, WOODPECKER_PORT)),
        "CLUSTER_NAME": f"{settings.namespace}-{settings.name}",
        "STORAGE_TYPE": "service",
        "DATA_DIR": _DATA,
        "CONFIG_FILE": f"{_WRITTEN}/woodpecker.yaml",
        "EXTERNAL_USER_CONFIG_FILE": f"{_SETTINGS}/user.yaml",
        "EXTERNAL_DEFAULT_CONFIG_FILE": f"{_SETTINGS}/default.yaml",
        # It would end itself after two minutes without the store; the probes tell, and it waits.
        "WAIT_FOR_DEPS": "false",
        "LOG_LEVEL": "info",
        "MINIO_ADDRESS": host,
        "MINIO_PORT": port,
        "MINIO_BUCKET": store.bucket,
    }
    environment: list[dict[str, Any]] = [
        pod_name_variable("NODE_NAME"),
        {
            "name": "AVAILABILITY_ZONE",
            "valueFrom": {
                "fieldRef": {"apiVersion": "v1", "fieldPath": "metadata.labels['topology.kubernetes.io/zone']"}
            },
        },
        *({"name": name, "value": value} for name, value in said.items()),
        *_keys(settings, store),
    ]
    return {
        "name": WOODPECKER,
        "image": image(WOODPECKER_IMAGE, settings),
        "imagePullPolicy": "IfNotPresent",
        "env": environment,
        "ports": [
            *({"name": name, "containerPort": number, "protocol": protocol} for name, number, protocol in _PORTS),
            {"name": "metrics", "containerPort": METRICS_PORT, "protocol": "TCP"},
        ],
        "securityContext": dict(CONTAINER_SECURITY),
        "startupProbe": http_probe("/healthz", METRICS_PORT, period_seconds=10, failures=30),
        "readinessProbe": http_probe("/healthz", METRICS_PORT, period_seconds=10, failures=3),
        "livenessProbe": {
            "tcpSocket": {"port": METRICS_PORT},
            "periodSeconds": 15,
            "timeoutSeconds": 5,
            "successThreshold": 1,
            "failureThreshold": 6,
        },
        "volumeMounts": [
            {"name": "data", "mountPath": _DATA},
            {"name": "settings", "mountPath": _SETTINGS, "readOnly": True},
            {"name": "written", "mountPath": _WRITTEN},
        ],
    }


def _keys(settings: ClusterSettings, store: ObjectStore) -> list[dict[str, Any]]:
    """The keys of the store from its Secret; never left out, or the script would take MinIO's default ones."""
    secret = store_secret(settings)
    if secret is not None:
        return [
            secret_variable("MINIO_ACCESS_KEY", secret, "accesskey"),
            secret_variable("MINIO_SECRET_KEY", secret, "secretkey"),
        ]
    account = store.storage_account if store.kind == "azure" else "by-identity"
    return [{"name": "MINIO_ACCESS_KEY", "value": account}, {"name": "MINIO_SECRET_KEY", "value": "by-identity"}]
