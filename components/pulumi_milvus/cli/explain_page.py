"""One figure of a plan with the whole sum behind it, as a page in the terminal."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING, Final

import typer
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from pulumi_milvus.cli.quantities import shown_bytes

if TYPE_CHECKING:
    from pulumi_milvus.planning.capacity.terms import Figure
    from pulumi_milvus.planning.load.ranges import Term
    from pulumi_milvus.planning.plan_figures import Explanation

_COUNTED: Final = ("pods", "nodes", "cores", "GPUs", "copies", "segments", "vectors")
# Of each collection there are nine: enough for a screen or ten.
_MOST_PATHS: Final = 300


def print_explanation(explained: Explanation, console: Console | None = None) -> None:
    """Print the steps and the terms with their sources, their sum, the reason, and the decision on it."""
    out = console or Console(highlight=False, markup=False)
    figure = explained.figure
    if figure is None:
        out.print(Text(f"{explained.path}: {explained.choice}", style="bold"))
        out.print(Text(explained.because))
        out.print(Text(f"Source: {explained.source}", style="dim"))
        return
    out.print(Text(f"{explained.path}: {_shown(figure.value, figure.unit)}", style="bold"))
    if figure.steps:
        out.print(_terms(figure.steps, figure, "step"))
    if explained.terms:
        out.print(_terms(explained.terms, figure, "term"))
    out.print(Text(_conclusion(explained, figure)))
    if explained.choice:
        out.print(Text(f"Decided: {explained.choice}: {explained.because} (source: {explained.source})"))


def print_paths(paths: Collection[str]) -> None:
    """The paths that can be explained, to stderr; of a great many the first."""
    typer.echo("What this plan can explain:", err=True)
    for path in itertools.islice(paths, _MOST_PATHS):
        typer.echo(f"  {path}", err=True)
    if len(paths) > _MOST_PATHS:
        typer.echo(f"  and {len(paths) - _MOST_PATHS:,} more, for each collection the same", err=True)


def _terms(terms: Iterable[Term], figure: Figure, column: str) -> Table:
    table = Table(header_style="dim", box=box.SIMPLE_HEAD)
    table.add_column(column, overflow="fold")
    table.add_column("value", justify="right", no_wrap=True)
    if figure.unit == "bytes":
        table.add_column("bytes", justify="right", no_wrap=True)
    table.add_column("source", overflow="fold", style="dim")
    for term in terms:
        exact = (f"{term.value:,.0f}",) if figure.unit == "bytes" else ()
        source = "see below" if term.source == figure.because else term.source
        table.add_row(Text(term.name), _short(term.value, term.unit), *exact, Text(source))
    return table


def _conclusion(explained: Explanation, figure: Figure) -> str:
    planned, total = _shown(figure.value, figure.unit), explained.sum
    if total is None:
        return f"Planned: {planned}: {figure.because}"
    return f"Sum, as planned: {planned}: {figure.because}"


def _short(value: float, unit: str) -> str:
    """A value as a reader takes it in."""
    if unit == "bytes":
        return shown_bytes(value) if value >= 0 else f"-{shown_bytes(-value)}"
    if unit == "USD a month":
        return f"{value:,.2f} USD"
    if value == 1 and unit in _COUNTED:
        unit = unit[:-1]
    return f"{value:,.4g} {unit}" if abs(value) < 10_000 else f"{value:,.0f} {unit}"


def _shown(value: float, unit: str) -> str:
    """A value for readers, with the exact bytes."""
    return f"{_short(value, unit)} ({value:,.0f} bytes)" if unit == "bytes" else _short(value, unit)
