"""One sentence above each plot: what is to be seen in it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from pulumi_milvus.cli.compare_page.data import drawn, left_out
from pulumi_milvus.cli.quantities import shown_bytes

if TYPE_CHECKING:
    from pulumi_milvus.cli.compare_page.data import Measure
    from pulumi_milvus.planning.compare import Comparison, CurvePoint, Row


def over_vectors(found: Comparison, measure: Measure) -> str:
    """Which index is cheapest at the fewest and at the most vectors."""
    points = [point for point in found.over_vectors if point.wishes != "missed"] or list(found.over_vectors)
    text = "The dotted line is the horizon."
    ends = [_cheapest(points, measure, at) for at in _ends(points)]
    if all(ends):
        text += " Least: " + ", then ".join(
            f"{name} at {at:,.0f} vectors ({measure.text(value)})" for name, at, value in filter(None, ends)
        )
        text += "."
    return f"{text} {_hollow(found.over_vectors)}".strip()


def memory(found: Comparison, rows: Sequence[Row], key: str) -> str:
    """What holds most memory, and which rows are left out."""
    least, most = (choose(rows, key=lambda row: row.memory_bytes) for choose in (min, max))
    text = f"From {shown_bytes(least.memory_bytes)} ({least.name}) to {shown_bytes(most.memory_bytes)} ({most.name})"
    left_out = sum(row.is_plain for row in found.rows) - len(rows)
    if left_out:
        text += f"; {left_out} that miss a wish are left out, the table has them"
    if key == "cause":
        text += ". Room that is asked for, all pods together; with mmap the page cache is not in it"
    return text + "."


def recall(found: Comparison, measure: Measure) -> str:
    """What the points are, and for which indexes no recall is known."""
    unknown = [row.name for row in found.rows if row.is_plain and row.recall is None]
    text = (
        "Each line goes through recall targets of 0.90 to 0.99; a vertical bar is the range at the target in question: "
        "the data decide."
    )
    if not found.workload.queries_per_second:
        text += f" No queries a second are declared, so more recall does not change the {measure.short.lower()}."
    if unknown:
        text += f" Not drawn, since their recall was not measured: {', '.join(unknown)}."
    return f"{text} {_hollow(found.over_recall)}".strip()


def growth(found: Comparison, measure: Measure) -> str:
    """How far the least grows until the horizon."""
    workload = found.workload
    if not any(collection.growth_vectors_per_month for collection in workload.collections):
        return "No growth is declared (growth_vectors_per_month), so nothing changes."
    points = [point for point in found.over_months if point.wishes != "missed"] or list(found.over_months)
    ends = [end for at in _ends(points) if (end := _cheapest(points, measure, at)) is not None]
    text = "What would have to stand in each month, if it were sized for that month alone."
    if len(ends) == 2:
        (first, _, now), (last, month, then) = ends
        text += f" Least today: {first} ({measure.text(now)}); in month {month:.0f}: {last} ({measure.text(then)})."
    return f"{text} {_hollow(found.over_months)}".strip()


def _ends(points: Iterable[CurvePoint]) -> list[float]:
    places = sorted({point.at for point in points})
    return [places[0], places[-1]] if len(places) > 1 else places


def _cheapest(points: Iterable[CurvePoint], measure: Measure, at: float) -> tuple[str, float, float] | None:
    values = [
        (value, point.name)
        for point in points
        if point.at == at and (value := measure.value(point.usd_per_month, point.memory_bytes)) is not None
    ]
    if not values:
        return None
    value, name = min(values)
    return name, at, value


def _hollow(points: Iterable[CurvePoint]) -> str:
    """What hollow points mean, and which series are not drawn."""
    points = list(points)
    text = "Hollow points miss a wish." if any(point.wishes == "missed" for point in drawn(points)) else ""
    others = left_out(points)
    if others:
        text += f" Not drawn, since they miss a wish everywhere: {', '.join(others)}."
    return text.strip()
