"""The roles of a Milvus with the pods of each, under the planner's names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from pulumi_milvus.inspection.shapes import mapping, whole
from pulumi_milvus.rules.milvus_facts import MilvusFacts
from pulumi_milvus.rules.pod_facts import PodFacts

_NAMES: Final[Mapping[str, str]] = {
    "mixCoord": "mix_coord",
    "queryNode": "query_node",
    "dataNode": "data_node",
    "streamingNode": "streaming_node",
}
# In the order in which somebody asks about them; others follow by name.
ORDER: Final = ("lite", "standalone", "query_node", "streaming_node", "data_node", "mix_coord", "proxy")
_WORDS: Final[Mapping[str, str]] = {
    "lite": "Milvus Lite",
    "query_node": "query nodes",
    "streaming_node": "streaming nodes",
    "data_node": "data nodes",
    "mix_coord": "coordinators",
    "proxy": "proxies",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleSize:
    """Pods of a role and what each of them may have; None: not said."""

    pods: int | None = None
    cpu_cores: float | None = None
    memory_bytes: int | None = None
    local_disk_bytes: int | None = None
    gpus: int = 0

    @property
    def total_memory_bytes(self) -> int | None:
        """Memory of all pods together."""
        return None if self.pods is None or self.memory_bytes is None else self.pods * self.memory_bytes

    @property
    def total_cpu_cores(self) -> float | None:
        """Cores of all pods together."""
        return None if self.pods is None or self.cpu_cores is None else self.pods * self.cpu_cores


def role_words(role: str) -> str:
    """A role as people call it: ``query nodes``."""
    return _WORDS.get(role, role.replace("_", " "))


def role_of_component(component: str) -> str:
    """The planner's name of a component of the Milvus Operator."""
    return _NAMES.get(component, component)


def in_order(names: Sequence[str] | Mapping[str, object]) -> list[str]:
    """Roles in the order of a reader's questions."""
    return sorted(names, key=lambda name: (ORDER.index(name) if name in ORDER else len(ORDER), name))


def roles_of_plan(plan: Mapping[str, Any]) -> dict[str, RoleSize]:
    """The roles of a plan's plain data."""
    return {str(name): _planned(mapping(role)) for name, role in mapping(plan.get("roles")).items()}


def _planned(role: Mapping[str, Any]) -> RoleSize:
    cores = role.get("cpu_cores")
    return RoleSize(
        pods=_count(role.get("pods")),
        cpu_cores=float(cores) if isinstance(cores, (int, float)) and not isinstance(cores, bool) else None,
        memory_bytes=_count(role.get("memory_bytes")),
        local_disk_bytes=_count(role.get("local_disk_bytes")) or None,
        gpus=_count(role.get("gpus")) or 0,
    )


def _count(value: object) -> int | None:
    return whole(value) if not isinstance(value, str) else None


def roles_of_facts(milvuses: Sequence[MilvusFacts]) -> dict[str, RoleSize]:
    """The roles that the resources of a state run; groups of one role (as resource groups have them) are summed."""
    found: dict[str, list[PodFacts]] = {}
    for milvus in milvuses:
        for pod in milvus.pods:
            if pod.replicas != 0:
                found.setdefault(role_of_component(pod.component), []).append(pod)
    return {role: _summed(pods) for role, pods in found.items()}


def _summed(pods: Sequence[PodFacts]) -> RoleSize:
    counts = [pod.replicas for pod in pods]
    largest = max(pods, key=lambda pod: pod.memory_limit_bytes or 0)
    return RoleSize(
        pods=None if None in counts else sum(count or 0 for count in counts),
        cpu_cores=largest.cpu_limit_cores or largest.cpu_request_cores,
        memory_bytes=largest.memory_limit_bytes or largest.memory_request_bytes,
        local_disk_bytes=largest.disk_limit_bytes,
        gpus=largest.gpus,
    )
