"""DISKANN, AISAQ and mmap: where the data path of query and data nodes stands."""

from __future__ import annotations

import copy
from typing import Any

from .case import Case, Objects, changed, without
from .right_systems import DISKANN_WORKLOAD, collection, diskann, karpenter, workload

QUERY = "spec/components/queryNode"
DATA = "spec/components/dataNode"
NVME = {"diskann-needs-nvme": "error"}
TYPE = "node.kubernetes.io/instance-type"


def node(instance_type: str, ephemeral: str, name: str = "ip-10-0-1-7.ec2.internal") -> dict[str, Any]:
    """A Node as `kubectl get -o yaml` gives it."""
    amounts = {"cpu": "16", "memory": "129000Mi", "ephemeral-storage": ephemeral, "pods": "110"}
    return {
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": {
            "name": name,
            "uid": "0b1c",
            "resourceVersion": "12",
            "labels": {TYPE: instance_type, "kubernetes.io/arch": "amd64", "topology.kubernetes.io/zone": "us-east-1a"},
            "managedFields": [{"manager": "kubelet", "operation": "Update", "fieldsV1": {"f:status": {}}}],
        },
        "spec": {"providerID": "aws:///us-east-1a/i-0abc"},
        "status": {
            "capacity": amounts,
            "allocatable": {**amounts, "cpu": "15890m", "memory": "118000Mi"},
            "conditions": [{"type": "Ready", "status": "True"}],
        },
    }


def of_nodes(instance_type: str, ephemeral: str) -> Objects:
    """The right system with running nodes instead of a node pool."""
    objects = without(without(diskann(instance_type), "NodePool"), "EC2NodeClass")
    return objects + [node(instance_type, ephemeral, f"node-{number}") for number in range(5)]


def both(path: str, value: Any, objects: Objects | None = None) -> Objects:
    """The same change in query and data nodes."""
    start = diskann() if objects is None else objects
    return changed(changed(start, f"{QUERY}/{path}", value), f"{DATA}/{path}", value)


def claim(storage_class: str) -> dict[str, Any]:
    """A volume of its own for each pod, by a storage class."""
    spec = {
        "accessModes": ["ReadWriteOnce"],
        "storageClassName": storage_class,
        "volumeMode": "Filesystem",
        "resources": {"requests": {"storage": "400Gi"}},
    }
    return {"name": "local", "ephemeral": {"volumeClaimTemplate": {"spec": spec}}}


def storage_class(name: str, provisioner: str, **parameters: str) -> dict[str, Any]:
    """A StorageClass."""
    return {
        "apiVersion": "storage.k8s.io/v1",
        "kind": "StorageClass",
        "metadata": {"name": name},
        "provisioner": provisioner,
        "parameters": parameters,
        "volumeBindingMode": "WaitForFirstConsumer",
    }


def aisaq_workload() -> dict[str, Any]:
    """The same vectors in AISAQ."""
    return workload(collection("AISAQ", 20_000_000))


GP3 = storage_class("gp3", "ebs.csi.aws.com", type="gp3")
EFS = storage_class("efs", "efs.csi.aws.com", provisioningMode="efs-ap")
INSTANCE_STORE = storage_class("instance-store", "localdisk.csi.aws.com")
_two_types = [*without(without(diskann(), "NodePool"), "EC2NodeClass"), *karpenter("r6id.4xlarge", "r6i.4xlarge")]
_no_selector = changed(changed(_two_types, f"{QUERY}/nodeSelector", {}), f"{DATA}/nodeSelector", {})
_data_only = changed(diskann(), f"{DATA}/nodeSelector", {TYPE: "m6i.4xlarge"}) + karpenter(
    "m6i.4xlarge", raid=False, name="general"
)
_aisaq_small = copy.deepcopy(DISKANN_WORKLOAD)

CASES = [
    Case("diskann-r6id-raid0", diskann(), {}, DISKANN_WORKLOAD),
    Case("diskann-i4i-raid0", diskann("i4i.4xlarge"), {}, DISKANN_WORKLOAD),
    Case("diskann-i7ie-raid0", diskann("i7ie.6xlarge"), {}, DISKANN_WORKLOAD),
    Case("diskann-r6id-raid0-prod", diskann(), {}, DISKANN_WORKLOAD, "prod"),
    Case("aisaq-i4i-raid0", diskann("i4i.4xlarge"), {}, aisaq_workload()),
    Case("diskann-r6i", diskann("r6i.4xlarge"), NVME, DISKANN_WORKLOAD),
    Case("aisaq-m6i", diskann("m6i.8xlarge"), NVME, aisaq_workload()),
    Case(
        "diskann-without-instance-store-policy",
        changed(diskann(), "spec/instanceStorePolicy", kind="EC2NodeClass", remove=True),
        NVME,
        DISKANN_WORKLOAD,
    ),
    Case(
        "diskann-node-class-not-given",
        without(diskann(), "EC2NodeClass"),
        {"diskann-needs-nvme": "warning"},
        DISKANN_WORKLOAD,
    ),
    Case("diskann-two-types-one-without", _no_selector, NVME, DISKANN_WORKLOAD),
    Case("diskann-data-nodes-on-m6i", _data_only, NVME, DISKANN_WORKLOAD),
    Case("diskann-nodes-on-array", of_nodes("r6id.4xlarge", "884Gi"), {}, DISKANN_WORKLOAD),
    Case("diskann-nodes-root-disk", of_nodes("r6id.4xlarge", "80Gi"), NVME, DISKANN_WORKLOAD),
    Case("diskann-gp3-claim", [*both("volumes", [claim("gp3")]), GP3], NVME, DISKANN_WORKLOAD),
    Case("diskann-efs-claim", [*both("volumes", [claim("efs")]), EFS], NVME, DISKANN_WORKLOAD),
    Case(
        "diskann-nfs",
        both("volumes", [{"name": "local", "nfs": {"server": "nas", "path": "/m"}}]),
        NVME,
        DISKANN_WORKLOAD,
    ),
    Case(
        "diskann-memory-volume",
        both("volumes", [{"name": "local", "emptyDir": {"medium": "Memory"}}]),
        NVME,
        DISKANN_WORKLOAD,
    ),
    Case(
        "enable-disk-false",
        changed(diskann(), "spec/config/queryNode/enableDisk", False),
        {"diskann-disk-enabled": "error"},
        DISKANN_WORKLOAD,
    ),
    Case(
        "enable-disk-left-out",
        changed(diskann(), "spec/config/queryNode", {}),
        {"diskann-disk-enabled": "error"},
        DISKANN_WORKLOAD,
    ),
    Case(
        "disk-limit-too-small",
        changed(
            changed(diskann(), f"{QUERY}/resources/limits/ephemeral-storage", "40Gi"),
            f"{QUERY}/resources/requests/ephemeral-storage",
            "40Gi",
        ),
        {"diskann-disk-size": "error"},
        DISKANN_WORKLOAD,
    ),
    Case(
        "empty-dir-size-limit-too-small",
        changed(diskann(), f"{QUERY}/volumes/0/emptyDir/sizeLimit", "40Gi"),
        {"diskann-disk-size": "error"},
        DISKANN_WORKLOAD,
    ),
    Case(
        "local-storage-size-too-small",
        changed(diskann(), f"{QUERY}/env/0/value", "40"),
        {"diskann-disk-size": "error"},
        DISKANN_WORKLOAD,
    ),
    Case(
        "no-data-path-mount",
        changed(diskann(), f"{QUERY}/volumeMounts/0/mountPath", "/data"),
        {"diskann-disk-enabled": "error"},
        DISKANN_WORKLOAD,
    ),
]
