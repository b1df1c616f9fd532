"""Other ways to say the same: node pools by family, node shapes, host paths, standalone, settings of the server."""

from __future__ import annotations

from typing import Any

from .case import Case, Objects, changed, without
from .local_disks import DATA, NVME, QUERY, aisaq_workload, both, claim, storage_class
from .right_systems import (
    CAGRA_WORKLOAD,
    DISKANN_WORKLOAD,
    HNSW_WORKLOAD,
    IMAGE,
    amounts,
    collection,
    diskann,
    gpu,
    hnsw,
    workload,
)

DEFAULTS = {"default-credentials": "error"}
HOST_PATH = [{"name": "local", "hostPath": {"path": "/mnt/nvme", "type": "Directory"}}]
NODE_CONFIG = (
    "apiVersion: node.eks.aws/v1alpha1\nkind: NodeConfig\nspec:\n  instance:\n"
    "    localStorage:\n      strategy: RAID0\n"
)


def unselected(objects: Objects) -> Objects:
    """The same without node selectors."""
    return changed(changed(objects, f"{QUERY}/nodeSelector", {}), f"{DATA}/nodeSelector", {})


def pool_of(key: str, operator: str, *values: str) -> Objects:
    """DISKANN on a pool with one requirement."""
    wanted = [{"key": f"karpenter.k8s.aws/{key}", "operator": operator, "values": list(values)}]
    return unselected(changed(diskann(), "spec/template/spec/requirements", wanted, kind="NodePool"))


def shapes(**more: Any) -> dict[str, Any]:
    """DISKANN with the nodes of a cluster declared."""
    return DISKANN_WORKLOAD | {
        "node_shapes": [{"name": "disk", "count": 5, "cpu_cores": 16, "memory_gib": 128, **more}]
    }


def standalone() -> Objects:
    """The operator's smallest sample, with limits and authorization."""
    inside: dict[str, Any] = {"inCluster": {"values": {"replicaCount": 1}}}
    spec = {
        "mode": "standalone",
        "components": {"image": IMAGE, "standalone": {"replicas": 1, "resources": amounts("8", "32Gi")}},
        "dependencies": {"msgStreamType": "woodpecker", "etcd": inside, "storage": {"inCluster": {"values": {}}}},
        "config": {"common": {"security": {"authorizationEnabled": True}}},
    }
    metadata = {"name": "my-release"}
    return [{"apiVersion": "milvus.io/v1beta1", "kind": "Milvus", "metadata": metadata, "spec": spec}]


def image(objects: Objects, name: str) -> Objects:
    """The same with another image."""
    return changed(objects, "spec/components/image", name)


_small = workload(collection("HNSW", 2_000_000)) | {"topology": "standalone"}
_no_policy = changed(diskann(), "spec/instanceStorePolicy", kind="EC2NodeClass", remove=True)
_no_nodes = without(without(diskann(), "NodePool"), "EC2NodeClass")
_two_gpus = amounts("12", "48Gi", **{"nvidia.com/gpu": "2"})
_service_log = {"external": True, "quorumBufferPools": [{"name": "a", "seeds": ["log:17946"]}]}

CASES = [
    Case("standalone-of-the-operator", standalone(), DEFAULTS, _small),  # its MinIO has minioadmin
    Case(
        "standalone-image-left-out",
        changed(standalone(), "spec/components/image", remove=True),
        DEFAULTS | {"image-pinned": "error"},
        _small,
    ),
    Case("host-path-on-r6id", both("volumes", HOST_PATH), {}, DISKANN_WORKLOAD),
    Case("host-path-on-r6i", both("volumes", HOST_PATH, diskann("r6i.4xlarge")), NVME, DISKANN_WORKLOAD),
    Case(
        "claim-of-local-volumes",
        [*both("volumes", [claim("local")]), storage_class("local", "kubernetes.io/no-provisioner")],
        {},
        DISKANN_WORKLOAD,
    ),
    Case("claim-gp3-class-not-in-files", both("volumes", [claim("gp3")]), NVME, DISKANN_WORKLOAD),
    Case(
        "pool-by-local-nvme",
        pool_of("instance-local-nvme", "Gt", "900"),
        {"nvme-shared-by-pods": "warning"},  # large types take two pods
        DISKANN_WORKLOAD,
    ),
    Case("pool-of-family-without-nvme", pool_of("instance-family", "In", "r6i"), NVME, DISKANN_WORKLOAD),
    Case(
        "node-class-with-nodeadm-raid0",
        changed(_no_policy, "spec/userData", NODE_CONFIG, kind="EC2NodeClass"),
        {},
        DISKANN_WORKLOAD,
    ),
    Case("shapes-with-nvme", unselected(_no_nodes), {}, shapes(local_nvme_bytes=3_750_000_000_000)),
    Case("shapes-without-nvme", unselected(_no_nodes), NVME, shapes()),
    Case("no-nodes-visible", unselected(_no_nodes), {}, DISKANN_WORKLOAD),
    Case("type-visible-array-not", _no_nodes, {"diskann-needs-nvme": "warning"}, DISKANN_WORKLOAD),
    Case("aisaq-before-2.6.4", image(diskann(), "milvusdb/milvus:v2.6.3"), {"index-pair": "error"}, aisaq_workload()),
    Case("autoindex-on-cpu", hnsw(), {}, workload(collection("AUTOINDEX", 10_000_000))),
    Case(
        "autoindex-gpu-asked-cpu-image",
        image(gpu(), IMAGE),
        {"gpu-image": "error"},
        workload(collection("AUTOINDEX", 1_000_000)),
    ),
    Case(
        "gpu-two-on-a-type-of-one",
        changed(gpu(), f"{QUERY}/resources", _two_gpus),
        {"gpu-nodes": "error"},
        CAGRA_WORKLOAD,
    ),
    Case(
        "log-service-with-2.6",
        changed(hnsw(), "spec/dependencies/woodpecker", _service_log),
        {"wal-allowed": "error"},
        HNSW_WORKLOAD,
    ),
    Case(
        "store-without-conditional-writes",
        changed(hnsw(), "spec/dependencies/storage/endpoint", "obs.ap-southeast-1.myhuaweicloud.com:443"),
        {"wal-bucket": "error"},
        HNSW_WORKLOAD,
    ),
]
