"""Arguments of the components that run Milvus in a Kubernetes cluster."""

from typing import NotRequired, TypedDict

import pulumi

from pulumi_milvus.kubernetes.settings_args import KubernetesArgs
from pulumi_milvus.workload_args import WorkloadArgs


class ClusterAccessArgs(TypedDict):
    """Which cluster: what `kubernetes:kubeconfig` and `kubernetes:context` of the stack say by default."""

    kubeconfig: NotRequired[pulumi.Input[str]]
    """A kubeconfig, its path or its content. Kept as a secret."""
    context: NotRequired[pulumi.Input[str]]
    """The kubeconfig's context; its current one by default."""


class MilvusArgs(TypedDict):
    """What Milvus shall hold, and how it stands in its cluster."""

    workload: WorkloadArgs
    """What will be stored and asked. Plain, since it decides which resources exist."""
    accepted_plan: NotRequired[str]
    """The content of a plan that was accepted (`pulumi-milvus plan --write`); a plan is made where there is none."""
    kubernetes: NotRequired[KubernetesArgs]
    """Where and how Milvus runs: namespace, object store, clients ... Plain for the same reason."""
    cluster: NotRequired[ClusterAccessArgs]
    """Which cluster; the one that kubectl talks to by default."""
    password_rotation: NotRequired[int]
    """Which password root has: raise it by one for a new one. 1 by default."""
    disposable_data: NotRequired[bool]
    """Says ahead that collections may be deleted with the rows they hold. False by default."""
    aliases: NotRequired[dict[str, str]]
    """Further names for collections: alias to collection. Switching one takes effect at once."""
    acknowledge_search_gap: NotRequired[list[str]]
    """Collections whose index may be rebuilt in production although searches fail meanwhile."""
    create_collections: NotRequired[bool]
    """Whether the collections of the workload are created too. True by default."""
    ready_timeout_seconds: NotRequired[int]
    """Seconds to wait for each part to be ready; 0, the default: 600 for etcd and MinIO, 3600 for Milvus."""
