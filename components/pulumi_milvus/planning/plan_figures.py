"""Every figure of a plan that can be asked why: the planner's own sums, the bill, and every decision."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from pulumi_milvus.planning.capacity.terms import Figure, Term, bytes_term
from pulumi_milvus.planning.lite_figures import lite_figures
from pulumi_milvus.planning.plan import Plan

# Terms are floats, and money is rounded to cents item by item.
_CENT: Final = 0.01


@dataclass(frozen=True, slots=True)
class Explanation:
    """One figure or choice of a plan with all that stands behind it.

    ``choice``, ``because`` and ``source`` are those of a decision on the same path, empty where there is none.
    """

    path: str
    figure: Figure | None
    choice: str = ""
    because: str = ""
    source: str = ""

    @property
    def sum(self) -> float | None:
        """The terms added up; None where they are not all in the figure's unit: then each follows from those before."""
        if self.figure is None or not self.figure.terms:
            return None
        if any(term.unit != self.figure.unit for term in self.figure.terms):
            return None
        return math.fsum(term.value for term in self.figure.terms)

    def to_json(self) -> dict[str, Any]:
        """The explanation as plain data; what is not there is null."""
        figure = self.figure
        terms = figure.terms if figure else ()
        return {
            "path": self.path,
            "value": figure.value if figure else None,
            "unit": figure.unit if figure else None,
            "terms": [
                {"name": term.name, "value": term.value, "unit": term.unit, "source": term.source} for term in terms
            ],
            "sum": self.sum,
            "because": figure.because if figure else None,
            "decision": {"choice": self.choice, "because": self.because, "source": self.source}
            if self.choice
            else None,
        }


def explanations_of(plan: Plan) -> Mapping[str, Explanation]:
    """Path -> explanation: figures first, in the plan's order, then decisions that have no figure."""
    figures = dict(_figures(plan))
    decisions = {decision.what: decision for decision in plan.decisions}
    found = {}
    for path in dict.fromkeys([*figures, *decisions]):
        decision = decisions.get(path)
        words = (decision.choice, decision.because, decision.source) if decision else ("", "", "")
        found[path] = Explanation(path, figures.get(path), *words)
    return found


def _figures(plan: Plan) -> Iterator[tuple[str, Figure]]:
    known = dict(plan.figures)
    if plan.topology == "lite" and not known:
        known = lite_figures(plan.workload)
    for name, role in plan.roles.items():
        for key in ("pods", "cpu_cores", "memory_bytes", "local_disk_bytes"):
            path = f"roles.{name}.{key}"
            if path in known:
                yield path, known.pop(path)
        if role.loaded_bytes_per_pod is not None and f"roles.{name}.loaded_bytes_per_pod" in known:
            path = f"roles.{name}.loaded_bytes_per_pod"
            yield path, known.pop(path)
    for pool in plan.node_pools:
        if pool["usd_per_month"] is not None:
            yield f"node_pools.{pool['name']}.usd_per_month", _pool(pool, plan)
    yield from known.items()
    if plan.collection_plans:
        yield from _collections(plan)
    if plan.cost.usd_per_month is not None:
        yield "cost.usd_per_month", _bill(plan)
        if plan.cost.cheapest_usd_per_month is not None:
            yield "cost.cheapest_usd_per_month", _cheapest(plan)


def _pool(pool: Mapping[str, Any], plan: Plan) -> Figure:
    usd, nodes = pool["usd_per_month"], pool["nodes"]
    source = f"on demand, {plan.cost.region}, {plan.cost.prices_as_of}" if plan.cost.region else "declared node_shapes"
    each = f"{usd / nodes:,.2f} each, 730 hours a month"
    term = Term(f"{nodes} x {pool['instance_type']}, {each}", usd, "USD a month", source)
    return Figure(usd, "USD a month", (term,), f"{nodes} nodes; while pods are replaced up to {pool['max_nodes']}")


def _collections(plan: Plan) -> Iterator[tuple[str, Figure]]:
    """What all collections take together, one copy of it."""
    for key, what in (
        ("loaded_bytes", "one copy in memory, on all query nodes together"),
        ("local_disk_bytes", "one copy on local disk, on all query nodes together"),
        ("gpu_bytes", "one copy on GPUs, together"),
    ):
        terms = tuple(
            bytes_term(collection.name, planned[key], f"{planned['segments']:,} segments, docs/sizing.md")
            for collection, planned in zip(plan.collections, plan.collection_plans, strict=False)
        )
        total = sum([term.value for term in terms])
        if total:
            yield f"collections.{key}", Figure(total, "bytes", terms, f"{what}, at the horizon")


def _bill(plan: Plan) -> Figure:
    cost = plan.cost
    terms = [
        Term(
            f"{item['name']}, {item['quantity']:,.6g} {item['unit']}",
            item["usd_per_month"],
            "USD a month",
            _source(item),
        )
        for item in cost.items
        if item["usd_per_month"] is not None
    ]
    total = cost.usd_per_month or 0.0
    rounding = total - sum([term.value for term in terms])
    if terms and abs(rounding) > _CENT / 2:
        terms.append(Term("rounding of the items to cents", round(rounding, 2), "USD a month", "the bill"))
    left_out = f"not in it: {', '.join(cost.unpriced)}" if cost.unpriced else "everything is priced"
    return Figure(total, "USD a month", tuple(terms), left_out)


def _source(item: Mapping[str, Any]) -> str:
    """Where a price comes from, with its day."""
    source, day = str(item["source"]), item.get("as_of")
    return source if day is None or str(day) in source else f"{source}, {day}"


def _cheapest(plan: Plan) -> Figure:
    total, cheapest = plan.cost.usd_per_month or 0.0, plan.cost.cheapest_usd_per_month or 0.0
    terms = (
        Term("what the plan costs", total, "USD a month", "cost.usd_per_month"),
        Term("what fewer, larger or spare nodes cost more", cheapest - total, "USD a month", "alternatives"),
    )
    return Figure(cheapest, "USD a month", terms, "the cheapest nodes that satisfy every rule")
