"""How the resources of a component reach its cluster: providers of the packages kubernetes and milvus."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

import pulumi

from pulumi_milvus.manifests.settings import ClusterSettings
from pulumi_milvus.resources.provider_resource import ClusterArgs, Provider


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """Options for the children of a component.

    ``objects``: Kubernetes objects. ``kept``: the same for what may be there already, since it outlives a destroy.
    ``cluster``: resources of this package that look into the cluster.
    """

    objects: pulumi.ResourceOptions
    kept: pulumi.ResourceOptions
    cluster: pulumi.ResourceOptions
    service: ClusterArgs

    def milvus(
        self, name: str, token: pulumi.Output[str], parent: pulumi.Resource, after: list[pulumi.Resource]
    ) -> pulumi.ResourceOptions:
        """Options for collections and aliases inside the Milvus, once ``after`` are there."""
        child = pulumi.ResourceOptions(parent=parent)
        provider = Provider(f"{name}-provider", {"cluster": self.service, "token": token}, child)
        return pulumi.ResourceOptions(parent=parent, provider=provider, depends_on=after)


def access_of(
    component: pulumi.ComponentResource,
    name: str,
    args: Mapping[str, Any],
    settings: ClusterSettings,
    depends_on: Any = None,
) -> Access:
    """The providers of a component: its consumer's where one was given, else made of its arguments."""
    import pulumi_kubernetes

    wiring = cluster_wiring(args)
    child = pulumi.ResourceOptions(parent=component)
    given = component.get_provider("kubernetes:core/v1:Namespace")
    # An `up` that was killed has made objects that its state does not know; the next one takes them as they are.
    chosen = given or pulumi_kubernetes.Provider(
        f"{name}-kubernetes", opts=child, upsert_existing_objects=True, **wiring
    )
    # What an earlier destroy left is taken as it is, the namespace and the Secrets. A new password is written into its
    # Secret: a replaced one would be away for a moment.
    keeping = pulumi_kubernetes.Provider(
        f"{name}-kept", opts=child, upsert_existing_objects=True, enable_secret_mutable=True, **wiring
    )
    place = {"namespace": settings.namespace, "service": settings.service_name} | _tls(settings)
    service = cast(ClusterArgs, wiring | place)
    looking = Provider(f"{name}-cluster", {"cluster": service}, child)
    return Access(
        objects=pulumi.ResourceOptions(parent=component, provider=chosen, depends_on=depends_on),
        kept=pulumi.ResourceOptions(parent=component, provider=keeping, retain_on_delete=True, depends_on=depends_on),
        cluster=pulumi.ResourceOptions(parent=component, provider=looking, depends_on=depends_on),
        service=service,
    )


def _tls(settings: ClusterSettings) -> dict[str, str]:
    found = {"tls_secret": settings.tls_secret, "tls_server_name": settings.tls_server_name}
    return {key: value for key, value in found.items() if value is not None}


def cluster_wiring(args: Mapping[str, Any]) -> dict[str, Any]:
    """kubeconfig and context, from the arguments, else from the stack's settings of the kubernetes package."""
    declared, config = args.get("cluster") or {}, pulumi.Config("kubernetes")
    found = {
        "kubeconfig": declared.get("kubeconfig") or config.get_secret("kubeconfig"),
        "context": declared.get("context") or config.get("context"),
    }
    return {key: value for key, value in found.items() if value is not None}
