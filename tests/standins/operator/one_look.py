"""Lists are asked once a look: the Pods, Secrets and Services of a namespace serve all its workloads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from .api import Api
from .documents import Document

_Asked = tuple[str, str | None, frozenset[tuple[str, str]]]
# In the class, `list` is a method.
_Documents = list[Document]


@dataclass
class OneLook:
    """An API server during one look at one resource. Writes go through; lists stay as they were first read."""

    api: Api
    _lists: dict[_Asked, _Documents] = field(default_factory=dict)

    def get(self, kind: str, namespace: str, name: str) -> Document | None:
        """One object, or None."""
        return self.api.get(kind, namespace, name)

    def list(self, kind: str, namespace: str | None = None, labels: Mapping[str, str] | None = None) -> list[Document]:
        """A namespace's objects, or everybody's, that carry the labels."""
        asked = (kind, namespace, frozenset((labels or {}).items()))
        if asked not in self._lists:
            self._lists[asked] = self.api.list(kind, namespace, labels)
        return self._lists[asked]

    def create(self, manifest: Document) -> Document:
        """Make an object."""
        return self.api.create(manifest)

    def update(self, manifest: Document) -> Document:
        """Write an object whole, but for its status."""
        return self.api.update(manifest)

    def update_status(self, manifest: Document) -> Document:
        """Write an object's status."""
        return self.api.update_status(manifest)

    def delete(self, kind: str, namespace: str, name: str, propagation: str = "Background") -> None:
        """Ask for an object's deletion; one that is not there is no error."""
        self.api.delete(kind, namespace, name, propagation)
