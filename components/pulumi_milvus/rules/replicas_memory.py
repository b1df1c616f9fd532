"""Rule ``replicas-memory``: each in-memory replica has query nodes of its own, and memory for a whole copy.

Facts: replicas of the workload or queryCoord.clusterLevelLoadReplicaNumber, query nodes and their memory limits.
Callers: ``check``.
"""

from __future__ import annotations

from typing import Final

from pulumi_milvus.planning.findings import Finding
from pulumi_milvus.planning.hardware.fitness import gibibytes
from pulumi_milvus.rules.milvus_facts import MilvusFacts
from pulumi_milvus.rules.query_pods import declared_replicas, needed_for_memory, query_pods
from pulumi_milvus.rules.stored import stored_demand

RULE: Final = "replicas-memory"
LEVEL: Final = "error"
REASON: Final = (
    "Every in-memory replica is a whole copy of the loaded data, and a query node holds a part of one replica only: "
    "more replicas than query nodes cannot be loaded, and each needs its own memory."
)
SOURCE: Final = "Milvus 3.0 docs, reference/replica.md"
FIX: Final = "fewer replicas, or as many query nodes as all copies need"


def check(facts: MilvusFacts) -> list[Finding]:
    """Judge declared replicas; nothing where there is one, or their number is left to the planner."""
    replicas = declared_replicas(facts)
    if facts.workload is None or replicas < 2:
        return []
    if facts.mode == "standalone":
        message = f"{replicas} replicas are declared, and a standalone is one query node"
        return [Finding(RULE, LEVEL, facts.subject, message, "replicas: 1, or mode: cluster", SOURCE)]
    nodes, demand = query_pods(facts), stored_demand(facts)
    if nodes is None:
        return []
    subject = f"{nodes.first.subject}.replicas"
    if replicas > nodes.pods:
        message = f"{replicas} replicas are declared, and there are {nodes.pods} query nodes"
        return [Finding(RULE, LEVEL, subject, message, f"{replicas} query nodes, or {nodes.pods} replicas", SOURCE)]
    needed = needed_for_memory(demand, nodes.memory_bytes) if demand is not None else None
    if demand is None or needed is None or needed * replicas <= nodes.pods:
        return []
    message = (
        f"{replicas} replicas of {gibibytes(demand.data.resident_bytes)} need {needed} query nodes each of "
        f"{gibibytes(nodes.memory_bytes)}, and there are {nodes.pods}"
    )
    return [Finding(RULE, LEVEL, subject, message, f"{needed * replicas} query nodes, or fewer replicas", SOURCE)]
