"""`milvus:index:RootPassword` for Python programs."""

from collections.abc import Mapping
from typing import Any, NotRequired, TypedDict, cast

import pulumi

from pulumi_milvus.resources.names import wire_properties
from pulumi_milvus.resources.root_password.spec import SECRET_OUTPUTS


class RootPasswordArgs(TypedDict):
    """The password of Milvus's user root."""

    rotation: NotRequired[pulumi.Input[int]]
    """Which password it is; raise it by one for a new one. 1 by default."""
    secret: NotRequired[pulumi.Input[str]]
    """namespace/name of the Secret whose `password` is taken over where it is there when this is created."""


class RootPassword(pulumi.CustomResource):
    """Makes the password of root, and changes it on the Milvus of its provider before anybody else learns of it.

    Creating it asks no Milvus, so that one can start with it; its provider needs no token. `secret` names where the
    password of an earlier Milvus is found, whose data may still be there.
    """

    password: pulumi.Output[str]
    """The password, a secret."""
    token: pulumi.Output[str]
    """`root:password`, a secret."""
    rotation: pulumi.Output[int]
    """Which password it is."""

    def __init__(
        self,
        resource_name: str,
        args: RootPasswordArgs | None = None,
        opts: pulumi.ResourceOptions | None = None,
        **properties: Any,
    ) -> None:
        """`args`, or the same keys as keywords."""
        given = wire_properties({**cast(Mapping[str, Any], args or {}), **properties})
        secret = pulumi.ResourceOptions(additional_secret_outputs=list(SECRET_OUTPUTS))
        outputs = dict.fromkeys((*SECRET_OUTPUTS, "rotation"))
        options = pulumi.ResourceOptions.merge(secret, opts)
        super().__init__("milvus:index:RootPassword", resource_name, outputs | given, options)
