"""What is none of `check`'s business, and how things are wrapped: lists, namespaces, what a cluster adds to objects."""

from __future__ import annotations

import copy
from typing import Any

from .case import Case, Objects, changed
from .right_systems import DISKANN_WORKLOAD, HNSW_WORKLOAD, amounts, budgets, diskann, hnsw, karpenter, on_disk


def deployment(name: str, image: str, kind: str = "Deployment", **container: Any) -> dict[str, Any]:
    """Somebody else's pods."""
    labels = {"app.kubernetes.io/name": name}
    return {
        "apiVersion": "apps/v1",
        "kind": kind,
        "metadata": {"name": name, "namespace": "shop", "labels": labels},
        "spec": {
            "replicas": 3,
            "selector": {"matchLabels": labels},
            "template": {
                "metadata": {"labels": labels},
                "spec": {"containers": [{"name": name, "image": image, **container}]},
            },
        },
    }


def service(name: str, **spec: Any) -> dict[str, Any]:
    """Somebody else's Service."""
    metadata = {"name": name, "namespace": "shop"}
    return {"apiVersion": "v1", "kind": "Service", "metadata": metadata, "spec": {"selector": {"app": name}, **spec}}


OTHERS: Objects = [
    deployment("shop", "nginx:latest"),
    deployment("attu", "zilliz/attu:latest"),
    deployment("postgres", "postgres:16", "StatefulSet", env=[{"name": "POSTGRES_PASSWORD", "value": "postgres"}]),
    deployment("trainer", "pytorch/pytorch:2.8.0", resources={"limits": {"nvidia.com/gpu": "1"}}),
    deployment("my-milvus-client", "registry.example.com/milvus-client:latest"),
    deployment("exporter", "milvusdb/milvus-exporter:latest"),
    deployment("etcd-of-calico", "quay.io/coreos/etcd:v3.5.9", "StatefulSet"),
    service("shop", type="LoadBalancer", ports=[{"port": 443}]),
    service("debug", type="NodePort", ports=[{"port": 9091}]),
    {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"name": "s", "namespace": "shop"},
        "data": {"password": "YWJj"},
    },
    {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "c"}, "data": {"milvus.yaml": "not: [yaml"}},
    {"apiVersion": "batch/v1", "kind": "CronJob", "metadata": {"name": "j"}, "spec": {"schedule": "@daily"}},
    {"apiVersion": "milvus.example.com/v1", "kind": "Milvus", "metadata": {"name": "other"}, "spec": {"mode": "x"}},
    {
        "apiVersion": "policy/v1",
        "kind": "PodDisruptionBudget",
        "metadata": {"name": "shop", "namespace": "shop"},
        "spec": {"minAvailable": 1, "selector": {"matchLabels": {"app": "shop"}}},
    },
    {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": "milvuses.milvus.io"},
        "spec": {"group": "milvus.io", "names": {"kind": "Milvus", "plural": "milvuses"}},
    },
]


def as_kept(objects: Objects) -> Objects:
    """As `kubectl get -o yaml` gives them: status, managed fields, defaults, in a List."""
    items = copy.deepcopy(objects)
    for item in items:
        item["metadata"] |= {
            "uid": "5f0e",
            "resourceVersion": "81",
            "creationTimestamp": "2026-11-01T00:00:00Z",
            "annotations": {"kubectl.kubernetes.io/last-applied-configuration": '{"kind":"Milvus"}\n'},
            "managedFields": [{"manager": "kubectl", "fieldsV1": {"f:spec": {"f:mode": {}}}}],
        }
        if item["kind"] == "Milvus":
            item["status"] = {"status": "Healthy", "endpoint": "vectors-milvus.search:19530", "conditions": []}
            for probe in ("livenessProbe", "readinessProbe", "securityContext"):
                item["spec"]["components"]["proxy"][probe] = None
            item["spec"]["components"]["standalone"] = {"replicas": 0, "serviceType": "ClusterIP"}
            item["spec"]["hookConfig"] = {}
            item["spec"]["components"] |= {"rollingMode": 2, "enableRollingUpdate": True, "updateConfigMapOnly": True}
    return [{"apiVersion": "v1", "kind": "List", "metadata": {"resourceVersion": ""}, "items": items}]


def in_namespace(objects: Objects, namespace: str | None) -> Objects:
    """The same in another namespace, with a root path of its own; None: no namespace is written."""
    answer = copy.deepcopy(objects)
    for item in answer:
        if "namespace" in item["metadata"]:
            del item["metadata"]["namespace"]
            if namespace:
                item["metadata"]["namespace"] = namespace
        if item["kind"] == "Milvus" and namespace:
            item["spec"]["config"]["minio"]["rootPath"] = namespace
            item["spec"]["config"]["etcd"]["rootPath"] = namespace
    return answer


def grouped() -> Objects:
    """Query nodes in deployment groups, one a zone (the operator's sample milvus_deployment_groups)."""
    groups = [
        {"name": zone, "replicas": 2, "nodeSelector": {"topology.kubernetes.io/zone": f"us-east-1{zone}"}}
        for zone in "ab"
    ]
    return changed(hnsw(), "spec/components/queryNode/groups", groups)


def with_global_fields() -> Objects:
    """DISKANN by fields of all components: resources, volumes, mounts and selector stand once."""
    objects = diskann()
    components = objects[0]["spec"]["components"]
    for name in ("proxy", "mixCoord", "streamingNode", "queryNode", "dataNode"):
        components[name] = {"replicas": 3}
    components |= on_disk("r6id.4xlarge")
    components["resources"] = amounts("12", "100Gi", **{"ephemeral-storage": "300Gi"})
    return objects


CASES = [
    Case("other-objects-alone", OTHERS, {}),
    Case("other-objects-alone-prod", OTHERS, {}, None, "prod"),
    Case("other-objects-with-a-workload", OTHERS, {}, HNSW_WORKLOAD),
    Case("other-objects-beside-hnsw", [*OTHERS, *hnsw()], {}, HNSW_WORKLOAD),
    Case("other-objects-beside-diskann-prod", [*OTHERS, *diskann()], {}, DISKANN_WORKLOAD, "prod"),
    Case("as-kept-by-a-cluster", as_kept(diskann()), {}, DISKANN_WORKLOAD),
    Case("as-kept-by-a-cluster-prod", as_kept(diskann()), {}, DISKANN_WORKLOAD, "prod"),
    Case("no-namespace", in_namespace(hnsw(), None), {}, HNSW_WORKLOAD),
    Case("same-name-in-two-namespaces", [*hnsw(), *in_namespace(hnsw(), "other")], {}, HNSW_WORKLOAD),
    Case("groups-of-query-nodes", grouped(), {}, HNSW_WORKLOAD),
    Case("fields-of-all-components", with_global_fields(), {}, DISKANN_WORKLOAD),
    Case(
        "fields-of-all-components-no-nvme",
        [*with_global_fields()[:1], *budgets(), *karpenter("r6i.4xlarge")],
        {},
        HNSW_WORKLOAD,
    ),
]
