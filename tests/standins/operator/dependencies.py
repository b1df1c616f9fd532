"""Whether etcd, the object store and the message queue answer: nothing is made before all three do.

The stand-in asks nobody. Everything answers, but what a test declares dead and what cannot answer: a Secret that is not
there, a list of endpoints that is empty. Recorded: cluster-pulsar-unreachable, standalone-no-secret,
wrong-etcd-no-endpoints.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .documents import Document, section, value_at
from .surroundings import Surroundings

KINDS = ("EtcdReady", "StorageReady", "MsgStreamReady")
DEFAULT_BUCKET = "milvus-bucket"  # facts: what the probe asks for where config.minio.bucketName is not set


def dependency_conditions(spec: Mapping[str, Any], surroundings: Surroundings) -> list[Document]:
    """The three conditions; none where a dependency is to be installed as a chart, which this stand-in cannot do."""
    if in_cluster(spec):
        return []
    return [_etcd(spec, surroundings), _storage(spec, surroundings), _queue(spec, surroundings)]


def all_ready(conditions: list[Document]) -> bool:
    """Whether all three answer."""
    ready = {condition["type"] for condition in conditions if condition["status"] == "True"}
    return set(KINDS) <= ready


def in_cluster(spec: Mapping[str, Any]) -> list[str]:
    """The dependencies that the real operator would install as Helm charts."""
    dependencies = section(spec, "dependencies")
    queue = str(dependencies.get("msgStreamType"))
    wanted = ["etcd", "storage", *([queue] if queue in ("kafka", "pulsar") else [])]
    return [name for name in wanted if not value_at(dependencies, name, "external")]


def condition(kind: str, status: str, reason: str, message: str = "") -> Document:
    """A condition as the status carries it."""
    return {"type": kind, "status": status, "reason": reason, **({"message": message} if message else {})}


def _etcd(spec: Mapping[str, Any], surroundings: Surroundings) -> Document:
    endpoints = value_at(spec, "dependencies", "etcd", "endpoints") or []
    dead = [endpoint for endpoint in endpoints if endpoint in surroundings.unreachable_endpoints]
    if len(dead) < len(endpoints):
        return condition("EtcdReady", "True", "EtcdReady", "Etcd endpoints is healthy")
    details = "".join(f"[{endpoint}:context deadline exceeded]" for endpoint in dead)
    return condition("EtcdReady", "False", "EtcdNotReady", f"All etcd endpoints are unhealthy:{details}")


def _storage(spec: Mapping[str, Any], surroundings: Surroundings) -> Document:
    storage = section(spec, "dependencies", "storage")
    minio = section(spec, "config", "minio")
    if not minio.get("useIAM") and storage.get("secretRef") not in surroundings.secrets:
        return condition("StorageReady", "False", "SecretNotExist", "Secret not exist")
    if storage.get("endpoint") in surroundings.unreachable_endpoints:
        return condition("StorageReady", "False", "ClientError", f"{storage['endpoint']} does not answer")
    bucket = minio.get("bucketName") or DEFAULT_BUCKET
    # A MinIO is asked for its administrator's info only. Recorded: cluster-woodpecker-minio.
    asks_bucket = storage.get("type") != "MinIO" and surroundings.buckets is not None
    if asks_bucket and bucket not in (surroundings.buckets or ()):
        return condition("StorageReady", "False", "ClientError", f"bucket {bucket} does not exist")
    return condition("StorageReady", "True", "StorageReady")


def _queue(spec: Mapping[str, Any], surroundings: Surroundings) -> Document:
    dependencies = section(spec, "dependencies")
    queue = dependencies.get("msgStreamType")
    endpoints: list[str] = []
    if queue == "pulsar":
        endpoints = [str(value_at(dependencies, "pulsar", "endpoint"))]
    elif queue == "kafka":
        endpoints = list(value_at(dependencies, "kafka", "brokerList") or [])
        if not endpoints:
            return condition("MsgStreamReady", "False", "ConnectionFailed", "no broker is declared")
    elif queue == "woodpecker" and value_at(dependencies, "woodpecker", "external"):
        pools = value_at(dependencies, "woodpecker", "quorumBufferPools") or []
        endpoints = [seed for pool in pools for seed in pool.get("seeds") or []]
    if endpoints and all(endpoint in surroundings.unreachable_endpoints for endpoint in endpoints):
        message = "context deadline exceeded\nconnection error"  # recorded: cluster-pulsar-unreachable
        return condition("MsgStreamReady", "False", "ConnectionFailed", message)
    return condition("MsgStreamReady", "True", "MsgStreamReady")
