"""Which deployment a workload gets: the topology that may and can serve it at the least cost."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from pulumi_milvus.planning.capacity.rounding import GIB
from pulumi_milvus.planning.deployment.demand import Demand, demand_of
from pulumi_milvus.planning.deployment.deployment import Deployment, Impossible
from pulumi_milvus.planning.deployment.distributed import distributed_sketch
from pulumi_milvus.planning.deployment.nodes import Kind, worth_trying
from pulumi_milvus.planning.deployment.sketch import Lightest, Sketch
from pulumi_milvus.planning.deployment.standalone import standalone_sketch
from pulumi_milvus.planning.findings import Decision
from pulumi_milvus.planning.hardware.catalogue import Catalogue
from pulumi_milvus.planning.workload import Workload

# "Standalone: up to 100 M given enough machine. Distributed: 100 M to tens of billions."
STANDALONE_ROWS: Final = 100_000_000
GUIDANCE: Final = "Milvus 3.0 docs, getstarted/install-overview.md"
# Larger segments make a query visit fewer of them, which is the cheapest way to more queries a second; they take longer
# to build and to hand over. 2 to 4 GiB are what the load model's source advises for nodes of 16 GiB and more.
LARGER_SEGMENTS: Final = {"memory": (2 * GIB, 4 * GIB), "gpu": (2 * GIB, 4 * GIB), "nvme": (4 * GIB, 8 * GIB)}

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


def choose_deployment(
    workload: Workload, hardware: str, catalogue: Catalogue, lightest: Lightest | None = None
) -> Chosen:
    """The deployment for a server topology at the horizon."""
    chosen = choose_sketch(workload, hardware, catalogue, None, lightest)
    if chosen.sketch is None:
        return Chosen(None, chosen.decision, chosen.impossible)
    made = chosen.sketch.finish()
    if isinstance(made, Impossible):
        return Chosen(None, chosen.decision, (*chosen.impossible, made))
    return Chosen(made, chosen.decision, chosen.impossible, chosen.other)


def lightest_on(catalogue: Catalogue) -> Lightest:
    """What remembers the least that groups of pods cost on a catalogue, from one sketch to the next."""
    return Lightest(lambda group: worth_trying(catalogue, Kind.of(group)))


def choose_sketch(
    workload: Workload,
    hardware: str,
    catalogue: Catalogue,
    months: int | None = None,
    lightest: Lightest | None = None,
) -> Sketched:
    """The same after ``months`` (None: at the horizon) as far as its cost: what has to be known to compare."""
    when = workload.horizon_months if months is None else months
    demands, lightest = _Demands(workload, hardware, when), lightest or lightest_on(catalogue)
    explicit = workload.topology if workload.topology in _MAKERS else None
    if explicit:
        decision = Decision("topology", explicit, f"the workload says topology: {explicit}", "declared")
        return _only(_cheapest(demands, catalogue, _MAKERS[explicit], lightest), decision)
    reason = _why_not_standalone(workload, demands.first.rows)
    if reason is not None:
        decision = Decision("topology", "distributed", *reason)
        return _only(_cheapest(demands, catalogue, distributed_sketch, lightest), decision)
    one = _cheapest(demands, catalogue, standalone_sketch, lightest)
    many = _cheapest(demands, catalogue, distributed_sketch, lightest)
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


class _Demands:
    """The demand with Milvus's own segment size, and with larger ones where queries are to be answered."""

    def __init__(self, workload: Workload, hardware: str, months: int) -> None:
        self._workload, self._hardware, self._months = workload, hardware, months
        self._sizes = LARGER_SEGMENTS[hardware] if workload.queries_per_second else ()
        self._larger: list[Demand] | None = None
        self.first = demand_of(workload, hardware, months)

    def larger(self) -> list[Demand]:
        """Those with larger segments, made on first use."""
        if self._larger is None:
            self._larger = [demand_of(self._workload, self._hardware, self._months, size) for size in self._sizes]
        return self._larger


def _cheapest(demands: _Demands, catalogue: Catalogue, maker: _Maker, lightest: Lightest) -> Sketch | Impossible:
    """The cheapest over segment sizes; the smallest size where it makes no difference."""
    best = maker(demands.first, catalogue, lightest)
    for demand in demands.larger():
        found = maker(demand, catalogue, lightest)
        if isinstance(found, Impossible):
            continue
        if isinstance(best, Impossible) or found.weight < best.weight:
            best = found
    return best


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
    return f"{sketch.usd_per_month:,.0f} USD a month" if sketch.usd_per_month is not None else "no price known"
