"""The plan as a page in the terminal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from pulumi_milvus.cli.quantities import shown_bytes

if TYPE_CHECKING:
    from pulumi_milvus.cli.plan_files import Beside
    from pulumi_milvus.planning.official_plan import OfficialComparison
    from pulumi_milvus.planning.plan import Plan

_STYLES = {"error": "bold red", "warning": "yellow", "advice": "cyan"}


def print_page(
    plan: Plan,
    console: Console | None = None,
    *,
    beside: Beside | None = None,
    official: OfficialComparison | None = None,
) -> None:
    """Print what runs, what is stored, how large it is and why; then what the rules found.

    ``beside``: the written plan that stands beside the values file. ``official``: the official tool's figures.
    """
    out = console or Console(highlight=False, markup=False)
    out.print(Text(f"{plan.topology}, {plan.hardware}, {plan.milvus_version}, WAL {plan.wal}", style="bold"))
    if beside is not None:
        out.print(_written(beside))
    made = [_collections(plan)]
    made += [_roles(plan)] if plan.roles else []
    made += [_pools(plan)] if plan.node_pools else []
    made += [_bill(plan)] if plan.cost.items else []
    for table in made:
        out.print()
        out.print(table)
    out.print()
    out.print(_cost(plan))
    out.print()
    out.print(_decisions(plan))
    out.print()
    for item in plan.alternatives:
        out.print(Text(f"Instead: {_alternative(item)}: {item['because']}"))
    for outgrown in plan.outgrown:
        when = "already" if outgrown.month == 0 else f"in month {outgrown.month}"
        out.print(Text(f"Outgrown {when}: {outgrown.what}; then {outgrown.then}"))
    if official is not None:
        from pulumi_milvus.cli.plan_official_page import print_official

        print_official(official, out)
    for finding in plan.findings:
        out.print()
        out.print(Text(f"{finding.level}: {finding.subject}", style=_STYLES[finding.level]))
        out.print(Text(f"  {finding.message}"))
        out.print(Text(f"  {finding.fix} (rule {finding.rule}; {finding.source})"))


def _written(beside: Beside) -> Text:
    """How the plan that is in use stands to the one on this page."""
    month = beside.facts.outgrown_in_month
    if month == 0 or beside.facts.choices:
        held = "no longer holds what is declared"
    else:
        held = "holds what is declared" + (f" until month {month}" if month is not None else "")
    changes = [change for change in beside.difference.changes if not change.path.startswith("workload")]
    if not changes:
        return Text(f"`up` uses {beside.file}, which {held}, and is the same as this plan")
    differs = f"{len(changes)} figures and choices differ here: pulumi-milvus plan --update shows and writes them"
    return Text(f"`up` uses {beside.file}, which {held}; {differs}")


def _table(title: str, *columns: str, numbers: int = 0) -> Table:
    table = Table(title=title, title_justify="left", title_style="bold", header_style="dim", box=box.SIMPLE_HEAD)
    table.show_edge = table.pad_edge = False  # most pages are 80 columns wide
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
        loaded = "-" if role.loaded_bytes_per_pod is None else shown_bytes(role.loaded_bytes_per_pod)
        cells = [
            str(role.pods),
            str(role.cpu_cores),
            shown_bytes(role.memory_bytes),
            loaded,
            shown_bytes(role.local_disk_bytes),
        ]
        table.add_row(name, *cells, str(role.gpus))
    return table


def _pools(plan: Plan) -> Table:
    table = _table("On", "pool", "instance type", "nodes", "at most", "USD a month", numbers=3)
    for pool in plan.node_pools:
        usd = pool["usd_per_month"]
        price = "-" if usd is None else f"{usd:,.0f}"
        table.add_row(pool["name"], pool["instance_type"], str(pool["nodes"]), str(pool["max_nodes"]), price)
    return table


def _bill(plan: Plan) -> Table:
    table = _table("Costs", "item", "quantity", "unit", "USD a month", numbers=1)
    for item in plan.cost.items:
        usd = item["usd_per_month"]
        if usd != 0:
            table.add_row(
                item["name"], f"{item['quantity']:,.6g}", item["unit"], "unknown" if usd is None else f"{usd:,.2f}"
            )
    return table


def _alternative(item: Mapping[str, Any]) -> str:
    name = item["topology"] if "topology" in item else f"{item['nodes']} x {item['instance_type']} ({item['pool']})"
    usd = item.get("usd_per_month")
    return f"{name}, {usd:,.0f} USD a month" if usd is not None else str(name)


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
