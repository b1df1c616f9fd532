"""etcd in the cluster: a StatefulSet of its own, with quota and compaction, spread over nodes and zones."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from pulumi_milvus.manifests.images import ETCD_IMAGE, image
from pulumi_milvus.manifests.manifest import Manifest
from pulumi_milvus.manifests.names import ETCD_CLIENT_PORT, ETCD_METRICS_PORT, ETCD_PEER_PORT
from pulumi_milvus.manifests.outside import dependency
from pulumi_milvus.manifests.pods import (
    CONTAINER_SECURITY,
    Members,
    http_probe,
    member_addresses,
    members_stateful_set,
    pod_name_variable,
    service_of,
)
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
    client, peer = ("client", ETCD_CLIENT_PORT, "TCP"), ("peer", ETCD_PEER_PORT, "TCP")
    headless = service_of(settings, "etcd", [client, peer], headless=True)
    yield Manifest(key="etcd-headless", body=headless, after=after)
    yield Manifest(key="etcd-service", body=service_of(settings, "etcd", [client], headless=False), after=after)
    members = Members(
        name="etcd",
        role="etcd",
        figures=figures,
        container=_container(settings, figures),
        storage_class=settings.etcd.storage_class,
        grace_seconds=_GRACE_SECONDS,
    )
    yield Manifest(
        key="etcd",
        body=members_stateful_set(plan, settings, members),
        holds_data=True,
        after=(*after, "service-account-etcd", "etcd-headless"),
    )
    if figures["pods"] > 1:
        yield disruption_budget(settings, "etcd", after, "etcd")


def _container(settings: ClusterSettings, figures: dict[str, Any]) -> dict[str, Any]:
    name, domain = f"{settings.name}-etcd", f"{settings.name}-etcd-headless.{settings.namespace}.svc"
    members = [
        f"{address.split('.')[0]}=http://{address}"
        for address in member_addresses(settings, "etcd", figures["pods"], ETCD_PEER_PORT)
    ]
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
    # Serializable: answered by the member itself, so that losing the majority restarts nobody.
    alive = "/health?serializable=true"
    return {
        "name": "etcd",
        "image": image(ETCD_IMAGE, settings),
        "imagePullPolicy": "IfNotPresent",
        "command": ["etcd"],
        "args": [f"--{flag}={value}" for flag, value in flags.items()],
        "env": [pod_name_variable("POD_NAME")],
        "ports": [
            {"name": "client", "containerPort": ETCD_CLIENT_PORT, "protocol": "TCP"},
            {"name": "peer", "containerPort": ETCD_PEER_PORT, "protocol": "TCP"},
            {"name": "metrics", "containerPort": ETCD_METRICS_PORT, "protocol": "TCP"},
        ],
        "securityContext": dict(CONTAINER_SECURITY) | {"readOnlyRootFilesystem": True},
        "startupProbe": http_probe(alive, ETCD_METRICS_PORT, period_seconds=10, failures=30),
        "livenessProbe": http_probe(alive, ETCD_METRICS_PORT, period_seconds=15, failures=6),
        "readinessProbe": http_probe("/health", ETCD_METRICS_PORT, period_seconds=10, failures=3),
        "volumeMounts": [{"name": "data", "mountPath": _DATA}],
    }
