"""Rule ``memory-index-fits``: the fullest query node stays below 90 % of its memory, and below its limit while loading.

Facts: memory limits and replicas of query nodes or the standalone, the workload (--workload): vectors, indexes,
replicas, availability, horizon. Callers: ``check``.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from pulumi_milvus.planning.capacity.query_nodes import LOAD_LIMIT, fullest
from pulumi_milvus.planning.capacity.standalone import standalone_need
from pulumi_milvus.planning.deployment.demand import Demand
from pulumi_milvus.planning.findings import Finding, Level
from pulumi_milvus.planning.hardware.fitness import gibibytes
from pulumi_milvus.rules.milvus_facts import MilvusFacts, lacking
from pulumi_milvus.rules.query_pods import QueryPods, needed_for_memory, query_pods
from pulumi_milvus.rules.stored import stored_demand

RULE: Final = "memory-index-fits"
LEVEL: Final = "error"
REASON: Final = (
    "Milvus refuses to load beyond 90 % of a query node's memory, and while a segment is handed over it is there "
    "twice. The fullest pod must hold its share and one segment, also with a node or zone gone where availability asks."
)
SOURCE: Final = "Milvus 3.0 docs, about/limitations.md (90 %); measured load peaks of a real server"
FIX: Final = "more memory a pod, more query nodes, or an index that is smaller: HNSW_SQ, IVF_SQ8, DISKANN on NVMe"


def check(facts: MilvusFacts) -> list[Finding]:
    """Judge memory for what is stored now (error) and at the declared horizon (warning)."""
    if facts.workload is None or not facts.hardware_pods:
        return []
    now = stored_demand(facts)
    if now is None:
        return []
    judge = _standalone if facts.mode == "standalone" else _query_nodes
    found = list(judge(facts, now, "error"))
    if found or not facts.workload.horizon_months:
        return found
    later = stored_demand(facts, facts.workload.horizon_months)
    return list(judge(facts, later, "warning")) if later is not None else []


def _standalone(facts: MilvusFacts, demand: Demand, level: Level) -> Iterator[Finding]:
    pods = facts.pods_of({"standalone"})
    if not pods or facts.workload is None:
        return
    pod = pods[0]
    if pod.memory_limit_bytes is None:
        yield _unknown(pod.subject)
        return
    need = standalone_need(facts.workload, demand.sizes, demand.data, demand.segment, None)
    if need.memory_bytes > pod.memory_limit_bytes:
        message = (
            f"{demand.rows:,} vectors{_when(demand)} need {gibibytes(need.memory_bytes)} of memory, growing rows, "
            f"building and loading included, and the limit is {gibibytes(pod.memory_limit_bytes)}"
        )
        fix = f"limits.memory {gibibytes(need.memory_bytes)}, or a smaller index"
        yield Finding(RULE, level, f"{pod.subject}.resources.limits.memory", message, fix, SOURCE)


def _query_nodes(facts: MilvusFacts, demand: Demand, level: Level) -> Iterator[Finding]:
    nodes = query_pods(facts)
    if nodes is None:
        pods = facts.pods_of({"queryNode"})
        if pods:
            yield _unknown(pods[0].subject)
        return
    needed = needed_for_memory(demand, nodes.memory_bytes)
    subject = f"{nodes.first.subject}.resources.limits.memory"
    if needed is None:
        message = f"one segment of what is stored{_when(demand)} has no room in {gibibytes(nodes.memory_bytes)}"
        yield Finding(RULE, level, subject, message, FIX, SOURCE)
    elif needed > nodes.left:
        yield Finding(RULE, level, subject, _too_full(nodes, demand, needed), _fix(nodes, needed), SOURCE)


def _too_full(nodes: QueryPods, demand: Demand, needed: int) -> str:
    there = max(1, nodes.left)
    most = fullest(demand.data, demand.segment, there)
    count = f"{nodes.pods} query nodes" + (f" in {nodes.replicas} copies" if nodes.replicas > 1 else "")
    gone = f", with a {nodes.availability} gone" if nodes.left < nodes.holding else ""
    reserved = max(most.reserved_bytes, most.resident_bytes)
    # The last segment is let in only where some times its index would fit below the 90 % (segment_loader.go).
    admitted = most.resident_bytes + max(0, demand.segment.admitted_bytes - demand.segment.resident_bytes)
    letting_in = f", {gibibytes(admitted)} when its last segment is let in," if admitted > reserved else ""
    return (
        f"{demand.rows:,} vectors{_when(demand)} on {count}{gone}: the fullest holds {gibibytes(reserved)}{letting_in} "
        f"and peaks at {gibibytes(most.lowest_peak_bytes)}; the limit is {gibibytes(nodes.memory_bytes)}, of which "
        f"Milvus loads {LOAD_LIMIT:.0%}; {needed} pods are needed for a copy"
    )


def _fix(nodes: QueryPods, needed: int) -> str:
    short = needed - nodes.left
    return f"{nodes.pods + short * nodes.replicas} query nodes or more of this size, or {FIX}"


def _when(demand: Demand) -> str:
    return f" in {demand.months} months" if demand.months else ""


def _unknown(subject: str) -> Finding:
    what = "how many query nodes there are, or what memory they have, is not in these files"
    return lacking(RULE, subject, what, "replicas and resources.limits.memory", SOURCE)
