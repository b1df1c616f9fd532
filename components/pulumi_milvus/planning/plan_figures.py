"""Every figure of a plan that can be asked why: the planner's own sums, the bill, and every decision."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from pulumi_milvus.planning.capacity.terms import Figure, Term, bytes_term
from pulumi_milvus.planning.deployment.demand import Demand, demand_of
from pulumi_milvus.planning.explanations import collections as of_collections
from pulumi_milvus.planning.explanations.beside import bill_figures, dependency_figures, pool_figures
from pulumi_milvus.planning.explanations.roles import gpus_figure, role_figures
from pulumi_milvus.planning.lite_figures import lite_figures
from pulumi_milvus.planning.plan import Plan
from pulumi_milvus.planning.written_capacity import chosen_segment_bytes

# What terms may be off by: they are floats, bytes are planned in whole ones, and money is rounded to cents.
_OFF_BY: Final = {"bytes": 1.0, "USD a month": 0.006}
_KEYS: Final = (
    "pods", "cpu_cores", "memory_bytes", "local_disk_bytes", "gpus", "loaded_bytes_per_pod", "peak_bytes_per_pod",
)  # fmt: skip
_PLACE: Final = re.compile(r"(collections|node_pools|dependencies|cost\.items)\[(\d{1,9})\]\.(.+)")


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
    def terms(self) -> tuple[Term, ...]:
        """The terms, and what is planned beyond their sum (or below it), so that all of them add up to the figure."""
        figure = self.figure
        if figure is None or not figure.terms:
            return ()
        more = figure.value - math.fsum([term.value for term in figure.terms])
        if abs(more) <= _OFF_BY.get(figure.unit, 1e-9):
            return figure.terms
        name = "what is planned beyond that" if more > 0 else "what is planned below that"
        return (*figure.terms, Term(name, more, figure.unit, figure.because))

    @property
    def sum(self) -> float | None:
        """The terms added up: the figure; None where it needs no terms."""
        return math.fsum([term.value for term in self.terms]) if self.terms else None

    def to_json(self) -> dict[str, Any]:
        """The explanation as plain data; what is not there is null."""
        figure = self.figure
        return {
            "path": self.path,
            "value": figure.value if figure else None,
            "unit": figure.unit if figure else None,
            "steps": [_term(term) for term in figure.steps] if figure else [],
            "terms": [_term(term) for term in self.terms],
            "sum": self.sum,
            "because": figure.because if figure else None,
            "decision": {"choice": self.choice, "because": self.because, "source": self.source}
            if self.choice
            else None,
        }


def _term(term: Term) -> dict[str, Any]:
    return {"name": term.name, "value": term.value, "unit": term.unit, "source": term.source}


class Explanations(Mapping[str, Explanation]):
    """Path -> explanation: figures first, in the plan's order, then decisions that have no figure.

    A place in a list is understood as the name that stands there: ``collections[0].loaded_bytes``.
    """

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._decisions = {decision.what: decision for decision in plan.decisions}
        self._figures: dict[str, Figure | Callable[[], Figure]] = dict(_figures(plan))
        self._paths = dict.fromkeys([*self._figures, *self._decisions])

    def __getitem__(self, path: str) -> Explanation:
        known = path if path in self._paths else self._named(path)
        if known not in self._paths:
            raise KeyError(path)
        decision, figure = self._decisions.get(known), self._figures.get(known)
        words = (decision.choice, decision.because, decision.source) if decision else ("", "", "")
        return Explanation(known, figure() if callable(figure) else figure, *words)

    def __iter__(self) -> Iterator[str]:
        return iter(self._paths)

    def __len__(self) -> int:
        return len(self._paths)

    def _named(self, path: str) -> str:
        found = _PLACE.fullmatch(path)
        if found is None:
            return path
        part, place, key = found[1], int(found[2]), found[3]
        names: dict[str, list[str]] = {
            "collections": [collection.name for collection in self._plan.collections],
            "node_pools": [pool["name"] for pool in self._plan.node_pools],
            "dependencies": [str(item["name"]) for item in self._plan.dependencies],
            "cost.items": [item["name"] for item in self._plan.cost.items],
        }
        return f"{part}.{names[part][place]}.{key}" if place < len(names[part]) else path


def explanations_of(plan: Plan) -> Explanations:
    """Everything that a plan can explain. What nobody looks at is not computed."""
    return Explanations(plan)


def _figures(plan: Plan) -> Iterator[tuple[str, Figure | Callable[[], Figure]]]:
    known = dict(plan.figures)
    demand = None
    if plan.topology == "lite" and not known:
        known = lite_figures(plan.workload)
        known |= {f"roles.{name}.gpus": gpus_figure(role, plan.hardware) for name, role in plan.roles.items()}
        nothing = Figure(0, "bytes", (), "Milvus Lite keeps everything in its file: roles.lite.local_disk_bytes")
        known["object_store_bytes"] = nothing
    elif known and plan.roles and plan.collection_plans:  # a plan that was read from a file has no sums
        segment_bytes = chosen_segment_bytes(plan)
        demand = demand_of(plan.workload, plan.hardware, plan.workload.horizon_months, segment_bytes, search=False)
        known |= dict(role_figures(plan, demand))
    for name in plan.roles:
        for key in _KEYS:
            path = f"roles.{name}.{key}"
            if path in known:
                yield path, known.pop(path)
    yield from pool_figures(plan)
    yield from known.items()
    yield from dependency_figures(plan)
    yield from bill_figures(plan)
    yield from _collections(plan, demand)


def _collections(plan: Plan, demand: Demand | None) -> Iterator[tuple[str, Figure | Callable[[], Figure]]]:
    """What all collections take together, one copy of it, and what each takes."""
    for key, what in (
        ("loaded_bytes", "one copy in memory, on all query nodes together"),
        ("local_disk_bytes", "one copy on local disk, on all query nodes together"),
        ("gpu_bytes", "one copy on GPUs, together"),
    ):
        terms = tuple(
            bytes_term(collection.name, planned[key], f"collections.{collection.name}.{key}")
            for collection, planned in zip(plan.collections, plan.collection_plans, strict=False)
        )
        total = sum([term.value for term in terms])
        if total:
            yield f"collections.{key}", Figure(total, "bytes", terms, f"{what}, at the horizon")
    months = plan.workload.horizon_months
    for place, collection in enumerate(plan.collections):
        path = f"collections.{collection.name}"
        yield f"{path}.vectors_at_horizon", lambda it=collection: of_collections.vectors_figure(it, months)  # type: ignore[misc]
        if demand is None:
            continue
        size, planned = demand.sizes[place], plan.collection_plans[place]
        for key in of_collections.KEYS[1:]:
            yield (
                f"{path}.{key}",
                lambda key=key, size=size, planned=planned: of_collections.collection_figure(  # type: ignore[misc]
                    key, size, planned
                ),
            )
