"""The component `milvus:index:Distributed`: Milvus with separate roles in a Kubernetes cluster."""

from typing import ClassVar

from pulumi_milvus.kubernetes.component import ServerComponent


class Distributed(ServerComponent):
    """Milvus with separate roles, several pods each, through the resource of the Milvus Operator."""

    _topologies: ClassVar[tuple[str, ...]] = ("distributed",)
