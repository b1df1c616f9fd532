"""A plan beside the official sizing tool, as a page in the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from pulumi_milvus.cli.quantities import shown_bytes

if TYPE_CHECKING:
    from pulumi_milvus.planning.official_plan import OfficialComparison


def print_official(compared: OfficialComparison, console: Console) -> None:
    """Print how the tool was asked, both sides of each figure, and why they differ, part by part."""
    console.print()
    console.print(Text("Beside the official sizing tool", style="bold"))
    for note in compared.notes:
        console.print(Text(f"  Asked for {note}"))
    for unknown in compared.unknown:
        console.print(Text(f"  Left out: {unknown}"))
    if not compared.figures:
        return
    table = Table(header_style="dim", box=box.SIMPLE_HEAD)
    table.add_column("figure", overflow="fold", max_width=24)
    table.add_column("official", justify="right", no_wrap=True)
    table.add_column("ours", justify="right", no_wrap=True)
    table.add_column("why they differ", overflow="fold")
    for figure in compared.figures:
        unit = figure.unit
        because = figure.because if figure.difference != 0 else f"the same; {figure.because}"
        row = (_shown(figure.official, unit), _shown(figure.ours, unit), Text(because))
        table.add_row(Text(figure.figure), *row, end_section=not figure.parts)
        shown = [part for part in figure.parts if part.value]
        for part in shown:
            sign = "+" if part.value > 0 else "-"
            cells = ("", f"{sign}{_shown(abs(part.value), unit)}", Text(f"{part.name}: {part.because}", style="dim"))
            table.add_row("", *cells, end_section=part is shown[-1])
    console.print(table)


def _shown(value: float | None, unit: str) -> str:
    if value is None:
        return "-"
    return shown_bytes(value) if unit == "bytes" else f"{value:,.4g}"
