"""What Kubernetes leaves to pods of a node: capacity less what kubelet reserves, less what DaemonSets ask.

Sources: amazon-eks-ami (AL2023), nodeadm/internal/kubelet/config.go, commit 01375496: kube-reserved and eviction
thresholds; karpenter-provider-aws, pkg/providers/instancetype/types.go, commit 027ed241: what the machine itself keeps,
and what arm64 keeps beside. Held by a test to the allocatable figures of Karpenter's instance types page (2026-08-21):
the formula gives 258 of 260 types to the MiB; i7ie.48xlarge and its metal twin come out 3,773 MiB (0.26 %) high.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

MEBIBYTE: Final = 2**20
GIBIBYTE: Final = 2**30

SOURCE: Final = "amazon-eks-ami nodeadm (AL2023), karpenter-provider-aws"

# Firmware and kernel keep a part of what the maker calls memory: Karpenter's vmMemoryOverheadPercent, its default.
MACHINE_SHARE: Final = 0.075
# "Gravitons have an extra 64 MiB of cma reserved memory that we can't use" (Karpenter, types.go).
ARM64_KEEPS_MEBIBYTES: Final = 64
# kube-reserved memory of nodeadm: 11 MiB for each pod that the node may hold, and 255 MiB.
RESERVED_MEBIBYTES: Final = 255
RESERVED_MEBIBYTES_PER_POD: Final = 11
# evictionHard of nodeadm: memory.available 100Mi, nodefs.available 10%; kube-reserved ephemeral-storage: 1Gi.
EVICTION_MEBIBYTES: Final = 100
DISK_EVICTION_PERCENT: Final = 10
RESERVED_DISK_BYTES: Final = GIBIBYTE
# kube-reserved CPU of nodeadm, as (up to this many millicores, share): 6 % of the first core, 1 % of the second, 0.5 %
# of the third and fourth, 0.25 % of the rest.
RESERVED_CPU: Final = ((1_000, 0.06), (2_000, 0.01), (4_000, 0.005), (math.inf, 0.0025))
# (up to this many vCPUs, most pods) of the types in the catalogue, by their network interfaces (the VPC CNI's own rule:
# interfaces x (addresses - 1) + 2; DescribeInstanceTypes). The most of each size: it never reserves too little there.
MOST_PODS: Final = ((1, 8), (3, 29), (15, 58), (47, 234), (math.inf, 737))


@dataclass(frozen=True, slots=True, kw_only=True)
class DaemonSets:
    """What the DaemonSets of a node ask for together: it is allocatable, but not for Milvus."""

    cpu_millicores: int
    memory_bytes: int


# aws-node 25m and its network policy agent 25m (amazon-vpc-cni-k8s, config/master/aws-k8s-cni.yaml), kube-proxy 100m
# (EKS add-on, v1.28), ebs-csi-node three containers of 10m and 40Mi (chart of aws-ebs-csi-driver, v1.28). Log shippers
# and node exporters of a cluster come on top: they are not counted.
EKS_DAEMONSETS: Final = DaemonSets(cpu_millicores=180, memory_bytes=120 * MEBIBYTE)
NO_DAEMONSETS: Final = DaemonSets(cpu_millicores=0, memory_bytes=0)


def allocatable_cpu_millicores(vcpus: int) -> int:
    """Millicores that pods and DaemonSets can ask of a node with so many vCPUs."""
    capacity, reserved, start = 1_000 * vcpus, 0, 0
    for end, share in RESERVED_CPU:
        reserved += int((min(capacity, end) - start) * share)
        if capacity <= end:
            break
        start = int(end)
    return capacity - reserved


def allocatable_memory_bytes(memory_bytes: int, max_pods: int, architecture: str = "x86_64") -> int:
    """Bytes that pods and DaemonSets can ask of a node; 0 where nothing is left. ``max_pods`` is kubelet's limit."""
    capacity = memory_bytes // MEBIBYTE - (ARM64_KEEPS_MEBIBYTES if architecture == "arm64" else 0)
    reserved = RESERVED_MEBIBYTES + RESERVED_MEBIBYTES_PER_POD * max_pods + EVICTION_MEBIBYTES
    return max(0, capacity - math.ceil(capacity * MACHINE_SHARE) - reserved) * MEBIBYTE


def allocatable_disk_bytes(disk_bytes: int) -> int:
    """Ephemeral storage of a disk that kubelet's folder stands on, such as a RAID0 of all local NVMe disks.

    What the file system itself keeps is not in it.
    """
    return max(0, disk_bytes - math.ceil(disk_bytes * DISK_EVICTION_PERCENT / 100) - RESERVED_DISK_BYTES)


def disk_bytes_for(pods_disk_bytes: int) -> int:
    """The smallest disk on which pods can ask that much ephemeral storage."""
    return math.ceil((pods_disk_bytes + RESERVED_DISK_BYTES) * 100 / (100 - DISK_EVICTION_PERCENT))


def usual_max_pods(vcpus: int) -> int:
    """The most pods of a node where nobody says: as on AWS's types of that size, so rather too many than too few."""
    return next(pods for most, pods in MOST_PODS if vcpus <= most)
