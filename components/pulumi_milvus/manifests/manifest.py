"""One Kubernetes object as plain data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """One Kubernetes object of a deployment.

    ``key`` is stable within a deployment and names the Pulumi child (``milvus``, ``etcd``). ``body`` is the object with
    Kubernetes' own keys and JSON's types, without empty maps and lists. ``holds_data``: its deletion would lose data.
    ``after``: keys of what must exist first.
    """

    key: str
    body: Mapping[str, Any]
    holds_data: bool = False
    after: tuple[str, ...] = ()

    @property
    def kind(self) -> str:
        """The object's kind, such as ``StatefulSet``."""
        return str(self.body["kind"])

    @property
    def name(self) -> str:
        """The object's name in Kubernetes."""
        return str(self.body["metadata"]["name"])
