"""Pods that are alike: what each needs of its node, and how they may stand."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class PodGroup:
    """The pods of one role.

    ``local_disk_bytes`` is ephemeral storage of each pod: on local NVMe where ``needs_nvme``, else on the node's own
    volume. ``gpu_memory_bytes`` is what each of its ``gpus`` must have. ``simd_one_of``: the CPU must have at least one
    of these. ``zones``: pods are spread evenly over so many zones. ``one_pod_per_node``: anti-affinity within the
    group. ``own_pool``: shares no pool with another group, where nodes are made for it. ``surge_pods``: pods that a
    rolling update adds before it takes one away (milvus-operator: surge 1, unavailable 0).
    """

    role: str
    pods: int
    cpu_millicores: int
    memory_bytes: int
    local_disk_bytes: int = 0
    needs_nvme: bool = False
    gpus: int = 0
    gpu_memory_bytes: int = 0
    compute_capabilities: tuple[str, ...] = ()
    architectures: tuple[str, ...] = ("x86_64",)
    simd_one_of: tuple[str, ...] = ()
    zones: int = 1
    one_pod_per_node: bool = False
    own_pool: bool = False
    surge_pods: int = 1

    def __post_init__(self) -> None:
        if self.pods < 1 or self.cpu_millicores < 1 or self.memory_bytes < 1 or self.zones < 1:
            raise ValueError(f"{self.role}: pods, cpu_millicores, memory_bytes and zones are at least 1")
        if min(self.local_disk_bytes, self.gpus, self.gpu_memory_bytes, self.surge_pods) < 0:
            raise ValueError(f"{self.role}: local_disk_bytes, gpus, gpu_memory_bytes and surge_pods are at least 0")

    @property
    def pods_by_zone(self) -> tuple[int, ...]:
        """Pods in each zone, as even as can be; the first zones have one more where they do not divide evenly."""
        return spread(self.pods, self.zones)

    @property
    def terms(self) -> tuple[object, ...]:
        """What the group asks of a kind of node; groups share a pool only where all of this is the same."""
        return (
            tuple(sorted(self.architectures)),
            tuple(sorted(self.simd_one_of)),
            self.needs_nvme,
            self.gpus > 0,
            tuple(sorted(self.compute_capabilities)),
            self.zones,
        )


def spread(number: int, places: int) -> tuple[int, ...]:
    """A number over places as evenly as can be, largest first: ``spread(5, 3)`` is ``(2, 2, 1)``."""
    share, left = divmod(number, places)
    return (share + 1,) * left + (share,) * (places - left)
