"""`pulumi-milvus plan`: what a workload needs, and why; and the plan that was accepted, which stays."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pulumi_milvus.cli.catalogue_choice import catalogue_for, shared_catalogue
from pulumi_milvus.cli.output import print_json, problem_json, read_standard_input, refuse

if TYPE_CHECKING:
    from pulumi_milvus.planning.hardware.aws_catalogue import AwsCatalogue
    from pulumi_milvus.planning.hardware.catalogue import Catalogue
    from pulumi_milvus.planning.plan import Plan
    from pulumi_milvus.planning.values_file import Values


def plan(
    file: Annotated[
        str | None, typer.Argument(help="A stack's values file, a bare workload (YAML or JSON), or - for stdin.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    batch: Annotated[
        str | None, typer.Option(help="A file, or - for stdin, with one JSON workload a line: one answer a line.")
    ] = None,
    explain: Annotated[
        str | None,
        typer.Option(metavar="PATH", help="Print the whole sum behind one figure: roles.query_node.memory_bytes."),
    ] = None,
    compare_official: Annotated[
        bool, typer.Option("--compare-official", help="Set the official sizing tool's figures beside ours.")
    ] = False,
    write: Annotated[
        bool, typer.Option("--write", help="Accept the plan: write it to plans/ beside the stack's values file.")
    ] = False,
    update: Annotated[
        bool, typer.Option("--update", help="Show what a plan made now changes in the written one, and write it.")
    ] = False,
    catalogue: Annotated[
        str | None,
        typer.Option(metavar="FILE", help="Instance types and prices: a file that `catalogue refresh` made."),
    ] = None,
) -> None:
    """Show which Milvus a workload needs: topology, sizes, nodes, cost, and the reason for each.

    A plan that was written stays: `up` uses it as it stands until --update writes another one.

    \b
    Examples:
      pulumi-milvus plan stacks/Pulumi.lite.yaml
      pulumi-milvus plan --json workload.yaml
      echo '{"collections": [{"name": "a", "vectors": 10000, "dimension": 768}]}' | pulumi-milvus plan -
      pulumi-milvus plan --batch workloads.jsonl
      pulumi-milvus plan --explain roles.query_node.memory_bytes stacks/Pulumi.distributed.yaml
      pulumi-milvus plan --compare-official stacks/Pulumi.distributed.yaml
      pulumi-milvus plan --write stacks/Pulumi.distributed.yaml

    Exit status: 0 fine, 1 a rule found an error, 2 the file cannot be read or is wrong. A batch is always 0.
    """
    _check_options(file, batch, explain=explain, compare_official=compare_official, write=write, update=update)
    if batch is not None:
        _plan_batch(batch, catalogue, compare_official=compare_official)
        return
    name = str(file)
    values = _values(name, as_json=as_json)
    nodes = catalogue_for(values, name, catalogue, as_json=as_json)
    if write or update:
        from pulumi_milvus.cli.plan_writing import write_plan

        write_plan(name, values.workload, nodes, update=update, as_json=as_json)
    elif explain is not None:
        _explain(name, values, nodes, explain, as_json=as_json)
    else:
        _show(name, values, nodes, as_json=as_json, compare_official=compare_official)


def _check_options(
    file: str | None,
    batch: str | None,
    *,
    explain: str | None,
    compare_official: bool,
    write: bool,
    update: bool,
) -> None:
    if (file is None) == (batch is None):
        raise typer.BadParameter("name one FILE, or give --batch FILE", param_hint="FILE")
    asked = {"--explain": explain is not None, "--write": write, "--update": update}
    chosen = [option for option, given in asked.items() if given]
    if len(chosen) > 1 or (chosen and compare_official):
        more = [*chosen, "--compare-official"] if compare_official else chosen
        raise typer.BadParameter(f"one at a time: {', '.join(more)}", param_hint=more[0])
    if chosen and batch is not None:
        raise typer.BadParameter("is for one FILE, not for a batch", param_hint=chosen[0])
    if (write or update) and file == "-":
        raise typer.BadParameter("needs a stack's values file: the plan is kept beside it", param_hint=chosen[0])


def _values(file: str, *, as_json: bool) -> Values:
    from pulumi_milvus.planning.problems import InvalidValues
    from pulumi_milvus.planning.values_file import read_values, read_values_text

    try:
        return read_values_text(read_standard_input(), "stdin") if file == "-" else read_values(Path(file))
    except InvalidValues as error:
        refuse(error, "stdin" if file == "-" else file, as_json=as_json)


def _show(file: str, values: Values, nodes: Catalogue, *, as_json: bool, compare_official: bool) -> None:
    """The plan made now, and how the written one stands to it."""
    from pulumi_milvus.planning.planner import make_plan

    made = make_plan(values.workload, nodes)
    data: dict[str, Any] = {}
    beside = None
    if file != "-":
        from pulumi_milvus.cli.plan_files import judged

        made, beside = judged(file, made, nodes, as_json=as_json)
        data |= {"written": beside.to_json()} if beside else {}
    official = None
    if compare_official:
        from pulumi_milvus.planning.official_plan import compare_with_official

        official = compare_with_official(made)
        data |= {"official": official.to_json()}
    if as_json:
        print_json(made.to_json() | data)
        for finding in made.findings:
            typer.echo(str(finding), err=True)
    else:
        from pulumi_milvus.cli.plan_page import print_page

        print_page(made, beside=beside, official=official)
    if made.cost.usd_per_month is not None:
        from pulumi_milvus.cli.price_age import say_price_age

        say_price_age(made.cost.prices_as_of, made.cost.region)
    if made.has_errors:
        raise typer.Exit(1)


def _explain(file: str, values: Values, nodes: Catalogue, path: str, *, as_json: bool) -> None:
    from pulumi_milvus.planning.nearest import nearest_word
    from pulumi_milvus.planning.plan_figures import explanations_of
    from pulumi_milvus.planning.planner import make_plan
    from pulumi_milvus.planning.problems import InvalidValues, Problem, shown

    made = make_plan(values.workload, nodes)
    known = explanations_of(made)
    if path not in known:
        from pulumi_milvus.cli.explain_page import print_paths

        containing = min([name for name in known if path and path in name], key=len, default=None)
        near = nearest_word(path, known) or containing or nearest_word(path, known, 0.0) or ""
        print_paths(known)
        refuse(
            InvalidValues([Problem("--explain", shown(path), "no figure of this plan", near)]), file, as_json=as_json
        )
    if as_json:
        print_json(known[path].to_json())
    else:
        from pulumi_milvus.cli.explain_page import print_explanation

        print_explanation(known[path])
    if file != "-":
        from pulumi_milvus.cli.plan_files import judged

        _, beside = judged(file, made, nodes, as_json=as_json)
        if beside is not None and beside.difference.changes:
            words = "this is a plan made now; what `up` uses differs: pulumi-milvus plan FILE says how"
            typer.echo(f"{beside.file}: {words}", err=True)


def _plan_batch(file: str, catalogue: str | None, *, compare_official: bool) -> None:
    from pulumi_milvus.planning.problems import InvalidValues, Problem

    try:
        data = read_standard_input() if file == "-" else Path(file).read_bytes()
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "is no name of a file"
        refuse(InvalidValues([Problem(file, "", f"cannot be read: {reason}")]), file, as_json=False)
    nodes = shared_catalogue(catalogue)
    for answer in _answers(data, nodes, compare_official=compare_official):
        print_json(answer, compact=True)
    sys.stdout.flush()


def _answers(data: bytes, nodes: AwsCatalogue | None, *, compare_official: bool) -> Iterator[dict[str, Any]]:
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
            workload = values_of(parse_json(line)).workload
            made = make_plan(workload, None if workload.node_shapes else nodes)
        except InvalidValues as error:
            yield problem_json(error)
            continue
        yield _with_official(made) if compare_official else made.to_json()


def _with_official(made: Plan) -> dict[str, Any]:
    from pulumi_milvus.planning.official_plan import compare_with_official

    return made.to_json() | {"official": compare_with_official(made).to_json()}
