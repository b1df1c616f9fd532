"""Curves of the comparison: cost and memory over the number of vectors, over months, and over the recall wished."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any, Final

from pulumi_milvus.planning.collection import Collection
from pulumi_milvus.planning.compare.judge import judge
from pulumi_milvus.planning.compare.outlook import USUAL_RECALL, Wishes
from pulumi_milvus.planning.compare.row import Row
from pulumi_milvus.planning.compare.variants import Variant
from pulumi_milvus.planning.hardware.catalogue import Catalogue
from pulumi_milvus.planning.load import Range
from pulumi_milvus.planning.milvus_limits import MAX_VECTORS
from pulumi_milvus.planning.workload import Workload

# Shares of the vectors at the horizon, about evenly spaced for the eye on a logarithmic axis.
SHARES: Final = (1 / 30, 1 / 10, 1 / 3, 1.0, 3.0, 10.0, 30.0)
# At most so many months between today and the horizon, both included.
MOST_MONTHS: Final = 7
# Where the load model's tables have their points: docs/load.md.
RECALLS: Final = (0.90, 0.95, 0.98, 0.99)


@dataclass(frozen=True, slots=True, kw_only=True)
class CurvePoint:
    """A variant at one place of a curve. ``at``: vectors, months from now, or the recall wished.

    ``usd_per_month`` and ``memory_bytes`` are None where it cannot run, ``because`` says why.
    """

    name: str
    family: str
    at: float
    usd_per_month: float | None
    memory_bytes: int | None
    topology: str | None
    recall: Range | None
    wishes: Wishes
    because: str = ""

    def to_json(self) -> dict[str, Any]:
        """The point as plain data."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Question:
    """One point that is to be computed: the workload there, and the variant."""

    at: float
    workload: Workload
    variant: Variant
    family: str

    def answer(self, catalogue: Catalogue | None) -> CurvePoint:
        """The point."""
        found = judge(self.workload, self.variant, catalogue)
        if isinstance(found, Row):
            return CurvePoint(
                name=found.name,
                family=self.family,
                at=self.at,
                usd_per_month=found.usd_per_month,
                memory_bytes=found.memory_bytes,
                topology=found.topology,
                recall=found.recall,
                wishes=found.wishes,
            )
        return CurvePoint(
            name=found.name,
            family=self.family,
            at=self.at,
            usd_per_month=None,
            memory_bytes=None,
            topology=None,
            recall=None,
            wishes="none",
            because=found.because,
        )


def over_vectors(workload: Workload, variant: Variant, family: str) -> Iterator[Question]:
    """From a thirtieth to thirty times the vectors at the horizon, without further growth."""
    seen: set[int] = set()
    for share in SHARES:
        scaled = _settled(workload, workload.horizon_months, share)
        total = scaled.vectors_at_horizon
        if total and total not in seen:
            seen.add(total)
            yield Question(float(total), scaled, variant, family)


def over_months(workload: Workload, variant: Variant, family: str) -> Iterator[Question]:
    """What would be needed in each month, from today to the horizon."""
    horizon = workload.horizon_months
    steps = min(MOST_MONTHS - 1, horizon)
    for month in dict.fromkeys(round(horizon * step / max(1, steps)) for step in range(steps + 1)):
        yield Question(float(month), _settled(workload, month), variant, family)


def over_recall(workload: Workload, variant: Variant, family: str) -> Iterator[Question]:
    """The usual recall targets, and the one that is wished."""
    for recall in sorted({*RECALLS, workload.recall_target or USUAL_RECALL}):
        at = _settled(workload, workload.horizon_months).model_copy(update={"recall_target": recall})
        yield Question(recall, at, variant, family)


def _settled(workload: Workload, months: int, share: float = 1.0) -> Workload:
    """The workload after so many months, as one that grows no further: planned as it then is."""
    collections = tuple(_scaled(item, item.vectors_after(months), share) for item in workload.collections)
    return workload.model_copy(update={"collections": collections, "horizon_months": 0})


def _scaled(collection: Collection, rows: int, share: float) -> Collection:
    vectors = min(MAX_VECTORS, round(rows * share))
    return collection.model_copy(update={"vectors": vectors, "growth_vectors_per_month": 0})
