"""An estimate as a page in the terminal."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from pulumi_milvus.cli.quantities import shown_bytes
from pulumi_milvus.planning.estimates.estimate import size_of

if TYPE_CHECKING:
    from pulumi_milvus.planning.estimates.estimate import Estimate
    from pulumi_milvus.planning.estimates.request import EstimateRequest

MEANINGS: Final = {
    "index_bytes": "the index as a file, one segment, before compression",
    "index_memory_bytes": "the loaded index alone, with tables that no file shows",
    "loaded_memory_bytes": "what a query node grows by once it is loaded",
    "load_peak_memory_bytes": "the same at the worst moment of loading",
    "reserved_memory_bytes": "what the loader sets aside before it loads",
    "build_peak_memory_bytes": "what building one segment's index needs above idle",
    "growing_memory_bytes": "the same rows while still growing, interim index on",
    "local_disk_bytes": "local disk of a query node",
    "object_store_bytes": "binlogs and stored index",
    "gpu_memory_bytes": "on the GPU, without context and search pool",
    "gpu_build_peak_bytes": "on the GPU while building one segment",
    "lite_memory_bytes": "Milvus Lite's process after load, above idle",
}


def print_estimate(
    request: EstimateRequest, answer: Estimate, *, compare_official: bool = False, console: Console | None = None
) -> None:
    """Print what is asked, each figure with its meaning, the parts of the index, and what the rules found."""
    out = console or Console(highlight=False, markup=False)
    out.print(Text(_headline(request, answer), style="bold"))
    out.print(_figures(answer.to_json()))
    out.print(_parts(request))
    if compare_official:
        from pulumi_milvus.planning.estimates.official_comparison import compare_with_official

        out.print(_official(compare_with_official(request, answer.to_json())))
    for finding in answer.findings:
        out.print(Text(f"{finding.level}: {finding.subject.lstrip('.')}: {finding.message}; {finding.fix}"))


def _headline(request: EstimateRequest, answer: Estimate) -> str:
    params = ", ".join(f"{name}={value}" for name, value in answer.params.items() if value is not None)
    what = f"{request.vectors:,} x {request.dimension:,}" if request.dimension else f"{request.vectors:,} sparse"
    parts = [answer.index + (f" ({params})" if params else ""), f"{what} {request.data_type}", answer.metric]
    parts.append("1 segment" if answer.segments == 1 else f"{answer.segments:,} segments")
    if request.replicas > 1:
        parts.append(f"{request.replicas} in-memory replicas")
    return ", ".join(parts)


def _table(title: str, *columns: str) -> Table:
    table = Table(title=title, title_justify="left", title_style="bold", header_style="dim", box=box.SIMPLE_HEAD)
    for column in columns:
        table.add_column(column, justify="right" if column in ("size", "bytes", "official", "ours") else "left")
    return table


def _figures(answer: dict[str, Any]) -> Table:
    table = _table("", "figure", "size", "bytes", "meaning")
    for key, meaning in MEANINGS.items():
        if answer[key] is not None:
            table.add_row(key, shown_bytes(answer[key]), f"{answer[key]:,}", meaning)
    return table


def _parts(request: EstimateRequest) -> Table:
    """What the index consists of, one segment that holds everything."""
    size = size_of(request, request.vectors)
    table = _table("The index, one segment", "part", "size", "where")
    for where, terms in _terms(size):
        for name, part_bytes in terms:
            if part_bytes:
                table.add_row(name, shown_bytes(part_bytes), where)
    return table


def _terms(size: Any) -> Iterator[tuple[str, tuple[tuple[str, int], ...]]]:
    yield "file", size.file
    if size.memory is None:
        yield "memory only", size.tables
    else:
        yield "memory", size.memory
    yield "GPU", size.gpu_memory or ()


def _official(compared: dict[str, Any]) -> Table:
    table = _table("Beside the official sizing tool", "figure", "official", "ours", "why they differ")
    for row in compared["figures"]:
        ours = "-" if row["ours"] is None else shown_bytes(row["ours"])
        official = "-" if row["official"] is None else shown_bytes(row["official"])
        table.add_row(row["figure"], official, ours, row["because"])
    return table
