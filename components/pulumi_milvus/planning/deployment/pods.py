"""Roles as groups of pods that placement can put on nodes, and as the plan shows them."""

from __future__ import annotations

from typing import Final

from pulumi_milvus.planning.capacity.query_pool import COMPUTE_CAPABILITIES, SIMD, QueryChoice
from pulumi_milvus.planning.capacity.writing import RoleNeed
from pulumi_milvus.planning.hardware.outcome import Placement
from pulumi_milvus.planning.hardware.pod_group import PodGroup
from pulumi_milvus.planning.plan import Role

BOTH: Final = ("x86_64", "arm64")


def group(
    role: str, need: RoleNeed, zones: int, *, nvme: bool = False, gpu: bool = False, own_pool: bool = False
) -> PodGroup:
    """The pods of a role. On NVMe or GPUs images for x86 are taken: arm64 has no GPU image, and DISKANN warns."""
    return PodGroup(
        role=role,
        pods=need.pods,
        cpu_millicores=1000 * need.cpu_cores,
        memory_bytes=need.memory_bytes,
        local_disk_bytes=need.local_disk_bytes,
        needs_nvme=nvme,
        gpus=1 if gpu else 0,
        gpu_memory_bytes=need.gpu_memory_bytes if gpu else 0,
        compute_capabilities=COMPUTE_CAPABILITIES if gpu else (),
        architectures=("x86_64",) if nvme or gpu else BOTH,
        simd_one_of=SIMD,
        zones=min(zones, need.pods),
        own_pool=own_pool,
    )


def query_group(choice: QueryChoice, disk_bytes: int, zones: int, *, nvme: bool, gpu: bool) -> PodGroup:
    """The query nodes, each with a node (or a GPU's share of one) of its own.

    A change of their size brings all new pods up before the old ones go (milvus-operator 1.3.8, transition
    querynode-memory), so the pool may grow to twice its size.
    """
    return PodGroup(
        role="query_node",
        pods=choice.pods,
        cpu_millicores=choice.cpu_millicores,
        memory_bytes=choice.memory_bytes,
        local_disk_bytes=disk_bytes if nvme or disk_bytes else 0,
        needs_nvme=nvme,
        gpus=1 if gpu else 0,
        gpu_memory_bytes=choice.node.gpu_memory_bytes_each if gpu else 0,
        compute_capabilities=COMPUTE_CAPABILITIES if gpu else (),
        architectures=("x86_64",) if nvme or gpu else BOTH,
        simd_one_of=SIMD,
        zones=min(zones, choice.pods),
        one_pod_per_node=not gpu,
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
