"""The workload as component arguments, in the shape that every Pulumi language can use.

Declared sizing is plain, not `Input`: which resources exist depends on it. A test holds the keys equal to the models of
planning, which say what each may be.
"""

from typing import Any, NotRequired, TypedDict


class VectorFieldWorkloadArgs(TypedDict):
    """One of several vector fields of a row."""

    name: str
    """Name of the field, unique in the collection."""
    embedding_model: NotRequired[str]
    """Name of the model that makes the vectors; fills in dimension and metric."""
    dimension: NotRequired[int]
    """Numbers in one vector, bits for BINARY_VECTOR; not for SPARSE_FLOAT_VECTOR."""
    metric: NotRequired[str]
    """How two vectors are compared: COSINE, L2, IP, BM25, HAMMING, JACCARD or MHJACCARD."""
    data_type: NotRequired[str]
    """How Milvus stores one vector; FLOAT_VECTOR by default."""
    index: NotRequired[str]
    """Index type; AUTOINDEX by default."""
    index_params: NotRequired[dict[str, Any]]
    """Build parameters of the index with Milvus's own names, such as M or nlist."""


class ScalarIndexWorkloadArgs(TypedDict):
    """An index of a scalar field, for filters."""

    field: str
    """Name of the scalar field."""
    type: str
    """Scalar index type; Milvus Lite has INVERTED only."""
    data_type: NotRequired[str]
    """Type of the scalar field; VARCHAR by default."""


class CollectionWorkloadArgs(TypedDict):
    """What one collection stores."""

    name: str
    """Name of the collection, unique in the environment."""
    vectors: int
    """Rows stored today."""
    growth_vectors_per_month: NotRequired[int]
    """Rows added per month."""
    embedding_model: NotRequired[str]
    """Name of the model that makes the vectors; fills in dimension and metric."""
    dimension: NotRequired[int]
    """Numbers in one vector, bits for BINARY_VECTOR; not for SPARSE_FLOAT_VECTOR."""
    metric: NotRequired[str]
    """How two vectors are compared: COSINE, L2, IP, BM25, HAMMING, JACCARD or MHJACCARD."""
    data_type: NotRequired[str]
    """How Milvus stores one vector; FLOAT_VECTOR by default."""
    index: NotRequired[str]
    """Index type; AUTOINDEX by default."""
    index_params: NotRequired[dict[str, Any]]
    """Build parameters of the index with Milvus's own names, such as M or nlist."""
    scalar_bytes_per_row: NotRequired[int]
    """Bytes of scalar data in one row, without the vectors."""
    scalar_indexes: NotRequired[list[ScalarIndexWorkloadArgs]]
    """Indexes of scalar fields."""
    vector_fields: NotRequired[list[VectorFieldWorkloadArgs]]
    """The vector fields of a row that has several; then no vector keys on the collection itself."""
    partition_key: NotRequired[str]
    """Scalar field by whose value Milvus spreads rows over partitions."""
    shards: NotRequired[int]
    """Channels that take inserts in parallel, 1 to 16."""
    mmap: NotRequired[bool]
    """Map data and index from local disk instead of holding them in memory."""
    partitions: NotRequired[int]
    """Partitions of the collection, 1 to 1,024."""


class NodeShapeWorkloadArgs(TypedDict):
    """Nodes of one kind in a cluster that is already there."""

    name: str
    """Name of the shape, unique among them; the plan says it as instance_type."""
    cpu_cores: int
    """Cores (vCPUs) of a node, as Kubernetes sees them: its capacity."""
    memory_gib: NotRequired[float]
    """Memory of a node in GiB, as Kubernetes sees it: its capacity. This or memory_bytes is needed."""
    memory_bytes: NotRequired[int]
    """Memory of a node in bytes, instead of memory_gib."""
    count: NotRequired[int]
    """Nodes of this shape that there are. This or max_count is needed."""
    max_count: NotRequired[int]
    """Nodes of this shape that an autoscaler makes at most; by default count."""
    max_pods: NotRequired[int]
    """kubelet's limit of pods of a node, which keeps memory for each; by default as on AWS's types of that size."""
    allocatable_cpu_millicores: NotRequired[int]
    """What a node leaves to pods, in millicores, as `kubectl describe node` says; by default computed."""
    allocatable_memory_bytes: NotRequired[int]
    """What a node leaves to pods, in bytes, as `kubectl describe node` says; by default computed."""
    local_nvme_bytes: NotRequired[int]
    """Bytes of local NVMe in a node that the ephemeral storage of pods stands on; 0 by default."""
    local_nvme_disks: NotRequired[int]
    """Number of local NVMe disks in a node; 0 by default."""
    root_disk_bytes: NotRequired[int]
    """Bytes of the disk of kubelet's folder, where that is no NVMe; by default not checked."""
    gpus: NotRequired[int]
    """GPUs of a node; 0 by default."""
    gpu_name: NotRequired[str]
    """Name of the GPU, such as L4."""
    gpu_memory_bytes: NotRequired[int]
    """Memory of each GPU in bytes, as nvidia-smi says; needed where there are gpus."""
    gpu_compute_capability: NotRequired[str]
    """Compute capability of the GPU, a text such as '8.6'; by default not checked."""
    architecture: NotRequired[str]
    """CPU architecture, x86_64 (the default) or arm64."""
    simd: NotRequired[list[str]]
    """Vector instructions of the CPU, such as avx2 and avx512, or neon; by default not checked."""
    zones: NotRequired[list[str]]
    """Zones that nodes of this shape stand in; by default not checked."""
    usd_per_month: NotRequired[float]
    """What one node costs a month, in USD; without it for any shape no cost is shown."""


class WorkloadArgs(TypedDict):
    """What will be stored and asked, and how sure it must be."""

    collections: list[CollectionWorkloadArgs]
    """What is stored: one entry for each collection."""
    queries_per_second: NotRequired[float]
    """Searches per second at the busiest time, over all collections."""
    latency_p99_ms: NotRequired[float]
    """Wished latency of a search in milliseconds, 99th percentile."""
    recall_target: NotRequired[float]
    """Wished share of true neighbours found, such as 0.95."""
    inserts_per_second: NotRequired[float]
    """Rows inserted or updated per second at the busiest time."""
    insert_acknowledge_ms: NotRequired[float]
    """Wished time in milliseconds until an insert is acknowledged, that is durable."""
    availability: NotRequired[str]
    """What may be lost without losing service: none, pod or zone."""
    budget_usd_per_month: NotRequired[float]
    """The most that it may cost in a month, USD."""
    horizon_months: NotRequired[int]
    """For how many months of growth the plan must hold."""
    production: NotRequired[bool]
    """Whether the rules for production are errors instead of warnings."""
    replicas: NotRequired[int]
    """In-memory copies of the loaded data; by default the planner decides."""
    topology: NotRequired[str]
    """lite, standalone, distributed or managed; by default the planner decides."""
    milvus_version: NotRequired[str]
    """Release of Milvus, such as 3.0.2; the newest 2.6 by default."""
    wal: NotRequired[str]
    """Write-ahead log: woodpecker by default, woodpecker-local, woodpecker-service, pulsar or kafka."""
    object_store: NotRequired[str]
    """Where binlogs and index files are: external by default, in_cluster, or local for a self-contained standalone."""
    etcd: NotRequired[str]
    """Where the metadata are: in_cluster by default, or external."""
    node_shapes: NotRequired[list[NodeShapeWorkloadArgs]]
    """The nodes of a cluster that is already there: one entry for each kind of node."""


__all__ = [
    "CollectionWorkloadArgs",
    "NodeShapeWorkloadArgs",
    "ScalarIndexWorkloadArgs",
    "VectorFieldWorkloadArgs",
    "WorkloadArgs",
]
