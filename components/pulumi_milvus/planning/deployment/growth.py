"""Growth: the month in which a part of a deployment is outgrown, and what would stand there then."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from pulumi_milvus.planning.capacity.query_nodes import PodSize, fewest_holding
from pulumi_milvus.planning.capacity.standalone import standalone_need
from pulumi_milvus.planning.capacity.writing import data_nodes, streaming_nodes
from pulumi_milvus.planning.deployment.choose import STANDALONE_ROWS, choose_deployment
from pulumi_milvus.planning.deployment.demand import Demand, demand_of
from pulumi_milvus.planning.deployment.deployment import Deployment
from pulumi_milvus.planning.hardware.catalogue import Catalogue
from pulumi_milvus.planning.plan import Outgrown
from pulumi_milvus.planning.workload import MAX_HORIZON_MONTHS

_NAMES: Final = {"query_node": "query nodes", "standalone": "the standalone pod"}


def outgrown(deployment: Deployment, catalogue: Catalogue) -> Iterator[Outgrown]:
    """Each part that growth outgrows within ten years, the earliest first."""
    workload = deployment.demand.workload
    if not any(collection.growth_vectors_per_month for collection in workload.collections):
        return
    found = []
    for part, fits in _parts(deployment).items():
        month = _first_month(deployment.demand, fits)
        if month is not None:
            found.append((month, part))
    for month, part in sorted(found):
        yield _outgrown(deployment, catalogue, month, part)


def _first_month(demand: Demand, fits: Callable[[Demand], bool]) -> int | None:
    """The first month after the horizon in which a part no longer fits; None within ten years."""

    def at(month: int) -> Demand:
        return demand_of(demand.workload, demand.hardware, month, demand.segment_bytes, search=False)

    low, high = demand.workload.horizon_months, MAX_HORIZON_MONTHS
    if low >= high or fits(at(high)):
        return None
    while high - low > 1:
        middle = (low + high) // 2
        if fits(at(middle)):
            low = middle
        else:
            high = middle
    return high


def _parts(deployment: Deployment) -> dict[str, Callable[[Demand], bool]]:
    """For each part whether it holds a demand; what depends on queries alone does not grow with the rows here."""
    query = deployment.query
    if query is None:
        role = deployment.roles["standalone"]

        def pod_fits(demand: Demand) -> bool:
            if demand.workload.topology is None and demand.rows > STANDALONE_ROWS:
                return False
            need = standalone_need(demand.workload, demand.sizes, demand.data, demand.segment, deployment.demand.search)
            return need.memory_bytes <= role.memory_bytes

        return {"standalone": pod_fits}
    gpu_bytes = query.node.gpu_memory_bytes_each if deployment.demand.hardware == "gpu" else 0
    size = PodSize(query.memory_bytes, query.disk_bytes, gpu_bytes)

    def queries_fit(demand: Demand) -> bool:
        holding = fewest_holding(demand.data, demand.segment, size)
        return holding is not None and holding <= query.holding

    def streaming_fits(demand: Demand) -> bool:
        need, role = streaming_nodes(demand.workload, demand.sizes), deployment.roles["streaming_node"]
        return need.pods <= role.pods and need.memory_bytes <= role.memory_bytes

    def data_fits(demand: Demand) -> bool:
        need, role = data_nodes(demand.workload, demand.sizes), deployment.roles["data_node"]
        return need.pods <= role.pods and need.memory_bytes <= role.memory_bytes

    return {"query_node": queries_fit, "streaming_node": streaming_fits, "data_node": data_fits}


def _outgrown(deployment: Deployment, catalogue: Catalogue, month: int, part: str) -> Outgrown:
    workload = deployment.demand.workload
    rows = sum(collection.vectors_after(month) for collection in workload.collections)
    what = f"{_NAMES.get(part, part.replace('_', ' ') + 's')}, at {rows:,} vectors"
    # Queries are left aside: their segment sizes were weighed for the plan itself.
    later = choose_deployment(workload, deployment.demand.hardware, catalogue, month).deployment
    if later is None:
        return Outgrown(what=what, month=month, then="nothing in the catalogue holds it: take an index that needs less")
    usd = round(later.bill.usd_per_month, 2) if later.cheapest_usd_per_month is not None else None
    price = f", {usd:,.0f} USD a month in all" if usd is not None else ""
    if later.topology != deployment.topology:
        return Outgrown(what=what, month=month, then=f"topology {later.topology}{price}", usd_per_month=usd)
    role = later.roles[part]
    pool = later.placement.pool_of(part)
    then = f"{role.pods} pods of {role.memory_bytes / 2**30:,.1f} GiB on {pool.nodes} x {pool.instance_type}{price}"
    return Outgrown(what=what, month=month, then=then, usd_per_month=usd)
