"""Rule ``nvme-shared-by-pods``: two query nodes on one set of NVMe disks share its reads and its room.

Facts: the workload's indexes (--workload), affinity, spread and requests of query nodes, their nodes.
Callers: ``check``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from pulumi_milvus.planning.findings import Finding
from pulumi_milvus.rules.landing import landing_nodes
from pulumi_milvus.rules.milvus_facts import MilvusFacts, lacking
from pulumi_milvus.rules.pod_facts import PodFacts
from pulumi_milvus.rules.stored import fields_on

RULE: Final = "nvme-shared-by-pods"
LEVEL: Final = "warning"
REASON: Final = (
    "Graphs on disk are read at random: two query nodes on one node halve each other's reads, and each counts the "
    "whole disk as its own unless it is told otherwise."
)
SOURCE: Final = (
    "Kubernetes docs, concepts/scheduling-eviction/assign-pod-node; Milvus 3.0 docs, reference/disk_index.md"
)
FIX: Final = "podAntiAffinity, requiredDuringSchedulingIgnoredDuringExecution, topologyKey kubernetes.io/hostname"
_HOST: Final = "kubernetes.io/hostname"


def check(facts: MilvusFacts) -> list[Finding]:
    """Judge whether the scheduler may put two query nodes on one node."""
    fields = fields_on(facts.workload, "disk")
    pods = facts.pods_of({"queryNode"}) if fields else ()
    several = [pod for pod in pods if (pod.replicas or 0) > 1 and not _kept_apart(pod)]
    found, unknown = [], []
    for pod in several:
        fit = _two_fit(facts, pod)
        if fit is None:
            unknown.append(pod)
        elif fit:
            message = (
                f"two of the {pod.replicas} query nodes can land on one node and share its NVMe, where {fields[0]} lies"
            )
            found.append(Finding(RULE, LEVEL, f"{pod.subject}.affinity", message, FIX, SOURCE))
    if unknown:
        what = f"the size of the nodes that {unknown[0].component} lands on is not in these files"
        where = "give the Nodes, node groups or NodePools too; or keep the pods apart"
        found.append(lacking(RULE, unknown[0].subject, what, where, SOURCE))
    return found


def _kept_apart(pod: PodFacts) -> bool:
    rules = (pod.affinity.get("podAntiAffinity") or {}).get("requiredDuringSchedulingIgnoredDuringExecution") or ()
    if any(isinstance(rule, Mapping) and rule.get("topologyKey") == _HOST for rule in rules):
        return True
    return any(_is_hard(constraint) for constraint in pod.spread)


def _is_hard(constraint: Mapping[str, Any]) -> bool:
    same_host = constraint.get("topologyKey") == _HOST
    return same_host and constraint.get("whenUnsatisfiable", "DoNotSchedule") == "DoNotSchedule"


def _two_fit(facts: MilvusFacts, pod: PodFacts) -> bool | None:
    """Whether a node with NVMe has room for two of them; None where no node, or not its type, is visible."""
    memory = 2 * (pod.memory_request_bytes or pod.memory_limit_bytes or 0)
    cpu_millicores = 2000 * (pod.cpu_request_cores or pod.cpu_limit_cores or 0)
    kinds = [node.instance for node in landing_nodes(pod, facts.cluster)]
    if not kinds or None in kinds:
        return None
    return any(
        kind is not None
        and kind.local_nvme_bytes > 0
        and memory <= kind.allocatable_memory_bytes
        and cpu_millicores <= kind.allocatable_cpu_millicores
        for kind in kinds
    )
