"""`pulumi-milvus cost`: what the resources of a preview cost a month, and what changes."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pulumi_milvus.cli.output import print_json, read_standard_input, refuse

if TYPE_CHECKING:
    from pulumi_milvus.planning.hardware.aws_catalogue import AwsCatalogue
    from pulumi_milvus.planning.preview_cost.documents import Document


def cost(
    preview: Annotated[str, typer.Argument(help="A preview, or a stack's export; - for stdin.", metavar="PREVIEW")],
    before: Annotated[
        str | None,
        typer.Option(help="What is deployed: a stack's export, or the preview of another version.", metavar="FILE"),
    ] = None,
    catalogue: Annotated[
        str | None, typer.Option(help="Prices: a file that `catalogue refresh` made.", metavar="FILE")
    ] = None,
    region: Annotated[str | None, typer.Option(help="Whose prices; by default the region of the resources.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Say what the resources of a preview cost a month, what changes, and what has no price.

    \b
    Prices are those that plans are made with. What is paid by use, or has no price in the catalogue, is listed and
    never counted as nothing.

    \b
    Examples:
      pulumi preview --json --show-sames > preview.json; pulumi-milvus cost preview.json
      pulumi stack export | pulumi-milvus cost -
      pulumi-milvus cost preview.json --before main.json --json | jq .change_usd_per_month

    Exit status: 0 fine, 2 a file or an option is wrong.
    """
    from pulumi_milvus.planning.preview_cost.totals import main_region, preview_cost
    from pulumi_milvus.planning.problems import InvalidValues

    try:
        document = _document(preview)
        deployed = _document(before).after if before is not None else None
        prices = _prices(catalogue, region or main_region(document.after))
    except InvalidValues as error:
        refuse(error, "stdin" if preview == "-" else preview, as_json=as_json)
    found = preview_cost(document, prices, deployed)
    if not found.complete:
        words = "made without --show-sames: what does not change is not in it, so the total is unknown"
        typer.echo(f"{preview}: {words}", err=True)
    if as_json:
        print_json(found.to_json())
    else:
        from pulumi_milvus.cli.cost_page import print_cost

        print_cost(found)


def _document(file: str) -> Document:
    from pulumi_milvus.planning.preview_cost.documents import PREVIEW, read_document
    from pulumi_milvus.planning.problems import InvalidValues, Problem, shown

    if file == "-":
        return read_document(read_standard_input(), "stdin")
    try:
        data = Path(file).read_bytes()
    except (OSError, ValueError) as error:
        reason = f"cannot be read: {getattr(error, 'strerror', None) or 'is no name of a file'}"
        raise InvalidValues([Problem(shown(file), "", reason, PREVIEW)]) from None
    return read_document(data, file)


def _prices(option: str | None, region: str | None) -> AwsCatalogue:
    from pulumi_milvus.planning.catalogue_choice import chosen_catalogue
    from pulumi_milvus.planning.hardware.aws_catalogue import aws_catalogue
    from pulumi_milvus.planning.settings import Settings

    return chosen_catalogue(Settings(region=region), Path(), os.environ, option) or aws_catalogue()
