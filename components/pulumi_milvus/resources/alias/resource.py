"""`milvus:index:Alias` for Python programs."""

from collections.abc import Mapping
from typing import Any, NotRequired, TypedDict, cast

import pulumi

from pulumi_milvus.resources.names import wire_properties


class AliasArgs(TypedDict):
    """A second name for a collection."""

    collection: pulumi.Input[str]
    """The collection that answers to it; changing this switches at once, without a gap."""
    alias: NotRequired[pulumi.Input[str]]
    """The name that clients use; by default the resource's name with underscores for dashes."""
    database: NotRequired[pulumi.Input[str]]
    """The database that holds both; it must exist. `default` by default."""


class Alias(pulumi.CustomResource):
    """A second name for a collection, in the Milvus that the provider is configured for.

    Its id, for `pulumi import`, is the alias, after `database/` where that is not the default one.
    """

    alias: pulumi.Output[str]
    """The name that clients use."""
    collection: pulumi.Output[str]
    """The collection that answers to it."""

    def __init__(
        self,
        resource_name: str,
        args: AliasArgs | None = None,
        opts: pulumi.ResourceOptions | None = None,
        **properties: Any,
    ) -> None:
        """`args`, or the same keys as keywords, as `pulumi import` writes them."""
        given = wire_properties({**cast(Mapping[str, Any], args or {}), **properties})
        super().__init__("milvus:index:Alias", resource_name, {"alias": None, "collection": None} | given, opts)
