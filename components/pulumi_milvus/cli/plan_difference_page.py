"""The difference between a written plan and one made now, as a page in the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from pulumi_milvus.cli.quantities import shown_bytes

if TYPE_CHECKING:
    from pulumi_milvus.planning.plan_difference import Change, PlanDifference

# Title -> parts of the plan, in the order of a reader's questions.
SECTIONS: Final = {
    "What is declared": ("workload",),
    "What runs": ("topology", "hardware", "milvus_version", "wal", "roles", "dependencies"),
    "Where": ("node_pools",),
    "What is stored": ("collections", "object_store_bytes"),
    "Made with": ("catalogue_date", "package_version"),
}


def print_difference(difference: PlanDifference, console: Console | None = None) -> None:
    """Print every change by what it is about, and the cost before and after."""
    out = console or Console(highlight=False, markup=False)
    for title, parts in SECTIONS.items():
        changes = difference.under(*parts)
        if changes:
            out.print(_table(title, changes))
    if not difference.changes:
        out.print(Text("No figure and no choice differs; only the words around them."))
    out.print(Text(cost_line(difference), style="bold"))


def cost_line(difference: PlanDifference) -> str:
    """The cost before and after, in one line."""
    before, after = difference.usd_per_month_before, difference.usd_per_month_after
    if before is None or after is None:
        return f"Cost: {_usd(before)} before, {_usd(after)} after"
    more = after - before
    if round(more, 2) == 0:
        return f"Cost: {_usd(after)}, as before"
    share = f" ({more / before:+.0%})" if before else ""
    return f"Cost: {_usd(before)} before, {_usd(after)} after: {more:+,.2f}{share}"


def _table(title: str, changes: tuple[Change, ...]) -> Table:
    table = Table(title=title, title_justify="left", title_style="bold", header_style="dim", box=box.SIMPLE_HEAD)
    # A name that is broken in the middle is not found again in the file.
    table.add_column("what", no_wrap=True, overflow="ellipsis")
    table.add_column("before", justify="right", overflow="fold")
    table.add_column("after", justify="right", overflow="fold")
    for change in changes:
        table.add_row(Text(change.path), *(Text(_shown(change.path, value)) for value in (change.before, change.after)))
    return table


def _shown(path: str, value: Any) -> str:
    if value is None:
        return "-"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        if "bytes" in path.rsplit(".", 1)[-1]:
            return shown_bytes(value)
        return f"{value:,.10g}"
    if isinstance(value, dict):
        within = {key: _shown(f"{path}.{key}", item) for key, item in value.items() if item not in (None, {}, [])}
        return "\n".join(f"{key} {shown}".replace("\n", ", ") for key, shown in within.items())
    if isinstance(value, list):
        return ", ".join(_shown(path, item) for item in value) or "none"
    return str(value)


def _usd(value: float | None) -> str:
    return "not priced" if value is None else f"{value:,.2f} USD a month"
