"""`milvus:index:Readiness` for Python programs."""

from collections.abc import Mapping
from typing import Any, NotRequired, TypedDict, cast

import pulumi

from pulumi_milvus.resources.names import wire_properties


class ReadinessArgs(TypedDict):
    """What is waited for."""

    namespace: pulumi.Input[str]
    """The namespace of the Milvus resource or StatefulSet."""
    name: pulumi.Input[str]
    """The name of the Milvus resource or StatefulSet."""
    kind: NotRequired[pulumi.Input[str]]
    """Milvus, a resource of the Milvus Operator (by default), or StatefulSet, a self-contained standalone."""
    spec: NotRequired[pulumi.Input[Mapping[str, Any]]]
    """What must be in force: the resource's spec, or the part that counts. A change of it waits again."""
    revision: NotRequired[pulumi.Input[str]]
    """Any text that changes with what is waited for; a change of it waits again."""
    service: NotRequired[pulumi.Input[str]]
    """The Service that clients use; by default NAME-milvus, and a StatefulSet's governing Service."""
    port: NotRequired[pulumi.Input[int]]
    """The Service's port; 19530 by default."""
    timeout_seconds: NotRequired[pulumi.Input[float]]
    """How long to wait; by default the resource's custom timeout, or an hour."""


class Readiness(pulumi.CustomResource):
    """Done when a Milvus in the provider's cluster really is what was declared.

    Its id, for `pulumi import`, is `namespace/name` of the Milvus resource.
    """

    endpoint: pulumi.Output[str]
    """Where clients inside the cluster reach Milvus: host:port."""
    status: pulumi.Output[str]
    """The status that the operator reports; where a refresh finds etcd, store or log gone, Healthy without them."""
    ready_pods: pulumi.Output[Mapping[str, int]]
    """Ready pods of each role."""
    wanted_pods: pulumi.Output[Mapping[str, int]]
    """Pods that each role shall have."""

    def __init__(
        self,
        resource_name: str,
        args: ReadinessArgs | None = None,
        opts: pulumi.ResourceOptions | None = None,
        **properties: Any,
    ) -> None:
        """`args`, or the same keys as keywords, as `pulumi import` writes them."""
        given = wire_properties({**cast(Mapping[str, Any], args or {}), **properties})
        outputs = dict.fromkeys(("endpoint", "status", "ready_pods", "wanted_pods"))
        super().__init__("milvus:index:Readiness", resource_name, outputs | given, opts)

    def translate_input_property(self, prop: str) -> str:
        """Wire names outside, Python names inside."""
        return {"ready_pods": "readyPods", "wanted_pods": "wantedPods"}.get(prop, prop)

    def translate_output_property(self, prop: str) -> str:
        """Wire names outside, Python names inside."""
        return {"readyPods": "ready_pods", "wantedPods": "wanted_pods"}.get(prop, prop)
