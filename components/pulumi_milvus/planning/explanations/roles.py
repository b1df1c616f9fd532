"""The pods of each role, their disks and GPUs, and their memory at rest and at the worst moment."""

from __future__ import annotations

import math
from collections.abc import Iterator

from pulumi_milvus.planning.capacity.copies import left_of
from pulumi_milvus.planning.capacity.query_nodes import (
    DISK_ALLOWANCE,
    DISK_LIMIT,
    LOAD_LIMIT,
    LOADING_AT_ONCE,
    PROCESS_BYTES,
)
from pulumi_milvus.planning.capacity.terms import Figure, Term, bytes_term
from pulumi_milvus.planning.capacity.writing import BUILD_DISK_FILES, build_disk_bytes
from pulumi_milvus.planning.deployment.demand import Demand
from pulumi_milvus.planning.estimates import server_memory
from pulumi_milvus.planning.plan import Plan, Role

_DISKS = "queryNode.maxDiskUsagePercentage, Milvus 3.0 docs, configure_querynode-localdisk.md"
_AT_REST = {"standalone": -2, "data_node": 1}
"""How many of the terms of the memory are there at rest; a standalone's last two are the worst moment."""


def role_figures(plan: Plan, demand: Demand) -> Iterator[tuple[str, Figure]]:
    """Path -> figure of every figure of the roles of a server that ``plan.figures`` does not have."""
    for name, role in plan.roles.items():
        path = f"roles.{name}"
        if f"{path}.pods" not in plan.figures:
            yield f"{path}.pods", _pods(name, role, plan.workload.availability)
        yield f"{path}.gpus", gpus_figure(role, plan.hardware)
        yield f"{path}.local_disk_bytes", _disk(name, role, plan, demand)
        memory = plan.figures[f"{path}.memory_bytes"].terms
        if role.loaded_bytes_per_pod is not None:
            at_rest = _at_rest(plan, role, demand) if name == "query_node" else memory[: _AT_REST.get(name)]
            because = "of one pod at rest, with everything loaded and all pods there"
            yield f"{path}.loaded_bytes_per_pod", Figure(role.loaded_bytes_per_pod, "bytes", at_rest, because)
        if role.peak_bytes_per_pod is not None:
            at_worst = _at_worst(plan, role, demand) if name == "query_node" else memory
            because = "of one pod at the worst moment"
            yield f"{path}.peak_bytes_per_pod", Figure(role.peak_bytes_per_pod, "bytes", at_worst, because)


def gpus_figure(role: Role, hardware: str) -> Figure:
    """The GPUs of a pod."""
    if not role.gpus:
        because = "no index is on a GPU" if hardware != "gpu" else "only query and data nodes use GPUs"
        return Figure(0, "GPUs", (), because)
    source = "Milvus 3.0 docs, prerequisite-gpu.md; nvidia.com/gpu"
    return Figure(role.gpus, "GPUs", (Term("one for each pod", role.gpus, "GPUs", source),), "hardware is gpu")


def _pods(name: str, role: Role, availability: str) -> Figure:
    sizes = f"roles.{name}.memory_bytes and cpu_cores"
    if name == "standalone":
        terms = [Term("one pod that does everything", 1, "pods", "the decision on topology")]
        return Figure(role.pods, "pods", tuple(terms), "a standalone is one pod")
    if name == "mix_coord":
        terms = [Term("the one that works", 1, "pods", "Milvus 3.0 docs, main_components.md")]
        more, why = "one that stands by", "a second one takes over where a pod may be lost"
    else:
        left = left_of(role.pods, availability)
        terms = [Term("pods that carry all of it" + _gone(availability), left, "pods", sizes)]
        more, why = f"that may be lost with a {availability}", "pods are spread evenly over nodes and zones"
    further = role.pods - int(terms[0].value)
    if further:
        terms.append(Term(more, further, "pods", f"availability: {availability}"))
    return Figure(role.pods, "pods", tuple(terms), why if further else "availability is none: none to spare")


def _gone(availability: str) -> str:
    return "" if availability == "none" else f" with a {availability} gone"


def _disk(name: str, role: Role, plan: Plan, demand: Demand) -> Figure:
    terms: list[Term] = []
    because = "in whole bytes"
    if name in ("query_node", "standalone"):
        terms += _held_on_disk(demand, _holding(plan) if name == "query_node" else 1)
        if name == "query_node" and plan.hardware == "nvme":
            because = (
                "a node made for it gives its local disks to its one pod, whole; of a node that is there what is needed"
            )
    if name in ("data_node", "standalone"):
        terms += _built_on_disk(demand)
    return Figure(role.local_disk_bytes, "bytes", tuple(terms), because if terms else "nothing of it is on local disk")


def _holding(plan: Plan) -> int:
    return int(plan.figures["roles.query_node.pods"].terms[0].value)


def _held_on_disk(demand: Demand, holding: int) -> Iterator[Term]:
    data, segment = demand.data.disk_bytes, demand.segment.disk_bytes
    if not data:
        return
    share = f"1/{holding} of the data" if holding > 1 else "all data"
    files = data / holding + segment
    allowed = DISK_ALLOWANCE * files
    yield bytes_term(f"files and mapped data, {share}", data / holding, "collections.local_disk_bytes")
    yield bytes_term("one whole segment above the share, or being handed over", segment, "whole segments")
    yield bytes_term("what a download or a swap holds meanwhile", allowed - files, "a tenth, our allowance")
    yield bytes_term(f"to stay below {DISK_LIMIT:.0%} of the disk", allowed / DISK_LIMIT - allowed, _DISKS)


def _built_on_disk(demand: Demand) -> Iterator[Term]:
    size = max(demand.sizes, key=build_disk_bytes, default=None)
    if size is None or not build_disk_bytes(size):
        return
    rows = min(size.rows, size.rows_per_segment)
    vectors = rows * size.raw_bytes_per_row
    files, source = build_disk_bytes(size) - vectors, f"measured, diskannpy 0.7.0: {BUILD_DISK_FILES} times the file"
    yield bytes_term(f"building one segment of {size.collection.name}: the index and what it leaves", files, source)
    yield bytes_term(f"its vectors, {rows:,} rows", vectors, "4 bytes a dimension for FLOAT_VECTOR")


def _at_rest(plan: Plan, role: Role, demand: Demand) -> tuple[Term, ...]:
    replicas = plan.collection_plans[0]["replicas"]
    return _share(demand, role.pods // replicas, "all pods there"), _segment(demand)


def _share(demand: Demand, holding: int, when: str) -> Term:
    share = PROCESS_BYTES + math.ceil(demand.data.resident_bytes / holding)
    name = f"process and 1/{holding} of the data, {when}" if holding > 1 else "process and all data"
    return bytes_term(name, share, f"{server_memory.MEASURED}; collections.loaded_bytes")


def _segment(demand: Demand) -> Term:
    name = "one whole segment above the share, or being handed over"
    return bytes_term(name, demand.segment.resident_bytes, "whole segments")


def _at_worst(plan: Plan, role: Role, demand: Demand) -> tuple[Term, ...]:
    """One segment that is handed over, or a pod that starts and loads on all cores: what is more."""
    holding, loading = _holding(plan), demand.segment.loading_bytes
    share = _share(demand, holding, "the fewest pods there")
    handing_over = (share, _segment(demand), bytes_term("loading that segment", loading, server_memory.MEASURED))
    at_once = min(role.cpu_cores * loading, math.ceil(demand.data.loading_bytes / holding))
    beyond = max(0, share.value + at_once - int(LOAD_LIMIT * role.memory_bytes))
    starting = (
        share,
        bytes_term(f"loading while it starts, a segment on each of {role.cpu_cores} cores", at_once, LOADING_AT_ONCE),
        bytes_term(f"that Milvus does not admit: beyond {LOAD_LIMIT:.0%} of the memory", -beyond, LOADING_AT_ONCE),
    )
    more = sum([term.value for term in starting]) > sum([term.value for term in handing_over])
    return starting if more else handing_over
