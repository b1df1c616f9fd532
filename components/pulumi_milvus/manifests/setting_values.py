"""The settings of a cluster as frozen values. What each means stands in ``setting_keys``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final


def _nothing() -> Mapping[str, Any]:
    return MappingProxyType({})


# The namespace that the operator's installation guide uses (Milvus 3.0 docs, install_cluster-milvusoperator.md).
OPERATOR_NAMESPACE: Final = "milvus-operator"


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectStore:
    """The object store. ``endpoint`` is ``host:port``, also where none was said; in_cluster has none of its own."""

    kind: str
    bucket: str | None = None
    endpoint: str | None = None
    region: str | None = None
    root_path: str | None = None
    use_ssl: bool = True
    credentials_secret: str | None = None
    service_account_annotations: Mapping[str, str] = field(default_factory=_nothing)
    storage_account: str | None = None

    @property
    def uses_identity(self) -> bool:
        """Whether pods reach it by an identity of the cloud instead of keys."""
        return self.kind != "in_cluster" and self.credentials_secret is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Etcd:
    """etcd: made here, or ``endpoints`` of one that is there."""

    kind: str = "in_cluster"
    endpoints: tuple[str, ...] = ()
    storage_class: str | None = None
    root_path: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteAheadLog:
    """The write-ahead log: embedded Woodpecker, or a service that is there, at ``addresses``."""

    kind: str = "woodpecker"
    addresses: tuple[str, ...] = ()
    credentials_secret: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Peer:
    """Who may connect: pods of a namespace, pods with labels (in Milvus's namespace if none is named), or a network."""

    namespace: str | None = None
    pod_labels: Mapping[str, str] = field(default_factory=_nothing)
    cidr: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceSettings:
    """How clients reach Milvus: inside the cluster, or through an internal load balancer too."""

    type: str = "ClusterIP"
    source_ranges: tuple[str, ...] = ()
    annotations: Mapping[str, str] = field(default_factory=_nothing)


@dataclass(frozen=True, slots=True, kw_only=True)
class Taint:
    """A taint of nodes, which pods meant for them tolerate. ``value`` None: whatever the value."""

    key: str
    value: str | None = None
    effect: str = "NoSchedule"


@dataclass(frozen=True, slots=True, kw_only=True)
class NodePool:
    """How the nodes of a pool of the plan are known: their labels (None: the default label), their taints."""

    labels: Mapping[str, str] | None = None
    taints: tuple[Taint, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class StorageClass:
    """A storage class that is made here; its volumes are made where their pods stand."""

    name: str
    provisioner: str
    parameters: Mapping[str, str] = field(default_factory=_nothing)
    reclaim_policy: str = "Retain"
    allow_volume_expansion: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class PriorityClass:
    """The priority class of Milvus's pods; made here where ``value`` is said."""

    name: str
    value: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Autoscale:
    """Bounds of a horizontal autoscaler, pods, and the use of requested CPU that it aims at, percent."""

    max_pods: int
    min_pods: int | None = None
    cpu_percent: int = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class ResourceGroup:
    """A resource group and how many query nodes stand in it."""

    name: str
    pods: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Backup:
    """When and where to a backup is made. ``instead``: what a person does where ``enabled`` is false."""

    enabled: bool = True
    schedule: str = "0 3 * * *"
    bucket: str | None = None
    root_path: str | None = None
    retention_days: int = 7
    service_account_annotations: Mapping[str, str] = field(default_factory=_nothing)
    credentials_secret: str | None = None
    instead: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterSettings:
    """Where and how Milvus runs in a Kubernetes cluster: ``milvus:kubernetes`` of a values file."""

    namespace: str = "milvus"
    name: str = "milvus"
    create_namespace: bool = True
    operator: str = "install"
    operator_namespace: str = OPERATOR_NAMESPACE
    registry: str | None = None
    pull_secrets: tuple[str, ...] = ()
    variant: str | None = None
    object_store: ObjectStore | None = None
    etcd: Etcd = field(default_factory=Etcd)
    wal: WriteAheadLog | None = None
    clients: tuple[Peer, ...] = ()
    monitoring: tuple[Peer, ...] = ()
    metrics: bool = True
    service: ServiceSettings = field(default_factory=ServiceSettings)
    tls_secret: str | None = None
    tls_server_name: str | None = None
    storage_class: str | None = None
    storage_classes: tuple[StorageClass, ...] = ()
    select_nodes: str = "pool"
    node_pools: Mapping[str, NodePool] = field(default_factory=_nothing)
    priority_class: PriorityClass | None = None
    autoscale: Mapping[str, Autoscale] = field(default_factory=_nothing)
    resource_groups: tuple[ResourceGroup, ...] = ()
    backup: Backup | None = None
    network_policies: bool = True
    graceful_stop_seconds: int | None = None

    @property
    def service_name(self) -> str:
        """The Service that clients in the cluster use, on port 19530."""
        return f"{self.name}-milvus"

    @property
    def address(self) -> str:
        """``host:port`` of Milvus inside the cluster."""
        return f"{self.service_name}.{self.namespace}.svc:19530"
