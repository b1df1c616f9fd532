"""The comparison as a table in the terminal."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from pulumi_milvus.cli.compare_page.words import (
    SECTIONS,
    headline,
    reasons,
    shown_class,
    shown_cost,
    shown_latency,
    shown_recall,
    wishes_of,
)
from pulumi_milvus.cli.quantities import shown_bytes

if TYPE_CHECKING:
    from pulumi_milvus.planning.compare import Comparison, Row


# Columns of a terminal from which all columns of the table have room; below, the narrow form is printed.
WIDE: Final = 118


def print_table(found: Comparison, console: Console | None = None) -> None:
    """Print the trade: what can run, cheapest first, what misses a wish and why, and what is out and why."""
    out = console or Console(highlight=False, markup=False)
    for line in headline(found):
        out.print(Text(line, style="bold"))
    out.print(Text(wishes_of(found)))
    out.print()
    with_gpus = any(row.gpus for row in found.rows)
    for verdicts, title in SECTIONS:
        rows = [row for row in found.rows if row.wishes in verdicts]
        if rows:
            out.print(_rows(title, rows, width=out.width, with_gpus=with_gpus))
            _print_reasons(out, rows)
    if found.excluded:
        out.print(_excluded(found))


def _table(title: str) -> Table:
    return Table(
        title=title,
        title_justify="left",
        title_style="bold",
        header_style="dim",
        box=box.SIMPLE_HEAD,
        padding=(0, 1, 0, 0),
        pad_edge=False,
    )


def _rows(title: str, rows: Iterable[Row], *, width: int, with_gpus: bool) -> Table:
    wide = width >= WIDE
    table = _table(title)
    table.add_column("index", overflow="fold", min_width=20)
    sizes = ["USD a month", "memory", "of it data", "local disk"] if wide else ["USD/month", "memory", "disk"]
    for column in (*sizes, *(["GPUs"] if with_gpus and wide else [])):
        table.add_column(column, justify="right", no_wrap=True)
    table.add_column("recall", no_wrap=True)
    table.add_column("p99", overflow="fold", min_width=9)
    if wide:
        table.add_column("runs", overflow="fold")
    for row in rows:
        name = f"{row.name} ({row.index})" if row.is_declared else row.name
        name += f" ({row.gpus} GPUs)" if row.gpus and not wide else ""
        cells = [name, shown_cost(row.usd_per_month), shown_bytes(row.memory_bytes)]
        cells += [shown_bytes(row.data_memory_bytes)] if wide else []
        cells += [shown_bytes(row.local_disk_bytes) if row.local_disk_bytes else "-"]
        cells += [str(row.gpus or "-")] if with_gpus and wide else []
        cells += [shown_recall(row.recall, short=not wide), shown_latency(row) if wide else shown_class(row)]
        table.add_row(*cells, *([row.topology] if wide else []), style="bold" if row.is_declared else "")
    return table


def _print_reasons(out: Console, rows: list[Row]) -> None:
    """Why wishes are missed, each reason once with the rows that share it."""
    names: dict[str, list[str]] = {}
    for row in rows:
        for reason in row.missed:
            names.setdefault(reason, []).append(row.name)
    for reason, shared in names.items():
        out.print(Text(f"  {'; '.join(shared)}: {reason}", style="yellow"))
    if names:
        out.print()


def _excluded(found: Comparison) -> Table:
    table = _table("Out")
    for column in ("index", "because", "instead"):
        table.add_column(column, overflow="fold")
    for (because, fix), names in reasons(found).items():
        table.add_row("; ".join(names), because, fix)
    return table
