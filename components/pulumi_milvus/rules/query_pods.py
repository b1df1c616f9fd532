"""The query nodes of a Milvus beside what they hold: how many, how large, how many copies; by the planner's sums."""

from __future__ import annotations

from dataclasses import dataclass, replace

from pulumi_milvus.planning.capacity.copies import Spare
from pulumi_milvus.planning.capacity.loaded import Loaded
from pulumi_milvus.planning.capacity.query_nodes import PodSize, fewest_holding
from pulumi_milvus.planning.deployment.demand import Demand
from pulumi_milvus.rules.milvus_facts import MilvusFacts
from pulumi_milvus.rules.pod_facts import PodFacts


@dataclass(frozen=True, slots=True)
class QueryPods:
    """All query nodes. ``memory_bytes``: the limit of the smallest. ``left``: what holds one copy when one is gone."""

    first: PodFacts
    pods: int
    memory_bytes: int
    replicas: int
    availability: str

    @property
    def holding(self) -> int:
        """Pods of one copy with all of them there."""
        return self.pods // self.replicas

    @property
    def left(self) -> int:
        """Pods of one copy at the worst moment that the availability declares."""
        return Spare(self.availability, self.replicas).left(self.pods)


def query_pods(facts: MilvusFacts) -> QueryPods | None:
    """The query nodes of a cluster; None where their number or memory is not known, or there are none."""
    found = facts.pods_of({"queryNode"})
    if not found or facts.workload is None:
        return None
    limits = [pod.memory_limit_bytes for pod in found]
    numbers = [pod.replicas for pod in found]
    if None in limits or None in numbers:
        return None
    pods = sum([number for number in numbers if number is not None])
    return QueryPods(
        first=found[0],
        pods=pods,
        memory_bytes=min([limit for limit in limits if limit is not None]),
        # More copies than pods cannot be loaded: replicas-memory says so, and as many as can be are judged here.
        replicas=max(1, min(declared_replicas(facts), pods)),
        availability=facts.workload.availability,
    )


def declared_replicas(facts: MilvusFacts) -> int:
    """In-memory copies: what the configuration or the workload says, and one where neither does."""
    said = facts.setting("queryCoord.clusterLevelLoadReplicaNumber")
    if isinstance(said, int) and not isinstance(said, bool) and said > 0:
        return said
    if isinstance(said, str) and said.isdecimal() and 0 < int(said) < 1000:
        return int(said)
    return (facts.workload.replicas if facts.workload is not None else None) or 1


def needed_for_memory(demand: Demand, memory_bytes: int) -> int | None:
    """Pods of that memory that hold one copy; None where no number does. Disk and GPU are other rules' business."""
    return fewest_holding(_in_memory(demand.data), _in_memory(demand.segment), PodSize(memory_bytes))


def _in_memory(loaded: Loaded) -> Loaded:
    return replace(loaded, disk_bytes=0, gpu_bytes=0)
