"""Why no number of query nodes serves a workload, and the nearest thing that would."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from pulumi_milvus.planning.capacity.loaded import Loaded
from pulumi_milvus.planning.capacity.query_pool import MOST_PODS, QueryDemand, QueryNode, query_choice
from pulumi_milvus.planning.capacity.rounding import GIB
from pulumi_milvus.planning.deployment.demand import Demand
from pulumi_milvus.planning.deployment.deployment import Impossible
from pulumi_milvus.planning.deployment.nodes import Kind
from pulumi_milvus.planning.hardware.allocatable import EKS_DAEMONSETS
from pulumi_milvus.planning.hardware.catalogue import Catalogue
from pulumi_milvus.planning.hardware.refusals import refusal_for


def too_much(
    demand: Demand, asked: QueryDemand, nodes: Sequence[QueryNode], kind: Kind, catalogue: Catalogue
) -> Impossible:
    """The reason in the order of what is missing: nodes of the kind, room for one segment, disks, or their number."""
    if not nodes:
        refused = refusal_for(replace(kind.group(), role="query_node"), catalogue, EKS_DAEMONSETS)
        rule = "gpu-nodes" if kind.gpu else "diskann-needs-nvme" if kind.nvme else "memory-index-fits"
        reason = refused.reason if refused else f"no node of {catalogue.source} is large enough for a query node"
        return _impossible(rule, reason, refused.nearest if refused else "declare larger node_shapes")
    choices = [choice for node in nodes if (choice := query_choice(asked, node)) is not None]
    if not choices:
        return _nothing_holds(demand, asked, nodes, catalogue)
    best = min(choices, key=lambda choice: (choice.pods > MOST_PODS, choice.nodes))
    because = {"queries": "answer the queries", "reads of the disks": "read what queries ask of the disks"}
    verb = because.get(best.by, "hold the data")
    limit = best.node.max_nodes
    reason = f"{best.nodes:,} nodes of {best.node.name} would be needed to {verb}"
    if limit is not None and best.nodes > limit:
        reason += f", and there are {limit:,}"
        nearest = f"{best.nodes:,} nodes of {best.node.name}"
    else:
        reason += f", and more than {MOST_PODS:,} query nodes are no deployment"
        nearest = "check vectors and queries_per_second, or divide the data over several deployments"
    rule = "memory-index-fits" if best.by in ("data", "one pod") else "replicas-memory"
    return _impossible("gpu-memory" if kind.gpu and rule == "memory-index-fits" else rule, reason, nearest)


def _nothing_holds(demand: Demand, asked: QueryDemand, nodes: Sequence[QueryNode], catalogue: Catalogue) -> Impossible:
    segment = demand.segment
    if asked.reads_per_second and any(query_choice(replace(asked, reads_per_second=0.0), node) for node in nodes):
        reason = "of no node that holds the data it is known how often its local disks can be read"
        return _impossible("diskann-disk-size", reason, "declare node_shapes, or an index in memory")
    largest = max(nodes, key=lambda node: node.memory_bytes)
    parts = {
        "memory-index-fits": (
            replace(segment, disk_bytes=0, gpu_bytes=0),
            f"{(segment.resident_bytes + segment.loading_bytes) / GIB:,.1f} GiB of memory while it loads",
            f"{largest.memory_bytes / GIB:,.0f} GiB ({largest.node.name})",
        ),
        "diskann-disk-size": (
            Loaded(disk_bytes=segment.disk_bytes),
            f"{segment.disk_bytes / GIB:,.1f} GiB of local disk",
            f"{max(node.disk_bytes for node in nodes) / GIB:,.0f} GiB",
        ),
        "gpu-memory": (
            Loaded(gpu_bytes=segment.gpu_bytes),
            f"{segment.gpu_bytes / GIB:,.1f} GiB of GPU memory beside the pool for searches",
            f"{max(node.node.gpu_memory_bytes_each for node in nodes) / GIB:,.0f} GiB",
        ),
    }
    for rule, (only, words, most) in parts.items():
        alone = replace(asked, data=only, segment=only, reads_per_second=0.0, cores=0.0)
        if not any(query_choice(alone, node) for node in nodes):
            reason = f"one segment takes {words}, and the most that a node of {catalogue.source} gives a pod is {most}"
            return _impossible(rule, reason, "declare larger node_shapes, or an index that needs less")
    reason = f"no node of {catalogue.source} has the memory, disk and GPU that one segment takes beside its share"
    return _impossible("memory-index-fits", reason, "declare larger node_shapes, or an index that needs less")


def _impossible(rule: str, reason: str, nearest: str) -> Impossible:
    return Impossible(topology="distributed", subject="collections", reason=reason, nearest=nearest, rule=rule)
