"""The content of a Secret."""

from __future__ import annotations

import base64
import binascii

from pulumi_milvus.cluster_access.cluster import Reader
from pulumi_milvus.cluster_access.errors import ClusterError


def read_secret(cluster: Reader, namespace: str, name: str) -> dict[str, bytes] | None:
    """The values of a Secret by key, None where there is no such Secret or namespace. Raises ClusterError."""
    try:
        found = cluster.get(f"/api/v1/namespaces/{namespace}/secrets/{name}")
    except ClusterError as error:
        if error.is_missing:
            return None
        raise
    return {str(key): _decoded(value) for key, value in (found.get("data") or {}).items()}


def _decoded(value: object) -> bytes:
    try:
        return base64.b64decode(str(value), validate=True)
    except binascii.Error:  # an API server takes no such value
        return b""
