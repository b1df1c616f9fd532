"""The whole comparison: rows, what is out and why, and the curves."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from pulumi_milvus.planning.compare import curves
from pulumi_milvus.planning.compare.curves import CurvePoint, Question
from pulumi_milvus.planning.compare.judge import judge
from pulumi_milvus.planning.compare.recipes import NOT_COMPARED
from pulumi_milvus.planning.compare.row import Excluded, Row
from pulumi_milvus.planning.compare.variants import Variant, variants_of
from pulumi_milvus.planning.hardware.catalogue import Catalogue
from pulumi_milvus.planning.planner import catalogue_of
from pulumi_milvus.planning.workload import Workload

Progress = Callable[[int, int, str], None]
"""Called with how many steps are done, of how many, and which one is next: first the rows, then the curves."""
# Costs that differ by less than this factor are the same: sizes are known less well than that (docs/sizing.md).
SAME: Final = 1.01


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """A workload's trade. ``rows`` cheapest first, those that miss a wish last; ``excluded`` what cannot run.

    The curves hold the plain variants that can run, and the workload as declared; empty where they were not asked.
    """

    workload: Workload
    region: str | None
    prices_as_of: str | None
    rows: tuple[Row, ...]
    excluded: tuple[Excluded, ...]
    over_vectors: tuple[CurvePoint, ...] = ()
    over_months: tuple[CurvePoint, ...] = ()
    over_recall: tuple[CurvePoint, ...] = ()

    @property
    def declared(self) -> Row | None:
        """The workload as it is; None where that cannot run."""
        return next((row for row in self.rows if row.is_declared), None)

    @property
    def best(self) -> Row | None:
        """The cheapest that meets the wishes, or of those whose wishes nobody measured; None where there is none.

        Of those that cost about the same, the measured, then the fastest, then the one whose recall is surest.
        """
        usable = [row for row in self.rows if row.wishes in ("met", "none") and not row.is_declared]
        usable = usable or [row for row in self.rows if row.wishes == "unknown" and not row.is_declared]
        least = min((self._weight(row) for row in usable), default=0.0)
        near = [row for row in usable if self._weight(row) <= least * SAME]
        return min(near, key=lambda row: (*_quality(row), self._weight(row), row.memory_bytes), default=None)

    def _weight(self, row: Row) -> float:
        return row.usd_per_month or 0.0 if self.is_priced else float(row.memory_bytes)

    @property
    def is_priced(self) -> bool:
        """Whether costs can be compared at all: a cluster without prices and Milvus Lite have none."""
        return any(row.usd_per_month for row in self.rows)

    def to_json(self) -> dict[str, Any]:
        """The comparison as plain data: bytes, USD a month, milliseconds."""
        workload = self.workload
        return {
            "vectors": sum(collection.vectors for collection in workload.collections),
            "vectors_at_horizon": workload.vectors_at_horizon,
            "horizon_months": workload.horizon_months,
            "queries_per_second": workload.queries_per_second,
            "recall_target": workload.recall_target,
            "latency_p99_ms": workload.latency_p99_ms,
            "region": self.region,
            "prices_as_of": self.prices_as_of,
            "declared": self.declared.name if self.declared else None,
            "best": self.best.name if self.best else None,
            "rows": [row.to_json() for row in self.rows],
            "excluded": [item.to_json() for item in self.excluded],
            "over_vectors": [point.to_json() for point in self.over_vectors],
            "over_months": [point.to_json() for point in self.over_months],
            "over_recall": [point.to_json() for point in self.over_recall],
        }


def compare(
    workload: Workload,
    catalogue: Catalogue | None = None,
    *,
    with_curves: bool = True,
    progress: Progress | None = None,
) -> Comparison:
    """Every variant of a workload beside the others. Never raises for a workload that was read."""
    nodes = catalogue or catalogue_of(workload)
    tell = progress or _silent
    variants = list(variants_of(workload))
    found: list[tuple[Variant, Row | Excluded]] = []
    for position, variant in enumerate(variants):
        tell(position, len(variants), variant.name)
        found.append((variant, judge(workload, variant, nodes)))
    rows = sorted([row for _, row in found if isinstance(row, Row)], key=_order)
    known = dict(found)
    drawn = [(variant, row.family) for variant, row in found if isinstance(row, Row) and row.is_plain]
    sets: list[list[Question]] = [[], [], []]
    if with_curves:
        makers = (curves.over_vectors, curves.over_months, curves.over_recall)
        sets = [[question for each in drawn for question in maker(workload, *each)] for maker in makers]
    done, total = 0, sum(map(len, sets))
    points: list[tuple[CurvePoint, ...]] = []
    for questions in sets:
        answered = []
        for question in questions:
            tell(done, total, question.variant.name)
            same = question.workload == workload
            there = known[question.variant] if same else judge(question.workload, question.variant, nodes)
            answered.append(question.answer(there))
            done += 1
        points.append(tuple(answered))
    return Comparison(
        workload=workload,
        region=nodes.region,
        prices_as_of=nodes.prices_as_of,
        rows=tuple(rows),
        excluded=_without_repetition([(variant, item) for variant, item in found if isinstance(item, Excluded)]),
        over_vectors=points[0],
        over_months=points[1],
        over_recall=points[2],
    )


def _silent(done: int, total: int, name: str) -> None:
    del done, total, name


def _order(row: Row) -> tuple[bool, float, int, bool, str]:
    usd = row.usd_per_month
    return row.wishes == "missed", usd if usd is not None else 0.0, row.memory_bytes, not row.is_declared, row.name


def _quality(row: Row) -> tuple[bool, float, float]:
    p99_ms = math.inf if row.p99_ms is None else row.p99_ms.expected
    return not row.measured, p99_ms, -(row.recall.lowest if row.recall else 0.0)


def _without_repetition(found: list[tuple[Variant, Excluded]]) -> tuple[Excluded, ...]:
    """Where an index cannot run at all, its mmap and replicas say nothing more."""
    impossible = {variant.recipe for variant, _ in found if variant.is_plain}
    kept = [item for variant, item in found if variant.is_plain or variant.recipe not in impossible]
    others = (Excluded(name=name, index=name, because=why, fix=fix) for name, (why, fix) in NOT_COMPARED.items())
    return (*kept, *others)
