"""Who may connect to what: nobody but those that are named. Only incoming connections are restricted."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pulumi_milvus.manifests.manifest import Manifest
from pulumi_milvus.manifests.names import (
    BACKUP,
    ETCD_CLIENT_PORT,
    ETCD_METRICS_PORT,
    ETCD_PEER_PORT,
    METRICS_PORT,
    MILVUS_PORT,
    MINIO_PORT,
    REST_PORT,
    WOODPECKER_GOSSIP_PORT,
    WOODPECKER_PORT,
    metadata,
)
from pulumi_milvus.manifests.setting_values import ClusterSettings, Peer

# The label that Kubernetes itself gives every namespace.
_NAMESPACE_NAME = "kubernetes.io/metadata.name"


def network_policies(
    settings: ClusterSettings,
    *,
    etcd: bool,
    store: bool,
    log: bool = False,
    backup: bool = False,
    after: tuple[str, ...],
) -> Iterator[Manifest]:
    """A policy for Milvus, and one each for etcd, the object store and the log where they are made here."""
    milvus = [_pods(settings, "milvus")]
    clients = [MILVUS_PORT] + ([REST_PORT] if settings.tls_secret is not None else [])
    outside = [_peer(peer) for peer in settings.clients]
    # What comes through the load balancer keeps its own address.
    outside += [{"ipBlock": {"cidr": cidr}} for cidr in settings.service.source_ranges]
    monitoring = [_peer(peer) for peer in settings.monitoring]
    backups = [_pods(settings, BACKUP)] if backup else []
    # Milvus's pods talk to each other on ports of their own choice; a backup pauses the deletion of files, on 9091.
    rules = [{"from": milvus}]
    rules += _rule(backups, [MILVUS_PORT, METRICS_PORT])
    rules += _rule(outside, clients) + _rule(monitoring, [METRICS_PORT])
    yield _policy(settings, "milvus", rules, after)
    # Without it the operator finds neither healthy, and creates nothing at all.
    operator = [_peer(Peer(namespace=settings.operator_namespace))]
    logs = [_pods(settings, "woodpecker")] if log else []
    if etcd:
        members = [_pods(settings, "etcd")]
        rules = _rule(milvus + operator + logs + members, [ETCD_CLIENT_PORT]) + _rule(members, [ETCD_PEER_PORT])
        yield _policy(settings, "etcd", rules + _rule(monitoring, [ETCD_METRICS_PORT]), after)
    if store:
        pods = [_pods(settings, "minio")]
        yield _policy(settings, "minio", _rule(milvus + operator + backups + logs + pods, [MINIO_PORT]), after)
    if log:
        rules = _rule(milvus + operator + logs, [WOODPECKER_PORT])
        rules += [{"from": logs, "ports": _both(WOODPECKER_GOSSIP_PORT)}]
        yield _policy(settings, "woodpecker", rules + _rule(monitoring, [METRICS_PORT]), after)


def _policy(settings: ClusterSettings, name: str, rules: list[dict[str, Any]], after: tuple[str, ...]) -> Manifest:
    body = {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": metadata(settings, f"{settings.name}-{name}", name, name),
        "spec": {
            "podSelector": {"matchLabels": _labels(settings, name)},
            "policyTypes": ["Ingress"],
            "ingress": rules,
        },
    }
    return Manifest(key=f"network-policy-{name}", body=body, after=after)


def _rule(peers: list[dict[str, Any]], ports: list[int]) -> list[dict[str, Any]]:
    """One rule, or none where nobody is named: a rule without ``from`` would let everybody in."""
    if not peers:
        return []
    return [{"from": peers, "ports": [{"protocol": "TCP", "port": port} for port in ports]}]


def _both(port: int) -> list[dict[str, Any]]:
    return [{"protocol": protocol, "port": port} for protocol in ("TCP", "UDP")]


def _labels(settings: ClusterSettings, name: str) -> dict[str, str]:
    return {"app.kubernetes.io/name": name, "app.kubernetes.io/instance": settings.name}


def _pods(settings: ClusterSettings, name: str) -> dict[str, Any]:
    return {"podSelector": {"matchLabels": _labels(settings, name)}}


def _peer(peer: Peer) -> dict[str, Any]:
    if peer.cidr is not None:
        return {"ipBlock": {"cidr": peer.cidr}}
    found: dict[str, Any] = {}
    if peer.namespace is not None:
        found["namespaceSelector"] = {"matchLabels": {_NAMESPACE_NAME: peer.namespace}}
    if peer.pod_labels:
        found["podSelector"] = {"matchLabels": dict(peer.pod_labels)}
    return found
