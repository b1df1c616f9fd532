"""Fake nodes as tests wish them."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

GIB = 1024**3

_numbers = itertools.count(1)


@dataclass(frozen=True)
class NodeShape:
    """What one node says of itself; sizes are allocatable, which is what the scheduler counts."""

    memory_bytes: int = 64 * GIB
    cpu_cores: float = 16
    ephemeral_storage_bytes: int = 100 * GIB
    gpus: int = 0
    pods: int = 110
    instance_type: str = "m6i.4xlarge"
    zone: str = "us-east-1a"
    region: str = "us-east-1"
    architecture: str = "amd64"
    labels: Mapping[str, str] = field(default_factory=dict)
    taints: Sequence[Mapping[str, str]] = ()
    """As in a node's ``spec.taints``: key, value, effect"""
    name: str = ""
    """A running number where it is left out"""


def node(shape: NodeShape) -> dict[str, Any]:
    """The Node object, as a kubelet would register it."""
    name = shape.name or f"node-{next(_numbers)}"
    sizes = {
        "cpu": f"{round(shape.cpu_cores * 1000)}m",
        "memory": str(shape.memory_bytes),
        "ephemeral-storage": str(shape.ephemeral_storage_bytes),
        "pods": str(shape.pods),
    }
    if shape.gpus:
        sizes["nvidia.com/gpu"] = str(shape.gpus)
    labels = {
        "kubernetes.io/hostname": name,
        "kubernetes.io/os": "linux",
        "kubernetes.io/arch": shape.architecture,
        "node.kubernetes.io/instance-type": shape.instance_type,
        "topology.kubernetes.io/region": shape.region,
        "topology.kubernetes.io/zone": shape.zone,
        **shape.labels,
    }
    return {
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": {"name": name, "labels": labels},
        "spec": {"taints": [dict(taint) for taint in shape.taints], "providerID": f"kwok://{name}"},
        "status": {
            "capacity": sizes,
            "allocatable": sizes,
            "nodeInfo": {
                "architecture": shape.architecture,
                "operatingSystem": "linux",
                "kubeletVersion": "v0.0.0-kwok",
                "containerRuntimeVersion": "",
                "kernelVersion": "",
                "kubeProxyVersion": "",
                "machineID": "",
                "bootID": "",
                "osImage": "",
                "systemUUID": "",
            },
        },
    }


def is_ready(found: Mapping[str, Any] | None) -> bool:
    """Whether pods can be put there: the node is ready, and the controller has taken its own taints away."""
    if found is None:
        return False
    conditions = found.get("status", {}).get("conditions", ())
    taints = found.get("spec", {}).get("taints") or ()
    return any(one["type"] == "Ready" and one["status"] == "True" for one in conditions) and not any(
        taint["key"].startswith("node.kubernetes.io/") for taint in taints
    )


def is_lost(found: Mapping[str, Any] | None) -> bool:
    """Whether the controller keeps new pods away from a node of which nothing is heard."""
    taints = (found or {}).get("spec", {}).get("taints") or ()
    return any(taint["key"] == "node.kubernetes.io/unreachable" for taint in taints)
