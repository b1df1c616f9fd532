"""What the pods of a written plan hold, part by part, beside what a workload needs after some months."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from pulumi_milvus.planning.capacity import writing
from pulumi_milvus.planning.capacity.collection_size import DISK_SEGMENT_BYTES, SEGMENT_BYTES
from pulumi_milvus.planning.capacity.copies import left_of, with_spare
from pulumi_milvus.planning.capacity.front import coordinators, proxies
from pulumi_milvus.planning.capacity.query_nodes import GPU_CONTEXT_BYTES, PodSize, fewest_holding
from pulumi_milvus.planning.capacity.query_pool import MOST_PODS, QueryNode, query_choice
from pulumi_milvus.planning.capacity.standalone import standalone_need
from pulumi_milvus.planning.capacity.writing import RoleNeed
from pulumi_milvus.planning.deployment.choose import STANDALONE_ROWS
from pulumi_milvus.planning.deployment.demand import Demand, demand_of
from pulumi_milvus.planning.deployment.distributed import query_demand
from pulumi_milvus.planning.estimates import server_memory
from pulumi_milvus.planning.hardware.catalogue import InstanceType
from pulumi_milvus.planning.indexes import INDEXES
from pulumi_milvus.planning.load.ranges import Range
from pulumi_milvus.planning.plan import Plan, Role
from pulumi_milvus.planning.workload import Workload
from pulumi_milvus.planning.written_plan import WrittenPlan
from pulumi_milvus.rules.facts import PlannedPart

# A plan has whole cores, and the sums behind them are floats.
_ROUNDING: Final = 1e-9


class Capacity:
    """A written plan's pods, and the needs of the workload that is declared now."""

    def __init__(self, written: WrittenPlan, workload: Workload) -> None:
        self._written, self._workload, self._plan = written, workload, written.plan
        self._segment_bytes = chosen_segment_bytes(written.plan)

    def parts(self) -> Iterator[PlannedPart]:
        """Every part with the vectors of today and the declared load."""
        demand = demand_of(self._workload, self._plan.hardware, 0, self._segment_bytes)
        yield from self._data(demand)
        yield from self._load(demand)

    def data_parts(self) -> Iterator[PlannedPart]:
        """The parts that what is stored today asks for, not queries and inserts."""
        yield from self._data(demand_of(self._workload, self._plan.hardware, 0, self._segment_bytes, search=False))

    def holds_after(self, months: int) -> bool:
        """Whether the data hold after so many months of growth; queries and inserts are as declared, not growing."""
        demand = demand_of(self._workload, self._plan.hardware, months, self._segment_bytes, search=False)
        for part in self._data(demand):
            least = part.needed if part.needed_at_least is None else part.needed_at_least
            if least is None or least > part.planned:
                return False
        return True

    def _data(self, demand: Demand) -> Iterator[PlannedPart]:
        if self._plan.topology == "standalone":
            yield from self._standalone_data(demand)
            return
        yield self._query_data(demand)
        yield self._streaming_memory(demand)
        need = writing.data_nodes(self._workload, demand.sizes)
        context = GPU_CONTEXT_BYTES if need.gpu_memory_bytes else 0
        yield from self._pod("data_node", need, "to build the largest segment's index", context)

    def _standalone_data(self, demand: Demand) -> Iterator[PlannedPart]:
        if self._workload.topology is None:
            what, limit = "vectors that one pod is advised for", STANDALONE_ROWS
            yield PlannedPart("topology", what, "vectors", limit, demand.rows, min(limit, demand.rows))
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
            there, gpu_bytes = self._gpu_bytes(name), need.gpu_memory_bytes + gpu_context_bytes
            yield PlannedPart(f"{path}.gpus", f"GPU memory {what}", "bytes", there, gpu_bytes)

    def _query_data(self, demand: Demand) -> PlannedPart:
        """The pods that hold the data, also with what may be lost gone; and as many copies as the plan has."""
        role, lost = self._role("query_node"), self._workload.availability
        asked = replace(query_demand(demand), cores=0.0, reads_per_second=0.0)
        choice = query_choice(asked, self._query_node(role))
        size = PodSize(role.memory_bytes, _disk_bytes(role), self._gpu_bytes("query_node"))
        holding = fewest_holding(demand.data, demand.segment, size)
        needed = None
        if choice is not None and holding is not None:
            # Where the workload leaves the copies open, the plan has decided them.
            needed = max(choice.pods, holding * (self._workload.replicas or self._written.replicas))
        what = "query nodes that hold the data" + ("" if lost == "none" else f", with a {lost} gone too")
        return PlannedPart("roles.query_node.pods", what, "pods", role.pods, needed)

    def _streaming_memory(self, demand: Demand) -> PlannedPart:
        role = self._role("streaming_node")
        left = max(1, self._left("streaming_node"))
        growing, _ = writing.growing_bytes(self._workload, demand.sizes)
        own = writing.PROCESS_BYTES + server_memory.INSERT_BUFFER_BYTES
        needed = (own + growing / left) / writing.THROTTLE_SHARE
        what = "memory for the rows that grow on one streaming node"
        return PlannedPart("roles.streaming_node.memory_bytes", what, "bytes", role.memory_bytes, needed)

    def _load(self, demand: Demand) -> Iterator[PlannedPart]:
        """Queries, inserts and what must survive: pods and cores."""
        workload, load = self._workload, demand.search.load if demand.search else None
        if self._plan.topology == "standalone":
            need = standalone_need(workload, demand.sizes, demand.data, demand.segment, demand.search)
            uncertain = _spread(load.cores) if load else 0.0
            yield self._cores("standalone", need, "searching, inserting and building", 1, uncertain)
            return
        asked = load if workload.queries_per_second else None
        if asked is not None:
            yield self._query_load(demand)
        uncertain = _spread(asked.proxy_cores) if asked is not None else 0.0
        front = proxies(workload, demand.search if asked is not None else None)
        yield self._cores("proxy", front, "passing queries and rows on", self._left("proxy"), uncertain)
        streaming = writing.streaming_nodes(workload, demand.sizes)
        yield self._cores("streaming_node", streaming, "inserting", self._left("streaming_node"))
        building, _ = writing.building_cores(workload, demand.sizes)
        there = self._left("data_node") * self._role("data_node").cpu_cores
        what = "cores for building indexes"
        yield PlannedPart("roles.data_node.cpu_cores", what, "cores", there, building * (1 - _ROUNDING))
        fewest = with_spare(writing.fewest_left(workload.availability), workload.availability)
        needed = dict.fromkeys(("proxy", "data_node", "streaming_node"), fewest)
        for name, pods in (needed | {"mix_coord": coordinators(workload).pods}).items():
            what = f"{name.replace('_', ' ')} pods for availability {workload.availability}"
            yield PlannedPart(f"roles.{name}.pods", what, "pods", self._role(name).pods, pods)

    def _query_load(self, demand: Demand) -> PlannedPart:
        """The pods that answer the queries, by the expected and by the lowest estimate of the load model."""
        role, asked = self._role("query_node"), query_demand(demand)
        assert demand.search is not None
        load, node = demand.search.load, self._query_node(role)
        reads = load.reads.reads_per_second.lowest if load.reads else 0.0
        lowest = replace(asked, cores=load.query_node_cores.lowest, reads_per_second=reads)
        expected, least = query_choice(asked, node), query_choice(lowest, node)
        what = f"query nodes that answer {self._workload.queries_per_second:,g} queries a second"
        needed = None if expected is None else expected.pods
        at_least = None if least is None else least.pods
        return PlannedPart("roles.query_node.cpu_cores", what, "pods", role.pods, needed, at_least)

    def _query_node(self, role: Role) -> QueryNode:
        """A node with the plan's pods: what they were given, not what today's catalogue would give."""
        kind = self._written.node_of("query_node")
        pool = next((pool for pool in self._plan.node_pools if pool["name"] == role.node_pool), {})
        node = InstanceType(
            name="planned",
            architecture="",
            vcpus=role.cpu_cores,
            memory_bytes=role.memory_bytes,
            allocatable_cpu_millicores=1000 * role.cpu_cores,
            allocatable_memory_bytes=role.memory_bytes,
            local_nvme_read_iops=kind.local_nvme_read_iops,
            gpu_memory_bytes_each=kind.gpu_memory_bytes_each,
            max_nodes=MOST_PODS,
        )
        on_one = (pool.get("pods_per_node") or {}).get("query_node", 1)
        return QueryNode(
            node=node,
            pods_per_node=on_one if isinstance(on_one, int) and on_one > 0 else 1,
            cpu_cores=max(1, role.cpu_cores),
            memory_bytes=role.memory_bytes,
            disk_bytes=_disk_bytes(role),
            weight=1.0,
            volume_weight=0.0,
        )

    def _cores(self, name: str, need: RoleNeed, what: str, left: int, uncertain: float = 0.0) -> PlannedPart:
        """Cores of the pods that are left; a need's terms are for one of the pods left of its own number."""
        total = sum([term.value for term in need.cpu.terms]) * max(1, left_of(need.pods, self._workload.availability))
        needed, at_least = total * (1 - _ROUNDING), max(0.0, total - uncertain) * (1 - _ROUNDING)
        there = max(0, left) * self._role(name).cpu_cores
        return PlannedPart(f"roles.{name}.cpu_cores", f"cores for {what}", "cores", there, needed, at_least)

    def _role(self, name: str) -> Role:
        return self._plan.roles[name]

    def _left(self, name: str) -> int:
        """Pods of a role that are left at the worst moment."""
        return left_of(self._role(name).pods, self._workload.availability)

    def _gpu_bytes(self, name: str) -> int:
        return self._written.node_of(name).gpu_memory_bytes_each if self._role(name).gpus else 0


def chosen_segment_bytes(plan: Plan) -> int | None:
    """The segment size that a plan decided on, or None where every collection has Milvus's default."""
    for planned in plan.collection_plans:
        families = {INDEXES[item["index"]].family for item in planned["resolved_indexes"] if item["index"] in INDEXES}
        default = DISK_SEGMENT_BYTES if "disk" in families else SEGMENT_BYTES
        if planned["segment_bytes"] != default:
            return int(planned["segment_bytes"])
    return None


def _disk_bytes(role: Role) -> int:
    """The local disk of a pod, with what a sum of floats may be off: it was made to measure."""
    return role.local_disk_bytes and math.ceil(role.local_disk_bytes * (1 + _ROUNDING)) + 1


def _spread(value: Range) -> float:
    """How far the lowest estimate lies below the expected one."""
    return value.expected - value.lowest
