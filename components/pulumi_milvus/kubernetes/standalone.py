"""The component `milvus:index:Standalone`: one Milvus server in a Kubernetes cluster."""

from typing import ClassVar

from pulumi_milvus.kubernetes.component import ServerComponent


class Standalone(ServerComponent):
    """One Milvus server in a pod: self-contained, or with etcd and object store outside."""

    _topologies: ClassVar[tuple[str, ...]] = ("standalone",)
