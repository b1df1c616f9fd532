"""Rule ``gpu-memory``: the GPU holds its share of the index, the build's peak and the pool for searches.

Facts: the workload (--workload), query nodes and data nodes, the nodes' GPUs by the catalogue. Callers: ``check``.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Final

from pulumi_milvus.planning.capacity.loaded import Loaded
from pulumi_milvus.planning.capacity.query_nodes import GPU_CONTEXT_BYTES, PodSize, fewest_holding, fullest
from pulumi_milvus.planning.capacity.standalone import standalone_need
from pulumi_milvus.planning.capacity.writing import data_nodes
from pulumi_milvus.planning.deployment.demand import Demand
from pulumi_milvus.planning.findings import Finding
from pulumi_milvus.planning.hardware.fitness import gibibytes
from pulumi_milvus.rules.landing import landing_is_sure, landing_nodes
from pulumi_milvus.rules.milvus_facts import MilvusFacts, lacking
from pulumi_milvus.rules.pod_facts import PodFacts
from pulumi_milvus.rules.query_pods import query_pods
from pulumi_milvus.rules.stored import fields_on, stored_demand

RULE: Final = "gpu-memory"
LEVEL: Final = "error"
REASON: Final = (
    "A GPU index must fit into the GPU's memory beside the pool for searches; building needs more than holding. Milvus "
    "does not always refuse what is too large: the query node can crash."
)
SOURCE: Final = "Milvus 3.0 docs, gpu-index-overview.md; measured with cuVS 26.10"
FIX: Final = "GPUs with more memory, more query nodes with a GPU each, or a smaller dataCoord.segment.maxSize"


def check(facts: MilvusFacts) -> list[Finding]:
    """Judge GPU memory of every pod that loads or builds, where its node is visible."""
    if not fields_on(facts.workload, "gpu"):
        return []
    demand = stored_demand(facts)
    if demand is None:
        return []
    found = [finding for pod in facts.hardware_pods if pod.gpus for finding in _pod(facts, pod, demand)]
    advice = [finding for finding in found if finding.level == "advice"]
    return [finding for finding in found if finding.level != "advice"] + advice[:1]


def _pod(facts: MilvusFacts, pod: PodFacts, demand: Demand) -> Iterator[Finding]:
    nodes = [node for node in landing_nodes(pod, facts.cluster) if node.instance and node.instance.gpus]
    if not nodes or not landing_is_sure(pod, nodes):
        what = f"which GPU {pod.component} gets is not in these files"
        yield lacking(RULE, pod.subject, what, "give the Nodes, node groups or NodePools too", SOURCE)
        return
    each = min(
        [node for node in nodes if node.instance],
        key=lambda node: node.instance.gpu_memory_bytes_each if node.instance else 0,
    )
    assert each.instance is not None
    there = each.instance.gpu_memory_bytes_each * pod.gpus
    if not there:
        return
    needed = _needed(facts, pod, demand, there)
    if needed > there:
        message = (
            f"{pod.component} needs {gibibytes(needed)} of GPU memory, pool and build included, and "
            f"{each.instance_type} gives {gibibytes(there)}"
        )
        yield Finding(RULE, LEVEL, f"{pod.subject}.resources.limits", message, FIX, SOURCE)


def _needed(facts: MilvusFacts, pod: PodFacts, demand: Demand, there: int) -> int:
    """GPU memory that the fullest pod of this role needs; 0 where it has enough or it is not known."""
    assert facts.workload is not None
    if pod.component == "standalone":
        need = standalone_need(facts.workload, demand.sizes, demand.data, demand.segment, None)
        return need.gpu_memory_bytes
    if pod.component != "queryNode":
        building = data_nodes(facts.workload, demand.sizes).gpu_memory_bytes
        return building + GPU_CONTEXT_BYTES if building else 0
    nodes = query_pods(facts)
    if nodes is None:
        return 0
    data, segment = Loaded(gpu_bytes=demand.data.gpu_bytes), Loaded(gpu_bytes=demand.segment.gpu_bytes)
    holding = fewest_holding(data, segment, PodSize(2**62, 0, there))
    if holding is not None and holding <= nodes.left:
        return 0
    return max(math.ceil(there * (1 + 1e-9)) + 1, fullest(data, segment, max(1, nodes.left)).gpu_bytes)
