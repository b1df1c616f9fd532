"""Growth: the month in which a part of a deployment is outgrown, and what would stand there then."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from pulumi_milvus.planning.capacity.query_pool import QueryNode, query_choice
from pulumi_milvus.planning.capacity.standalone import standalone_need
from pulumi_milvus.planning.capacity.writing import RoleNeed, data_nodes, streaming_nodes
from pulumi_milvus.planning.deployment.choose import STANDALONE_ROWS, Setting, Sketched, choose_sketch
from pulumi_milvus.planning.deployment.demand import Demand
from pulumi_milvus.planning.deployment.deployment import Deployment
from pulumi_milvus.planning.deployment.distributed import query_demand
from pulumi_milvus.planning.plan import Outgrown, Role
from pulumi_milvus.planning.workload import MAX_HORIZON_MONTHS, Workload

_NAMES: Final = {"query_node": "query nodes", "standalone": "the standalone pod"}


def outgrown(deployment: Deployment, setting: Setting) -> Iterator[Outgrown]:
    """Each part that growth outgrows within ten years, and a change of topology, the earliest first."""
    workload = deployment.demand.workload
    if not any(collection.growth_vectors_per_month for collection in workload.collections):
        return
    later = _Later(deployment, setting)
    found = {}
    for part, fits in _parts(deployment).items():
        month = later.first_month(lambda at, fits=fits: not fits(later.demand(at)))  # type: ignore[misc]
        if month is not None:
            found[part] = month
    if workload.topology is None and deployment.topology == "standalone":
        month = later.first_month(lambda at: _topology(later.sketched(at)) != "standalone")
        if month is not None:
            # From then on there is no such pod, so a month of its own says nothing more.
            found = {part: first for part, first in found.items() if first < month} | {"topology": month}
    for part, month in sorted(found.items(), key=lambda item: item[1]):
        yield _outgrown(workload, later.sketched(month), month, part)


class _Later:
    """The same workload after more months, each looked at once."""

    def __init__(self, deployment: Deployment, setting: Setting) -> None:
        self._setting, self._segment_bytes = setting, deployment.demand.segment_bytes
        self._sketched: dict[int, Sketched] = {}

    def demand(self, month: int) -> Demand:
        """The demand in segments as they were chosen."""
        return self._setting.demand(month, self._segment_bytes)

    def sketched(self, month: int) -> Sketched:
        """What would be chosen."""
        if month not in self._sketched:
            self._sketched[month] = choose_sketch(self._setting, month)
        return self._sketched[month]

    def first_month(self, happens: Callable[[int], bool]) -> int | None:
        """The first month after the horizon in which something happens that then stays; None within ten years."""
        low, high = self._setting.workload.horizon_months, MAX_HORIZON_MONTHS
        if low >= high or not happens(high):
            return None
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (low, middle) if happens(middle) else (middle, high)
        return high


def _topology(sketched: Sketched) -> str:
    return sketched.sketch.topology if sketched.sketch is not None else "none"


def _parts(deployment: Deployment) -> dict[str, Callable[[Demand], bool]]:
    """For each part whether it holds a demand; what depends on queries alone does not grow with the rows."""
    query, roles = deployment.query, deployment.roles

    def need_fits(role: Role, need: RoleNeed) -> bool:
        return (
            need.pods <= role.pods
            and need.memory_bytes <= role.memory_bytes
            and need.cpu_cores <= role.cpu_cores
            and need.local_disk_bytes <= role.local_disk_bytes
        )

    if query is None:

        def pod_fits(demand: Demand) -> bool:
            need = standalone_need(demand.workload, demand.sizes, demand.data, demand.segment, demand.search)
            node = deployment.placement.pool_of("standalone").node
            return need_fits(roles["standalone"], need) and need.gpu_memory_bytes <= node.gpu_memory_bytes_each

        return {"standalone": pod_fits}
    pod = QueryNode(
        node=query.node,
        pods_per_node=query.pods_per_node,
        cpu_cores=query.cpu_cores,
        memory_bytes=query.memory_bytes,
        # What was asked for the pod, and not what its node could give.
        disk_bytes=roles["query_node"].local_disk_bytes,
        weight=1.0,
        volume_weight=0.0,
    )

    def queries_fit(demand: Demand) -> bool:
        choice = query_choice(query_demand(demand), pod)
        return choice is not None and choice.pods <= query.pods

    return {
        "query_node": queries_fit,
        "streaming_node": lambda demand: need_fits(
            roles["streaming_node"], streaming_nodes(demand.workload, demand.sizes, deployment.left)
        ),
        "data_node": lambda demand: need_fits(
            roles["data_node"], data_nodes(demand.workload, demand.sizes, deployment.left)
        ),
    }


def _outgrown(workload: Workload, later: Sketched, month: int, part: str) -> Outgrown:
    rows = sum(collection.vectors_after(month) for collection in workload.collections)
    sketch = later.sketch
    if part == "topology":
        limit = f", more than the {STANDALONE_ROWS:,} that one pod is advised for" if rows > STANDALONE_ROWS else ""
        what = f"topology standalone, at {rows:,} vectors{limit}"
    else:
        what = f"{_NAMES.get(part, part.replace('_', ' ') + 's')}, at {rows:,} vectors"
    if sketch is None:
        return Outgrown(what=what, month=month, then="nothing in the catalogue holds it: take an index that needs less")
    usd = None if sketch.usd_per_month is None else round(sketch.usd_per_month, 2)
    price = f", from {usd:,.0f} USD a month in all" if usd is not None else ""
    if part == "topology" or (part not in sketch.needs and not (part == "query_node" and sketch.query)):
        return Outgrown(what=what, month=month, then=f"topology {sketch.topology}{price}", usd_per_month=usd)
    if part == "query_node" and sketch.query is not None:
        query = sketch.query
        then = f"{query.pods} pods of {query.memory_bytes / 2**30:,.0f} GiB on {query.nodes} x {query.node.name}"
    else:
        need = sketch.needs[part]
        then = f"{need.pods} pods of {need.memory_bytes / 2**30:,.0f} GiB and {need.cpu_cores} cores"
    return Outgrown(what=what, month=month, then=then + price, usd_per_month=usd)
