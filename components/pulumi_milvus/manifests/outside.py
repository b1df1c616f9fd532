"""What Milvus has outside itself: etcd, object store and log, in the operator's words and in Milvus's."""

from __future__ import annotations

from typing import Any, Final

from pulumi_milvus.manifests.names import ETCD_CLIENT_PORT, MINIO_PORT, WOODPECKER_PORT, root_path, store_secret
from pulumi_milvus.manifests.pods import member_addresses
from pulumi_milvus.manifests.setting_values import ClusterSettings, ObjectStore, WriteAheadLog
from pulumi_milvus.planning.plan import Plan

_PROVIDERS: Final = {"s3": "aws", "in_cluster": "aws", "azure": "azure", "gcs": "gcp"}
_TYPES: Final = {"s3": "S3", "gcs": "S3", "azure": "Azure", "in_cluster": "MinIO"}
# The operator copies the keys of its secretRef into a ConfigMap in clear, and then lays spec.config over it (Milvus
# Operator a6dcc63, pkg/controllers/configmaps.go, updateConfigMap). Saying a word for both keys keeps them out of it;
# pods take them from the Secret by environment variables, which go before files.
_NOT_HERE: Final = "from-the-secret"
# Milvus has no default for these. With a user: as Amazon MSK has it (Milvus 3.0 docs, mq_kafka.md; milvus-helm 5.0.19,
# values.yaml, externalKafka); without: the operator's sample (a6dcc63, config/samples/milvus_kafka.yaml).
_KAFKA_WITH_USER: Final = {"securityProtocol": "SASL_SSL", "saslMechanisms": "SCRAM-SHA-512"}
_KAFKA_WITHOUT: Final = {"securityProtocol": "PLAINTEXT"}
# The name of the log's pods, in the plan and in their labels.
WOODPECKER: Final = "woodpecker"
_WAL_KINDS: Final = {"woodpecker-service": "woodpecker_service", "woodpecker-local": "woodpecker"}


def wal_of(plan: Plan, settings: ClusterSettings) -> WriteAheadLog:
    """The log that is set, or else the plan's; a service that is made here with the addresses of its pods."""
    if makes_log_service(plan, settings):
        pods = dependency(plan, WOODPECKER).get("pods") or 0
        addresses = tuple(member_addresses(settings, WOODPECKER, pods, WOODPECKER_PORT))
        return WriteAheadLog(kind="woodpecker_service", addresses=addresses)
    return settings.wal or WriteAheadLog(kind=planned_wal(plan))


def makes_log_service(plan: Plan, settings: ClusterSettings) -> bool:
    """Whether the pods of Woodpecker as a service are made here: planned, and none of somebody else's is named."""
    return settings.wal is None and planned_wal(plan) == "woodpecker_service"


def planned_wal(plan: Plan) -> str:
    """The plan's log in the words of the settings."""
    return _WAL_KINDS.get(plan.wal, plan.wal)


def dependency(plan: Plan, name: str) -> dict[str, Any]:
    """The plan's figures for ``etcd``, ``object store`` or the log; empty where it has none."""
    return next((dict(item) for item in plan.dependencies if item["name"] == name), {})


def etcd_endpoints(plan: Plan, settings: ClusterSettings) -> list[str]:
    """``host:port`` of every member."""
    if settings.etcd.kind == "external":
        return list(settings.etcd.endpoints)
    name, domain = f"{settings.name}-etcd", f"{settings.name}-etcd-headless.{settings.namespace}.svc"
    return [f"{name}-{member}.{domain}:{ETCD_CLIENT_PORT}" for member in range(dependency(plan, "etcd")["pods"])]


def cloud_provider(store: ObjectStore) -> str:
    """``minio.cloudProvider`` of a store."""
    return _PROVIDERS[store.kind]


def store_endpoint(store: ObjectStore, settings: ClusterSettings) -> str:
    """``host:port`` of the object store."""
    if store.kind == "in_cluster":
        return f"{settings.name}-minio.{settings.namespace}.svc:{MINIO_PORT}"
    return str(store.endpoint)


def dependencies_section(plan: Plan, settings: ClusterSettings, store: ObjectStore) -> dict[str, Any]:
    """``spec.dependencies``: all of it external to the operator, so that it brings no charts of its own."""
    storage: dict[str, Any] = {
        "external": True,
        "type": _TYPES[store.kind],
        "endpoint": store_endpoint(store, settings),
    }
    secret = store_secret(settings)
    if secret is not None:
        storage["secretRef"] = secret
    found: dict[str, Any] = {
        "etcd": {"external": True, "endpoints": etcd_endpoints(plan, settings)},
        "storage": storage,
    }
    wal = wal_of(plan, settings)
    if wal.kind == "pulsar":
        found["pulsar"] = {"external": True, "endpoint": wal.addresses[0]}
    elif wal.kind == "kafka":
        found["kafka"] = {"external": True, "brokerList": list(wal.addresses)}
        if wal.credentials_secret is not None:
            found["kafka"]["secretRef"] = wal.credentials_secret
    elif wal.kind == "woodpecker_service":
        found["woodpecker"] = {"external": True, "quorumBufferPools": [{"name": "pool", "seeds": list(wal.addresses)}]}
    found["msgStreamType"] = "woodpecker" if wal.kind.startswith("woodpecker") else wal.kind
    return found


def outside_config(plan: Plan, settings: ClusterSettings, store: ObjectStore) -> dict[str, Any]:
    """Milvus's keys for the same: where in bucket, etcd and log its own things stand."""
    minio: dict[str, Any] = {
        # Always said: the operator's probe looks for a bucket of another name otherwise.
        "bucketName": store.bucket,
        "rootPath": store.root_path or root_path(settings),
        "useSSL": store.use_ssl,
        "useIAM": store.uses_identity,
        "cloudProvider": _PROVIDERS[store.kind],
    }
    if store.region is not None:
        minio["region"] = store.region
    if not store.uses_identity:
        minio |= {"accessKeyID": _NOT_HERE, "secretAccessKey": _NOT_HERE}
    elif store.kind == "azure":
        minio["accessKeyID"] = store.storage_account
    found: dict[str, Any] = {
        "common": {"storageType": "remote"},
        "etcd": {"rootPath": settings.etcd.root_path or root_path(settings)},
        "minio": minio,
        # No name in Kubernetes has an underscore, so no two of these are equal.
        "msgChannel": {"chanNamePrefix": {"cluster": f"{settings.namespace}_{settings.name}"}},
    }
    wal = wal_of(plan, settings)
    if wal.kind == "kafka":
        found["kafka"] = dict(_KAFKA_WITH_USER if wal.credentials_secret is not None else _KAFKA_WITHOUT)
    elif wal.kind.startswith("woodpecker"):
        found["woodpecker"] = {"storage": {"type": "service" if wal.kind == "woodpecker_service" else "minio"}}
    return found
