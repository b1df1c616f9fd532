"""Objects that the provider's own tests declare: a namespace, a kind like Milvus with a strict schema, workloads."""

from __future__ import annotations

from typing import Any

from kubernetes_provider.declared_stack import Declaration, declared

PLACE = declared("v1", "Namespace", "place", {"metadata": {"name": "place"}})
IN_PLACE = {"depends_on": '[made["place"]]'}

_SCHEMA = {
    "type": "object",
    "properties": {
        "spec": {"type": "object", "properties": {"mode": {"type": "string"}, "replicas": {"type": "integer"}}},
        "status": {"type": "object", "properties": {"status": {"type": "string"}}},
    },
}
MILVUS_DEFINITION: dict[str, Any] = {
    "apiVersion": "apiextensions.k8s.io/v1",
    "kind": "CustomResourceDefinition",
    "metadata": {"name": "milvuses.milvus.io"},
    "spec": {
        "group": "milvus.io",
        "scope": "Namespaced",
        "names": {"kind": "Milvus", "listKind": "MilvusList", "plural": "milvuses", "singular": "milvus"},
        "versions": [
            {
                "name": "v1beta1",
                "served": True,
                "storage": True,
                "subresources": {"status": {}},
                "schema": {"openAPIV3Schema": _SCHEMA},
            }
        ],
    },
}


def milvus(*, annotations: dict[str, str] | None = None, **spec: Any) -> Declaration:
    """The Milvus `store`."""
    metadata: dict[str, Any] = {"name": "store", "namespace": "place"}
    if annotations is not None:
        metadata["annotations"] = annotations
    return declared("milvus.io/v1beta1", "Milvus", "store", {"metadata": metadata, "spec": spec}, **IN_PLACE)


def config_map(name: str, value: str, metadata: dict[str, Any], **options: str) -> Declaration:
    """A ConfigMap with one value."""
    return declared("v1", "ConfigMap", name, {"metadata": metadata, "data": {"a": value}}, **options)


def workload(kind: str, name: str, *, annotations: dict[str, str] | None = None, memory_gib: int = 1) -> Declaration:
    """A Deployment or StatefulSet of two pods, or a Job of one."""
    requests = {"cpu": "0.5", "memory": f"{memory_gib}Gi"}
    pod: dict[str, Any] = {"containers": [{"name": "c", "image": "none", "resources": {"requests": requests}}]}
    spec: dict[str, Any] = {"template": {"metadata": {"labels": {"app": name}}, "spec": pod}}
    if kind == "Job":
        pod["restartPolicy"] = "Never"
    else:
        spec |= {"replicas": 2, "selector": {"matchLabels": {"app": name}}}
    if kind == "StatefulSet":
        spec["serviceName"] = name
    metadata = {"name": name, "namespace": "place", "annotations": annotations or {}}
    version = "batch/v1" if kind == "Job" else "apps/v1"
    return declared(version, kind, name, {"metadata": metadata, "spec": spec}, **IN_PLACE)


def service(name: str, **spec: Any) -> Declaration:
    """The Service of a workload."""
    full = {"selector": {"app": name}, "ports": [{"port": 80}], **spec}
    properties = {"metadata": {"name": f"{name}-svc", "namespace": "place"}, "spec": full}
    return declared("v1", "Service", f"{name}-svc", properties, **IN_PLACE)
