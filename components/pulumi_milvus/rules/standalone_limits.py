"""Rule ``standalone-limits``: one pod cannot survive a zone, form resource groups, or be larger than a node.

Facts: mode, the workload (--workload), configuration, nodes. Callers: ``check``.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from pulumi_milvus.planning.deployment.choose import STANDALONE_ROWS
from pulumi_milvus.planning.findings import Finding
from pulumi_milvus.planning.hardware.fitness import gibibytes
from pulumi_milvus.rules.landing import selects, tolerates
from pulumi_milvus.rules.milvus_facts import MilvusFacts

RULE: Final = "standalone-limits"
LEVEL: Final = "error"
REASON: Final = (
    "A standalone is one pod: it is gone with its node or zone until it starts anew, has no resource groups, and holds "
    "what one node holds. It does not become a cluster later without a copy of the data."
)
SOURCE: Final = "Milvus 3.0 docs, getstarted/install-overview.md, reference/architecture/main_components.md"
FIX: Final = "mode: cluster"


def check(facts: MilvusFacts) -> list[Finding]:
    """Judge what is asked of a standalone."""
    return list(_check(facts)) if facts.mode == "standalone" else []


def _check(facts: MilvusFacts) -> Iterator[Finding]:
    workload = facts.workload
    if workload is not None and workload.availability == "zone":
        message = "availability is zone, and a standalone is one pod in one zone"
        yield Finding(RULE, LEVEL, facts.subject, message, "mode: cluster, or availability: none", SOURCE)
    if workload is not None:
        rows = sum(collection.vectors for collection in workload.collections)
        if rows > STANDALONE_ROWS:
            message = f"{rows:,} vectors are stored, and a standalone is advised for {STANDALONE_ROWS:,}"
            yield Finding(RULE, "warning", facts.subject, message, FIX, SOURCE)
    for key in ("queryCoord.clusterLevelLoadResourceGroups", "streaming.primaryResourceGroup"):
        if facts.setting(key) not in (None, "", "__default_resource_group"):
            message = f"{key} is {facts.setting(key)!r}, and a standalone has no resource groups"
            yield Finding(RULE, LEVEL, f"{facts.config_subject}.{key}", message, f"remove it, or {FIX}", SOURCE)
    for pod in facts.pods_of({"standalone"}):
        memory = pod.memory_request_bytes or pod.memory_limit_bytes or 0
        meant = [node for node in facts.cluster.nodes if selects(pod, node) and tolerates(pod, node)]
        sizes = [node.instance.allocatable_memory_bytes for node in meant if node.instance is not None]
        if sizes and len(sizes) == len(meant) and memory > max(sizes):
            message = f"{gibibytes(memory)} of memory are asked for, and the largest node gives {gibibytes(max(sizes))}"
            yield Finding(RULE, LEVEL, f"{pod.subject}.resources", message, f"a larger type, or {FIX}", SOURCE)
