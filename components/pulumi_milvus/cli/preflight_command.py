"""`pulumi-milvus preflight`: what would stop a deployment on AWS, before its first resource."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pulumi_milvus.cli.output import print_json, refuse

if TYPE_CHECKING:
    from pulumi_milvus.aws_facts.checks.wanted import Report, Wanted
    from pulumi_milvus.planning.plan import Plan
    from pulumi_milvus.planning.values_file import Values


def preflight(
    file: Annotated[str, typer.Argument(help="A stack's values file with milvus:aws.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Ask AWS what would stop a stack: account, types and zones, quotas, subnets, EKS version, bucket.

    \b
    Only reads, and says everything at once, each with what to ask for. What these credentials may not ask is
    told as not checked.

    \b
    Examples:
      pulumi-milvus preflight stacks/Pulumi.aws-nvme.yaml
      AWS_PROFILE=production pulumi-milvus preflight --json stacks/Pulumi.aws-distributed.yaml

    Exit status: 0 nothing stops it, 1 something does or was not checked, 2 the file is wrong.
    """
    from pulumi_milvus.cli.late_progress import LateProgress

    wanted = _wanted(file, as_json=as_json)
    with LateProgress("Asking AWS", 0):
        report = _report(file, wanted)
    _say(report, wanted, as_json=as_json)
    if report.problems or report.unchecked:
        raise typer.Exit(1)


def _report(file: str, wanted: Wanted) -> Report:
    """What AWS says to the credentials that `up` would have."""
    from pulumi_milvus.aws_facts import preflight as aws
    from pulumi_milvus.aws_facts.checks.wanted import Report
    from pulumi_milvus.aws_facts.stack_sign_in import signed_in, stack_sign_in
    from pulumi_milvus.planning.problems import InvalidValues
    from pulumi_milvus.planning.yaml_text import parse

    config = parse(Path(file).read_bytes(), file)["config"]

    def setting(name: str) -> str | None:
        # What is secret there only the stack can read: then the usual credentials are taken.
        value = config.get(f"aws:{name}")
        if value is None or (isinstance(value, dict) and "secure" in value):
            return None
        return value if isinstance(value, str) else json.dumps(value)

    try:
        return aws.preflight(wanted, signed_in(stack_sign_in(setting), wanted.region))
    except InvalidValues as error:
        return Report(error.problems)


def _wanted(file: str, *, as_json: bool) -> Wanted:
    from pulumi_milvus.aws_facts.wanted_by_plan import wanted_by
    from pulumi_milvus.planning.problems import InvalidValues, Problem
    from pulumi_milvus.planning.values_file import read_values

    try:
        values = read_values(Path(file))
        settings, region = values.settings.aws, values.settings.region
        wrong = []
        if settings is None:
            near = "a stack of AWS: stacks/Pulumi.aws-distributed.yaml"
            wrong.append(Problem("config", "", "milvus:aws is missing, so nothing is made on AWS", near))
        elif region is None:
            wrong.append(Problem("config", "", "no region is said", "aws:region: us-east-1"))
        if wrong or settings is None or region is None:
            raise InvalidValues(wrong)
        plan = _plan(file, values, as_json=as_json)
    except InvalidValues as error:
        refuse(error, file, as_json=as_json)
    return wanted_by(plan, settings, settings.region or region, _stack(Path(file)))


def _stack(file: Path) -> str | None:
    from pulumi_milvus.planning.problems import InvalidValues
    from pulumi_milvus.planning.written_plan import environment_of

    try:
        return environment_of(file)
    except InvalidValues:  # a file of another name: nobody's machine is known again
        return None


def _plan(file: str, values: Values, *, as_json: bool) -> Plan:
    """The accepted plan where there is one, as `up` takes it; else one made now."""
    from pulumi_milvus.cli.plan_files import judged
    from pulumi_milvus.planning.catalogue_choice import chosen_catalogue
    from pulumi_milvus.planning.planner import catalogue_of, make_plan
    from pulumi_milvus.planning.written_use import plan_in_use

    nodes = chosen_catalogue(values.settings, Path(file).parent, os.environ) or catalogue_of(values.workload)
    made = make_plan(values.workload, nodes)
    _, beside = judged(file, made, nodes, as_json=as_json)
    return made if beside is None else plan_in_use(beside.written, values.workload, beside.facts)


def _say(report: Report, wanted: Wanted, *, as_json: bool) -> None:
    for problem in (*report.problems, *report.broken, *report.unchecked):
        typer.echo(str(problem), err=True)
    if as_json:
        print_json(
            {
                "account": report.account,
                "region": wanted.region,
                "problems": [problem.to_json() for problem in report.problems],
                "broken": [problem.to_json() for problem in report.broken],
                "unchecked": [problem.to_json() for problem in report.unchecked],
            }
        )
    elif not report.problems and not report.unchecked and not report.broken:
        typer.echo(f"Nothing stops it: account {report.account}, {wanted.region}.")
    else:
        count = len(report.problems)
        words = "one problem" if count == 1 else f"{count} problems"
        typer.echo(f"{wanted.region}: {words}, {len(report.unchecked)} not checked.")
