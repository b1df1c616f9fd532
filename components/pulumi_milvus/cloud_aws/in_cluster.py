"""What an EKS cluster needs inside it that no add-on brings: a storage class, and GPUs as a resource of nodes."""

from __future__ import annotations

from typing import Any, Final

from pulumi_milvus.cloud_aws.node_groups import GPU_TAINT, NodeGroup
from pulumi_milvus.manifests.names import NODE_POOL_LABEL

STORAGE_CLASS: Final = "milvus-gp3"
# NVIDIA/k8s-device-plugin, deployments/static/nvidia-device-plugin.yml on its main branch.
DEVICE_PLUGIN_IMAGE: Final = "nvcr.io/nvidia/k8s-device-plugin:v0.18.0"
_PLUGIN: Final = "milvus-nvidia-device-plugin"
_SOCKETS: Final = "/var/lib/kubelet/device-plugins"


def storage_class() -> dict[str, Any]:
    """Encrypted gp3 volumes in the zone of the pod that takes them (aws-ebs-csi-driver, docs/parameters.md)."""
    return {
        "apiVersion": "storage.k8s.io/v1",
        "kind": "StorageClass",
        "metadata": {"name": STORAGE_CLASS, "labels": {"app.kubernetes.io/managed-by": "pulumi-milvus"}},
        "provisioner": "ebs.csi.aws.com",
        "parameters": {"type": "gp3", "encrypted": "true"},
        "volumeBindingMode": "WaitForFirstConsumer",
        "allowVolumeExpansion": True,
        "reclaimPolicy": "Delete",
    }


def device_plugin(groups: tuple[NodeGroup, ...], registry: str | None = None) -> dict[str, Any] | None:
    """NVIDIA's device plugin on the pools with GPUs: without it no pod is given one. None where no pool has any.

    The AMI has driver and container runtime, and not the plugin (Amazon EKS user guide, ml-eks-optimized-ami).
    """
    pools = [group.name for group in groups if group.gpus]
    if not pools:
        return None
    labels = {"app.kubernetes.io/name": _PLUGIN, "app.kubernetes.io/managed-by": "pulumi-milvus"}
    image = f"{registry.rstrip('/')}/{DEVICE_PLUGIN_IMAGE.partition('/')[2]}" if registry else DEVICE_PLUGIN_IMAGE
    wanted = {"key": NODE_POOL_LABEL, "operator": "In", "values": pools}
    return {
        "apiVersion": "apps/v1",
        "kind": "DaemonSet",
        "metadata": {"name": _PLUGIN, "namespace": "kube-system", "labels": labels},
        "spec": {
            "selector": {"matchLabels": {"app.kubernetes.io/name": _PLUGIN}},
            "updateStrategy": {"type": "RollingUpdate"},
            "template": {
                "metadata": {"labels": labels},
                "spec": {
                    "priorityClassName": "system-node-critical",
                    "affinity": {
                        "nodeAffinity": {
                            "requiredDuringSchedulingIgnoredDuringExecution": {
                                "nodeSelectorTerms": [{"matchExpressions": [wanted]}]
                            }
                        }
                    },
                    "tolerations": [
                        {"key": key, "operator": "Exists", "effect": "NoSchedule"}
                        for key in (GPU_TAINT, NODE_POOL_LABEL)
                    ],
                    "containers": [
                        {
                            "name": "plugin",
                            "image": image,
                            "env": [{"name": "FAIL_ON_INIT_ERROR", "value": "false"}],
                            "securityContext": {
                                "allowPrivilegeEscalation": False,
                                "capabilities": {"drop": ["ALL"]},
                            },
                            "volumeMounts": [{"name": "sockets", "mountPath": _SOCKETS}],
                        }
                    ],
                    "volumes": [{"name": "sockets", "hostPath": {"path": _SOCKETS}}],
                },
            },
        },
    }
