"""Which deployment a workload gets: the topology that may and can serve it at the least cost."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Final

from pulumi_milvus.planning.capacity.collection_size import FullSegments
from pulumi_milvus.planning.capacity.rounding import GIB
from pulumi_milvus.planning.capacity.search import costliest_search
from pulumi_milvus.planning.capacity.writing import building_cores
from pulumi_milvus.planning.deployment.demand import Demand, demand_of, indexes_of
from pulumi_milvus.planning.deployment.deployment import Deployment, Impossible
from pulumi_milvus.planning.deployment.distributed import distributed_sketch
from pulumi_milvus.planning.deployment.nodes import Kind, worth_trying
from pulumi_milvus.planning.deployment.sketch import Lightest, Sketch
from pulumi_milvus.planning.deployment.standalone import standalone_sketch
from pulumi_milvus.planning.findings import Decision
from pulumi_milvus.planning.hardware.catalogue import Catalogue
from pulumi_milvus.planning.load.wal import SOURCE as WAL_SOURCE
from pulumi_milvus.planning.store_choices import LOCAL_WAL
from pulumi_milvus.planning.workload import Workload

# "Standalone: up to 100 M given enough machine. Distributed: 100 M to tens of billions."
STANDALONE_ROWS: Final = 100_000_000
GUIDANCE: Final = "Milvus 3.0 docs, getstarted/install-overview.md"
# Larger segments make a query visit fewer of them, which is the cheapest way to more queries a second, and hold fewer
# tables that every segment has; they take longer to build and to hand over. 2 to 4 GiB are what the load model's source
# advises for nodes of 16 GiB and more.
LARGER_SEGMENTS: Final = {"memory": (2 * GIB, 4 * GIB), "gpu": (2 * GIB, 4 * GIB), "nvme": (4 * GIB, 8 * GIB)}
# In an object store at 0.023 USD a GiB and month, where all is there twice for a time: less than a cent.
A_CENT_BYTES: Final = GIB // 8

_Maker = Callable[[Demand, Catalogue, Lightest], Sketch | Impossible]
_MAKERS: Final[dict[str, _Maker]] = {"standalone": standalone_sketch, "distributed": distributed_sketch}


@dataclass(frozen=True, slots=True)
class Sketched:
    """A deployment as far as its cost, with the reason for its topology, or what is impossible.

    ``other`` is the topology not chosen.
    """

    sketch: Sketch | None
    decision: Decision
    impossible: tuple[Impossible, ...] = ()
    other: Sketch | None = None


@dataclass(frozen=True, slots=True)
class Chosen:
    """A deployment with the reason for its topology, or what is impossible; ``other`` is the topology not chosen."""

    deployment: Deployment | None
    decision: Decision
    impossible: tuple[Impossible, ...] = ()
    other: Sketch | None = None


class Setting:
    """A workload that is planned on a catalogue, and what was found out of it already.

    ``hardware``: memory, nvme or gpu.
    """

    def __init__(self, workload: Workload, hardware: str, catalogue: Catalogue) -> None:
        self.workload, self.hardware, self.catalogue = workload, hardware, catalogue
        self.lightest = Lightest(lambda group: worth_trying(catalogue, Kind.of(group)))
        self._indexes, self._full_segments = indexes_of(workload, hardware), FullSegments()
        self._sized: dict[tuple[int, int | None], Demand] = {}
        self._demands: dict[tuple[int, int | None], Demand] = {}

    def demand(self, months: int, segment_bytes: int | None = None) -> Demand:
        """The demand after so many months; later than at the horizon with the search only where queries are asked."""
        key = months, segment_bytes
        if key not in self._demands:
            found = self._without_search(months, segment_bytes)
            if self.workload.queries_per_second > 0 or months == self.workload.horizon_months:
                found = replace(found, search=costliest_search(self.workload, found.sizes))
            self._demands[key] = found
        return self._demands[key]

    def _without_search(self, months: int, segment_bytes: int | None) -> Demand:
        key = months, segment_bytes
        if key not in self._sized:
            self._sized[key] = demand_of(
                self.workload,
                self.hardware,
                months,
                segment_bytes,
                search=False,
                indexes=self._indexes,
                full_segments=self._full_segments,
            )
        return self._sized[key]

    def demands(self, months: int) -> Iterator[Demand]:
        """With Milvus's own segment size, and with larger ones where they can cost less.

        Without queries that is where each segment holds something beside its rows, or is trained before it is built.
        Left out there, the first query would make a deployment cheaper.
        """
        usual = self.demand(months)
        yield usual
        for segment_bytes in LARGER_SEGMENTS[self.hardware]:
            if self.workload.queries_per_second or self._may_cost_less(usual, segment_bytes):
                yield self.demand(months, segment_bytes)

    def _may_cost_less(self, usual: Demand, segment_bytes: int) -> bool:
        """Whether building takes fewer cores than in the usual segments, or all data and one segment less room.

        If neither does, no number of pods holds or builds more with larger ones.
        """
        workload = self.workload
        if workload.inserts_per_second or any(size.collection.growth_vectors_per_month for size in usual.sizes):
            larger = self._without_search(usual.months, segment_bytes)
            if building_cores(workload, larger.sizes)[0] < building_cores(workload, usual.sizes)[0]:
                return True
        if all(size.segments <= size.collection.partitions * size.collection.shards for size in usual.sizes):
            return False  # one in each part: a larger one holds the same rows
        larger = self._without_search(usual.months, segment_bytes)
        now, then = usual.data + usual.segment, larger.data + larger.segment
        stored_bytes = sum([size.object_store_bytes for size in usual.sizes])
        return (
            then.resident_bytes < now.resident_bytes
            or then.reserved_bytes < now.reserved_bytes
            or then.disk_bytes < now.disk_bytes
            or then.gpu_bytes < now.gpu_bytes
            or stored_bytes - sum([size.object_store_bytes for size in larger.sizes]) > A_CENT_BYTES
        )


def choose_deployment(setting: Setting) -> Chosen:
    """The deployment for a server topology at the horizon."""
    chosen = choose_sketch(setting, setting.workload.horizon_months)
    if chosen.sketch is None:
        return Chosen(None, chosen.decision, chosen.impossible)
    made = chosen.sketch.finish()
    if isinstance(made, Impossible):
        return Chosen(None, chosen.decision, (*chosen.impossible, made))
    return Chosen(made, chosen.decision, chosen.impossible, chosen.other)


def choose_sketch(setting: Setting, months: int) -> Sketched:
    """The same after ``months`` as far as its cost: what has to be known to compare."""
    workload, catalogue = setting.workload, setting.catalogue
    explicit = workload.topology if workload.topology in _MAKERS else None
    if explicit:
        decision = Decision("topology", explicit, f"the workload says topology: {explicit}", "declared")
        return _only(_cheapest(setting, months, _MAKERS[explicit]), decision)
    standing = _one_topology(workload)
    if standing is not None:
        return _only(_cheapest(setting, months, _MAKERS[standing.choice]), standing)
    reason = _why_not_standalone(workload, setting.demand(months).rows)
    if reason is not None:
        decision = Decision("topology", "distributed", *reason)
        return _only(_cheapest(setting, months, distributed_sketch), decision)
    one = _cheapest(setting, months, standalone_sketch)
    many = _cheapest(setting, months, distributed_sketch)
    if isinstance(one, Impossible):
        because = f"no single node holds it: {one.reason}"
        return _only(many, Decision("topology", "distributed", because, catalogue.source), one)
    if isinstance(many, Impossible) or one.weight <= many.weight:
        dearer = "" if isinstance(many, Impossible) else f"; distributed would cost {_cost(many)}"
        because = f"no redundancy is asked, and one pod on a {one.node} holds everything for {_cost(one)}{dearer}"
        decision = Decision("topology", "standalone", because, GUIDANCE)
        return Sketched(one, decision, other=None if isinstance(many, Impossible) else many)
    because = f"no redundancy is asked, but one pod would cost {_cost(one)} ({one.node}), and this {_cost(many)}"
    return Sketched(many, Decision("topology", "distributed", because, catalogue.source), other=one)


def _one_topology(workload: Workload) -> Decision | None:
    """The topology that what was chosen beside Milvus leaves; None where both are left."""
    if workload.object_store == "local":
        return Decision("topology", "standalone", "object_store is local, the volume of one standalone pod", GUIDANCE)
    if workload.resolved_wal == LOCAL_WAL:
        return Decision("topology", "standalone", f"wal is {LOCAL_WAL}, on the file system of one pod", WAL_SOURCE)
    if workload.resolved_wal == "woodpecker-service" and workload.availability == "none":
        because = "wal is woodpecker-service, which does not go with a standalone"
        return Decision("topology", "distributed", because, WAL_SOURCE)
    return None


def _cheapest(setting: Setting, months: int, maker: _Maker) -> Sketch | Impossible:
    """The cheapest over segment sizes; the smallest size where it makes no difference."""
    found = [maker(demand, setting.catalogue, setting.lightest) for demand in setting.demands(months)]
    sketches = [one for one in found if isinstance(one, Sketch)]
    return min(sketches, key=lambda sketch: sketch.weight) if sketches else found[0]


def _only(found: Sketch | Impossible, decision: Decision, *impossible: Impossible) -> Sketched:
    if isinstance(found, Impossible):
        return Sketched(None, decision, (*impossible, found))
    return Sketched(found, decision, impossible)


def why_not_standalone(workload: Workload) -> tuple[str, str] | None:
    """What is asked that one pod cannot give, whatever its size; None where nothing is."""
    if workload.availability != "none":
        because = f"availability is {workload.availability}, and only several pods of each role survive the loss of one"
        return because, GUIDANCE
    if workload.replicas is not None and workload.replicas > 1:
        because = f"replicas is {workload.replicas}, and each needs query nodes of its own"
        return because, "Milvus 3.0 docs, reference/replica.md"
    return None


def _why_not_standalone(workload: Workload, rows: int) -> tuple[str, str] | None:
    if rows > STANDALONE_ROWS:
        because = f"{rows:,} vectors at the horizon are more than the {STANDALONE_ROWS:,} that one pod is advised for"
        return why_not_standalone(workload) or (because, GUIDANCE)
    return why_not_standalone(workload)


def _cost(sketch: Sketch) -> str:
    if sketch.usd_per_month is None:
        return f"{sketch.weight / GIB:,.0f} GiB of nodes"
    return f"{sketch.usd_per_month:,.0f} USD a month"
