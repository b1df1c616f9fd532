"""What the plots show, as rows of plain data: also what their tables show."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from pulumi_milvus.cli.compare_page.words import shown_cost
from pulumi_milvus.cli.quantities import shown_bytes

if TYPE_CHECKING:
    from pulumi_milvus.planning.compare import Comparison, CurvePoint, Row

GIB: Final = 2**30


@dataclass(frozen=True, slots=True)
class Measure:
    """What is compared: the cost, or where nothing is priced the memory."""

    title: str
    short: str
    is_cost: bool

    def value(self, usd_per_month: float | None, memory_bytes: int | None) -> float | None:
        """The figure that is drawn, in USD a month or GiB; None where there is none to draw (0: not priced)."""
        if self.is_cost:
            return usd_per_month or None
        return None if memory_bytes is None else memory_bytes / GIB

    def text(self, value: float | None) -> str:
        """The figure in words."""
        if value is None:
            return "-"
        return f"{shown_cost(value)} USD" if self.is_cost else shown_bytes(value * GIB)


COST: Final = Measure("USD a month", "Cost", is_cost=True)
MEMORY: Final = Measure("GiB of memory", "Memory", is_cost=False)


def measure_of(found: Comparison) -> Measure:
    """What this comparison compares."""
    return COST if found.is_priced else MEMORY


def curve(points: Iterable[CurvePoint], measure: Measure, unit: str) -> Iterator[dict[str, Any]]:
    """The points of a curve over vectors or months."""
    for point in points:
        value = measure.value(point.usd_per_month, point.memory_bytes)
        at = f"{point.at:,.0f} {unit}" if unit == "vectors" else f"{unit} {point.at:,.0f}"
        runs = point.topology or "cannot run"
        yield {
            "name": point.name,
            "at": point.at,
            "value": value,
            "shown": measure.text(value),
            "runs": runs,
            "missed": point.wishes == "missed",
            "label": f"{point.name}, {at}: {measure.text(value)}, {runs}",
        }


def trade(points: Iterable[CurvePoint], measure: Measure, wished: float) -> Iterator[dict[str, Any]]:
    """Recall against cost: the points whose recall is known and whose target can be had."""
    for point in points:
        value = measure.value(point.usd_per_month, point.memory_bytes)
        # An index that ends below the target stands with its best at a lower one already.
        if value is None or point.recall is None or point.recall.expected < point.at - 0.005:
            continue
        recall = point.recall
        yield {
            "name": point.name,
            "target": point.at,
            "value": value,
            "shown": measure.text(value),
            "recall": round(recall.expected, 4),
            "lowest": round(recall.lowest, 4),
            "highest": round(recall.highest, 4),
            "missed": point.wishes == "missed",
            "wished": abs(point.at - wished) < 1e-9,
            "label": f"{point.name}: recall {recall.expected:.3f} ({recall.lowest:.2f} to {recall.highest:.2f}) "
            f"for {measure.text(value)}",
        }


def drawn(points: Iterable[CurvePoint]) -> list[CurvePoint]:
    """The points of series that serve somewhere: one that misses a wish everywhere is left to the table, unless all
    do."""
    points = list(points)
    serving = {point.name for point in points if point.because == "" and point.wishes != "missed"}
    return [point for point in points if point.name in serving] or points


def left_out(points: Iterable[CurvePoint]) -> list[str]:
    """The names of the series that ``drawn`` leaves out."""
    points = list(points)
    kept = {point.name for point in drawn(points)}
    return list(dict.fromkeys(point.name for point in points if point.name not in kept))


def bars(rows: Iterable[Row], key: str, order: Sequence[str]) -> Iterator[dict[str, Any]]:
    """Memory of each row by ``role`` or ``cause``, the parts in ``order``."""
    for row in rows:
        sums: dict[str, int] = {}
        for part in row.memory_parts:
            name = getattr(part, key)
            sums[name] = sums.get(name, 0) + part.memory_bytes
        for part_name, size in sorted(sums.items(), key=lambda part: order.index(part[0])):
            yield {
                "name": row.name,
                "part": part_name,
                "order": order.index(part_name),
                "gib": size / GIB,
                "shown": shown_bytes(size),
                "label": f"{row.name}, {part_name.replace('_', ' ')}: {shown_bytes(size)}",
            }


def barred(found: Comparison) -> list[Row]:
    """The rows that the memory plots show: indexes alone, and not those that miss a wish, unless all do."""
    plain = [row for row in found.rows if row.is_plain]
    return [row for row in plain if row.wishes != "missed"] or plain
