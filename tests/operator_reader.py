"""The stand-in operator's memory as a cluster that can be read: what the provider's look at a Milvus finds there."""

from __future__ import annotations

from typing import Any

from tests.standins.operator.scene import NAMESPACE, Scene

from pulumi_milvus.cluster_access.errors import ClusterError

_KINDS = {
    "milvuses": "Milvus",
    "deployments": "Deployment",
    "pods": "Pod",
    "services": "Service",
    "configmaps": "ConfigMap",
    "persistentvolumeclaims": "PersistentVolumeClaim",
}
_NOT_THERE = ("replicasets", "events", "statefulsets")
"""The memory has no such objects."""


class OperatorReader:
    """Reads by the API's paths. Behind every Service there is one ready pod, since the memory has no endpoints."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene

    def get(self, path: str) -> dict[str, Any]:
        """One object. Raises ClusterError."""
        plural, name = path.split("/")[-2:]
        found = self._scene.api.get(_KINDS[plural], NAMESPACE, name)
        if found is None:
            raise ClusterError(f"{path} not found", 404)
        return found

    def items(self, path: str, selector: str = "") -> list[dict[str, Any]]:
        """Every object of a list."""
        plural = path.rpartition("/")[2]
        if plural in _NOT_THERE:
            return []
        if plural == "endpointslices":
            return [self._slice()]
        labels = dict(pair.split("=", 1) for pair in selector.split(",") if pair)
        return list(self._scene.api.list(_KINDS[plural], NAMESPACE, labels))

    def _slice(self) -> dict[str, Any]:
        endpoint = {"targetRef": {"kind": "Pod", "name": "any"}, "conditions": {"ready": True}}
        return {"ports": [{"name": "milvus", "port": 19530}], "endpoints": [endpoint]}
