"""The head of every manifest: its kind, name, labels, and the resource as its owner."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .documents import Document

API_VERSION = "milvus.io/v1beta1"


def named(resource: Mapping[str, Any], api_version: str, kind: str, name: str, labels: Mapping[str, str]) -> Document:
    """A manifest in the resource's namespace, without an owner."""
    metadata: Document = {"name": name, "labels": dict(labels)}
    if namespace := resource["metadata"].get("namespace"):
        metadata["namespace"] = namespace
    return {"apiVersion": api_version, "kind": kind, "metadata": metadata}


def owned(resource: Mapping[str, Any], api_version: str, kind: str, name: str, labels: Mapping[str, str]) -> Document:
    """A manifest that goes when the resource goes."""
    manifest = named(resource, api_version, kind, name, labels)
    manifest["metadata"]["ownerReferences"] = [
        {
            "apiVersion": API_VERSION,
            "kind": "Milvus",
            "name": resource["metadata"]["name"],
            "uid": resource["metadata"].get("uid", ""),
            "controller": True,
            "blockOwnerDeletion": True,
        }
    ]
    return manifest
