"""The words that the table and the page of a comparison share."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pulumi_milvus.planning.compare import Comparison, Row
    from pulumi_milvus.planning.load import Range

# What stands above the rows of each verdict, in this order.
SECTIONS: Final = (
    (("met", "none"), "Can run"),
    (("unknown",), "Can run; recall or p99 was not measured"),
    (("missed",), "Can run, but misses a wish"),
)
WISHES: Final = {"met": "met", "missed": "missed", "unknown": "not measured", "none": "none said"}


def headline(found: Comparison) -> Iterator[str]:
    """One or two sentences: the workload, the cheapest that serves it, and what is declared now."""
    workload = found.workload
    months = workload.horizon_months
    when = f"after {months} month{'s' if months != 1 else ''}" if months else "today"
    asked = (
        f"{workload.queries_per_second:,g} queries a second" if workload.queries_per_second else "no queries declared"
    )
    yield f"{workload.vectors_at_horizon:,} vectors {when}, {asked}"
    best, declared = found.best, found.declared
    if best is None:
        yield (
            "Nothing serves it with the recall and p99 that are wished."
            if found.rows
            else "No index can serve it: see why below."
        )
    else:
        yield f"Cheapest that serves it: {best.name}, {_price(best)}"
    if declared is not None:
        yield f"As declared ({declared.index}): {_price(declared)}"


def wishes_of(found: Comparison) -> str:
    """What is wished, and where the prices are from."""
    workload = found.workload
    recall = "recall 0.95 assumed" if workload.recall_target is None else f"recall {workload.recall_target:g} wished"
    p99 = "no p99 wished" if workload.latency_p99_ms is None else f"p99 of {workload.latency_p99_ms:g} ms wished"
    prices = (
        f"on demand in {found.region}, prices of {found.prices_as_of}"
        if found.is_priced and found.prices_as_of
        else "no prices are known, so memory is compared"
    )
    return f"{recall}, {p99}; {prices}. Sized for the horizon; ranges are lowest to highest."


def _price(row: Row) -> str:
    if row.usd_per_month is None:
        return f"{row.memory_bytes / 2**30:,.1f} GiB of memory, not priced"
    if row.usd_per_month == 0 and row.unpriced:
        return f"not priced: {', '.join(row.unpriced)}"
    return f"{row.usd_per_month:,.0f} USD a month"


def shown_cost(usd_per_month: float | None) -> str:
    """USD a month, without cents."""
    return "-" if usd_per_month is None else f"{usd_per_month:,.0f}"


def shown_recall(recall: Range | None, *, short: bool = False) -> str:
    """The recall expected, and between what it may lie; ``short`` leaves the expected one out."""
    if recall is None:
        return "unknown"
    if recall.lowest == recall.highest:
        return f"{recall.expected:.3g}"
    if short:
        return f"{recall.lowest:.2f}-{recall.highest:.2f}"
    return f"{recall.expected:.2f} ({recall.lowest:.2f}-{recall.highest:.2f})"


def shown_class(row: Row) -> str:
    """The latency class, short."""
    return row.latency_class.replace("milliseconds", "ms")


def shown_latency(row: Row) -> str:
    """The latency class, and the range of the p99."""
    if row.p99_ms is None:
        return shown_class(row)
    return f"{shown_class(row)} ({_milliseconds(row.p99_ms.lowest)}-{_milliseconds(row.p99_ms.highest)})"


def _milliseconds(value_ms: float) -> str:
    return f"{value_ms:,.0f}" if value_ms >= 10 else f"{value_ms:.1f}"


def reasons(found: Comparison) -> dict[tuple[str, str], list[str]]:
    """(why it is out, what to do instead) -> the names that share it."""
    shared: dict[tuple[str, str], list[str]] = {}
    for item in found.excluded:
        shared.setdefault((item.because, item.fix), []).append(item.name)
    return shared
