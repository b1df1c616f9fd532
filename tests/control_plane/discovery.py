"""Which kinds an API server serves, and under which paths."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

# One answer for all groups, instead of one call each.
ACCEPT = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList"


@dataclass(frozen=True)
class Resource:
    """One kind in one version."""

    group: str
    version: str
    kind: str
    plural: str
    namespaced: bool
    verbs: frozenset[str]

    @property
    def api_version(self) -> str:
        """As objects name it: ``v1``, ``apps/v1``."""
        return f"{self.group}/{self.version}" if self.group else self.version

    @property
    def sweepable(self) -> bool:
        """Whether its objects can be listed and deleted; a review or a binding cannot."""
        return {"list", "delete"} <= self.verbs

    def path(self, namespace: str | None = None, name: str | None = None, subresource: str = "") -> str:
        """The path of one object, of a namespace's objects, or of all."""
        parts = ["apis" if self.group else "api", self.api_version]
        if self.namespaced and namespace is not None:
            parts += ["namespaces", namespace]
        parts.append(self.plural)
        if name is not None:
            parts.append(name)
        if subresource:
            parts.append(subresource)
        return "/" + "/".join(parts)


def resources(listing: Mapping[str, Any]) -> Iterator[Resource]:
    """What an APIGroupDiscoveryList tells, each group's preferred version first."""
    for group in listing.get("items", ()):
        for version in group["versions"]:
            for one in version.get("resources", ()):
                if "responseKind" not in one:
                    continue
                yield Resource(
                    group=group["metadata"].get("name", ""),
                    version=version["version"],
                    kind=one["responseKind"]["kind"],
                    plural=one["resource"],
                    namespaced=one["scope"] == "Namespaced",
                    verbs=frozenset(one["verbs"]),
                )
