"""A cluster of plain objects, for tests of what is read from one.

cluster = FakeCluster(pod("a", ready=True), {"kind": "Service", "metadata": {...}, ...})
cluster.refuse["/api/v1/namespaces/search/events"] = 403
"""

from __future__ import annotations

from typing import Any

from pulumi_milvus.cluster_access.errors import ClusterError

_PLURALS = {
    "Pod": "pods",
    "Service": "services",
    "Event": "events",
    "EndpointSlice": "endpointslices",
    "Deployment": "deployments",
    "ReplicaSet": "replicasets",
    "StatefulSet": "statefulsets",
    "ConfigMap": "configmaps",
    "PersistentVolumeClaim": "persistentvolumeclaims",
    "Secret": "secrets",
    "Milvus": "milvuses",
}


class FakeCluster:
    """Answers by the API's paths; every list is of one namespace."""

    def __init__(self, *objects: dict[str, Any]) -> None:
        self.objects = list(objects)
        self.refuse: dict[str, int] = {}
        """Status by path: 403, or 0 for no answer."""

    def get(self, path: str) -> dict[str, Any]:
        """One object. Raises ClusterError."""
        folder, _, name = path.rpartition("/")
        for item in self.items(folder):
            if item["metadata"]["name"] == name:
                return item
        raise ClusterError(f"{path} not found", 404)

    def items(self, path: str, selector: str = "") -> list[dict[str, Any]]:
        """Every object of a list. Raises ClusterError."""
        if path in self.refuse:
            raise ClusterError(f"{path}: refused by the test", self.refuse[path])
        plural, namespace = path.rpartition("/")[2], path.split("/")[-2]
        wanted = dict(pair.split("=", 1) for pair in selector.split(",") if pair)
        return [
            item
            for item in self.objects
            if _PLURALS[item["kind"]] == plural
            and item["metadata"].get("namespace", "search") == namespace
            and wanted.items() <= (item["metadata"].get("labels") or {}).items()
        ]
