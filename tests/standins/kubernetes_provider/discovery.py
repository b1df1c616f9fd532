"""Which kinds the API server serves, and at which paths."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from urllib.parse import quote

from kubernetes_provider.api import Api
from kubernetes_provider.errors import ApiError, NoSuchKindError
from kubernetes_provider.kinds import Kind


@dataclass(frozen=True)
class Mapping:
    """Where the objects of a kind are."""

    root: str
    plural: str
    namespaced: bool

    def collection(self, namespace: str) -> str:
        """The path of all objects of a namespace, which kinds without one ignore."""
        folder = f"/namespaces/{quote(namespace or 'default', safe='')}" if self.namespaced else ""
        return f"{self.root}{folder}/{self.plural}"

    def item(self, namespace: str, name: str) -> str:
        """The path of one object."""
        return f"{self.collection(namespace)}/{quote(name, safe='')}"


class Discovery:
    """Asks once a group and version, and again for a kind that was not there: its definition may have come since."""

    def __init__(self, api: Api) -> None:
        self._api = api
        self._found: dict[Kind, Mapping] = {}
        self._lock = threading.Lock()

    def mapping(self, kind: Kind) -> Mapping:
        """Where a kind is served. Raises NoSuchKindError, UnreachableError."""
        with self._lock:
            if kind not in self._found:
                self._ask(kind)
            if kind not in self._found:
                raise NoSuchKindError(kind.api_version, kind.name)
            return self._found[kind]

    def serves(self, kind: Kind) -> bool:
        """Whether the kind is served now."""
        try:
            self.mapping(kind)
        except NoSuchKindError:
            return False
        return True

    def _ask(self, kind: Kind) -> None:
        root = f"/apis/{kind.group}/{kind.version}" if kind.group else f"/api/{kind.version}"
        try:
            answer = self._api.get(root)
        except ApiError as error:
            if error.is_missing:
                return
            raise
        for resource in answer.get("resources") or []:
            if "/" not in resource["name"]:  # others are parts, such as deployments/status
                found = Kind(kind.group, kind.version, resource["kind"])
                self._found.setdefault(found, Mapping(root, resource["name"], bool(resource["namespaced"])))
