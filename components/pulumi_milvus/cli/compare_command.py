"""`pulumi-milvus compare`: for one workload every index that can serve it, and what each costs."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from pulumi_milvus.cli.catalogue_choice import catalogue_for
from pulumi_milvus.cli.output import print_json, read_standard_input, refuse

if TYPE_CHECKING:
    from pulumi_milvus.planning.compare import Comparison
    from pulumi_milvus.planning.compare.comparison import Progress as Tell
    from pulumi_milvus.planning.values_file import Values

# What takes longer than this says how far it is.
QUIET_SECONDS: Final = 2.0


def compare(
    file: Annotated[str, typer.Argument(help="A stack's values file, a bare workload (YAML or JSON), or - for stdin.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print everything as JSON, curves included.")] = False,
    html: Annotated[
        str | None, typer.Option("--html", help="Write one page with plots that needs no network.", metavar="OUT")
    ] = None,
) -> None:
    """Compare the indexes for a workload: memory, disk, cost, recall and latency, and why the others are out.

    \b
    Every index type, with mmap and with in-memory replicas, is planned as `plan` would plan it.

    \b
    Examples:
      pulumi-milvus compare workload.yaml
      pulumi-milvus compare stacks/Pulumi.distributed.yaml --html trade.html
      pulumi-milvus compare --json workload.yaml | jq '.rows[] | [.name, .usd_per_month]'

    Exit status: 0 fine, 1 nothing can run or the plots' packages are missing, 2 the file cannot be read or is wrong.
    """
    values = _values(file, as_json=as_json)
    nodes = catalogue_for(values, file, None, as_json=as_json)
    if html is not None:
        _check_page(html, as_json=as_json)
    from pulumi_milvus.planning.compare import compare as compare_workload

    with _progress() as tell:
        found = compare_workload(values.workload, nodes, with_curves=as_json or html is not None, progress=tell)
    if html is not None:
        _write_page(found, Path(html), as_json=as_json)
    if as_json:
        print_json(found.to_json())
    else:
        from pulumi_milvus.cli.compare_page.terminal_table import print_table

        print_table(found)
    if not found.rows:
        raise typer.Exit(1)


def _values(file: str, *, as_json: bool) -> Values:
    from pulumi_milvus.planning.problems import InvalidValues
    from pulumi_milvus.planning.values_file import read_values, read_values_text

    try:
        return read_values_text(read_standard_input(), "stdin") if file == "-" else read_values(Path(file))
    except InvalidValues as error:
        refuse(error, "stdin" if file == "-" else file, as_json=as_json)


def _check_page(name: str, *, as_json: bool) -> None:
    """Say before the work what would stop it after."""
    from pulumi_milvus.cli.compare_page import missing_packages
    from pulumi_milvus.planning.problems import InvalidValues, Problem, shown

    reason, nearest, out = "", "", Path(name)
    try:
        if not name or "\0" in name:
            reason = "is no name of a file"
        elif out.is_dir():
            reason, nearest = "is a folder, and a file is needed", str(out / "compare.html")
        elif not out.parent.is_dir():
            reason, nearest = "its folder does not exist", out.name
        elif not os.access(out if out.exists() else out.parent, os.W_OK):
            reason = "cannot be written"
    except OSError as error:  # a name that is too long
        reason = f"cannot be written: {error.strerror}"
    if reason:
        refuse(InvalidValues([Problem("--html", shown(name), reason, nearest)]), "compare", as_json=as_json)
    missing = missing_packages()
    if missing:
        typer.echo(
            f"--html needs {', '.join(missing)}: pip install 'pulumi-milvus[plots]'. The table and --json do not.",
            err=True,
        )
        raise typer.Exit(1)


def _write_page(found: Comparison, out: Path, *, as_json: bool) -> None:
    from pulumi_milvus.cli.compare_page import page_of
    from pulumi_milvus.planning.problems import InvalidValues, Problem, shown

    page = page_of(found)
    try:
        out.write_text(page, encoding="utf-8")
    except OSError as error:
        problem = Problem("--html", shown(str(out)), f"cannot be written: {error.strerror}")
        refuse(InvalidValues([problem]), "compare", as_json=as_json)
    typer.echo(f"Wrote {out}, {len(page.encode()) / 1e6:.1f} MB; it needs no network.", err=True)


@contextmanager
def _progress() -> Iterator[Tell]:
    """Progress on stderr, from the moment that the work has taken longer than two seconds."""
    from pulumi_milvus.engine.progress import Progress

    started = time.monotonic()
    shown: Progress | None = None
    steps = 0
    with ExitStack() as stack:

        def tell(done: int, total: int, name: str) -> None:
            nonlocal shown, steps
            if shown is None and time.monotonic() - started < QUIET_SECONDS:
                return
            if shown is None or total != steps:
                stack.close()
                steps = total
                shown = stack.enter_context(Progress("Comparing", total))
            shown.update(done, name)

        yield tell
    sys.stderr.flush()
