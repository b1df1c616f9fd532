"""`pulumi-milvus check`: the rules on files, without Pulumi and without a cluster."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pulumi_milvus.cli.output import print_json, problem_json, read_standard_input, refuse

if TYPE_CHECKING:
    from pulumi_milvus.inspection.inspect import Inspection
    from pulumi_milvus.planning.findings import Finding
    from pulumi_milvus.planning.workload import Workload


def check(
    files: Annotated[
        list[str],
        typer.Argument(
            metavar="FILE...",
            help="Kubernetes YAML or JSON, `pulumi preview --json`, `pulumi stack export`, or - for stdin.",
        ),
    ],
    workload: Annotated[
        str | None,
        typer.Option(
            metavar="FILE",
            help="What is stored: a stack's values file or a bare workload; else the files' own collections.",
        ),
    ] = None,
    environment: Annotated[
        str | None, typer.Option(metavar="NAME", help="prod makes errors of what production must not have.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Judge files by the rules: does the hardware fit the index, is what production needs there?

    All files are one system: a Milvus in one, its nodes and storage classes in another.

    \b
    Examples:
      pulumi-milvus check milvus.yaml nodes.yaml --workload workload.yaml
      helm template my-release zilliztech/milvus | pulumi-milvus check - --environment prod
      pulumi preview --json | pulumi-milvus check - --workload stacks/Pulumi.nvme.yaml

    Where nothing of Milvus is in the files, that is said: it is no pass.

    Exit status: 0 no errors, 1 a rule found an error, 2 a file cannot be read.
    """
    from pulumi_milvus.cli.check_page import show_findings
    from pulumi_milvus.inspection.check_files import all_findings
    from pulumi_milvus.inspection.inspect import inspect
    from pulumi_milvus.planning.problems import InvalidValues

    try:
        stored = None if workload is None else _workload(workload, files)
    except InvalidValues as error:
        refuse(error, "stdin" if workload == "-" else str(workload), as_json=as_json)
    try:
        contents = _contents(files)
        inspection = inspect(contents, stored, production=_is_production(environment))
    except InvalidValues as error:
        refuse(error, "check", as_json=as_json)
    findings = all_findings(inspection)
    if as_json:
        print_json(_json(inspection, findings))
    else:
        show_findings(inspection, findings)
    for problem in inspection.problems:
        typer.echo(str(problem), err=True)
    if any(finding.level == "error" for finding in findings):
        raise typer.Exit(1)
    if inspection.problems:
        raise typer.Exit(2)


def _workload(file: str, files: list[str]) -> Workload:
    from pulumi_milvus.planning.problems import InvalidValues, Problem
    from pulumi_milvus.planning.values_file import read_values, read_values_text

    if file != "-":
        return read_values(Path(file)).workload
    if "-" in files:
        raise InvalidValues([Problem("--workload", "-", "stdin is read as a FILE already", "a file's name")])
    return read_values_text(read_standard_input(), "stdin").workload


def _contents(files: list[str]) -> list[tuple[str, bytes]]:
    """Every file, read; folders are given file by file. Raises ``InvalidValues`` with all that cannot be."""
    from pulumi_milvus.planning.problems import InvalidValues, Problem

    found: list[tuple[str, bytes]] = []
    problems = []
    for name in dict.fromkeys(files):
        if name == "-":
            found.append(("stdin", read_standard_input()))
            continue
        try:
            found.append((name, Path(name).read_bytes()))
        except (OSError, ValueError) as error:
            reason = f"cannot be read: {getattr(error, 'strerror', None) or 'no name of a file'}"
            nearest = "its files, such as DIR/*.yaml" if Path(name).is_dir() else ""
            problems.append(Problem(name, "", reason, nearest))
    if problems:
        raise InvalidValues(problems)
    return found


def _is_production(environment: str | None) -> bool:
    return environment is not None and environment.strip().lower() in ("prod", "production")


def _json(inspection: Inspection, findings: list[Finding]) -> dict[str, Any]:
    from pulumi_milvus.cli.check_page import nothing_of_milvus
    from pulumi_milvus.rules.deployment_rules import docs_page

    answer: dict[str, Any] = {
        "findings": [
            finding.to_json() | {"source": finding.source, "docs": docs_page(finding.rule)} for finding in findings
        ],
        "checked": list(inspection.checked),
    }
    if not inspection.has_milvus:
        answer["note"] = nothing_of_milvus(inspection)
    if inspection.problems:
        from pulumi_milvus.planning.problems import InvalidValues

        answer["problems"] = problem_json(InvalidValues(inspection.problems))["problems"]
    return answer
