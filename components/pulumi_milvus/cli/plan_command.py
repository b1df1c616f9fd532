"""`pulumi-milvus plan`: what a workload needs, and why."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

from pulumi_milvus.cli.output import print_json, problem_json, read_standard_input, refuse


def plan(
    file: Annotated[
        str | None, typer.Argument(help="A stack's values file, a bare workload (YAML or JSON), or - for stdin.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the plan as JSON.")] = False,
    batch: Annotated[
        str | None, typer.Option(help="A file, or - for stdin, with one JSON workload a line: one answer a line.")
    ] = None,
) -> None:
    """Show which Milvus a workload needs: topology, sizes, and the reason for each.

    \b
    Examples:
      pulumi-milvus plan stacks/Pulumi.lite.yaml
      pulumi-milvus plan --json workload.yaml
      echo '{"collections": [{"name": "a", "vectors": 10000, "dimension": 768}]}' | pulumi-milvus plan -
      pulumi-milvus plan --batch workloads.jsonl

    Exit status: 0 fine, 1 a rule found an error, 2 the file cannot be read or is wrong.
    """
    if (file is None) == (batch is None):
        raise typer.BadParameter("name one FILE, or give --batch FILE", param_hint="FILE")
    if batch is not None:
        _plan_batch(batch)
    else:
        _plan_one(str(file), as_json=as_json)


def _plan_one(file: str, *, as_json: bool) -> None:
    from pulumi_milvus.planning.planner import make_plan
    from pulumi_milvus.planning.problems import InvalidValues
    from pulumi_milvus.planning.values_file import read_values, read_values_text

    try:
        values = read_values_text(read_standard_input(), "stdin") if file == "-" else read_values(Path(file))
    except InvalidValues as error:
        refuse(error, "stdin" if file == "-" else file, as_json=as_json)
    made = make_plan(values.workload)
    if as_json:
        print_json(made.to_json())
        for finding in made.findings:
            typer.echo(str(finding), err=True)
    else:
        from pulumi_milvus.cli.plan_page import print_page

        print_page(made)
    if made.has_errors:
        raise typer.Exit(1)


def _plan_batch(file: str) -> None:
    from pulumi_milvus.planning.problems import InvalidValues, Problem

    try:
        data = read_standard_input() if file == "-" else Path(file).read_bytes()
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "is no name of a file"
        refuse(InvalidValues([Problem(file, "", f"cannot be read: {reason}")]), file, as_json=False)
    for answer in _answers(data):
        print_json(answer, compact=True)
    sys.stdout.flush()


def _answers(data: bytes) -> Iterator[dict[str, Any]]:
    """One answer for each line, in order; a bad line is answered with its problems, and the rest go on."""
    from pulumi_milvus.planning.json_text import parse_json
    from pulumi_milvus.planning.planner import make_plan
    from pulumi_milvus.planning.problems import InvalidValues
    from pulumi_milvus.planning.values_file import values_of

    lines = data.split(b"\n")
    if lines and not lines[-1].strip():
        lines.pop()
    for line in lines:
        try:
            yield make_plan(values_of(parse_json(line)).workload).to_json()
        except InvalidValues as error:
            yield problem_json(error)
