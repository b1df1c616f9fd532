"""The plan as a page in the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

if TYPE_CHECKING:
    from pulumi_milvus.planning.plan import Plan

_STYLES = {"error": "bold red", "warning": "yellow", "advice": "cyan"}


def print_page(plan: Plan, console: Console | None = None) -> None:
    """Print what runs, what is stored, how large it is and why; then what the rules found."""
    out = console or Console(highlight=False, markup=False)
    out.print(Text(f"{plan.topology}, {plan.hardware}, {plan.milvus_version}, WAL {plan.wal}", style="bold"))
    out.print()
    out.print(_collections(plan))
    if plan.roles:
        out.print(_roles(plan))
    out.print(_cost(plan))
    out.print()
    out.print(_decisions(plan))
    for item in plan.alternatives:
        out.print(Text(f"Instead: {item['topology']}: {item['because']}"))
    for outgrown in plan.outgrown:
        when = "already" if outgrown.month == 0 else f"in month {outgrown.month}"
        out.print(Text(f"Outgrown {when}: {outgrown.what}; then {outgrown.then}"))
    for finding in plan.findings:
        out.print()
        out.print(Text(f"{finding.level}: {finding.subject}", style=_STYLES[finding.level]))
        out.print(Text(f"  {finding.message}"))
        out.print(Text(f"  {finding.fix} (rule {finding.rule}; {finding.source})"))


def _table(title: str, *columns: str, numbers: int = 0) -> Table:
    table = Table(title=title, title_justify="left", title_style="bold", header_style="dim", box=box.SIMPLE_HEAD)
    for position, column in enumerate(columns):
        number = position >= len(columns) - numbers
        table.add_column(column, justify="right" if number else "left", overflow="fold", no_wrap=number)
    return table


def _collections(plan: Plan) -> Table:
    titles = ("collection", "field", "index", "metric", "dimension", "vectors", "later")
    table = _table(f"Stored now, and later (in {plan.workload.horizon_months} months)", *titles, numbers=3)
    for collection in plan.collections:
        rows = f"{collection.vectors:,}", f"{collection.vectors_after(plan.workload.horizon_months):,}"
        for field in collection.fields:
            dimension = "-" if field.resolved_dimension is None else f"{field.resolved_dimension:,}"
            table.add_row(collection.name, field.name, field.index, field.resolved_metric, dimension, *rows)
    return table


def _roles(plan: Plan) -> Table:
    table = _table("Runs", "role", "pods", "cores", "memory", "loaded", "local disk", "GPUs", numbers=6)
    for name, role in plan.roles.items():
        loaded = "-" if role.loaded_bytes_per_pod is None else _size(role.loaded_bytes_per_pod)
        cells = [str(role.pods), str(role.cpu_cores), _size(role.memory_bytes), loaded, _size(role.local_disk_bytes)]
        table.add_row(name, *cells, str(role.gpus))
    return table


def _cost(plan: Plan) -> Text:
    price = plan.cost.usd_per_month
    text = "Cost: not computed" if price is None else f"Cost: {price:,.0f} USD a month"
    if plan.cost.unpriced:
        text += f"; not priced: {', '.join(plan.cost.unpriced)}"
    return Text(text)


def _decisions(plan: Plan) -> Table:
    table = _table("Why", "what", "choice", "because (source)")
    for decision in plan.decisions:
        because = Text.assemble(decision.because, (f" ({decision.source})", "dim"))
        table.add_row(Text(decision.what), Text(decision.choice), because, end_section=True)
    table.columns[0].max_width, table.columns[1].max_width = 20, 18
    return table


def _size(size_bytes: int) -> str:
    for unit, factor in (("TB", 10**12), ("GB", 10**9), ("MB", 10**6)):
        if size_bytes >= factor:
            return f"{size_bytes / factor:,.1f} {unit}"
    return f"{size_bytes:,} B"
