"""What the tool's two generated files have in common: limits, etcd, object store and queue as values of their charts.

The files are YAML on the page; here they are what a YAML parser makes of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from pulumi_milvus.planning.official.dependencies import Kafka, Pulsar
from pulumi_milvus.planning.official.pods import Pods, StoringPods

Yaml = dict[str, Any]

_ETCD_ENVIRONMENT: Final = (
    ("ETCD_QUOTA_BACKEND_BYTES", "4294967296"),
    ("ETCD_HEARTBEAT_INTERVAL", "500"),
    ("ETCD_ELECTION_TIMEOUT", "25000"),
    ("ETCD_SNAPSHOT_COUNT", "10000"),
    ("ETCD_ENABLE_PPROF", "true"),
)


def gibibytes(size_gib: float) -> str:
    """A quantity such as 16Gi or 14.5Gi."""
    return f"{size_gib}Gi"


def cores_and_memory(pods: Pods) -> Yaml:
    """Cores and memory of one pod."""
    return {"cpu": pods.cpu_cores_per_pod, "memory": gibibytes(pods.memory_gib_per_pod)}


def component(pods: Pods) -> Yaml:
    """A component of Milvus: replicas and limits; the tool emits no requests for it."""
    return {"replicas": pods.pod_count, "resources": {"limits": cores_and_memory(pods)}}


def components(nodes: Mapping[str, Pods], names: Mapping[str, str]) -> Yaml:
    """The components by the names of a file, in its order: name -> role."""
    return {name: component(nodes[role]) for name, role in names.items() if role in nodes}


def etcd_values(etcd: StoringPods) -> Yaml:
    """Values of the etcd chart."""
    return {
        "autoCompactionMode": "revision",
        "autoCompactionRetention": "1000",
        "extraEnvVars": [{"name": name, "value": value} for name, value in _ETCD_ENVIRONMENT],
        "persistence": {
            "accessMode": "ReadWriteOnce",
            "enabled": True,
            "size": gibibytes(etcd.pvc_gib_per_pod),
            "storageClass": None,
        },
        "replicaCount": etcd.pod_count,
        "resources": {"limits": cores_and_memory(etcd), "requests": cores_and_memory(etcd)},
    }


def minio_values(minio: StoringPods) -> Yaml:
    """Values of the MinIO chart; the number of pods is left to it."""
    return {
        "resources": {"limits": cores_and_memory(minio)},
        "persistence": {
            "storageClass": None,
            "accessMode": "ReadWriteOnce",
            "size": gibibytes(minio.pvc_gib_per_pod),
        },
    }


def pulsar_values(pulsar: Pulsar) -> Yaml:
    """Values of the Pulsar chart as far as both files give them."""
    bookie = pulsar.bookie
    return {
        "proxy": {"replicaCount": pulsar.proxy.pod_count, "configData": {"httpNumThreads": "100"}},
        "zookeeper": {
            "volumes": {"persistence": True, "data": _volume("data", pulsar.zookeeper.pvc_gib_per_pod)},
            "resources": {"requests": cores_and_memory(pulsar.zookeeper)},
        },
        "bookkeeper": {
            "volumes": {
                "journal": _volume("journal", bookie.journal_gib_per_pod),
                "ledgers": _volume("ledgers", bookie.ledgers_gib_per_pod),
            },
            "resources": {"requests": cores_and_memory(bookie)},
        },
        "broker": {
            "component": "broker",
            "podMonitor": {"enabled": False},
            "replicaCount": pulsar.broker.pod_count,
            "resources": {"requests": cores_and_memory(pulsar.broker)},
        },
    }


def kafka_values(kafka: Kafka) -> Yaml:
    """Values of the Kafka chart as far as both files give them."""
    return {
        "persistence": {
            "enabled": True,
            "storageClass": None,
            "accessMode": "ReadWriteOnce",
            "size": gibibytes(kafka.broker.pvc_gib_per_pod),
        },
        "resources": {"limits": cores_and_memory(kafka.broker)},
        "zookeeper": {
            "enabled": True,
            "replicaCount": kafka.zookeeper.pod_count,
            "persistence": {
                "enabled": True,
                "storageClass": "",
                "accessModes": ["ReadWriteOnce"],
                "size": gibibytes(kafka.zookeeper.pvc_gib_per_pod),
            },
            "resources": {"limits": cores_and_memory(kafka.zookeeper)},
        },
    }


def _volume(name: str, size_gib: float) -> Yaml:
    return {"name": name, "size": gibibytes(size_gib), "storageClassName": None}
