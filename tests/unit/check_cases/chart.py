"""Deployments and StatefulSets as the Helm chart 5.0.19 renders them: labels, arguments, the ConfigMap's user.yaml."""

from __future__ import annotations

from typing import Any

import yaml

from .case import Case, Objects, changed
from .right_systems import (
    CAGRA_WORKLOAD,
    DISKANN_WORKLOAD,
    HNSW_WORKLOAD,
    IMAGE,
    amounts,
    collection,
    karpenter,
    workload,
)

TYPE = "node.kubernetes.io/instance-type"
RELEASE = "search"


def labels(component: str) -> dict[str, str]:
    """Labels of the chart's pods."""
    return {"app.kubernetes.io/name": "milvus", "app.kubernetes.io/instance": RELEASE, "component": component}


def deployment(
    component: str, replicas: int, resources: dict[str, Any], image: str = IMAGE, **pod: Any
) -> dict[str, Any]:
    """One component of the chart."""
    volumes: list[dict[str, Any]] = [
        {"name": "milvus-config", "configMap": {"name": f"{RELEASE}-milvus"}},
        {"name": "tools", "emptyDir": {}},
    ]
    mounts = [
        {"name": "milvus-config", "mountPath": "/milvus/configs/default.yaml", "subPath": "default.yaml"},
        {"name": "milvus-config", "mountPath": "/milvus/configs/user.yaml", "subPath": "user.yaml"},
        {"name": "tools", "mountPath": "/milvus/tools"},
    ]
    environment: list[dict[str, str]] = pod.pop("env", [])
    if component in ("querynode", "standalone"):
        volumes.append({"name": "disk", "emptyDir": {}})
        mounts.append({"name": "disk", "mountPath": "/var/lib/milvus/data"})
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {
            "name": f"{RELEASE}-milvus-{component}",
            "namespace": "search",
            "labels": labels(component) | {"helm.sh/chart": "milvus-5.0.19", "app.kubernetes.io/managed-by": "Helm"},
        },
        "spec": {
            "replicas": replicas,
            "strategy": {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": 1, "maxUnavailable": 0}},
            "selector": {"matchLabels": labels(component)},
            "template": {
                "metadata": {"labels": labels(component), "annotations": {"checksum/config": "4f"}},
                "spec": {
                    "serviceAccountName": "milvus",
                    "initContainers": [
                        {
                            "name": "config",
                            "image": "milvusdb/milvus-config-tool:v0.1.2",
                            "command": ["/cp", "/run-helm.sh,/merge", "/milvus/tools/run-helm.sh,/milvus/tools/merge"],
                            "volumeMounts": [{"name": "tools", "mountPath": "/milvus/tools"}],
                        }
                    ],
                    "containers": [
                        {
                            "name": component,
                            "image": image,
                            "args": ["/milvus/tools/run-helm.sh", "milvus", "run", component],
                            "env": environment,
                            "ports": [
                                {"name": component, "containerPort": 21123},
                                {"name": "metrics", "containerPort": 9091},
                            ],
                            "resources": resources,
                            "volumeMounts": mounts,
                        }
                    ],
                    "volumes": volumes,
                    **pod,
                },
            },
        },
    }


def configuration(user: dict[str, Any], disk: bool = True) -> dict[str, Any]:
    """The chart's ConfigMap: its own settings and the user's over them."""
    default = {
        "etcd": {"endpoints": ["etcd-0:2379", "etcd-1:2379", "etcd-2:2379"], "rootPath": RELEASE},
        "minio": {
            "address": "s3.us-east-1.amazonaws.com",
            "port": 443,
            "useSSL": True,
            "bucketName": "vectors-of-search",
            "rootPath": "search",
            "useIAM": True,
            "cloudProvider": "aws",
        },
        "mq": {"type": "woodpecker"},
        "woodpecker": {"storage": {"type": "minio"}},
        "queryNode": {"port": 21123, "enableDisk": disk},
        "common": {"security": {"authorizationEnabled": False}},
        "log": {"level": "info"},
    }
    return {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": f"{RELEASE}-milvus", "namespace": "search"},
        "data": {"default.yaml": yaml.safe_dump(default), "user.yaml": yaml.safe_dump(user)},
    }


def budgets() -> Objects:
    """What the chart makes with podDisruptionBudget on."""
    return [
        {
            "apiVersion": "policy/v1",
            "kind": "PodDisruptionBudget",
            "metadata": {"name": f"{RELEASE}-milvus-{component}", "namespace": "search"},
            "spec": {"maxUnavailable": 1, "selector": {"matchLabels": labels(component)}},
        }
        for component in ("proxy", "mixcoord", "querynode", "datanode", "streamingnode")
    ]


SAFE = {"common": {"security": {"authorizationEnabled": True, "defaultRootPassword": "from-a-secret-7Qx"}}}


def release(query: dict[str, Any], data: dict[str, Any], user: dict[str, Any] | None = None, **more: Any) -> Objects:
    """A whole release; ``query`` and ``data`` are arguments of deployment()."""
    return [
        configuration(SAFE if user is None else user, **more),
        deployment("proxy", 2, amounts("2", "4Gi")),
        deployment("mixcoord", 2, amounts("2", "4Gi")),
        deployment("streamingnode", 2, amounts("4", "16Gi")),
        deployment("querynode", **query),
        deployment("datanode", **data),
        *budgets(),
    ]


def memory_release(query_memory: str = "32Gi", **more: Any) -> Objects:
    """HNSW on three query nodes."""
    query = {"replicas": 3, "resources": amounts("6", query_memory)}
    return release(query, {"replicas": 2, "resources": amounts("6", "24Gi")}, **more)


def disk_release(instance_type: str = "r6id.4xlarge", raid: bool = True, **more: Any) -> Objects:
    """DISKANN on instance store."""
    selector = {"nodeSelector": {TYPE: instance_type}}
    query = {"replicas": 3, "resources": amounts("12", "100Gi", **{"ephemeral-storage": "300Gi"}), **selector}
    query["env"] = [{"name": "LOCAL_STORAGE_SIZE", "value": "300"}]
    data = {"replicas": 2, "resources": amounts("12", "64Gi", **{"ephemeral-storage": "200Gi"}), **selector}
    return [*release(query, data, **more), *karpenter(instance_type, raid=raid)]


def gpu_release(instance_type: str = "g5.4xlarge", image: str = IMAGE + "-gpu", gpus: str | None = "1") -> Objects:
    """GPU_CAGRA."""
    pod: dict[str, Any] = {"nodeSelector": {TYPE: instance_type}}
    pod["resources"] = amounts("12", "48Gi", **({"nvidia.com/gpu": gpus} if gpus else {}))
    objects = release({"replicas": 2, **pod}, {"replicas": 1, **pod})
    for item in objects:
        if item["kind"] == "Deployment":
            item["spec"]["template"]["spec"]["containers"][0]["image"] = image
    return [*objects, *karpenter(instance_type, raid=False)]


def standalone(query_memory: str = "32Gi", **more: Any) -> Objects:
    """A standalone of the chart."""
    return [configuration(SAFE), deployment("standalone", 1, amounts("8", query_memory), **more)]


def one(**more: Any) -> dict[str, Any]:
    """A workload of a standalone."""
    return workload(collection("HNSW", 2_000_000, index_params={"M": 16})) | {"topology": "standalone", **more}


_no_user = memory_release(user={})
_no_authorization = {"authorization": "warning"}

CASES = [
    Case("chart-hnsw", memory_release(), {}, HNSW_WORKLOAD),
    Case("chart-hnsw-prod", memory_release(), {}, HNSW_WORKLOAD, "prod"),
    Case("chart-hnsw-too-small", memory_release("8Gi"), {"memory-index-fits": "error"}, HNSW_WORKLOAD),
    Case("chart-diskann", disk_release(), {}, DISKANN_WORKLOAD),
    Case("chart-diskann-r6i", disk_release("r6i.4xlarge"), {"diskann-needs-nvme": "error"}, DISKANN_WORKLOAD),
    Case("chart-diskann-no-raid", disk_release(raid=False), {"diskann-needs-nvme": "error"}, DISKANN_WORKLOAD),
    Case("chart-diskann-disk-off", disk_release(disk=False), {"diskann-disk-enabled": "error"}, DISKANN_WORKLOAD),
    Case(
        "chart-diskann-user-turns-off",
        disk_release(user=SAFE | {"queryNode": {"enableDisk": False}}),
        {"diskann-disk-enabled": "error"},
        DISKANN_WORKLOAD,
    ),
    Case("chart-cagra", gpu_release(), {}, CAGRA_WORKLOAD),
    Case("chart-cagra-cpu-image", gpu_release(image=IMAGE), {"gpu-image": "error"}, CAGRA_WORKLOAD),
    Case(
        "chart-cagra-no-gpu-asked", gpu_release(gpus=None), {"gpu-limit": "error", "gpu-image": "error"}, CAGRA_WORKLOAD
    ),
    Case("chart-cagra-m6i", gpu_release("m6i.8xlarge"), {"gpu-nodes": "error"}, CAGRA_WORKLOAD),
    Case("chart-no-user-settings", _no_user, _no_authorization, HNSW_WORKLOAD),
    Case("chart-standalone", standalone(), {}, one()),
    Case("chart-standalone-too-small", standalone("4Gi"), {"memory-index-fits": "error"}, one()),
    Case("chart-standalone-zone", standalone(), {"standalone-limits": "error"}, one(availability="zone")),
    Case(
        "chart-image-latest",
        changed(memory_release(), "spec/template/spec/containers/0/image", "milvusdb/milvus:latest", kind="Deployment"),
        {"image-pinned": "error"},
        HNSW_WORKLOAD,
    ),
]
