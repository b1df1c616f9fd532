"""A resource as previews and exports show it, and what of it can be known before `up`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

# What stands in a preview for a value that only `up` knows: Pulumi SDK, pulumi.runtime.rpc.UNKNOWN and its kin for
# lists, maps, assets and archives.
UNKNOWN: Final = frozenset(
    {
        "04da6b54-80e4-46f7-96ec-b56ff0331ba9",
        "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
        "030794c1-ac77-496b-92df-f27374a8bd58",
        "e48ece36-62e2-4504-bad9-02848725956a",
        "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
    }
)
LAUNCH_TEMPLATE: Final = "aws:ec2/launchTemplate:LaunchTemplate"


@dataclass(frozen=True, slots=True)
class Resource:
    """One resource. ``inputs`` are what the program says; ``depends``: by property, the resources it comes from."""

    urn: str
    type: str
    custom: bool
    inputs: Mapping[str, Any]
    id: str = ""
    provider: str = ""
    depends: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The name in the program."""
        return self.urn.rsplit("::", 1)[-1]

    def get(self, *path: str | int) -> Any:
        """The input at a path; None where it is not said. Raises ``NotKnown`` where only `up` knows it."""
        value: Any = self.inputs
        for position, key in enumerate(path):
            if isinstance(key, int):
                value = value[key] if isinstance(value, list) and key < len(value) else None
            else:
                value = value.get(key) if isinstance(value, dict) else None
            if isinstance(value, str) and value in UNKNOWN:
                raise NotKnown(".".join(map(str, path[: position + 1])))
        return value

    def length(self, *path: str | int) -> int:
        """How many items a list has, 0 where it is not said. Raises ``NotKnown`` where it is no list."""
        value = self.get(*path)
        if value is None:
            return 0
        if not isinstance(value, list):
            raise NotKnown(".".join(map(str, path)))
        return len(value)

    def number(self, *path: str | int) -> float | None:
        """The input as a number, None where it is not said. Raises ``NotKnown``."""
        value = self.get(*path)
        if value is None:
            return None
        try:
            number = float(value)
        except (TypeError, ValueError):
            raise NotKnown(".".join(map(str, path))) from None
        # NaN and what no deployment has.
        if not 0 <= number <= 1e12:
            raise NotKnown(".".join(map(str, path)))
        return number


class NotKnown(Exception):  # noqa: N818 - it says what it is: not known
    """An input that only `up` knows, or that is no number; its text is the path."""


@dataclass(frozen=True, slots=True)
class Stack:
    """All resources of a state by URN. ``region``: of the stack's configuration, for providers that are not shown."""

    resources: Mapping[str, Resource]
    region: str | None = None

    def __iter__(self) -> Iterator[Resource]:
        return iter(self.resources.values())

    def region_of(self, resource: Resource) -> str | None:
        """The region that a resource says, or its provider, or the configuration; None where none does.

        A preview does not show default providers.
        """
        said = resource.inputs.get("region")
        if isinstance(said, str) and said not in UNKNOWN:
            return said
        provider = self.resources.get(resource.provider.rsplit("::", 1)[0])
        said = provider.inputs.get("region") if provider else None
        return said if isinstance(said, str) and said not in UNKNOWN else self.region

    def launch_template(self, resource: Resource) -> Resource | None:
        """The template of a node group or instance; None where it has none. Raises ``NotKnown`` where it is not found.

        A template that is made in the same `up` has no id yet: then what the property depends on tells which it is.
        """
        said = resource.inputs.get("launchTemplate")
        if said is None:
            return None
        for urn in resource.depends.get("launchTemplate", ()):
            found = self.resources.get(urn)
            if found is not None and found.type == LAUNCH_TEMPLATE:
                return found
        told = [said.get("id"), said.get("name")] if isinstance(said, dict) else []
        wanted = [value for value in told if isinstance(value, str) and value and value not in UNKNOWN]
        for found in self.resources.values():
            if found.type == LAUNCH_TEMPLATE and (found.id in wanted or found.inputs.get("name") in wanted):
                return found
        raise NotKnown("launchTemplate")
