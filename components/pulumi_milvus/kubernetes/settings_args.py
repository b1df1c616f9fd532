"""The settings of a cluster as component arguments, in the shape that every Pulumi language can use.

Plain, not `Input`: which resources exist depends on them. A test holds the keys equal to `manifests.setting_keys`,
which says what each may be.
"""

from typing import NotRequired, TypedDict


class ObjectStoreArgs(TypedDict):
    """Where Milvus keeps binlogs and index files."""

    kind: str
    """s3, azure, gcs, or in_cluster (not for production)."""
    bucket: NotRequired[str]
    """Bucket or container, which is there already."""
    endpoint: NotRequired[str]
    """host:port of the store; the cloud's own if left out."""
    region: NotRequired[str]
    """Region of the bucket."""
    root_path: NotRequired[str]
    """Folder in the bucket; namespace/name if left out."""
    use_ssl: NotRequired[bool]
    """false for a store that speaks plain HTTP; true if left out."""
    credentials_secret: NotRequired[str]
    """Secret with accesskey and secretkey; better is an identity."""
    service_account_annotations: NotRequired[dict[str, str]]
    """Annotations that bind an identity: {eks.amazonaws.com/role-arn: arn:aws:...}."""
    storage_account: NotRequired[str]
    """Azure: name of the storage account."""


class EtcdArgs(TypedDict):
    """Where metadata are kept."""

    kind: NotRequired[str]
    """in_cluster (made here) or external."""
    endpoints: NotRequired[list[str]]
    """host:port of an external etcd."""
    storage_class: NotRequired[str]
    """Storage class of its volumes: block SSD, p99 fsync below 10 ms."""
    root_path: NotRequired[str]
    """Prefix of the keys; namespace/name if left out."""


class WriteAheadLogArgs(TypedDict):
    """Where the write-ahead log is."""

    kind: str
    """woodpecker (inside Milvus), woodpecker_service, pulsar or kafka."""
    addresses: NotRequired[list[str]]
    """host:port of brokers; of a service, its seeds."""
    credentials_secret: NotRequired[str]
    """Kafka: Secret with username, password and ca.crt."""


class PeerArgs(TypedDict):
    """Who may connect."""

    namespace: NotRequired[str]
    """All pods of this namespace; with pod_labels, those among them."""
    pod_labels: NotRequired[dict[str, str]]
    """Pods with these labels, in Milvus's own namespace unless namespace is said."""
    cidr: NotRequired[str]
    """A network of addresses outside the cluster, such as 10.0.0.0/16."""


class ServiceArgs(TypedDict):
    """How clients reach Milvus."""

    type: NotRequired[str]
    """LoadBalancer is an internal one."""
    source_ranges: NotRequired[list[str]]
    """Networks that may use it."""
    annotations: NotRequired[dict[str, str]]
    """Further annotations for the cloud's controller."""


class TlsArgs(TypedDict):
    """TLS towards clients."""

    secret: str
    """Secret with tls.crt, tls.key and ca.crt."""
    server_name: NotRequired[str]
    """Name that the certificate has; NAME-milvus.NAMESPACE.svc if left out."""


class TaintArgs(TypedDict):
    """A taint of nodes."""

    key: str
    """Key of the taint."""
    value: NotRequired[str]
    """Value of the taint; left out: any."""
    effect: NotRequired[str]
    """Effect; NoSchedule if left out."""


class NodePoolArgs(TypedDict):
    """How the nodes of a pool of the plan are known."""

    labels: NotRequired[dict[str, str]]
    """Labels of its nodes, instead of the default one."""
    taints: NotRequired[list[TaintArgs]]
    """Taints of its nodes."""


class StorageClassArgs(TypedDict):
    """A storage class that is made here."""

    name: str
    """Name, which storage_class or etcd.storage_class uses."""
    provisioner: str
    """Driver that makes volumes, such as ebs.csi.aws.com."""
    parameters: NotRequired[dict[str, str]]
    """The driver's own, as texts. ebs.csi.aws.com has type gp3 and encrypted true where nothing is said."""
    reclaim_policy: NotRequired[str]
    """What becomes of a volume whose claim is deleted; Retain if left out."""
    allow_volume_expansion: NotRequired[bool]
    """Whether its volumes can be enlarged; true if left out."""


class PriorityClassArgs(TypedDict):
    """The priority class of Milvus's pods."""

    name: str
    """Name of the priority class."""
    value: NotRequired[int]
    """Its value, if it shall be made here."""


class AutoscaleArgs(TypedDict):
    """Bounds of an autoscaler."""

    min: NotRequired[int]
    """Fewest pods; the plan's number if left out, which is the least."""
    max: int
    """Most pods."""
    cpu_percent: NotRequired[int]
    """Use of the requested CPU that is aimed at, percent; 60 if left out."""


class ResourceGroupArgs(TypedDict):
    """A resource group and its query nodes."""

    name: str
    """Name of the group."""
    pods: int
    """Query nodes in it."""


class BackupArgs(TypedDict):
    """What is backed up, when and where to."""

    enabled: NotRequired[bool]
    """false: no backup; true if left out."""
    schedule: NotRequired[str]
    """When, as cron writes it, UTC; daily at three if left out."""
    bucket: NotRequired[str]
    """Bucket of the backups, in the same store; Milvus's own if left out."""
    root_path: NotRequired[str]
    """Folder in that bucket; milvus_backups/namespace/name if left out."""
    retention_days: NotRequired[int]
    """How long backups are kept; 7 days if left out."""
    service_account_annotations: NotRequired[dict[str, str]]
    """Annotations that bind the backup's own identity; those of object_store if left out."""
    credentials_secret: NotRequired[str]
    """Secret with accesskey and secretkey of its own; that of object_store if left out."""
    instead: NotRequired[str]
    """With enabled: false in production: what else brings the data back, in a few words."""


class KubernetesArgs(TypedDict):
    """Where and how Milvus runs in a Kubernetes cluster."""

    namespace: NotRequired[str]
    """Namespace; milvus if left out."""
    name: NotRequired[str]
    """Name of the Milvus; milvus if left out. At most 40 characters, no dots."""
    create_namespace: NotRequired[bool]
    """Whether the namespace is made here; true if left out."""
    operator: NotRequired[str]
    """Whether Milvus Operator is installed or is there."""
    operator_namespace: NotRequired[str]
    """Namespace of the operator, which must reach etcd and the store."""
    registry: NotRequired[str]
    """Prefix of every image: a mirror that the nodes can reach."""
    pull_secrets: NotRequired[list[str]]
    """Names of Secrets with the registry's credentials."""
    variant: NotRequired[str]
    """For standalone. self_contained: one pod with etcd inside and files on its volume; operator: etcd and object store
    outside. Left out: as the workload's object_store says."""
    object_store: NotRequired[ObjectStoreArgs]
    """The object store. Needed but for a self-contained standalone."""
    etcd: NotRequired[EtcdArgs]
    """Where metadata is kept."""
    wal: NotRequired[WriteAheadLogArgs]
    """The write-ahead log; the plan's if left out. It cannot be changed later."""
    clients: NotRequired[list[PeerArgs]]
    """Who may connect to Milvus on 19530."""
    monitoring: NotRequired[list[PeerArgs]]
    """Who may read metrics on 9091."""
    metrics: NotRequired[bool]
    """Whether the operator makes a PodMonitor; true if left out."""
    service: NotRequired[ServiceArgs]
    """How clients reach Milvus; inside the cluster only if left out."""
    tls: NotRequired[TlsArgs]
    """TLS on 19530; REST then moves to port 8080."""
    storage_class: NotRequired[str]
    """Storage class of data volumes (self-contained, in_cluster)."""
    storage_classes: NotRequired[list[StorageClassArgs]]
    """Storage classes that are made here, for the volumes of this Milvus. They stay when it goes."""
    select_nodes: NotRequired[str]
    """How pods find the nodes of their pool: by the label milvus.io/node-pool, by the label
    node.kubernetes.io/instance-type, or not at all; pool if left out."""
    node_pools: NotRequired[dict[str, NodePoolArgs]]
    """For pools of the plan: labels and taints of their nodes."""
    priority_class: NotRequired[PriorityClassArgs]
    """Priority class of Milvus's pods and what it depends on."""
    autoscale: NotRequired[dict[str, AutoscaleArgs]]
    """Horizontal autoscaling of query_node or proxy, by CPU."""
    resource_groups: NotRequired[list[ResourceGroupArgs]]
    """Resource groups; their pods add up to the plan's query nodes."""
    backup: NotRequired[BackupArgs]
    """Backups; on where production is true."""
    graceful_stop_seconds: NotRequired[int]
    """Seconds in which a pod of Milvus hands over what it serves before it ends; 1800, Milvus's own, if left out."""
    network_policies: NotRequired[bool]
    """Whether NetworkPolicies are made; true if left out."""
