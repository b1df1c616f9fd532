"""Fake nodes for a plan: of each pool as many as it says, each with what Kubernetes leaves of one of its type."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from control_plane import NodeShape
from pulumi_milvus.manifests.names import NODE_POOL_LABEL
from pulumi_milvus.planning.hardware.allocatable import EKS_DAEMONSETS, allocatable_disk_bytes
from pulumi_milvus.planning.hardware.aws_catalogue import aws_catalogue
from pulumi_milvus.planning.plan import Plan

_ARCHITECTURES = {"x86_64": "amd64", "arm64": "arm64"}


def planned_nodes(plan: Plan, *, most: bool = False, less: Mapping[str, int] | None = None) -> Iterator[NodeShape]:
    """The nodes of a plan: the steady count, or with ``most`` as many as an update may need.

    ``less`` takes nodes away from pools. What DaemonSets ask of a node is taken off, since none runs here.
    """
    types = {item.name: item for item in aws_catalogue().types}
    for pool in plan.node_pools:
        item = types[pool["instance_type"]]
        nvme = any(plan.roles[role].local_disk_bytes for role in pool["pods_per_node"] if role in plan.roles)
        disk = item.local_nvme_bytes if nvme and item.local_nvme_bytes else pool["root_volume_bytes"]
        count = pool["max_nodes" if most else "nodes"] - (less or {}).get(pool["name"], 0)
        for number in range(count):
            yield NodeShape(
                name=f"{pool['name']}-{number}",
                cpu_cores=(item.allocatable_cpu_millicores - EKS_DAEMONSETS.cpu_millicores) / 1000,
                memory_bytes=item.allocatable_memory_bytes - EKS_DAEMONSETS.memory_bytes,
                ephemeral_storage_bytes=allocatable_disk_bytes(disk),
                gpus=item.gpus,
                pods=item.max_pods or 110,
                instance_type=item.name,
                zone=f"us-east-1{'abcdef'[number % pool['zones']]}",
                architecture=_ARCHITECTURES[item.architecture],
                labels={NODE_POOL_LABEL: pool["name"]},
            )


def pool_of(node: Mapping[str, Any]) -> str:
    """The pool that a node belongs to."""
    return str(node["metadata"]["labels"][NODE_POOL_LABEL])
