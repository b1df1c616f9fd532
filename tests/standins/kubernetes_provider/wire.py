"""Between Pulumi's property values and Kubernetes objects.

Objects are plain JSON data; a value that Pulumi keeps secret is wrapped in `Secret`, one that a preview does not know
is `UNKNOWN`. Keys that the SDKs spell `x_kubernetes_...` are `x-kubernetes-...` in objects and, as the official one
has it, in a resource's inputs; outputs have the SDKs' spelling.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pulumi.provider.experimental.property_value import Computed, PropertyValue
from pulumi.runtime.rpc import UNKNOWN as UNKNOWN_ON_THE_WIRE

from pulumi_milvus.resources.wire import UNKNOWN, has_unknown

__all__ = [
    "UNKNOWN",
    "Object",
    "Secret",
    "annotate",
    "from_wire",
    "has_secret",
    "has_unknown",
    "inputs_to_wire",
    "outputs_to_wire",
    "strip",
]

Object = dict[str, Any]


@dataclass(frozen=True)
class Secret:
    """A value that Pulumi encrypts in state and never shows."""

    value: Any


def from_wire(values: Mapping[str, PropertyValue] | None) -> Object:
    """Property values as data; entries that are null are left out, as the API server would."""
    return {_dashes(key): _plain(item) for key, item in (values or {}).items() if item.value is not None}


def inputs_to_wire(values: Mapping[str, Any]) -> dict[str, PropertyValue]:
    """Inputs as property values."""
    return {key: _property(item, lambda key: key) for key, item in values.items() if item is not None}


def outputs_to_wire(values: Mapping[str, Any]) -> dict[str, PropertyValue]:
    """A state as property values."""
    return {_underscores(key): _property(item, _underscores) for key, item in values.items() if item is not None}


def strip(value: Any) -> Any:
    """A copy without the marks of secrets."""
    if isinstance(value, Secret):
        return strip(value.value)
    if isinstance(value, Mapping):
        return {key: strip(item) for key, item in value.items()}
    if isinstance(value, list):
        return [strip(item) for item in value]
    return value


def has_secret(value: Any) -> bool:
    """Whether a secret is anywhere inside."""
    if isinstance(value, Mapping):
        return any(has_secret(item) for item in value.values())
    if isinstance(value, list):
        return any(has_secret(item) for item in value)
    return isinstance(value, Secret)


def annotate(outputs: Object, inputs: Mapping[str, Any]) -> Object:
    """`outputs` with the marks of `inputs`: a map is entered, a list with one secret inside is secret as a whole.

    The values of a Kubernetes Secret are secret whether the program says so or not.
    """
    marked = dict(outputs)
    if marked.get("kind") == "Secret":
        for key in ("data", "stringData"):
            if key in marked:
                marked[key] = Secret(strip(marked[key]))
        return marked
    for key, given in inputs.items():
        found = marked.get(key)
        if found is None:
            continue
        if isinstance(found, dict) and isinstance(given, Mapping):
            marked[key] = annotate(found, given)
        elif has_secret(given):
            marked[key] = Secret(strip(found))
    return marked


def _plain(value: PropertyValue) -> Any:
    raw = value.value
    plain: Any
    if isinstance(raw, Computed) or raw == UNKNOWN_ON_THE_WIRE:
        plain = UNKNOWN
    elif isinstance(raw, float) and raw.is_integer():
        plain = int(raw)
    elif isinstance(raw, Mapping):
        plain = {_dashes(key): _plain(item) for key, item in raw.items() if item.value is not None}
    elif isinstance(raw, Sequence) and not isinstance(raw, str):
        plain = [_plain(item) for item in raw]
    else:
        plain = raw
    return Secret(plain) if value.is_secret else plain


def _property(value: Any, spelled: Callable[[str], str]) -> PropertyValue:
    if isinstance(value, Secret):
        return _property(strip(value), spelled).with_secret(True)
    if value is UNKNOWN:
        return PropertyValue(UNKNOWN_ON_THE_WIRE)
    if value is None or isinstance(value, bool | str):
        return PropertyValue(value)
    if isinstance(value, int | float):
        return PropertyValue(float(value))
    if isinstance(value, Mapping):
        return PropertyValue({spelled(key): _property(item, spelled) for key, item in value.items()})
    if isinstance(value, Sequence):
        return PropertyValue([_property(item, spelled) for item in value])
    raise TypeError(f"{type(value).__name__} cannot travel as a Pulumi property")


def _dashes(key: str) -> str:
    return key.replace("_", "-") if key.startswith("x_kubernetes_") else key


def _underscores(key: str) -> str:
    return key.replace("-", "_") if key.startswith("x-kubernetes-") else key
