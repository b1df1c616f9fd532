"""`milvus:index:GeneratedKeys` for Python programs."""

from collections.abc import Mapping
from typing import Any, Final, NotRequired, TypedDict, cast

import pulumi

from pulumi_milvus.resources.names import wire_properties

_WIRE_NAMES: Final = {"access_key": "accessKey", "secret_key": "secretKey"}
_PYTHON_NAMES: Final = {wire: name for name, wire in _WIRE_NAMES.items()}


class GeneratedKeysArgs(TypedDict):
    """The keys of an object store."""

    rotation: NotRequired[pulumi.Input[int]]
    """Which pair it is; raise it by one for a new one. 1 by default."""
    secret: NotRequired[pulumi.Input[str]]
    """namespace/name of the Secret whose `accesskey` and `secretkey` are taken over where it is there at creation."""


class GeneratedKeys(pulumi.CustomResource):
    """Makes an access key and a secret key, stable until `rotation` is raised. No server is asked."""

    access_key: pulumi.Output[str]
    """The access key, 20 letters and digits, a secret."""
    secret_key: pulumi.Output[str]
    """The secret key, 40 letters and digits, a secret."""
    rotation: pulumi.Output[int]
    """Which pair it is."""

    def __init__(
        self,
        resource_name: str,
        args: GeneratedKeysArgs | None = None,
        opts: pulumi.ResourceOptions | None = None,
        **properties: Any,
    ) -> None:
        """`args`, or the same keys as keywords."""
        given = wire_properties({**cast(Mapping[str, Any], args or {}), **properties})
        secret = pulumi.ResourceOptions(additional_secret_outputs=["access_key", "secret_key", "seed"])
        outputs = dict.fromkeys(("access_key", "secret_key", "seed", "rotation"))
        options = pulumi.ResourceOptions.merge(secret, opts)
        super().__init__("milvus:index:GeneratedKeys", resource_name, outputs | given, options)

    def translate_input_property(self, prop: str) -> str:
        """Wire names outside, Python names inside."""
        return _WIRE_NAMES.get(prop, prop)

    def translate_output_property(self, prop: str) -> str:
        """Wire names outside, Python names inside."""
        return _PYTHON_NAMES.get(prop, prop)
