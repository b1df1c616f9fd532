"""Curves of the comparison: cost and memory over the number of vectors, over months, and over the recall wished."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any, Final

from pulumi_milvus.planning.collection import Collection
from pulumi_milvus.planning.compare.outlook import USUAL_RECALL, Wishes
from pulumi_milvus.planning.compare.row import Excluded, Row
from pulumi_milvus.planning.compare.variants import Variant
from pulumi_milvus.planning.load import Range
from pulumi_milvus.planning.milvus_limits import MAX_VECTORS
from pulumi_milvus.planning.workload import Workload

# Shares of the vectors at the horizon, about evenly spaced for the eye on a logarithmic axis.
SHARES: Final = (1 / 30, 1 / 10, 1 / 3, 1.0, 3.0, 10.0, 30.0)
# At most so many months between today and the horizon, both included.
MOST_MONTHS: Final = 5
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
    usd_per_month: float | None = None
    memory_bytes: int | None = None
    topology: str | None = None
    recall: Range | None = None
    wishes: Wishes = "none"
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

    def answer(self, found: Row | Excluded) -> CurvePoint:
        """The point, of what was found there."""
        if isinstance(found, Excluded):
            return CurvePoint(name=found.name, family=self.family, at=self.at, because=found.because)
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


def over_vectors(workload: Workload, variant: Variant, family: str) -> Iterator[Question]:
    """From a thirtieth to thirty times the vectors, with growth in proportion; placed by the vectors at the horizon."""
    seen: set[int] = set()
    for share in SHARES:
        scaled = workload.model_copy(
            update={"collections": tuple(_scaled(collection, share) for collection in workload.collections)}
        )
        total = scaled.vectors_at_horizon
        if total and total not in seen:
            seen.add(total)
            yield Question(float(total), scaled, variant, family)


def over_months(workload: Workload, variant: Variant, family: str) -> Iterator[Question]:
    """What would be needed if each month were the horizon, from today to the horizon itself."""
    horizon = workload.horizon_months
    steps = min(MOST_MONTHS - 1, horizon)
    for month in dict.fromkeys(round(horizon * step / max(1, steps)) for step in range(steps + 1)):
        yield Question(float(month), workload.model_copy(update={"horizon_months": month}), variant, family)


def over_recall(workload: Workload, variant: Variant, family: str) -> Iterator[Question]:
    """The usual recall targets, and the one that is wished."""
    for recall in sorted({*RECALLS, workload.recall_target or USUAL_RECALL}):
        yield Question(recall, workload.model_copy(update={"recall_target": recall}), variant, family)


def _scaled(collection: Collection, share: float) -> Collection:
    return collection.model_copy(
        update={
            "vectors": min(MAX_VECTORS, round(collection.vectors * share)),
            "growth_vectors_per_month": min(MAX_VECTORS, round(collection.growth_vectors_per_month * share)),
        }
    )
