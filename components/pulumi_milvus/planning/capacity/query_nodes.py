"""Query nodes: how many pods of a given size hold the loaded data, also with one of them or one zone gone."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

from pulumi_milvus.planning.capacity.collection_size import Loaded

# "Data to load must stay under 90 % of the memory of all query nodes" (Milvus 3.0 docs, about/limitations.md);
# queryNode.overloadedMemoryThresholdPercentage.
LOAD_LIMIT: Final = 0.90
# queryNode.maxDiskUsagePercentage.
DISK_LIMIT: Final = 0.95
# A query node's own process: 218..270 MB idle and 550 MB after it has worked (Milvus 2.3.5), and what its first load
# leaves behind (32 MB).
PROCESS_BYTES: Final = 600_000_000
ZONES: Final = 3
# gpu.maxMemSize: the pool for searches (Milvus 3.0 docs, configure_gpu.md: 2048 to 4096 MB recommended), and the CUDA
# context (about 0.5 GB, measured with cuVS 26.10).
GPU_POOL_BYTES: Final = 4096 * 1024**2
GPU_CONTEXT_BYTES: Final = 512 * 1024**2
# The data folder keeps the index files and what a download or a swap holds meanwhile; a tenth is our allowance.
DISK_ALLOWANCE: Final = 1.1


@dataclass(frozen=True, slots=True)
class PodSize:
    """What one query node has: memory, local disk and GPU memory, bytes."""

    memory_bytes: int
    disk_bytes: int = 0
    gpu_bytes: int = 0


@dataclass(frozen=True, slots=True)
class Spare:
    """What may be missing. ``availability``: none, pod or zone. ``replicas``: in-memory copies of the data."""

    availability: str
    replicas: int

    def pods(self, holding: int) -> int:
        """Pods in all, so that ``holding`` of them are left for each copy of the data that must stand.

        With two replicas and more a whole other copy stands when a pod (or, each replica in a zone of its own, a zone)
        is gone; with one, spare pods take over what is lost.
        """
        if self.replicas > 1:
            return holding * self.replicas
        if self.availability == "pod":
            return holding + 1
        if self.availability == "zone":
            # The zone with most pods is gone: two thirds are left, rounded down.
            pods = max(ZONES, math.ceil(holding * ZONES / (ZONES - 1)))
            return pods if pods - math.ceil(pods / ZONES) >= holding else pods + 1
        return holding

    def left(self, pods: int) -> int:
        """Pods that hold one copy of the data at the worst moment."""
        if self.replicas > 1:
            return pods // self.replicas
        if self.availability == "pod":
            return pods - 1
        return pods - math.ceil(pods / ZONES) if self.availability == "zone" else pods


def fewest_holding(data: Loaded, segment: Loaded, pod: PodSize) -> int | None:
    """How many pods hold one copy, the fullest with its share and one more segment; None where no number does.

    The share is what the balancer aims at; one whole segment above it is where whole segments can leave the fullest
    pod, and room for one that is being handed over.
    """
    holding = 1
    for total, room in _rooms(data, segment, pod):
        if total <= 0:
            continue
        if room <= 0:
            return None
        holding = max(holding, math.ceil(total / room))
    return holding


def _rooms(data: Loaded, segment: Loaded, pod: PodSize) -> tuple[tuple[int, float], ...]:
    """(what is to be held, what one pod has for it) for each kind of room."""
    limit = LOAD_LIMIT * pod.memory_bytes
    loading = segment.loading_bytes
    return (
        (
            data.resident_bytes,
            min(limit, pod.memory_bytes - loading) - PROCESS_BYTES - segment.resident_bytes,
        ),
        (data.reserved_bytes, limit - PROCESS_BYTES - segment.reserved_bytes),
        (data.disk_bytes, DISK_LIMIT * pod.disk_bytes / DISK_ALLOWANCE - segment.disk_bytes),
        (data.gpu_bytes, pod.gpu_bytes - GPU_POOL_BYTES - GPU_CONTEXT_BYTES - segment.gpu_bytes),
    )


def fullest(data: Loaded, segment: Loaded, holding: int) -> Loaded:
    """What the fullest of ``holding`` pods has: its share and one segment."""
    return Loaded(
        PROCESS_BYTES + math.ceil(data.resident_bytes / holding) + segment.resident_bytes,
        PROCESS_BYTES + math.ceil(data.reserved_bytes / holding) + segment.reserved_bytes,
        segment.loading_bytes,
        math.ceil(DISK_ALLOWANCE * (data.disk_bytes / holding + segment.disk_bytes)) if data.disk_bytes else 0,
        (math.ceil(data.gpu_bytes / holding) + segment.gpu_bytes + GPU_POOL_BYTES + GPU_CONTEXT_BYTES)
        if data.gpu_bytes
        else 0,
    )
