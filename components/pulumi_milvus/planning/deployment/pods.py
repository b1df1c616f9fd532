"""Roles as groups of pods that placement can put on nodes, and as the plan shows them."""

from __future__ import annotations

from dataclasses import replace

from pulumi_milvus.planning.capacity.query_pool import QueryChoice
from pulumi_milvus.planning.capacity.writing import RoleNeed
from pulumi_milvus.planning.deployment.nodes import Kind
from pulumi_milvus.planning.hardware.outcome import Placement
from pulumi_milvus.planning.hardware.pod_group import PodGroup
from pulumi_milvus.planning.plan import Role


def group(role: str, need: RoleNeed, kind: Kind, availability: str) -> PodGroup:
    """The pods of a role. Where one may be lost, no two of them share a node."""
    return replace(
        kind.group(),
        role=role,
        pods=need.pods,
        cpu_millicores=1000 * need.cpu_cores,
        memory_bytes=need.memory_bytes,
        local_disk_bytes=need.local_disk_bytes,
        gpu_memory_bytes=need.gpu_memory_bytes if kind.gpu else 0,
        one_pod_per_node=availability != "none",
    )


def query_group(choice: QueryChoice, disk_bytes: int, kind: Kind, availability: str) -> PodGroup:
    """The query nodes, each with a node (or a GPU's share of one) of its own; on NVMe with all of its disks.

    A change of their size brings all new pods up before the old ones go (milvus-operator 1.3.8, transition
    querynode-memory), so the pool may grow to twice its size.
    """
    return replace(
        kind.group(),
        role="query_node",
        pods=choice.pods,
        cpu_millicores=1000 * choice.cpu_cores,
        memory_bytes=choice.memory_bytes,
        local_disk_bytes=choice.disk_bytes if kind.nvme else disk_bytes,
        gpu_memory_bytes=choice.node.gpu_memory_bytes_each if kind.gpu else 0,
        zones=choice.copies.zones if availability == "zone" else 1,
        one_pod_per_node=not kind.gpu,
        own_pool=True,
        surge_pods=choice.pods,
    )


def role(group: PodGroup, placement: Placement, loaded_bytes: int | None, peak_bytes: int | None) -> Role:
    """A role as the plan shows it."""
    return Role(
        pods=group.pods,
        cpu_cores=group.cpu_millicores // 1000,
        memory_bytes=group.memory_bytes,
        local_disk_bytes=group.local_disk_bytes,
        gpus=group.gpus,
        node_pool=placement.pool_of(group.role).name,
        loaded_bytes_per_pod=loaded_bytes,
        peak_bytes_per_pod=peak_bytes,
    )
