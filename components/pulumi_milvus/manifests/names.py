"""Names and labels that several objects share, and which role of a plan is which component of the operator."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, NamedTuple

from pulumi_milvus.manifests.setting_values import ClusterSettings

# Ports (Milvus 3.0 docs, install_cluster-helm.md and configure_proxy.md; etcd 3.5 and MinIO documentation).
MILVUS_PORT: Final = 19530
METRICS_PORT: Final = 9091
# With TLS, REST cannot stay on the port of gRPC (Milvus Operator a6dcc63, config/samples/external_tls.yaml).
REST_PORT: Final = 8080
ETCD_CLIENT_PORT: Final = 2379
ETCD_PEER_PORT: Final = 2380
ETCD_METRICS_PORT: Final = 2381
MINIO_PORT: Final = 9000
# milvus-helm 5.0.19, values.yaml: of the service for its clients, and among its pods (TCP and UDP).
WOODPECKER_PORT: Final = 18080
WOODPECKER_GOSSIP_PORT: Final = 17946
DATA_PATH: Final = "/var/lib/milvus"
# localStorage.path: where Milvus keeps index files and caches. A mount exactly at DATA_PATH is lost, since the operator
# mounts its own volume there; one below it works (recorded: Milvus Operator a6dcc63).
LOCAL_STORAGE_PATH: Final = "/var/lib/milvus/data"
NODE_POOL_LABEL: Final = "milvus.io/node-pool"
# Component and name, in labels and of objects, of what makes backups: never `milvus`, whose pods trust each other.
BACKUP: Final = "backup"
# The operator gives this label to pods of proxy and standalone, and its Service selects it.
SERVICE_LABEL: Final = "milvus.io/service"


class Component(NamedTuple):
    """A role as the operator calls it: its key in the resource, and the name in labels and of the Deployment."""

    key: str
    label: str


COMPONENTS: Final[Mapping[str, Component]] = MappingProxyType(
    {
        "standalone": Component("standalone", "standalone"),
        "proxy": Component("proxy", "proxy"),
        "mix_coord": Component("mixCoord", "mixcoord"),
        "query_node": Component("queryNode", "querynode"),
        "data_node": Component("dataNode", "datanode"),
        "streaming_node": Component("streamingNode", "streamingnode"),
    }
)


def labels(settings: ClusterSettings, component: str, name: str = "milvus") -> dict[str, str]:
    """Labels of an object that is made here."""
    return {
        "app.kubernetes.io/name": name,
        "app.kubernetes.io/instance": settings.name,
        "app.kubernetes.io/component": component,
        "app.kubernetes.io/managed-by": "pulumi-milvus",
    }


def selector(settings: ClusterSettings, component: str, name: str = "milvus") -> dict[str, str]:
    """Labels that find the pods of a component, whoever made them."""
    return {
        "app.kubernetes.io/name": name,
        "app.kubernetes.io/instance": settings.name,
        "app.kubernetes.io/component": component,
    }


def metadata(settings: ClusterSettings, name: str, component: str, of: str = "milvus") -> dict[str, object]:
    """Metadata of an object in Milvus's namespace."""
    return {"name": name, "namespace": settings.namespace, "labels": labels(settings, component, of)}


def root_secret(settings: ClusterSettings) -> str:
    """The Secret with root's password, under the key ``password``."""
    return f"{settings.name}-root"


def store_secret(settings: ClusterSettings) -> str | None:
    """The Secret with the keys of the object store; None where an identity is used or there is no store."""
    store = settings.object_store
    if store is None or store.uses_identity:
        return None
    return store.credentials_secret or f"{settings.name}-minio"


def root_path(settings: ClusterSettings) -> str:
    """The folder in bucket and etcd where none is said: Milvus would take ``files`` and ``by-dev`` for every one."""
    return f"{settings.namespace}/{settings.name}"
