"""An explicit provider for programs that use more than one Milvus, or one that they create themselves."""

from typing import Any, NotRequired, TypedDict

import pulumi

from pulumi_milvus.resources.names import wire_properties


class ClusterArgs(TypedDict):
    """A Kubernetes cluster, and the Service in front of a Milvus in it."""

    kubeconfig: NotRequired[pulumi.Input[str]]
    """A kubeconfig, its path or its content; by default KUBECONFIG or ~/.kube/config. Kept as a secret."""
    context: NotRequired[pulumi.Input[str]]
    """The kubeconfig's context; its current one by default."""
    namespace: NotRequired[pulumi.Input[str]]
    """The Service's namespace."""
    service: NotRequired[pulumi.Input[str]]
    """The Service in front of Milvus; the operator calls that of a Milvus resource NAME-milvus."""
    port: NotRequired[pulumi.Input[int]]
    """The Service's port; 19530 by default."""
    tls_secret: NotRequired[pulumi.Input[str]]
    """Where Milvus speaks TLS: the Secret of that namespace whose `ca.crt` says which certificate to trust."""
    tls_server_name: NotRequired[pulumi.Input[str]]
    """The name that the certificate must have; SERVICE.NAMESPACE.svc by default."""


class ProviderArgs(TypedDict):
    """One Milvus, the token that opens it, and the cluster that it may stand in."""

    uri: NotRequired[pulumi.Input[str]]
    """A path ending in .db for Milvus Lite, relative to the folder of Pulumi.yaml, or http://host:19530, https://..."""
    cluster: NotRequired[ClusterArgs]
    """In the place of a URI: a Service in a cluster, reached through a port-forward of the provider's own."""
    token: NotRequired[pulumi.Input[str]]
    """`user:password` or an API key. Kept as a secret."""
    wait_seconds: NotRequired[pulumi.Input[float]]
    """How long to wait for Milvus to answer, or for a Lite file that another process holds; 120 s by default."""


class Provider(pulumi.ProviderResource):
    """Where resources live that name it in `ResourceOptions(provider=...)`."""

    def __init__(self, name: str, args: ProviderArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        properties: dict[str, Any] = {"uri": args["uri"]} if "uri" in args else {}
        if "cluster" in args:
            cluster = wire_properties(args["cluster"])
            if cluster.get("kubeconfig"):
                cluster["kubeconfig"] = pulumi.Output.secret(cluster["kubeconfig"])
            properties["cluster"] = cluster
        if args.get("token"):
            properties["token"] = pulumi.Output.secret(args["token"])
        if "wait_seconds" in args:
            properties["waitSeconds"] = args["wait_seconds"]
        super().__init__("milvus", name, properties, opts)
