"""The inputs of a component that a program in another language declares, as the component's constructor takes them.

The SDK's own reading makes one output of a whole object when one of its values is a secret or comes of a resource, and
then hands the component an empty object (pulumi 3.259.0, ``ComponentProvider.map_input_properties``): a kubeconfig in
``cluster`` was lost, and another cluster was meant. Here each value stays where it stands.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

import pulumi
from google.protobuf import struct_pb2
from pulumi.output import Unknown
from pulumi.provider.experimental.analyzer import PropertyDefinition, TypeDefinition
from pulumi.provider.server import ProviderServicer
from pulumi.runtime import rpc

from pulumi_milvus.arguments import as_input_errors

_SIGNATURE: Final = rpc._special_sig_key
_OUTPUT: Final = rpc._special_output_value_sig
_LATER: Final = (
    "is known during `up` only, and how many resources there are depends on it; write the value itself, or read it "
    "from the configuration or from another stack"
)
_SECRET: Final = "is a secret, and here it would be kept in clear; write it as no secret, or leave it out"


class ConstructInputs:
    """Reads the inputs of one request; ``types`` are those of the package's schema, by name."""

    def __init__(self, types: Mapping[str, TypeDefinition]) -> None:
        self._types = types
        self._wrong: list[tuple[str, str]] = []

    async def read(
        self,
        inputs: struct_pb2.Struct,
        properties: Mapping[str, PropertyDefinition],
        dependencies: Mapping[str, set[str]],
    ) -> dict[str, Any]:
        """Values by their names in the schema; what may be one is an output with its secrecy and its resources.

        Raises ``InputPropertiesError`` with every value that must be known and is not.
        """
        found = {
            key: await self._value(value, properties.get(key), dependencies.get(key, set()), key)
            for key, value in inputs.items()
        }
        if self._wrong:
            raise as_input_errors(self._wrong)
        return found

    async def _value(self, value: Any, prop: PropertyDefinition | None, urns: set[str], path: str) -> Any:
        value = _without_wrapping(value)
        of_object = self._object(prop)
        if isinstance(value, struct_pb2.Struct) and _SIGNATURE not in value:
            if of_object is not None:
                keys = of_object.properties
                return {
                    key: await self._value(item, keys.get(key), urns, f"{path}.{key}") for key, item in value.items()
                }
            inner = _within(prop, prop.additional_properties if prop else None)
            if _is_plain(prop) or self._object(inner) is not None:
                return {key: await self._value(item, inner, urns, f"{path}.{key}") for key, item in value.items()}
        if isinstance(value, struct_pb2.ListValue):
            inner = _within(prop, prop.items if prop else None)
            if _is_plain(prop) or self._object(inner) is not None:
                return [await self._value(item, inner, urns, f"{path}[{number}]") for number, item in enumerate(value)]
        return await self._leaf(value, must_be_known=_is_plain(prop) or of_object is not None, urns=urns, path=path)

    async def _leaf(self, value: Any, *, must_be_known: bool, urns: set[str], path: str) -> Any:
        read = rpc.deserialize_property(value, keep_unknowns=True)
        if not must_be_known:
            # The SDK leaves what is unknown as it is where it comes of no resource.
            unknown = isinstance(read, Unknown) and not urns
            return pulumi.Output.from_input(read) if unknown else await ProviderServicer._select_value(read, urns)
        is_output = isinstance(value, struct_pb2.Struct)
        if rpc.is_rpc_secret(read) or (is_output and dict(value.items()).get("secret")):
            self._wrong.append((path, _SECRET))
        elif isinstance(read, Unknown) or is_output:
            self._wrong.append((path, _LATER))
        return read

    def _object(self, prop: PropertyDefinition | None) -> TypeDefinition | None:
        """The type of an object with named keys."""
        found = self._types.get((prop.ref or "").rpartition(":")[2]) if prop else None
        return None if found is None or found.enum else found


def _is_plain(prop: PropertyDefinition | None) -> bool:
    return prop is not None and bool(prop.plain)


def _within(prop: PropertyDefinition | None, inner: PropertyDefinition | None) -> PropertyDefinition | None:
    """What stands in a list or a map; in one that must be known, all of it must be."""
    return replace(inner or PropertyDefinition(), plain=True) if _is_plain(prop) else inner


def _without_wrapping(value: Any) -> Any:
    """An output that is known and no secret is a value like any other; its resources are the component's too."""
    if not isinstance(value, struct_pb2.Struct):
        return value
    parts = dict(value.items())
    is_known_output = parts.get(_SIGNATURE) == _OUTPUT and "value" in parts and not parts.get("secret")
    return parts["value"] if is_known_output else value
