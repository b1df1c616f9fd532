"""A plan beside the official sizing tool's answer to the same workload, each difference explained.

Where a figure is a sum on both sides, the parts of the difference are given and add up to it.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from pulumi_milvus.planning import official_words as words
from pulumi_milvus.planning.capacity.query_nodes import Spare
from pulumi_milvus.planning.deployment.demand import Demand, demand_of
from pulumi_milvus.planning.estimates import server_memory
from pulumi_milvus.planning.indexes import INDEXES
from pulumi_milvus.planning.official.numbers import GIB
from pulumi_milvus.planning.official_totals import OfficialTotals, official_totals
from pulumi_milvus.planning.plan import Plan
from pulumi_milvus.planning.written_capacity import chosen_segment_bytes

ROLES: Final = ("proxy", "mix_coord", "query_node", "data_node", "streaming_node", "standalone")
_OF_A_ROLE: Final = ("pods", "memory of one", "cores of one")


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a difference, in the figure's unit: positive where ours is more."""

    name: str
    value: float
    because: str


@dataclass(frozen=True, slots=True)
class Compared:
    """A figure on both sides, None where a side does not have it, and why they differ. ``parts`` add up."""

    figure: str
    unit: str
    official: float | None
    ours: float | None
    because: str
    parts: tuple[Part, ...] = ()

    @property
    def difference(self) -> float | None:
        """Ours less the tool's."""
        return None if self.official is None or self.ours is None else self.ours - self.official

    def to_json(self) -> dict[str, Any]:
        """The figure as plain data; bytes and pods are whole numbers."""
        ratio = round(self.ours / self.official, 3) if self.official and self.ours is not None else None
        return {
            "figure": self.figure,
            "unit": self.unit,
            "official": _plain(self.official),
            "ours": _plain(self.ours),
            "difference": _plain(self.difference),
            "ratio": ratio,
            "because": self.because,
            "parts": [{"name": part.name, "value": _plain(part.value), "because": part.because} for part in self.parts],
        }


@dataclass(frozen=True, slots=True)
class OfficialComparison:
    """All figures, how the tool was asked, and what it does not know."""

    figures: tuple[Compared, ...]
    notes: tuple[str, ...]
    unknown: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """The comparison as plain data."""
        return {
            "source": words.SOURCE,
            "notes": list(self.notes),
            "unknown": list(self.unknown),
            "figures": [figure.to_json() for figure in self.figures],
        }


def compare_with_official(plan: Plan) -> OfficialComparison:
    """The plan's figures beside the tool's, at the horizon: the tool does not ask for growth."""
    workload = plan.workload
    if any(INDEXES[field.index].name == "FAISS" for collection in workload.collections for field in collection.fields):
        return OfficialComparison((), (), ("FAISS: what its factory string makes is not sized",))
    demand = demand_of(workload, plan.hardware, workload.horizon_months, chosen_segment_bytes(plan), search=False)
    totals = official_totals(demand.sizes, plan.topology)
    if totals is None:
        what = sorted({field.index.name for size in demand.sizes for field in size.fields})
        return OfficialComparison((), (), tuple(words.UNKNOWN.format(what=name) for name in what))
    return OfficialComparison(
        figures=tuple(_figures(plan, demand, totals)),
        notes=tuple(words.notes(workload, totals, plan.topology)),
        unknown=tuple(words.UNKNOWN.format(what=f"{path} ({what})") for path, what in totals.unknown.items()),
    )


def _figures(plan: Plan, demand: Demand, totals: OfficialTotals) -> Iterator[Compared]:
    yield Compared("raw data", "bytes", totals.raw_data_bytes, demand.raw_bytes, words.raw(totals))
    if plan.topology == "lite":
        memory = plan.roles["lite"].memory_bytes
        yield Compared("memory in all", "bytes", _memory_bytes(totals), memory, words.LITE)
        return
    loaded = Compared(
        "loaded data, one copy",
        "bytes",
        totals.loading_memory_bytes,
        demand.data.resident_bytes,
        words.LOADED,
        tuple(_loaded_parts(demand, totals)),
    )
    yield loaded
    if totals.local_disk_bytes or demand.data.disk_bytes:
        disk_bytes = demand.data.disk_bytes
        yield Compared("local disk of all query nodes", "bytes", totals.local_disk_bytes, disk_bytes, words.DISK)
    if not plan.roles:
        return
    yield _holding(plan, totals, loaded)
    yield from _roles(plan, totals)
    memory = sum([role.pods * role.memory_bytes for role in plan.roles.values()])
    cores = sum([role.pods * role.cpu_cores for role in plan.roles.values()])
    yield Compared("memory of Milvus in all", "bytes", _memory_bytes(totals), memory, words.SUM)
    official_cores = sum([pods.cpu_cores for pods in totals.pods.values()])
    yield Compared("cores of Milvus in all", "cores", official_cores, cores, words.SUM)
    yield from _stores(plan, totals)


def _loaded_parts(demand: Demand, totals: OfficialTotals) -> Iterator[Part]:
    rows_bytes = demand.rows * server_memory.ROW_BYTES
    scalars = sum([size.scalar_bytes for size in demand.sizes if not size.collection.mmap])
    indexes = demand.data.resident_bytes - rows_bytes - scalars
    factor = totals.loading_memory_bytes - totals.scalar_bytes - totals.index_bytes - totals.held_bytes
    yield Part("the indexes themselves", indexes - totals.index_bytes, words.indexes(totals, demand.sizes))
    yield Part("rows", rows_bytes, words.ROWS)
    yield Part("scalar data", scalars - totals.scalar_bytes, words.SCALARS)
    yield Part("the tool's 15 %", -factor, words.FACTOR)
    yield Part("the tool's two segments", -totals.held_bytes, words.HELD)


def _holding(plan: Plan, totals: OfficialTotals, loaded: Compared) -> Compared:
    """Memory of the pods that hold the data."""
    name = "standalone" if plan.topology == "standalone" else "query_node"
    role = plan.roles[name]
    ours, ours_loaded = role.pods * role.memory_bytes, loaded.ours or 0.0
    # A form that refuses standalone for so much data answers with a cluster's pods.
    official_pods = totals.pods.get(name) or totals.pods["standalone" if "standalone" in totals.pods else "query_node"]
    official = official_pods.memory_gib * int(GIB)
    replicas = max([int(planned["replicas"]) for planned in plan.collection_plans], default=1)
    left = Spare(plan.workload.availability, replicas).left(role.pods) if name == "query_node" else 1
    holding = left * replicas * role.memory_bytes
    parts = (
        Part("loaded data, one copy", loaded.difference or 0.0, words.ABOVE),
        Part("further copies", (replicas - 1) * ours_loaded, words.COPIES.format(replicas=replicas)),
        Part("pods beyond those that hold it", ours - holding, words.spare(plan.workload.availability)),
        Part("our room in the pods", holding - replicas * ours_loaded, words.our_room(name)),
        Part("the tool's room", -(official - totals.loading_memory_bytes), words.THEIR_ROOM),
    )
    what = "memory of the standalone pod" if name == "standalone" else "memory of all query nodes"
    return Compared(what, "bytes", official, ours, words.HOLDING, parts)


def _roles(plan: Plan, totals: OfficialTotals) -> Iterator[Compared]:
    workload = plan.workload
    for name in ROLES:
        role, pods = plan.roles.get(name), totals.pods.get(name)
        if role is None and pods is None:
            continue
        label = name.replace("_", " ")
        because = words.role(name, workload)
        ours = (role.pods, role.memory_bytes, role.cpu_cores) if role else (None, None, None)
        official: tuple[float | None, ...] = (None, None, None)
        if pods:
            official = (pods.pod_count, pods.memory_gib_per_pod * int(GIB), pods.cpu_cores_per_pod)
        for what, unit, theirs, own in zip(_OF_A_ROLE, ("pods", "bytes", "cores"), official, ours, strict=True):
            yield Compared(f"{label}, {what}", unit, theirs, own, because[what])


def _stores(plan: Plan, totals: OfficialTotals) -> Iterator[Compared]:
    minio, etcd = totals.dependencies.minio, totals.dependencies.etcd
    official = math.ceil(minio.storage_gib * GIB)
    yield Compared("object store", "bytes", official, plan.object_store_bytes, words.object_store(minio))
    ours = next((item for item in plan.dependencies if item["name"] == "etcd"), None)
    # None where it has no pods of its own: inside a standalone's process, or outside all of it.
    memory = ours["pods"] * ours["memory_bytes"] if ours and "pods" in ours else None
    yield Compared("etcd, memory in all", "bytes", etcd.memory_gib * int(GIB), memory, words.ETCD)
    queue = totals.default_dependencies.pulsar
    if queue is not None:
        pulsar = sum([pods.memory_gib for pods in queue.all()]) * int(GIB)
        yield Compared("message queue, memory in all", "bytes", pulsar, 0, words.QUEUE)


def _memory_bytes(totals: OfficialTotals) -> int:
    return sum([pods.memory_gib for pods in totals.pods.values()]) * int(GIB)


def _plain(value: float | None) -> float | None:
    """A float without a fraction as an int."""
    return int(value) if value is not None and value == int(value) else value
