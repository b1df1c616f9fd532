"""The settings of a cluster: ``milvus:kubernetes`` of a values file, read with every mistake at once."""

from __future__ import annotations

import contextlib
import json
from typing import Any

from pulumi_milvus.manifests.setting_keys import SETTINGS
from pulumi_milvus.manifests.setting_values import (
    Autoscale,
    Backup,
    ClusterSettings,
    Etcd,
    NodePool,
    ObjectStore,
    Peer,
    PriorityClass,
    ResourceGroup,
    ServiceSettings,
    StorageClass,
    Taint,
    WriteAheadLog,
)
from pulumi_milvus.planning.problems import Problem

__all__ = [
    "Autoscale",
    "Backup",
    "ClusterSettings",
    "Etcd",
    "NodePool",
    "ObjectStore",
    "Peer",
    "PriorityClass",
    "ResourceGroup",
    "ServiceSettings",
    "StorageClass",
    "Taint",
    "WriteAheadLog",
    "cluster_settings_schema",
    "read_cluster_settings",
]


def read_cluster_settings(value: object, path: str, problems: list[Problem]) -> ClusterSettings:
    """The settings that ``value`` declares; None means none are declared. What is wrong goes to ``problems``."""
    if value is None:
        return ClusterSettings()
    if isinstance(value, str):  # `pulumi config set milvus:kubernetes '{...}'` keeps the JSON as a text
        with contextlib.suppress(ValueError, RecursionError):
            value = json.loads(value)
    read = SETTINGS.read(value, path, problems)
    return read if isinstance(read, ClusterSettings) else ClusterSettings()


def cluster_settings_schema() -> dict[str, Any]:
    """The JSON Schema of ``milvus:kubernetes``."""
    return SETTINGS.json_schema()
