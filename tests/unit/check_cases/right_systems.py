"""Whole systems that are right: a Milvus resource, its nodes, disruption budgets and the stored data.

The resources have the shapes of the operator's samples (config/samples), the nodes those of Karpenter 1.14's
documents and of EKS.
"""

from __future__ import annotations

from typing import Any

from .case import Objects

IMAGE = "milvusdb/milvus:v2.6.24"


def amounts(cpu: str, memory: str, **more: str) -> dict[str, Any]:
    """Requests and limits, the same."""
    same = {"cpu": cpu, "memory": memory, **more}
    return {"requests": dict(same), "limits": dict(same)}


def collection(index: str, vectors: int, dimension: int = 768, **more: Any) -> dict[str, Any]:
    """What a workload stores in one collection."""
    return {"name": "articles", "vectors": vectors, "dimension": dimension, "index": index, **more}


def workload(*collections: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A workload of a distributed Milvus 2.6.24."""
    return {"collections": list(collections), "topology": "distributed", "milvus_version": "2.6.24", **more}


def milvus(query_node: dict[str, Any], data_node: dict[str, Any], image: str = IMAGE) -> dict[str, Any]:
    """A cluster on S3 by a role, Woodpecker in the object store, etcd elsewhere."""
    return {
        "apiVersion": "milvus.io/v1beta1",
        "kind": "Milvus",
        "metadata": {"name": "vectors", "namespace": "search", "labels": {"app": "milvus"}},
        "spec": {
            "mode": "cluster",
            "components": {
                "image": image,
                "serviceAccountName": "milvus",
                "proxy": {"replicas": 2, "serviceType": "ClusterIP", "resources": amounts("2", "4Gi")},
                "mixCoord": {"replicas": 2, "resources": amounts("2", "4Gi")},
                "streamingNode": {"replicas": 2, "resources": amounts("4", "16Gi")},
                "queryNode": query_node,
                "dataNode": data_node,
            },
            "dependencies": {
                "msgStreamType": "woodpecker",
                "etcd": {
                    "external": True,
                    "endpoints": [f"etcd-{number}.etcd.search.svc.cluster.local:2379" for number in range(3)],
                },
                "storage": {"external": True, "type": "S3", "endpoint": "s3.us-east-1.amazonaws.com:443"},
            },
            "config": {
                "queryNode": {"enableDisk": True},
                "common": {"security": {"authorizationEnabled": True, "defaultRootPassword": "from-a-secret-7Qx"}},
                "minio": {
                    "bucketName": "vectors-of-search",
                    "rootPath": "search",
                    "useSSL": True,
                    "useIAM": True,
                    "cloudProvider": "aws",
                    "region": "us-east-1",
                },
                "etcd": {"rootPath": "search"},
            },
        },
    }


def on_disk(instance_type: str) -> dict[str, Any]:
    """Volume, mount and node selector of a component whose data path stands on its node's disk."""
    return {
        "volumes": [{"name": "local", "emptyDir": {}}],
        "volumeMounts": [{"name": "local", "mountPath": "/var/lib/milvus/data"}],
        "nodeSelector": {"node.kubernetes.io/instance-type": instance_type},
    }


def budgets() -> Objects:
    """A disruption budget for each component of the operator's labels."""
    components = ("proxy", "mixcoord", "streamingnode", "querynode", "datanode")
    return [
        {
            "apiVersion": "policy/v1",
            "kind": "PodDisruptionBudget",
            "metadata": {"name": f"vectors-{component}", "namespace": "search"},
            "spec": {
                "maxUnavailable": 1,
                "selector": {
                    "matchLabels": {
                        "app.kubernetes.io/instance": "vectors",
                        "app.kubernetes.io/component": component,
                    }
                },
            },
        }
        for component in components
    ]


def karpenter(*instance_types: str, raid: bool = True, name: str = "local-disk", **template: Any) -> Objects:
    """A NodePool of these types and its EC2NodeClass, the instance store as RAID0 or left alone."""
    return [
        {
            "apiVersion": "karpenter.sh/v1",
            "kind": "NodePool",
            "metadata": {"name": name},
            "spec": {
                "template": {
                    "spec": {
                        "nodeClassRef": {"group": "karpenter.k8s.aws", "kind": "EC2NodeClass", "name": name},
                        "requirements": [
                            {"key": "kubernetes.io/arch", "operator": "In", "values": ["amd64"]},
                            {
                                "key": "node.kubernetes.io/instance-type",
                                "operator": "In",
                                "values": list(instance_types),
                            },
                        ],
                        **template,
                    }
                },
                "limits": {"cpu": "1000"},
            },
        },
        {
            "apiVersion": "karpenter.k8s.aws/v1",
            "kind": "EC2NodeClass",
            "metadata": {"name": name},
            "spec": {
                "role": "nodes",
                "amiSelectorTerms": [{"alias": "al2023@v20260801"}],
                **({"instanceStorePolicy": "RAID0"} if raid else {}),
                "subnetSelectorTerms": [{"tags": {"karpenter.sh/discovery": "search"}}],
                "securityGroupSelectorTerms": [{"tags": {"karpenter.sh/discovery": "search"}}],
            },
        },
    ]


DISKANN_WORKLOAD = workload(collection("DISKANN", 50_000_000))
HNSW_WORKLOAD = workload(collection("HNSW", 10_000_000, index_params={"M": 16, "efConstruction": 200}))
CAGRA_WORKLOAD = workload(collection("GPU_CAGRA", 1_000_000, metric="L2"))


def diskann(instance_type: str = "r6id.4xlarge") -> Objects:
    """50,000,000 x 768 in DISKANN: 224 GB of files, on three pods with 300 GiB of instance store each."""
    query_node = {
        "replicas": 3,
        "resources": amounts("12", "100Gi", **{"ephemeral-storage": "300Gi"}),
        "env": [{"name": "LOCAL_STORAGE_SIZE", "value": "300"}],
        **on_disk(instance_type),
    }
    data_node = {
        "replicas": 2,
        "resources": amounts("12", "64Gi", **{"ephemeral-storage": "200Gi"}),
        **on_disk(instance_type),
    }
    return [milvus(query_node, data_node), *budgets(), *karpenter(instance_type)]


def hnsw() -> Objects:
    """10,000,000 x 768 in HNSW M 16: 32 GB in memory on three pods of 32 GiB."""
    query_node = {"replicas": 3, "resources": amounts("6", "32Gi")}
    data_node = {"replicas": 2, "resources": amounts("6", "24Gi")}
    return [milvus(query_node, data_node), *budgets(), *karpenter("r6i.4xlarge", raid=False)]


def gpu(instance_type: str = "g5.4xlarge") -> Objects:
    """1,000,000 x 768 in GPU_CAGRA: about 5.5 GB of the 22.4 GiB of an A10G."""
    more = {
        "nodeSelector": {"node.kubernetes.io/instance-type": instance_type},
        "tolerations": [{"key": "nvidia.com/gpu", "operator": "Exists", "effect": "NoSchedule"}],
    }
    asked = {"nvidia.com/gpu": "1"}
    query_node = {"replicas": 2, "resources": amounts("12", "48Gi", **asked), **more}
    data_node = {"replicas": 1, "resources": amounts("12", "48Gi", **asked), **more}
    taints = [{"key": "nvidia.com/gpu", "value": "true", "effect": "NoSchedule"}]
    resource = milvus(query_node, data_node, IMAGE + "-gpu")
    resource["spec"]["config"]["gpu"] = {"initMemSize": 2048, "maxMemSize": 4096}
    pool = karpenter(instance_type, raid=False, name="gpu", taints=taints)
    return [resource, *budgets(), *pool, device_plugin()]


def device_plugin() -> dict[str, Any]:
    """NVIDIA's device plugin, as its manifest has it."""
    container = {"name": "nvidia-device-plugin-ctr", "image": "nvcr.io/nvidia/k8s-device-plugin:v0.17.1"}
    return {
        "apiVersion": "apps/v1",
        "kind": "DaemonSet",
        "metadata": {"name": "nvidia-device-plugin-daemonset", "namespace": "kube-system"},
        "spec": {
            "selector": {"matchLabels": {"name": "nvidia-device-plugin-ds"}},
            "template": {
                "metadata": {"labels": {"name": "nvidia-device-plugin-ds"}},
                "spec": {
                    "tolerations": [{"key": "nvidia.com/gpu", "operator": "Exists", "effect": "NoSchedule"}],
                    "containers": [container],
                },
            },
        },
    }
