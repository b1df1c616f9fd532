"""Which deployment a workload gets: the topology that may and can serve it at the least cost."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from pulumi_milvus.planning.capacity.rounding import GIB
from pulumi_milvus.planning.deployment.demand import Demand, demand_of
from pulumi_milvus.planning.deployment.deployment import Deployment, Impossible
from pulumi_milvus.planning.deployment.distributed import distributed_deployment
from pulumi_milvus.planning.deployment.standalone import standalone_deployment
from pulumi_milvus.planning.findings import Decision
from pulumi_milvus.planning.hardware.catalogue import Catalogue
from pulumi_milvus.planning.workload import Workload

# "Standalone: up to 100 M given enough machine. Distributed: 100 M to tens of billions."
STANDALONE_ROWS: Final = 100_000_000
GUIDANCE: Final = "Milvus 3.0 docs, getstarted/install-overview.md"
# Larger segments make a query visit fewer of them, which is the cheapest way to more queries a second; they take longer
# to build and to hand over. 2 to 4 GiB are what the load model's source advises for nodes of 16 GiB and more.
LARGER_SEGMENTS: Final = {"memory": (2 * GIB, 4 * GIB), "gpu": (2 * GIB, 4 * GIB), "nvme": (4 * GIB, 8 * GIB)}


@dataclass(frozen=True, slots=True)
class Chosen:
    """A deployment with the reason for its topology, or what is impossible; ``other`` is the topology not chosen."""

    deployment: Deployment | None
    decision: Decision
    impossible: tuple[Impossible, ...] = ()
    other: Deployment | None = None


def choose_deployment(workload: Workload, hardware: str, catalogue: Catalogue, months: int | None = None) -> Chosen:
    """The deployment for a server topology after ``months`` (None: at the horizon)."""
    when = workload.horizon_months if months is None else months
    demands = _demands(workload, hardware, when)
    explicit = workload.topology if workload.topology in ("standalone", "distributed") else None
    reason = _why_not_standalone(workload, demands[0].rows)
    if explicit:
        decision = Decision("topology", explicit, f"the workload says topology: {explicit}", "declared")
        makers = {"standalone": standalone_deployment, "distributed": distributed_deployment}
        return _only(_cheapest(demands, catalogue, makers[explicit]), decision)
    if reason is not None:
        return _only(
            _cheapest(demands, catalogue, distributed_deployment), Decision("topology", "distributed", *reason)
        )
    one = _cheapest(demands, catalogue, standalone_deployment)
    many = _cheapest(demands, catalogue, distributed_deployment)
    if isinstance(one, Impossible):
        because = f"no single node holds it: {one.reason}"
        return _only(many, Decision("topology", "distributed", because, catalogue.source), one)
    if isinstance(many, Impossible) or one.weight <= many.weight:
        dearer = "" if isinstance(many, Impossible) else f"; distributed would cost {_cost(many)}"
        because = f"no redundancy is asked, and one pod on a {_node(one)} holds everything for {_cost(one)}{dearer}"
        decision = Decision("topology", "standalone", because, GUIDANCE)
        return Chosen(one, decision, other=None if isinstance(many, Impossible) else many)
    because = f"no redundancy is asked, but one pod would cost {_cost(one)} ({_node(one)}), and this {_cost(many)}"
    return Chosen(many, Decision("topology", "distributed", because, catalogue.source), other=one)


def _demands(workload: Workload, hardware: str, months: int) -> tuple[Demand, ...]:
    """The demand with Milvus's own segment size, and with larger ones where queries are to be answered."""
    sizes: tuple[int | None, ...] = (None,)
    if workload.queries_per_second:
        sizes = (None, *LARGER_SEGMENTS[hardware])
    return tuple(demand_of(workload, hardware, months, size) for size in sizes)


def _cheapest(
    demands: tuple[Demand, ...], catalogue: Catalogue, maker: Callable[[Demand, Catalogue], Deployment | Impossible]
) -> Deployment | Impossible:
    """The cheapest over segment sizes; the smallest size where it makes no difference."""
    best = maker(demands[0], catalogue)
    for demand in demands[1:]:
        found = maker(demand, catalogue)
        if isinstance(found, Impossible):
            continue
        if isinstance(best, Impossible) or found.weight < best.weight:
            best = found
    return best


def _only(found: Deployment | Impossible, decision: Decision, *impossible: Impossible) -> Chosen:
    if isinstance(found, Impossible):
        return Chosen(None, decision, (*impossible, found))
    return Chosen(found, decision, impossible)


def _why_not_standalone(workload: Workload, rows: int) -> tuple[str, str] | None:
    if workload.availability != "none":
        because = f"availability is {workload.availability}, and only several pods of each role survive the loss of one"
        return because, GUIDANCE
    if workload.replicas is not None and workload.replicas > 1:
        because = f"replicas is {workload.replicas}, and each needs query nodes of its own"
        return because, "Milvus 3.0 docs, reference/replica.md"
    if rows > STANDALONE_ROWS:
        because = f"{rows:,} vectors at the horizon are more than the {STANDALONE_ROWS:,} that one pod is advised for"
        return because, GUIDANCE
    return None


def _cost(deployment: Deployment) -> str:
    usd = deployment.bill.usd_per_month
    return f"{usd:,.0f} USD a month" if deployment.cheapest_usd_per_month is not None else "no price known"


def _node(deployment: Deployment) -> str:
    return deployment.placement.pools[0].instance_type
