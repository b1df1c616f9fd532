"""A written plan beside the workload that is declared now: the facts that the rule ``outgrown`` judges."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from pulumi_milvus.planning.facts_of import field_findings
from pulumi_milvus.planning.indexes import INDEXES
from pulumi_milvus.planning.topology import choose_hardware
from pulumi_milvus.planning.workload import MAX_HORIZON_MONTHS, Workload
from pulumi_milvus.planning.written_capacity import Capacity
from pulumi_milvus.planning.written_plan import WrittenPlan
from pulumi_milvus.rules.facts import OtherChoice, PlannedPart, WrittenPlanFacts
from pulumi_milvus.rules.written_parts import is_short


def written_plan_facts(
    written: WrittenPlan, workload: Workload, plan_file: str = "the written plan", values_file: str = "FILE"
) -> WrittenPlanFacts:
    """The facts with the vectors that are declared as stored today; growth counts for ``outgrown_in_month`` only.

    ``plan_file`` and ``values_file`` are the names that findings show.
    """
    choices = tuple(_choices(written, workload))
    parts: tuple[PlannedPart, ...] = ()
    month = None
    if not choices and _can_be_sized(written, workload):
        capacity = Capacity(written, workload)
        parts = tuple(_with_lowered(capacity.parts(), written))
        month = _first_month(capacity, workload)
    return WrittenPlanFacts(
        plan_file=plan_file,
        values_file=values_file,
        vectors=sum(collection.vectors for collection in workload.collections),
        topology=workload.topology,
        choices=choices,
        parts=parts,
        outgrown_in_month=month,
    )


def _with_lowered(parts: Iterable[PlannedPart], written: WrittenPlan) -> Iterator[PlannedPart]:
    """The parts, marked where the plan is below what the workload that it was written for needed."""
    found = list(parts)
    lowered: frozenset[str] = frozenset()
    if any(is_short(part) for part in found):
        before = Capacity(written, written.plan.workload).data_parts()
        lowered = frozenset(part.path for part in before if is_short(part))
    for part in found:
        yield replace(part, was_lowered=part.path in lowered)


def _choices(written: WrittenPlan, workload: Workload) -> Iterator[OtherChoice]:
    """What is declared now and no size can mend."""
    plan = written.plan
    declared = workload.topology
    if declared is not None and declared != plan.topology:
        yield OtherChoice("topology", plan.topology, declared, "another topology is declared now")
    elif plan.topology == "standalone" and workload.availability != "none":
        because = f"availability {workload.availability} needs several pods of each role"
        yield OtherChoice("topology", "standalone", "distributed", because)
    elif plan.topology == "standalone" and (workload.replicas or 1) > 1:
        because = f"replicas: {workload.replicas} needs query nodes of its own for each"
        yield OtherChoice("topology", "standalone", "distributed", because)
    for path in ("object_store", "etcd", "resolved_wal"):
        before, now = getattr(plan.workload, path), getattr(workload, path)
        if before != now:
            name = path.removeprefix("resolved_")
            yield OtherChoice(
                name, f"{name}: {before}", f"{name}: {now}", "another one is declared now, without its data"
            )
    # A release is changed by an update of the plan, never on the way of another change.
    if workload.milvus_version is not None and workload.milvus_version != plan.milvus_version:
        because = "another release is declared now"
        yield OtherChoice("milvus_version", f"Milvus {plan.milvus_version}", workload.milvus_version, because)
    hardware = choose_hardware(workload)
    if hardware.choice not in ("memory", plan.hardware):
        yield OtherChoice("hardware", f"hardware {plan.hardware}", hardware.choice, hardware.because)
    for pool in plan.node_pools if workload.availability == "zone" else ():
        if "query_node" in (pool.get("pods_per_node") or {}) and pool.get("zones") == 1:
            path = f"node_pools.{pool['name']}.zones"
            yield OtherChoice(path, "query nodes in one zone", "several zones", "availability is zone")
    yield from _nodes(written, workload)


def _nodes(written: WrittenPlan, workload: Workload) -> Iterator[OtherChoice]:
    """Nodes that the declared cluster does not have; a cloud's catalogue may drop a type that still runs."""
    before, now = bool(written.plan.workload.node_shapes), bool(workload.node_shapes)
    if before != now:
        planned, wanted = ("nodes of a cluster", "nodes of a cloud") if before else ("a cloud's nodes", "the cluster's")
        yield OtherChoice("node_pools", planned, wanted, f"node_shapes are {'' if now else 'no more '}declared")
        return
    names = {shape["name"] for shape in workload.node_shapes}
    for pool in written.plan.node_pools:
        if now and pool["instance_type"] not in names:
            because = f"no node shape {pool['instance_type']} is declared any more"
            path = f"node_pools.{pool['name']}.instance_type"
            yield OtherChoice(path, f"{pool['nodes']} x {pool['instance_type']}", f"one of {sorted(names)}", because)


def _can_be_sized(written: WrittenPlan, workload: Workload) -> bool:
    """Whether sizes can be computed at all; where not, the rules on the workload itself say why."""
    fields = [field for collection in workload.collections for field in collection.fields]
    if any(field.index != "AUTOINDEX" and INDEXES[field.index].size is None for field in fields):
        return False
    plan = written.plan
    found = field_findings(workload, plan.topology, plan.milvus_version, plan.hardware == "gpu")
    return not any(finding.level == "error" for finding in found)


def _first_month(capacity: Capacity, workload: Workload) -> int | None:
    """The first month from now in which data, not queries, no longer fit; None within ten years."""
    if not capacity.holds_after(0):
        return 0
    grows = any(collection.growth_vectors_per_month for collection in workload.collections)
    if not grows or capacity.holds_after(MAX_HORIZON_MONTHS):
        return None
    low, high = 0, MAX_HORIZON_MONTHS
    while high - low > 1:
        middle = (low + high) // 2
        if capacity.holds_after(middle):
            low = middle
        else:
            high = middle
    return high
