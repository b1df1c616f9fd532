"""etcd in the cluster: a StatefulSet of its own, with quota and compaction, spread over nodes and zones."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from pulumi_milvus.manifests.images import ETCD_IMAGE, image, pull_secrets
from pulumi_milvus.manifests.manifest import Manifest
from pulumi_milvus.manifests.names import (
    ETCD_CLIENT_PORT,
    ETCD_METRICS_PORT,
    ETCD_PEER_PORT,
    labels,
    metadata,
    selector,
)
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
from pulumi_milvus.manifests.quantities import cores, size
from pulumi_milvus.manifests.setting_values import ClusterSettings
from pulumi_milvus.manifests.surroundings import disruption_budget, service_account
from pulumi_milvus.planning.plan import Plan

# milvus-helm 5.0.19, values.yaml: compaction by revision, 1000 kept. Compose of the same release has both.
COMPACTION_MODE: Final = "revision"
COMPACTION_RETENTION: Final = "1000"
_DATA: Final = "/var/lib/etcd"
# A member hands leadership over and closes its file within seconds; a minute leaves room for a slow disk.
_GRACE_SECONDS: Final = 60


def etcd_manifests(plan: Plan, settings: ClusterSettings, after: tuple[str, ...]) -> Iterator[Manifest]:
    """The objects of etcd: account, Services, StatefulSet, and a budget where there are several members."""
    figures = dependency(plan, "etcd")
    yield service_account(settings, "etcd", None, after)
    yield _service(settings, headless=True, after=after)
    yield _service(settings, headless=False, after=after)
    yield Manifest(
        key="etcd",
        body=_stateful_set(plan, settings, figures),
        holds_data=True,
        after=(*after, "service-account-etcd", "etcd-headless"),
    )
    if figures["pods"] > 1:
        yield disruption_budget(settings, "etcd", after, "etcd")


def _service(settings: ClusterSettings, *, headless: bool, after: tuple[str, ...]) -> Manifest:
    name = f"{settings.name}-etcd-headless" if headless else f"{settings.name}-etcd"
    spec: dict[str, Any] = {
        "type": "ClusterIP",
        "selector": selector(settings, "etcd", "etcd"),
        "ports": [{"name": "client", "port": ETCD_CLIENT_PORT, "targetPort": ETCD_CLIENT_PORT, "protocol": "TCP"}],
    }
    if headless:
        # Members find each other before they are ready.
        spec |= {"clusterIP": "None", "publishNotReadyAddresses": True}
        spec["ports"].append({"name": "peer", "port": ETCD_PEER_PORT, "targetPort": ETCD_PEER_PORT, "protocol": "TCP"})
    body = {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": metadata(settings, name, "etcd", "etcd"),
        "spec": spec,
    }
    return Manifest(key="etcd-headless" if headless else "etcd-service", body=body, after=after)


def _stateful_set(plan: Plan, settings: ClusterSettings, figures: dict[str, Any]) -> dict[str, Any]:
    members = figures["pods"]
    template: dict[str, Any] = {
        "metadata": {"labels": labels(settings, "etcd", "etcd")},
        "spec": {
            "serviceAccountName": f"{settings.name}-etcd",
            "automountServiceAccountToken": False,
            "enableServiceLinks": False,
            "terminationGracePeriodSeconds": _GRACE_SECONDS,
            "securityContext": pod_security(USER_ID),
            "containers": [_container(settings, figures)],
            **scheduling(plan, settings, "etcd"),
        },
    }
    pod = template["spec"]
    constraints = spread(plan, settings, "etcd", members, "etcd")
    if constraints:
        pod["topologySpreadConstraints"] = constraints
    if settings.pull_secrets:
        pod["imagePullSecrets"] = pull_secrets(settings)
    if settings.priority_class is not None:
        pod["priorityClassName"] = settings.priority_class.name
    return {
        "apiVersion": "apps/v1",
        "kind": "StatefulSet",
        "metadata": metadata(settings, f"{settings.name}-etcd", "etcd", "etcd"),
        "spec": {
            "replicas": members,
            "serviceName": f"{settings.name}-etcd-headless",
            # A new cluster needs a majority before any member is ready.
            "podManagementPolicy": "Parallel",
            "updateStrategy": {"type": "RollingUpdate"},
            "persistentVolumeClaimRetentionPolicy": dict(RETAINED),
            "selector": {"matchLabels": selector(settings, "etcd", "etcd")},
            "template": template,
            "volumeClaimTemplates": [
                volume_claim(settings, "data", figures["volume_bytes"], settings.etcd.storage_class)
            ],
        },
    }


def _container(settings: ClusterSettings, figures: dict[str, Any]) -> dict[str, Any]:
    name, domain = f"{settings.name}-etcd", f"{settings.name}-etcd-headless.{settings.namespace}.svc"
    members = [f"{name}-{member}=http://{name}-{member}.{domain}:{ETCD_PEER_PORT}" for member in range(figures["pods"])]
    flags = {
        "name": "$(POD_NAME)",
        "data-dir": f"{_DATA}/data",
        "listen-client-urls": f"http://0.0.0.0:{ETCD_CLIENT_PORT}",
        "advertise-client-urls": f"http://$(POD_NAME).{domain}:{ETCD_CLIENT_PORT}",
        "listen-peer-urls": f"http://0.0.0.0:{ETCD_PEER_PORT}",
        "initial-advertise-peer-urls": f"http://$(POD_NAME).{domain}:{ETCD_PEER_PORT}",
        "listen-metrics-urls": f"http://0.0.0.0:{ETCD_METRICS_PORT}",
        "initial-cluster": ",".join(members),
        "initial-cluster-token": f"{settings.namespace}-{name}",
        "initial-cluster-state": "new",
        "quota-backend-bytes": str(figures["quota_bytes"]),
        "auto-compaction-mode": COMPACTION_MODE,
        "auto-compaction-retention": COMPACTION_RETENTION,
    }
    amounts = {"cpu": cores(figures["cpu_cores"]), "memory": size(figures["memory_bytes"])}
    # Serializable: answered by the member itself, so that losing the majority restarts nobody.
    alive = "/health?serializable=true"
    return {
        "name": "etcd",
        "image": image(ETCD_IMAGE, settings),
        "imagePullPolicy": "IfNotPresent",
        "command": ["etcd"],
        "args": [f"--{flag}={value}" for flag, value in flags.items()],
        "env": [
            {"name": "POD_NAME", "valueFrom": {"fieldRef": {"apiVersion": "v1", "fieldPath": "metadata.name"}}},
        ],
        "ports": [
            {"name": "client", "containerPort": ETCD_CLIENT_PORT, "protocol": "TCP"},
            {"name": "peer", "containerPort": ETCD_PEER_PORT, "protocol": "TCP"},
            {"name": "metrics", "containerPort": ETCD_METRICS_PORT, "protocol": "TCP"},
        ],
        "resources": {"requests": dict(amounts), "limits": dict(amounts)},
        "securityContext": dict(CONTAINER_SECURITY) | {"readOnlyRootFilesystem": True},
        "startupProbe": http_probe(alive, ETCD_METRICS_PORT, period_seconds=10, failures=30),
        "livenessProbe": http_probe(alive, ETCD_METRICS_PORT, period_seconds=15, failures=6),
        "readinessProbe": http_probe("/health", ETCD_METRICS_PORT, period_seconds=10, failures=3),
        "volumeMounts": [{"name": "data", "mountPath": _DATA}],
    }
