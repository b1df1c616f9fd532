"""What stands around a Milvus resource: its namespace, and what answers outside it."""

from __future__ import annotations

import base64
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from .documents import Document, section

UNREACHABLE_VARIABLE = "PULUMI_MILVUS_STANDIN_UNREACHABLE"
# The rig of the recordings: the Secret that every namespace had, the buckets that its store had, and the endpoint at
# which nobody listened (cluster-pulsar-unreachable).
RECORDED_SECRETS: Mapping[str, Document] = {"s3-cred": {"accesskey": "minioadmin", "secretkey": "minioadmin"}}
RECORDED_BUCKETS = frozenset({"milvus-bucket", "vectors"})
RECORDED_DEAD_ENDPOINTS = frozenset({"127.0.0.1:26651"})


@dataclass(frozen=True)
class Surroundings:
    """What the operator looks up outside the resource.

    `secrets` maps a Secret's name to its decoded values, or to None where only its existence is known. `buckets` is
    None where every bucket is taken to exist.
    """

    namespace: str = "<namespace>"
    secrets: Mapping[str, Document | None] = field(default_factory=dict)
    services: frozenset[str] = frozenset()
    buckets: frozenset[str] | None = None
    unreachable_endpoints: frozenset[str] = frozenset()

    def secret(self, name: str) -> Document:
        """The values of a Secret; empty where there is none or nothing is known of it."""
        return dict(self.secrets.get(name) or {})


def declared_unreachable(default: frozenset[str] = frozenset()) -> frozenset[str]:
    """The endpoints (host:port, separated by commas) that a test's setting declares dead."""
    declared = os.environ.get(UNREACHABLE_VARIABLE)
    if declared is None:
        return default
    return frozenset(endpoint.strip() for endpoint in declared.split(",") if endpoint.strip())


def recorded_surroundings(setup: Iterable[Mapping[str, Any]]) -> Surroundings:
    """The rig of the recordings with what one recording added to the namespace."""
    objects = list(setup)
    added = {name_of(item): secret_values(item) for item in objects if item.get("kind") == "Secret"}
    return Surroundings(
        secrets={**RECORDED_SECRETS, **added},
        services=frozenset(name_of(item) for item in objects if item.get("kind") == "Service"),
        buckets=RECORDED_BUCKETS,
        unreachable_endpoints=declared_unreachable(RECORDED_DEAD_ENDPOINTS),
    )


def name_of(item: Mapping[str, Any]) -> str:
    """The name of a manifest; the recordings write it outside the metadata."""
    return str(item.get("name") or section(item, "metadata").get("name") or "")


def secret_values(secret: Mapping[str, Any]) -> Document | None:
    """The decoded values of a Secret's manifest, or None where it tells none."""
    if "data" not in secret and "stringData" not in secret:
        return None
    decoded = {
        key: base64.b64decode(value).decode(errors="replace") for key, value in (secret.get("data") or {}).items()
    }
    return {**decoded, **(secret.get("stringData") or {})}
