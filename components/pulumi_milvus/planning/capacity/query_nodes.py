"""Query nodes: what the fullest pod holds, and how many pods of a given size hold one copy of the data."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

from pulumi_milvus.planning.capacity.copies import Spare
from pulumi_milvus.planning.capacity.loaded import Loaded

__all__ = [
    "DISK_ALLOWANCE",
    "DISK_LIMIT",
    "GPU_CONTEXT_BYTES",
    "GPU_POOL_BYTES",
    "LOADING_AT_ONCE",
    "LOAD_LIMIT",
    "PROCESS_BYTES",
    "Fullest",
    "PodSize",
    "Spare",
    "fewest_holding",
    "fullest",
    "fullest_disk_bytes",
]

# "Data to load must stay under 90 % of the memory of all query nodes" (Milvus 3.0 docs, about/limitations.md);
# queryNode.overloadedMemoryThresholdPercentage.
LOAD_LIMIT: Final = 0.90
# queryNode.maxDiskUsagePercentage.
DISK_LIMIT: Final = 0.95
# A query node's own process: 218..270 MB idle and 550 MB after it has worked (Milvus 2.3.5), and what its first load
# leaves behind (32 MB).
PROCESS_BYTES: Final = 600_000_000
# gpu.maxMemSize: the pool for searches (Milvus 3.0 docs, configure_gpu.md: 2048 to 4096 MB recommended), and the CUDA
# context (about 0.5 GB, measured with cuVS 26.10).
GPU_POOL_BYTES: Final = 4096 * 1024**2
GPU_CONTEXT_BYTES: Final = 512 * 1024**2
# The data folder keeps the index files and what a download or a swap holds meanwhile; a tenth is our allowance.
DISK_ALLOWANCE: Final = 1.1
LOADING_AT_ONCE: Final = (
    "Milvus, internal/querynodev2/segments: pool.go (segments load on all cores), segment_loader.go (refused where 2.5 "
    "times their index would pass 90 % of the memory); one at a time was measured"
)


@dataclass(frozen=True, slots=True)
class PodSize:
    """What one query node has: memory, local disk and GPU memory, bytes."""

    memory_bytes: int
    disk_bytes: int = 0
    gpu_bytes: int = 0


@dataclass(frozen=True, slots=True)
class Fullest:
    """What the fullest pod of a copy has, bytes.

    ``resident_bytes``: at rest, process included; ``reserved_bytes``: what the loader counts against 90 %.
    ``lowest_peak_bytes``: while one segment is handed over; ``highest_peak_bytes``: while it starts and all cores load.
    ``disk_bytes`` is what the pod must ask for, so that Milvus's limit is kept.
    """

    resident_bytes: int
    reserved_bytes: int
    lowest_peak_bytes: int
    highest_peak_bytes: int
    disk_bytes: int
    gpu_bytes: int


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


def fullest(data: Loaded, segment: Loaded, holding: int, pod: PodSize | None = None, cores: int = 1) -> Fullest:
    """What the fullest of ``holding`` pods has: its share and one segment.

    Without ``pod`` and its cores the highest peak is the lowest.
    """
    share = PROCESS_BYTES + math.ceil(data.resident_bytes / holding)
    resident = share + segment.resident_bytes
    lowest = resident + segment.loading_bytes
    # While the pod starts: one segment a core, no more than its share has, and none that the loader refuses.
    at_once = min(cores * segment.loading_bytes, math.ceil(data.loading_bytes / holding))
    highest = min(share + at_once, int(LOAD_LIMIT * pod.memory_bytes)) if pod else 0
    return Fullest(
        resident_bytes=resident,
        reserved_bytes=PROCESS_BYTES + math.ceil(data.reserved_bytes / holding) + segment.reserved_bytes,
        lowest_peak_bytes=lowest,
        highest_peak_bytes=max(lowest, highest),
        disk_bytes=fullest_disk_bytes(data, segment, holding),
        gpu_bytes=(math.ceil(data.gpu_bytes / holding) + segment.gpu_bytes + GPU_POOL_BYTES + GPU_CONTEXT_BYTES)
        if data.gpu_bytes
        else 0,
    )


def fullest_disk_bytes(data: Loaded, segment: Loaded, holding: int) -> int:
    """Local disk that the fullest of ``holding`` pods asks for, so that Milvus's limit is kept."""
    if not data.disk_bytes:
        return 0
    return math.ceil(DISK_ALLOWANCE * (data.disk_bytes / holding + segment.disk_bytes) / DISK_LIMIT)


def _rooms(data: Loaded, segment: Loaded, pod: PodSize) -> tuple[tuple[int, float], ...]:
    """(what is to be held, what one pod has for it) for each kind of room."""
    limit = LOAD_LIMIT * pod.memory_bytes
    # The last segment must be admitted beside the share, and while it loads its index is there twice.
    beside = max(segment.resident_bytes, segment.admitted_bytes)
    peak = segment.resident_bytes + segment.loading_bytes
    return (
        (data.resident_bytes, min(limit - beside, pod.memory_bytes - peak) - PROCESS_BYTES),
        (data.reserved_bytes, limit - PROCESS_BYTES - segment.reserved_bytes),
        (data.disk_bytes, DISK_LIMIT * pod.disk_bytes / DISK_ALLOWANCE - segment.disk_bytes),
        (data.gpu_bytes, pod.gpu_bytes - GPU_POOL_BYTES - GPU_CONTEXT_BYTES - segment.gpu_bytes),
    )
