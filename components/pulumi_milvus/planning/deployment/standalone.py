"""The deployment with one pod that does everything."""

from __future__ import annotations

from types import MappingProxyType

from pulumi_milvus.planning.capacity.standalone import standalone_need
from pulumi_milvus.planning.deployment import pods, stores
from pulumi_milvus.planning.deployment.bill import bill
from pulumi_milvus.planning.deployment.demand import Demand
from pulumi_milvus.planning.deployment.deployment import Deployment, Impossible
from pulumi_milvus.planning.hardware.catalogue import Catalogue
from pulumi_milvus.planning.hardware.outcome import Refusal
from pulumi_milvus.planning.hardware.placement import place


def standalone_deployment(demand: Demand, catalogue: Catalogue) -> Deployment | Impossible:
    """Standalone on the cheapest node that holds it, with etcd beside it."""
    need = standalone_need(demand.workload, demand.sizes, demand.data, demand.segment, demand.search)
    group = pods.group(
        "standalone", need, 1, nvme=demand.hardware == "nvme", gpu=demand.hardware == "gpu", own_pool=True
    )
    etcd = stores.etcd_group("standalone", "none", 1)
    placement = place([group, etcd], catalogue)
    if isinstance(placement, Refusal):
        return Impossible(topology="standalone", subject="topology", reason=placement.reason, nearest=placement.nearest)
    stored = stores.object_store(demand)
    costs = bill(demand, placement, etcd, int(stored.value), catalogue)
    over = (placement.usd_per_month or 0.0) - (placement.cheapest_usd_per_month or 0.0)
    return Deployment(
        topology="standalone",
        demand=demand,
        replicas=1,
        roles=MappingProxyType(
            {"standalone": pods.role(group, placement, need.loaded_bytes, int(sum(t.value for t in need.memory.terms)))}
        ),
        placement=placement,
        bill=costs,
        cheapest_usd_per_month=None if placement.usd_per_month is None else costs.usd_per_month - over,
        object_store_bytes=int(stored.value),
        dependencies=stores.dependencies("standalone", etcd, int(stored.value)),
        figures=MappingProxyType(
            {
                "roles.standalone.memory_bytes": need.memory,
                "roles.standalone.cpu_cores": need.cpu,
                "object_store_bytes": stored,
            }
        ),
        decisions=placement.decisions,
    )
