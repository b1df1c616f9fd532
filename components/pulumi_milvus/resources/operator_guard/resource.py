"""`milvus:index:OperatorGuard` for Python programs."""

from collections.abc import Mapping
from typing import Any, NotRequired, TypedDict, cast

import pulumi

from pulumi_milvus.resources.names import wire_properties


class OperatorGuardArgs(TypedDict):
    """Keeps the operator while a Milvus needs it."""

    acknowledge_unreachable: NotRequired[pulumi.Input[bool]]
    """Says ahead that it may be deleted although the cluster gives no answer. False by default."""


class OperatorGuard(pulumi.CustomResource):
    """Refuses to be deleted while any Milvus resource exists in the provider's cluster.

    Let it depend on the operator, and every Milvus resource on it: then a destroy stops before the operator.
    """

    cluster_id: pulumi.Output[str]
    """The UID of the cluster's namespace kube-system."""

    def __init__(
        self,
        resource_name: str,
        args: OperatorGuardArgs | None = None,
        opts: pulumi.ResourceOptions | None = None,
        **properties: Any,
    ) -> None:
        """`args`, or the same keys as keywords."""
        given = wire_properties({**cast(Mapping[str, Any], args or {}), **properties})
        super().__init__("milvus:index:OperatorGuard", resource_name, {"cluster_id": None} | given, opts)

    def translate_input_property(self, prop: str) -> str:
        """Wire names outside, Python names inside."""
        return {"cluster_id": "clusterId"}.get(prop, prop)

    def translate_output_property(self, prop: str) -> str:
        """Wire names outside, Python names inside."""
        return {"clusterId": "cluster_id"}.get(prop, prop)
