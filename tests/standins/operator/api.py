"""What the controller asks of an API server; a real one and one in memory give the same answers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from .documents import Document

# Kind: its path before the namespace, and its plural.
KINDS: Mapping[str, tuple[str, str]] = {
    "Milvus": ("/apis/milvus.io/v1beta1", "milvuses"),
    "Deployment": ("/apis/apps/v1", "deployments"),
    "Service": ("/api/v1", "services"),
    "ConfigMap": ("/api/v1", "configmaps"),
    "Secret": ("/api/v1", "secrets"),
    "Pod": ("/api/v1", "pods"),
    "PersistentVolumeClaim": ("/api/v1", "persistentvolumeclaims"),
    "Ingress": ("/apis/networking.k8s.io/v1", "ingresses"),
    "PodMonitor": ("/apis/monitoring.coreos.com/v1", "podmonitors"),
}


class ApiError(Exception):
    """The API server said no: its HTTP status and its words."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status

    @property
    def is_missing(self) -> bool:
        """No such object, or no such kind."""
        return self.status == 404

    @property
    def is_conflict(self) -> bool:
        """Somebody wrote in between, or the object is there already."""
        return self.status == 409


class Api(Protocol):
    """The calls; each raises ApiError where the server refuses."""

    def get(self, kind: str, namespace: str, name: str) -> Document | None:
        """One object, or None."""

    def list(self, kind: str, namespace: str | None = None, labels: Mapping[str, str] | None = None) -> list[Document]:
        """A namespace's objects, or everybody's, that carry the labels."""

    def create(self, manifest: Document) -> Document:
        """Make an object."""

    def update(self, manifest: Document) -> Document:
        """Write an object whole, but for its status."""

    def update_status(self, manifest: Document) -> Document:
        """Write an object's status."""

    def delete(self, kind: str, namespace: str, name: str, propagation: str = "Background") -> None:
        """Ask for an object's deletion; one that is not there is no error."""
