"""`pulumi-milvus report`: what a pull request would do, as one Markdown comment."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pulumi_milvus.cli.output import print_json, read_standard_input, refuse

if TYPE_CHECKING:
    from pulumi_milvus.planning.hardware.aws_catalogue import AwsCatalogue
    from pulumi_milvus.report.environment import Environment


def report(
    files: Annotated[
        list[str],
        typer.Argument(
            metavar="FILE...", help="`pulumi preview --json --show-sames`, one an environment; - for stdin."
        ),
    ],
    before: Annotated[
        list[str] | None,
        typer.Option(metavar="FILE", help="`pulumi stack export` of what is deployed; once for each environment."),
    ] = None,
    docs: Annotated[
        str | None,
        typer.Option(
            metavar="URL", help="Where links to rules lead: the folder that holds docs/.", envvar="PULUMI_MILVUS_DOCS"
        ),
    ] = None,
    catalogue: Annotated[
        str | None, typer.Option(metavar="FILE", help="Prices: a file that `catalogue refresh` made.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Say what previews would do, as one Markdown comment for a pull request.

    \b
    First what is dangerous, then what changes, sizes with their reasons, cost, findings of the rules, and every
    resource. Secrets are never in it, names are quoted, and it stays below the 65,536 characters of a comment.

    \b
    Examples:
      pulumi preview --json --show-sames -s dev > dev.json; pulumi-milvus report dev.json > comment.md
      pulumi stack export -s dev > before.json; pulumi-milvus report dev.json --before before.json
      pulumi-milvus report dev.json prod.json --json | jq '.environments[].dangers'

    Exit status: 0 fine, 1 a preview failed (its comment says why), 2 a file or an option is wrong.
    """
    from pulumi_milvus.planning.problems import InvalidValues
    from pulumi_milvus.report.comment import comment
    from pulumi_milvus.report.report import report_of

    try:
        environments = _environments(list(dict.fromkeys(files)), list(dict.fromkeys(before or [])))
        reports = [report_of(item, lambda region: _prices(catalogue, region)) for item in environments]
    except InvalidValues as error:
        refuse(error, "report", as_json=as_json)
    if as_json:
        ordered = sorted(reports, key=lambda one: one.environment.name)
        print_json({"environments": [one.to_json(docs) for one in ordered]})
    else:
        typer.echo(comment(reports, docs), nl=False)
    if any(one.environment.failed for one in reports):
        raise typer.Exit(1)


def _environments(files: list[str], before: list[str]) -> list[Environment]:
    """What the files hold. Raises ``InvalidValues`` with all that cannot be opened, and all that is no preview."""
    from pulumi_milvus.planning.problems import InvalidValues, Problem
    from pulumi_milvus.report.environment import read_environments

    contents: dict[str, tuple[str, bytes]] = {}
    problems: list[Problem] = []
    for name in [*files, *before]:
        try:
            contents[name] = _content(name)
        except InvalidValues as error:
            problems += error.problems
    try:
        found = read_environments(*([contents[name] for name in part if name in contents] for part in (files, before)))
    except InvalidValues as error:
        problems += error.problems
    if problems:
        raise InvalidValues(problems)
    return found


def _content(name: str) -> tuple[str, bytes]:
    """The name in messages and the content of a file. Raises ``InvalidValues``."""
    from pulumi_milvus.planning.preview_cost.documents import PREVIEW
    from pulumi_milvus.planning.problems import InvalidValues, Problem

    if name == "-":
        return "stdin", read_standard_input()
    try:
        return name, Path(name).read_bytes()
    except (OSError, ValueError) as error:
        reason = f"cannot be read: {getattr(error, 'strerror', None) or 'is no name of a file'}"
        raise InvalidValues([Problem(name, "", reason, PREVIEW)]) from None


def _prices(option: str | None, region: str | None) -> AwsCatalogue:
    from pulumi_milvus.planning.catalogue_choice import chosen_catalogue
    from pulumi_milvus.planning.hardware.aws_catalogue import aws_catalogue
    from pulumi_milvus.planning.settings import Settings

    return chosen_catalogue(Settings(region=region), Path(), os.environ, option) or aws_catalogue()
