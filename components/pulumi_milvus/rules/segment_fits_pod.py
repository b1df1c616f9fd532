"""Rule ``segment-fits-pod``: a pod has room for one more segment while it is handed over.

Facts: dataCoord.segment.maxSize, memory limits of query nodes, the workload (--workload). Callers: ``check``.
"""

from __future__ import annotations

from typing import Final

from pulumi_milvus.planning.findings import Finding
from pulumi_milvus.planning.hardware.fitness import gibibytes
from pulumi_milvus.rules.milvus_facts import MilvusFacts
from pulumi_milvus.rules.query_pods import needed_for_memory, query_pods
from pulumi_milvus.rules.stored import stored_demand

RULE: Final = "segment-fits-pod"
LEVEL: Final = "warning"
REASON: Final = (
    "The balancer moves whole segments, and while one is handed over both pods hold it, with what loading takes. "
    "Where that leaves a pod no room, a lost node or an update stops at loading."
)
SOURCE: Final = "Milvus 3.0 docs, configure_datacoord.md; measured load peaks of a real server"
FIX: Final = "a smaller dataCoord.segment.maxSize (diskSegmentMaxSize for graphs on disk), or larger pods"


def check(facts: MilvusFacts) -> list[Finding]:
    """Judge the largest segment against the memory of a query node."""
    nodes, demand = query_pods(facts), stored_demand(facts)
    if nodes is None or demand is None or needed_for_memory(demand, nodes.memory_bytes) is not None:
        return []
    segment = demand.segment
    needs = segment.resident_bytes + max(segment.loading_bytes, segment.admitted_bytes)
    message = (
        f"a full segment needs {gibibytes(needs)} while it is handed over, which leaves a query node of "
        f"{gibibytes(nodes.memory_bytes)} no room for a share of the data"
    )
    return [Finding(RULE, LEVEL, f"{nodes.first.subject}.resources.limits.memory", message, FIX, SOURCE)]
