"""Local disk that each role needs for what is stored, by the planner's sums, beside what its pods have."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pulumi_milvus.planning.capacity.query_nodes import fullest_disk_bytes
from pulumi_milvus.planning.capacity.standalone import standalone_need
from pulumi_milvus.planning.capacity.writing import build_disk_bytes
from pulumi_milvus.planning.deployment.demand import Demand
from pulumi_milvus.planning.hardware.allocatable import MEBIBYTE
from pulumi_milvus.rules.local_disk import LocalDisk, local_disk
from pulumi_milvus.rules.milvus_facts import MilvusFacts
from pulumi_milvus.rules.pod_facts import PodFacts
from pulumi_milvus.rules.query_pods import query_pods


@dataclass(frozen=True, slots=True)
class DiskNeed:
    """What the fullest pod needs, bytes, and the disk it has; ``disk`` None: not known."""

    pod: PodFacts
    needed_bytes: int
    disk: LocalDisk | None

    @property
    def is_short(self) -> bool:
        """Whether the disk is known and smaller than what is needed."""
        # Manifests give whole MiB, rounded down (manifests/quantities.py, size_down).
        return self.disk is not None and self.disk.size_bytes + MEBIBYTE < self.needed_bytes


def disk_needs(facts: MilvusFacts, demand: Demand) -> Iterator[DiskNeed]:
    """Every role whose pods need local disk."""
    if facts.mode == "standalone":
        for pod in facts.pods_of({"standalone"}):
            assert facts.workload is not None
            need = standalone_need(facts.workload, demand.sizes, demand.data, demand.segment, None).local_disk_bytes
            if need:
                yield DiskNeed(pod, need, local_disk(facts, pod))
        return
    pods = facts.pods_of({"queryNode"})
    numbers = query_pods(facts)
    left = numbers.left if numbers is not None else None
    if left is None and pods and all(pod.replicas for pod in pods):
        left = sum([pod.replicas or 0 for pod in pods])
    needed = fullest_disk_bytes(demand.data, demand.segment, max(1, left)) if left is not None else 0
    for pod in pods if needed else ():
        yield DiskNeed(pod, needed, local_disk(facts, pod))
    building = max([build_disk_bytes(size) for size in demand.sizes], default=0)
    for pod in facts.pods_of({"dataNode"}) if building else ():
        yield DiskNeed(pod, building, local_disk(facts, pod))
