"""The deployment with one pod that does everything, and etcd beside it."""

from __future__ import annotations

import math
from dataclasses import replace
from functools import partial
from types import MappingProxyType

from pulumi_milvus.planning.capacity.standalone import standalone_need
from pulumi_milvus.planning.capacity.writing import RoleNeed
from pulumi_milvus.planning.deployment import pods, stores
from pulumi_milvus.planning.deployment.beside import Part, groups_of, parts_beside
from pulumi_milvus.planning.deployment.bill import bill
from pulumi_milvus.planning.deployment.demand import Demand
from pulumi_milvus.planning.deployment.deployment import Deployment, Impossible, within_what_is_asked
from pulumi_milvus.planning.deployment.nodes import (
    Kind,
    is_priced,
    some_types,
    without_idle_gpus,
    worth_choosing,
    worth_trying,
)
from pulumi_milvus.planning.deployment.sketch import Lightest, Sketch
from pulumi_milvus.planning.hardware.allocatable import GIBIBYTE, disk_bytes_for
from pulumi_milvus.planning.hardware.catalogue import Catalogue, InstanceType
from pulumi_milvus.planning.hardware.outcome import Placement, Refusal
from pulumi_milvus.planning.hardware.placement import MOST_OVER_CHEAPEST, place
from pulumi_milvus.planning.hardware.pod_group import PodGroup
from pulumi_milvus.planning.load.disk_reads import NVME_READS_PER_SECOND


def standalone_sketch(demand: Demand, catalogue: Catalogue, lightest: Lightest) -> Sketch | Impossible:
    """Standalone on the cheapest node that holds it, as far as its cost."""
    need = standalone_need(demand.workload, demand.sizes, demand.data, demand.segment, demand.search)
    kind = Kind(demand.needs_nvme, demand.needs_gpu)
    stored_bytes = int(stores.object_store(demand).value)
    beside = parts_beside(demand.workload, "standalone", 1, stored_bytes, need.local_disk_bytes)
    pod = pods.group("standalone", need, kind, "none")
    if demand.workload.object_store == "local" and not kind.nvme:
        # It is on the volume with the files, and nothing of it on the node's.
        pod = replace(pod, local_disk_bytes=0)
    groups = (pod, *groups_of(beside))
    if not catalogue.creates_nodes:
        made = _made(demand, need, groups, beside, _quick_enough(demand, catalogue), None)
        if isinstance(made, Impossible):
            return made
        return Sketch(
            topology="standalone",
            demand=demand,
            weight=made.weight,
            usd_per_month=made.cheapest_usd_per_month,
            node=made.placement.pool_of("standalone").instance_type,
            needs={"standalone": need},
            finish=lambda: made,
        )
    reads = _reads_per_second(demand)
    if reads:
        lightest = Lightest(
            lambda group: [
                tried for tried in worth_trying(catalogue, Kind.of(group)) if _reads(tried.node, True) >= reads
            ]
        )
    found = lightest.of(groups)
    if found is None:
        refused = place(groups, without_idle_gpus(_quick_enough(demand, catalogue), kind))
        assert isinstance(refused, Refusal)
        return _impossible(refused)
    weight = found.weight
    priced = is_priced(catalogue)
    if priced:
        weight += bill(demand, (), beside, stored_bytes, catalogue).usd_per_month
        weight += _disk_usd(groups[0], catalogue)
    usd = weight if priced else None

    def nodes() -> Catalogue:
        return _quick_enough(demand, worth_choosing(catalogue, (Kind(), kind)))

    return Sketch(
        topology="standalone",
        demand=demand,
        weight=weight,
        usd_per_month=usd,
        node=found.node,
        needs={"standalone": need},
        finish=lambda: within_what_is_asked(partial(_made, demand, need, groups, beside, nodes(), usd)),
    )


def _disk_usd(pod: PodGroup, catalogue: Catalogue) -> float:
    """What the pod's local disk adds to the volume of its node, USD a month; nothing where that is NVMe."""
    price = catalogue.unit_prices.get("volume_gb_month")
    if pod.needs_nvme or not pod.local_disk_bytes or price is None:
        return 0.0
    return math.ceil(disk_bytes_for(pod.local_disk_bytes) / GIBIBYTE) * price.usd


def _reads_per_second(demand: Demand) -> float:
    """Reads of 4 KB that the queries ask of the local disks; 0 where there are none."""
    reads = demand.search.load.reads if demand.search else None
    return reads.reads_per_second.expected if reads and demand.workload.queries_per_second else 0.0


def _reads(node: InstanceType, is_made: bool) -> float:
    """Reads a second of a node's local disks; a node without any is not asked for them."""
    if not node.local_nvme_bytes:
        return math.inf
    if node.local_nvme_read_iops is None:
        return 0 if is_made else NVME_READS_PER_SECOND
    return node.local_nvme_read_iops


def _quick_enough(demand: Demand, catalogue: Catalogue) -> Catalogue:
    """The types whose local disks can be read as often as the queries ask."""
    reads = _reads_per_second(demand)
    if not reads:
        return catalogue
    return some_types(catalogue, [node for node in catalogue.types if _reads(node, catalogue.creates_nodes) >= reads])


def _impossible(refused: Refusal) -> Impossible:
    return Impossible(
        topology="standalone",
        subject="topology",
        reason=refused.reason,
        nearest=refused.nearest,
        rule="standalone-limits",
    )


def _made(
    demand: Demand,
    need: RoleNeed,
    groups: tuple[PodGroup, ...],
    beside: tuple[Part, ...],
    catalogue: Catalogue,
    cheapest: float | None,
    most_over: float = MOST_OVER_CHEAPEST,
) -> Deployment | Impossible:
    placement = place(groups, catalogue, most_over=most_over)
    if not isinstance(placement, Placement):
        return _impossible(placement)
    stored = stores.object_store(demand)
    costs = bill(demand, placement.pools, beside, int(stored.value), catalogue)
    if cheapest is None and placement.usd_per_month is not None:
        cheapest = costs.usd_per_month - placement.usd_per_month + (placement.cheapest_usd_per_month or 0.0)
    peak = int(sum([term.value for term in need.memory.terms]))
    return Deployment(
        topology="standalone",
        demand=demand,
        replicas=1,
        roles=MappingProxyType(
            {
                "standalone": replace(
                    pods.role(groups[0], placement, need.loaded_bytes, peak), local_disk_bytes=need.local_disk_bytes
                )
            }
        ),
        placement=placement,
        bill=costs,
        cheapest_usd_per_month=None if cheapest is None else min(cheapest, costs.usd_per_month),
        object_store_bytes=int(stored.value),
        dependencies=tuple([part.entry for part in beside]),
        figures=MappingProxyType(
            {
                "roles.standalone.memory_bytes": need.memory,
                "roles.standalone.cpu_cores": need.cpu,
                "object_store_bytes": stored,
            }
        ),
        decisions=placement.decisions,
    )
