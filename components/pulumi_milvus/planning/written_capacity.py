"""What the pods of a written plan hold, part by part, beside what a workload needs after some months."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Final

from pulumi_milvus.planning.capacity import writing
from pulumi_milvus.planning.capacity.collection_size import DISK_SEGMENT_BYTES, SEGMENT_BYTES
from pulumi_milvus.planning.capacity.front import coordinators, proxies
from pulumi_milvus.planning.capacity.query_nodes import (
    DISK_LIMIT,
    GPU_CONTEXT_BYTES,
    PodSize,
    Spare,
    fewest_holding,
)
from pulumi_milvus.planning.capacity.standalone import standalone_need
from pulumi_milvus.planning.capacity.writing import RoleNeed, fewest_pods
from pulumi_milvus.planning.deployment.choose import STANDALONE_ROWS
from pulumi_milvus.planning.deployment.demand import Demand, demand_of
from pulumi_milvus.planning.estimates import server_memory
from pulumi_milvus.planning.indexes import INDEXES
from pulumi_milvus.planning.load.ranges import Range
from pulumi_milvus.planning.plan import Plan, Role
from pulumi_milvus.planning.workload import Workload
from pulumi_milvus.planning.written_plan import WrittenPlan
from pulumi_milvus.rules.facts import PlannedPart

# A query node has a part of a core beyond the whole ones that the plan shows: what Kubernetes leaves of its node.
_CORE_PART: Final = 1
# A plan has whole bytes and cores, and the sums behind them are floats.
_ROUNDING: Final = 1e-9


class Capacity:
    """A written plan's pods, and the needs of the workload that is declared now."""

    def __init__(self, written: WrittenPlan, workload: Workload) -> None:
        self._written, self._workload, self._plan = written, workload, written.plan
        self._segment_bytes = chosen_segment_bytes(written.plan)
        self._spare_pods = 0 if workload.availability == "none" else 1

    def parts(self) -> Iterator[PlannedPart]:
        """Every part with the vectors of today and the declared load."""
        demand = self._demand(0, search=True)
        yield from self._data(demand)
        yield from self._load(demand)

    def holds_after(self, months: int) -> bool:
        """Whether the data hold after so many months of growth; queries and inserts are as declared, not growing."""
        parts = self._data(self._demand(months, search=False))
        return all(part.needed is not None and part.needed <= part.planned for part in parts)

    def _demand(self, months: int, *, search: bool) -> Demand:
        return demand_of(self._workload, self._plan.hardware, months, self._segment_bytes, search=search)

    def _data(self, demand: Demand) -> Iterator[PlannedPart]:
        if self._plan.topology == "standalone":
            yield from self._standalone_data(demand)
            return
        yield from self._query_data(demand)
        yield self._streaming_memory(demand)
        need = writing.data_nodes(self._workload, demand.sizes)
        context = GPU_CONTEXT_BYTES if need.gpu_memory_bytes else 0
        yield from self._pod("data_node", need, "to build the largest segment's index", context)

    def _standalone_data(self, demand: Demand) -> Iterator[PlannedPart]:
        if self._workload.topology is None:
            what = "vectors that one pod is advised for"
            yield PlannedPart("topology", what, "vectors", STANDALONE_ROWS, demand.rows)
        need = standalone_need(self._workload, demand.sizes, demand.data, demand.segment, demand.search)
        yield from self._pod("standalone", need, "of the one pod")

    def _pod(self, name: str, need: RoleNeed, what: str, gpu_context_bytes: int = 0) -> Iterator[PlannedPart]:
        """Memory, local disk and GPU memory of one pod."""
        role, path = self._role(name), f"roles.{name}"
        yield PlannedPart(f"{path}.memory_bytes", f"memory {what}", "bytes", role.memory_bytes, need.memory_bytes)
        if need.local_disk_bytes:
            disk_bytes, words = need.local_disk_bytes, f"local disk {what}"
            yield PlannedPart(f"{path}.local_disk_bytes", words, "bytes", role.local_disk_bytes, disk_bytes)
        if need.gpu_memory_bytes:
            gpu_bytes, words = need.gpu_memory_bytes + gpu_context_bytes, f"GPU memory {what}"
            yield PlannedPart(f"gpu_memory_bytes.{name}", words, "bytes", self._gpu_bytes(name), gpu_bytes)

    def _query_data(self, demand: Demand) -> Iterator[PlannedPart]:
        role = self._role("query_node")
        disk_bytes = math.ceil(role.local_disk_bytes * (1 + _ROUNDING) / DISK_LIMIT)
        size = PodSize(role.memory_bytes, disk_bytes, self._gpu_bytes("query_node"))
        needed = fewest_holding(demand.data, demand.segment, size)
        lost = f" with a {self._workload.availability} gone" if self._spare_pods else ""
        what = f"query nodes that hold a copy of the data{lost}"
        yield PlannedPart("roles.query_node.pods", what, "pods", self._left(role.pods), needed)

    def _streaming_memory(self, demand: Demand) -> PlannedPart:
        role = self._role("streaming_node")
        left = max(1, role.pods - self._spare_pods)
        growing, _ = writing.growing_bytes(self._workload, demand.sizes)
        own = writing.PROCESS_BYTES + server_memory.INSERT_BUFFER_BYTES
        needed = (own + math.ceil(growing / left)) / writing.THROTTLE_SHARE
        what = "memory for the rows that grow on one streaming node"
        return PlannedPart("roles.streaming_node.memory_bytes", what, "bytes", role.memory_bytes, needed)

    def _load(self, demand: Demand) -> Iterator[PlannedPart]:
        """Queries, inserts and what must survive: pods and cores."""
        workload, load = self._workload, demand.search.load if demand.search else None
        asked = workload.queries_per_second > 0 and load is not None
        if self._plan.topology == "standalone":
            need = standalone_need(workload, demand.sizes, demand.data, demand.segment, demand.search)
            cores = sum([term.value for term in need.cpu.terms])
            least = cores - (_spread(load.cores) if load else 0.0)
            yield self._cores("standalone", "searching, inserting and building", 1, cores, least)
            return
        answering = Spare(workload.availability, 1).left(self._role("query_node").pods)
        # Each segment of each copy lies on one pod: beyond that, further pods would not answer more.
        if asked and load is not None and answering < self._replicas * sum([size.segments for size in demand.sizes]):
            cores, least = load.query_node_cores.expected, load.query_node_cores.lowest
            yield self._cores("query_node", "searching", answering, cores, least, _CORE_PART)
        front = proxies(workload, demand.search if asked else None)
        spread = _spread(load.proxy_cores) if asked and load is not None else 0.0
        needs = {
            "proxy": (front, "passing queries and rows on", spread),
            "streaming_node": (writing.streaming_nodes(workload, demand.sizes), "inserting", 0.0),
        }
        for name, (need, what, uncertain) in needs.items():
            cores = sum([term.value for term in need.cpu.terms]) * max(1, need.pods - self._spare_pods)
            left = self._role(name).pods - self._spare_pods
            yield self._cores(name, what, left, cores, cores - uncertain)
        building, _ = writing.building_cores(workload, demand.sizes)
        left = self._role("data_node").pods - self._spare_pods
        yield self._cores("data_node", "building indexes", left, building, building)
        fewest = dict.fromkeys(("proxy", "data_node", "streaming_node"), self._fewest_pods())
        fewest |= {"proxy": fewest_pods(workload.availability), "mix_coord": coordinators(workload).pods}
        for name, pods in fewest.items():
            what = f"{name.replace('_', ' ')} pods for availability {workload.availability}"
            yield PlannedPart(f"roles.{name}.pods", what, "pods", self._role(name).pods, pods)

    def _cores(
        self, name: str, what: str, pods: int, needed: float, at_least: float, part_of_core: int = 0
    ) -> PlannedPart:
        planned = max(0, pods) * (self._role(name).cpu_cores + part_of_core)
        needed, at_least = needed * (1 - _ROUNDING), max(0.0, at_least) * (1 - _ROUNDING)
        return PlannedPart(f"roles.{name}.cpu_cores", f"cores for {what}", "cores", planned, needed, at_least)

    def _fewest_pods(self) -> int:
        """As the planner has them for nodes that write: one that may be lost, and two thirds of three zones."""
        return max(1, fewest_pods(self._workload.availability) - 1) + self._spare_pods

    def _role(self, name: str) -> Role:
        return self._plan.roles[name]

    def _gpu_bytes(self, name: str) -> int:
        return self._written.gpu_memory_bytes.get(name, 0)

    @property
    def _replicas(self) -> int:
        return self._workload.replicas or self._written.replicas

    def _left(self, pods: int) -> int:
        return Spare(self._workload.availability, self._replicas).left(pods)


def chosen_segment_bytes(plan: Plan) -> int | None:
    """The segment size that a plan decided on, or None where every collection has Milvus's default."""
    for planned in plan.collection_plans:
        families = {INDEXES[item["index"]].family for item in planned["resolved_indexes"] if item["index"] in INDEXES}
        default = DISK_SEGMENT_BYTES if "disk" in families else SEGMENT_BYTES
        if planned["segment_bytes"] != default:
            return int(planned["segment_bytes"])
    return None


def _spread(value: Range) -> float:
    """How far the lowest estimate lies below the expected one."""
    return value.expected - value.lowest
