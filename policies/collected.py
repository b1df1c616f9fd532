"""What resources ask for, kept until the whole stack is judged.

A stack policy sees outputs, and in a preview what a provider computes is unknown there. Each resource's inputs are
seen before, one at a time, and are what somebody wrote.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from pulumi_policy import PolicyResource
from pulumi_policy.proxy import UnknownValueError

# What pulumi writes for a value that is not known yet; the readers of previews take it for None.
UNKNOWN: Final = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
_KUBERNETES: Final = "kubernetes:"


@dataclass(frozen=True, slots=True)
class Asked:
    """A resource and what it asks for. ``unknown``: dotted paths of the values that are not known yet.

    ``made_of``: for an input, the URNs of the resources that its value comes of. By this a node group finds its launch
    template while that has no id.
    """

    urn: str
    type: str
    inputs: Mapping[str, Any]
    unknown: tuple[str, ...]
    made_of: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def state(self) -> dict[str, Any]:
        """The resource as a stack export writes it."""
        inputs = dict(self.inputs)
        if self.type.startswith(_KUBERNETES) and isinstance(inputs.get("metadata"), Mapping):
            _, version, kind = self.type.split(":", 2)
            inputs = {"apiVersion": version.removeprefix("core/"), "kind": kind} | inputs
        made_of = {key: list(urns) for key, urns in self.made_of.items()}
        return {"urn": self.urn, "type": self.type, "inputs": inputs, "propertyDependencies": made_of}


@dataclass(slots=True)
class Collected:
    """Everything that was asked for so far, by URN, and what the pack's configuration says of all of it."""

    asked: dict[str, Asked] = field(default_factory=dict)
    config: Mapping[str, Any] = field(default_factory=dict)

    def add(self, urn: str, kind: str, props: Mapping[str, Any]) -> None:
        """Keep one resource's inputs; what was kept of it before is of no more use."""
        self.asked[urn] = _asked(urn, kind, props)

    def of(self, resources: Iterable[PolicyResource]) -> list[Asked]:
        """The resources of a stack, in its order; by what they asked for, where that was seen."""
        return [
            replace(
                self.asked.get(item.urn) or _asked(item.urn, item.resource_type, item.props), made_of=_made_of(item)
            )
            for item in resources
            if not item.resource_type.startswith("pulumi:")
        ]


def _made_of(item: PolicyResource) -> dict[str, tuple[str, ...]]:
    return {key: tuple(one.urn for one in found) for key, found in item.property_dependencies.items()}


def _asked(urn: str, kind: str, props: Mapping[str, Any]) -> Asked:
    unknown: list[str] = []
    inputs = {str(key): value for key, value in _items(props, "", unknown)}
    return Asked(urn, kind, inputs, tuple(unknown))


def _items(value: Mapping[str, Any], path: str, unknown: list[str]) -> Iterator[tuple[Any, Any]]:
    for key in value:
        yield key, _known(value, key, f"{path}.{key}" if path else str(key), unknown)


def _known(holder: Any, key: Any, path: str, unknown: list[str]) -> Any:
    """A guarded value as plain data; an unknown raises when it is looked at, and its path is kept."""
    try:
        value = holder[key]
    except UnknownValueError:
        unknown.append(path)
        return UNKNOWN
    if isinstance(value, Mapping):
        return dict(_items(value, path, unknown))
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_known(value, index, path, unknown) for index in range(len(value))]
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value if isinstance(value, (str, int, float, bool, type(None))) else None
