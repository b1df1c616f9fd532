"""`pulumi-milvus plan --write` and `--update`: an accepted plan is written down, and stays until it is updated."""

from __future__ import annotations

import os
from pathlib import Path
from typing import NoReturn

import typer

from pulumi_milvus.cli.output import print_json, refuse
from pulumi_milvus.cli.plan_files import read_or_refuse, stack_plan_file, write_atomically
from pulumi_milvus.planning.hardware.catalogue import Catalogue
from pulumi_milvus.planning.plan import Plan
from pulumi_milvus.planning.plan_difference import plan_difference
from pulumi_milvus.planning.planner import make_plan
from pulumi_milvus.planning.problems import InvalidValues, Problem
from pulumi_milvus.planning.workload import Workload
from pulumi_milvus.planning.written_plan import WrittenPlan, written_plan_of
from pulumi_milvus.version import PACKAGE_VERSION


def write_plan(values_file: str, workload: Workload, nodes: Catalogue, *, update: bool, as_json: bool) -> None:
    """Write the plan of a stack beside its values file; with ``update`` in the place of the one that is there."""
    try:
        file = stack_plan_file(Path(values_file))
    except InvalidValues as error:
        refuse(error, values_file, as_json=as_json)
    if update:
        _update(file, values_file, workload, nodes, as_json=as_json)
    else:
        _write(file, values_file, workload, nodes, as_json=as_json)


def _write(file: Path, values_file: str, workload: Workload, nodes: Catalogue, *, as_json: bool) -> None:
    if os.path.lexists(file):
        reason = "is there: a plan that was accepted stays"
        near = f"pulumi-milvus plan --update {values_file}"
        refuse(InvalidValues([Problem(str(file), "", reason, near)]), values_file, as_json=as_json)
    new = _new(values_file, workload, nodes, as_json=as_json)
    _save(file, new, as_json=as_json)
    if as_json:
        print_json({"file": str(file), "written": True, "plan": new.plan.to_json()})
    else:
        typer.echo(f"{file} is written: {_in_short(new.plan)}. `pulumi up` keeps to it until it is updated.")
        _say_commit(file)


def _update(file: Path, values_file: str, workload: Workload, nodes: Catalogue, *, as_json: bool) -> None:
    old = read_or_refuse(file, values_file, as_json=as_json)
    if old is None:
        near = f"pulumi-milvus plan --write {values_file}"
        refuse(InvalidValues([Problem(str(file), "", "is not there", near)]), values_file, as_json=as_json)
    new = _new(values_file, workload, nodes, as_json=as_json, instead_of=file)
    before, after = old.to_json(), new.to_json()
    difference, changed = plan_difference(before, after), before != after
    if changed:
        _save(file, new, as_json=as_json)
    if as_json:
        answer = {"file": str(file), "written": changed, "difference": difference.to_json(), "plan": new.plan.to_json()}
        print_json(answer)
        return
    if not changed:
        typer.echo(f"{file} stays: a plan made now is the same.")
        return
    from pulumi_milvus.cli.plan_difference_page import print_difference

    print_difference(difference)
    typer.echo(f"{file} is written: {_in_short(new.plan)}.")
    _say_commit(file)


def _new(
    values_file: str, workload: Workload, nodes: Catalogue, *, as_json: bool, instead_of: Path | None = None
) -> WrittenPlan:
    made = make_plan(workload, nodes)
    try:
        return written_plan_of(made, PACKAGE_VERSION, nodes)
    except InvalidValues as error:
        if made.has_errors:
            _impossible(made, as_json=as_json)
        if instead_of is not None:
            typer.echo(f"{instead_of} is left as it is; remove it where it is no longer wanted", err=True)
        refuse(error, values_file, as_json=as_json)


def _impossible(made: Plan, *, as_json: bool) -> NoReturn:
    """A plan that a rule judges impossible is shown, not kept."""
    if as_json:
        print_json({"written": False, "plan": made.to_json()})
    for finding in made.findings:
        typer.echo(str(finding), err=True)
    typer.echo("Nothing was written: this plan cannot be.", err=True)
    raise typer.Exit(1)


def _save(file: Path, new: WrittenPlan, *, as_json: bool) -> None:
    try:
        write_atomically(file, new.to_text())
    except InvalidValues as error:
        refuse(error, str(file), as_json=as_json)


def _in_short(plan: Plan) -> str:
    pods = sum([role.pods for role in plan.roles.values()])
    nodes = sum([pool["nodes"] for pool in plan.node_pools])
    usd = plan.cost.usd_per_month
    price = "not priced" if usd is None else f"{usd:,.0f} USD a month"
    return f"{plan.topology}, {pods} pod{'s' * (pods != 1)} on {nodes} node{'s' * (nodes != 1)}, {price}"


def _say_commit(file: Path) -> None:
    typer.echo(f"Commit it: git add {file} && git commit -m 'Plan of {file.stem}'")
