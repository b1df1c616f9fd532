"""The local disk that a pod has for Milvus's data: the smallest of all that limits it."""

from __future__ import annotations

from dataclasses import dataclass

from pulumi_milvus.planning.hardware.allocatable import GIBIBYTE, allocatable_disk_bytes
from pulumi_milvus.rules.landing import landing_is_sure, landing_nodes
from pulumi_milvus.rules.milvus_facts import MilvusFacts
from pulumi_milvus.rules.pod_facts import PodFacts


@dataclass(frozen=True, slots=True)
class LocalDisk:
    """So many bytes, and what says so."""

    size_bytes: int
    by: str


def local_disk(facts: MilvusFacts, pod: PodFacts) -> LocalDisk | None:
    """The disk below Milvus's data path; None where nothing limits it that files show."""
    found: list[LocalDisk] = []
    volume = pod.volume_of(facts.data_path)
    own_layer_or_empty = volume is None or (volume.kind == "emptyDir" and volume.medium != "Memory")
    if volume is not None and volume.size_bytes is not None:
        found.append(LocalDisk(volume.size_bytes, f"volume {volume.name}"))
    if own_layer_or_empty and pod.disk_limit_bytes is not None:
        found.append(LocalDisk(pod.disk_limit_bytes, "limits.ephemeral-storage"))
    declared = pod.env.get("LOCAL_STORAGE_SIZE")  # whole GiB (Milvus, pkg/util/hardware)
    if declared is not None and declared.isdecimal():
        # A plan writes whole GiB up or down: half a GiB either way is no difference.
        found.append(LocalDisk((int(declared) + 1) * GIBIBYTE, "LOCAL_STORAGE_SIZE"))
    nodes = landing_nodes(pod, facts.cluster)
    if own_layer_or_empty and nodes and landing_is_sure(pod, nodes):
        for node in nodes:
            # A type without instance store leaves the pod the disk of kubelet's folder, whose size is not known here.
            if node.array and node.instance is not None and node.instance.local_nvme_bytes:
                size = allocatable_disk_bytes(node.instance.local_nvme_bytes)
                found.append(LocalDisk(size, f"the NVMe of {node.instance.name}"))
    return min(found, key=lambda disk: disk.size_bytes, default=None)
