"""The bill of a preview on a terminal."""

from __future__ import annotations

from pulumi_milvus.planning.preview_cost.totals import PreviewCost


def print_cost(found: PreviewCost) -> None:
    """Items, total, changes, and what has no price."""
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    console = Console(highlight=False)
    table = Table(box=None, pad_edge=False)
    table.add_column("what")
    table.add_column("quantity", justify="right", no_wrap=True)
    table.add_column("unit", no_wrap=True)
    table.add_column("USD/month", justify="right", no_wrap=True)
    for item in found.after.items:
        table.add_row(escape(item.name), f"{item.quantity:,.10g}", item.unit, f"{item.usd_per_month:,.2f}")
    if found.complete:
        table.add_row("total", "", "", f"{found.after.usd_per_month:,.2f}", style="bold")
    console.print(table)
    change = found.change_usd_per_month
    if change is not None:
        console.print(f"Change: {change:+,.2f} USD a month.")
        for urn, (old, new) in found.changes().items():
            console.print(f"  {urn.rsplit('::', 1)[-1]}: {old:,.2f} -> {new:,.2f}", markup=False)
    for words in found.after.unpriced:
        console.print(f"Not priced: {words}.", markup=False)
    catalogue = found.catalogue
    console.print(
        f"Prices of {catalogue.prices_as_of or 'no day: unknown'}, {catalogue.region}, on demand.", style="dim"
    )
