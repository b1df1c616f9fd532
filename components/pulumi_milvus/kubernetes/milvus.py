"""The component `milvus:index:Milvus`: the topology that the plan says, in a Kubernetes cluster."""

from pulumi_milvus.kubernetes.component import ServerComponent


class Milvus(ServerComponent):
    """Milvus in a Kubernetes cluster, in the topology that the plan chooses: one pod, or separate roles."""
