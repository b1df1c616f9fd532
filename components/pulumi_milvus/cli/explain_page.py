"""One figure of a plan with the whole sum behind it, as a page in the terminal."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import typer
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from pulumi_milvus.cli.quantities import shown_bytes

if TYPE_CHECKING:
    from pulumi_milvus.planning.capacity.terms import Figure
    from pulumi_milvus.planning.plan_figures import Explanation


def print_explanation(explained: Explanation, console: Console | None = None) -> None:
    """Print the terms with their sources, their sum, what was planned, why that is more, and the decision on it."""
    out = console or Console(highlight=False, markup=False)
    figure = explained.figure
    if figure is None:
        out.print(Text(f"{explained.path}: {explained.choice}", style="bold"))
        out.print(Text(explained.because))
        out.print(Text(f"Source: {explained.source}", style="dim"))
        return
    out.print(Text(f"{explained.path}: {_shown(figure.value, figure.unit)}", style="bold"))
    if figure.terms:
        out.print(_terms(figure))
    out.print(Text(_conclusion(explained, figure)))
    if explained.choice:
        out.print(Text(f"Decided: {explained.choice}: {explained.because} (source: {explained.source})"))


def print_paths(paths: Iterable[str]) -> None:
    """Every path that can be explained, to stderr."""
    typer.echo("What this plan can explain:", err=True)
    for path in paths:
        typer.echo(f"  {path}", err=True)


def _terms(figure: Figure) -> Table:
    table = Table(header_style="dim", box=box.SIMPLE_HEAD)
    table.add_column("term", overflow="fold")
    table.add_column("value", justify="right", no_wrap=True)
    if figure.unit == "bytes":
        table.add_column("bytes", justify="right", no_wrap=True)
    table.add_column("source", overflow="fold", style="dim")
    for term in figure.terms:
        exact = (f"{term.value:,.0f}",) if figure.unit == "bytes" else ()
        table.add_row(Text(term.name), _short(term.value, term.unit), *exact, Text(term.source))
    return table


def _conclusion(explained: Explanation, figure: Figure) -> str:
    planned, total = _shown(figure.value, figure.unit), explained.sum
    if not figure.terms:
        return f"Planned: {planned}: {figure.because}"
    if total is None:
        return f"Each term follows from those above it. Planned: {planned}: {figure.because}"
    said = f"Sum: {_shown(total, figure.unit)}. "
    more = figure.value - total
    if _short(figure.value, figure.unit) == _short(total, figure.unit) and abs(more) < 1:
        return f"{said}Planned as it is: {figure.because}"
    than = f"{_short(abs(more), figure.unit)} {'more' if more > 0 else 'less'}"
    return f"{said}Planned: {planned}, {than}: {figure.because}"


def _short(value: float, unit: str) -> str:
    """A value as a reader takes it in."""
    if unit == "bytes":
        return shown_bytes(value) if value >= 0 else f"-{shown_bytes(-value)}"
    if unit == "USD a month":
        return f"{value:,.2f} USD"
    return f"{value:,.4g} {unit}" if abs(value) < 10_000 else f"{value:,.0f} {unit}"


def _shown(value: float, unit: str) -> str:
    """A value for readers, with the exact bytes."""
    return f"{_short(value, unit)} ({value:,.0f} bytes)" if unit == "bytes" else _short(value, unit)
