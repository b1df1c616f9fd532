"""`pulumi-milvus catalogue`: the instance types, zones and prices that plans are made with."""

from __future__ import annotations

import datetime
import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from pulumi_milvus.cli.output import print_json, refuse
from pulumi_milvus.cli.price_age import say_price_age

if TYPE_CHECKING:
    from pulumi_milvus.planning.hardware.catalogue_file import RegionSnapshot

FILE: Final = "catalogue.json"

catalogue = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    help="The instance types, zones and prices that plans are made with: ask AWS anew, or look at them.",
)


@catalogue.command()
def refresh(
    region: Annotated[
        list[str] | None,
        typer.Option(help="A region to ask; may be given again. Default: that of the credentials, else us-east-1."),
    ] = None,
    output: Annotated[Path, typer.Option(help="The file to write. Its other regions stay.")] = Path(FILE),
    as_json: Annotated[bool, typer.Option("--json", help="Print what was found as JSON.")] = False,
) -> None:
    """Ask AWS for instance types, zones, prices and quotas, and write them into a file.

    \b
    Only reads. The credentials need ec2:DescribeInstanceTypes, ec2:DescribeInstanceTypeOfferings,
    pricing:GetProducts, servicequotas:ListServiceQuotas and servicequotas:ListAWSDefaultServiceQuotas.

    \b
    A plan uses the file where it is named: the setting milvus:catalogue beside milvus:workload, the option
    --catalogue of plan, or the environment variable PULUMI_MILVUS_CATALOGUE. The region is aws:region.

    \b
    Examples:
      pulumi-milvus catalogue refresh --region eu-west-1 --output stacks/catalogue.json
      pulumi-milvus catalogue refresh --region us-east-1 --region us-west-2

    Exit status: 0 written, 1 AWS did not answer and nothing is written, 2 an option or the file that is there is wrong.
    """
    from pulumi_milvus.aws_facts.connection import NotAnswered, connect
    from pulumi_milvus.aws_facts.refresh import STEPS, region_snapshot
    from pulumi_milvus.cli.late_progress import LateProgress
    from pulumi_milvus.cli.plan_files import write_atomically
    from pulumi_milvus.planning.hardware.catalogue_file import catalogue_text
    from pulumi_milvus.planning.problems import InvalidValues

    today = datetime.datetime.now(tz=datetime.UTC).date()
    regions = list(dict.fromkeys(region or [_usual_region()]))
    try:
        kept = _kept(output)
        clients = connect(regions)
    except InvalidValues as error:
        refuse(error, "catalogue refresh", as_json=as_json)
    fresh: dict[str, Mapping[str, Any]] = {}
    try:
        with LateProgress("Asking AWS", len(regions) * len(STEPS)) as progress:
            for name in regions:
                fresh[name] = region_snapshot(clients, name, today, progress.tell)
    except NotAnswered as error:
        _not_answered(error, output, as_json=as_json)
    try:
        write_atomically(output, catalogue_text({**kept, **fresh}.values(), today.isoformat()))
    except InvalidValues as error:
        refuse(error, "catalogue refresh", as_json=as_json)
    _say_written(output, list(fresh.values()), as_json=as_json)


@catalogue.command()
def show(
    file: Annotated[
        Path | None,
        typer.Argument(help="A file that refresh made. Default: PULUMI_MILVUS_CATALOGUE, else the packaged snapshot."),
    ] = None,
    region: Annotated[str | None, typer.Option(help="Which region of the file.")] = None,
    family: Annotated[list[str] | None, typer.Option(help="Only this family, such as r7g; may be given again.")] = None,
    architecture: Annotated[str | None, typer.Option(help="Only x86_64, or only arm64.")] = None,
    nvme: Annotated[bool, typer.Option("--nvme", help="Only types with local NVMe.")] = False,
    gpu: Annotated[bool, typer.Option("--gpu", help="Only types with a GPU.")] = False,
    usable: Annotated[bool, typer.Option("--usable", help="Only types that a plan may choose.")] = False,
    least_memory_gib: Annotated[int, typer.Option("--least-memory-gib", min=0, help="Only types with so much.")] = 0,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Show the types of a catalogue, their prices and where these come from.

    \b
    Examples:
      pulumi-milvus catalogue show --family r7g --family r8g
      pulumi-milvus catalogue show --nvme --usable stacks/catalogue.json --region eu-west-1
      pulumi-milvus catalogue show --json | jq '.types[] | [.name, .usd_per_hour]'

    Exit status: 0 fine, 2 the file or an option is wrong.
    """
    from pulumi_milvus.planning.catalogue_choice import ENVIRONMENT_VARIABLE
    from pulumi_milvus.planning.hardware.catalogue_selection import Wanted, selected
    from pulumi_milvus.planning.problems import InvalidValues

    variable = os.environ.get(ENVIRONMENT_VARIABLE)
    chosen = file if file is not None else Path(variable) if variable else None
    wanted = Wanted(tuple(family or ()), architecture, nvme, gpu, usable, least_memory_gib)
    try:
        snapshot = _snapshot(chosen, region)
        types = selected(snapshot.catalogue.types, wanted)
    except InvalidValues as error:
        refuse(error, str(chosen or "catalogue show"), as_json=as_json)
    from pulumi_milvus.cli.catalogue_page import print_catalogue, snapshot_json

    if as_json:
        print_json(snapshot_json(snapshot, types))
    else:
        print_catalogue(snapshot, types)
    say_price_age(snapshot.catalogue.prices_as_of, snapshot.catalogue.region)


def _usual_region() -> str:
    """The region of the environment or the profile; where nobody says one, that of the packaged prices."""
    from pulumi_milvus.planning.hardware.aws_catalogue import PRICED_REGION

    try:
        import boto3
        from botocore.exceptions import BotoCoreError
    except ImportError:
        return PRICED_REGION  # said by connect
    try:
        return str(boto3.Session().region_name or PRICED_REGION)
    except BotoCoreError:
        return PRICED_REGION  # a profile that is not there: said by connect too


def _kept(output: Path) -> dict[str, Mapping[str, Any]]:
    """The snapshots of the file that is there, by region. Raises ``InvalidValues`` where it is no catalogue."""
    from pulumi_milvus.planning.hardware.catalogue_file import read_catalogue_file
    from pulumi_milvus.planning.problems import InvalidValues, Problem, shown

    try:
        if not output.exists():
            if output.parent.is_dir():
                return {}
            raise InvalidValues([Problem("--output", shown(str(output)), "its folder does not exist", output.name)])
        read_catalogue_file(output)
        data = json.loads(output.read_bytes())
    except InvalidValues as error:
        near = "another name, or remove the file"
        problems = [Problem(f"--output: {item.path}", item.value, item.reason, near) for item in error.problems]
        raise InvalidValues(problems) from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "is no name of a file"
        raise InvalidValues([Problem("--output", shown(str(output)), reason, FILE)]) from None
    return {part["region"]: part for part in data.get("regions", [data])}


def _snapshot(file: Path | None, region: str | None) -> RegionSnapshot:
    from types import MappingProxyType

    from pulumi_milvus.planning.hardware.aws_catalogue import PRICED_REGION, aws_catalogue, packaged_snapshot
    from pulumi_milvus.planning.hardware.catalogue_file import RegionSnapshot, read_catalogue_file

    if file is not None:
        return read_catalogue_file(file).snapshot(region)
    catalogue = aws_catalogue(region or PRICED_REGION)
    missing = (
        () if catalogue.prices_as_of else (f"prices and zones of {region}: the packaged ones are {PRICED_REGION}'s",)
    )
    sources = MappingProxyType(dict(packaged_snapshot()["sources"]))
    return RegionSnapshot(catalogue=catalogue, sources=sources, quotas=MappingProxyType({}), missing=missing)


def _not_answered(error: Any, output: Path, *, as_json: bool) -> None:
    there = "it stays as it was" if output.exists() else "nothing is written"
    typer.echo(f"{error.problem}\n{output}: {there}", err=True)
    if as_json:
        print_json({"file": str(output), "written": False, **error.problem.to_json()})
    raise typer.Exit(1)


def _say_written(output: Path, fresh: Sequence[Mapping[str, Any]], *, as_json: bool) -> None:
    keys = ("region", "generated_at", "prices_as_of", "quotas", "missing")
    for part in fresh:
        for line in part["missing"]:
            typer.echo(f"not in the catalogue: {line}", err=True)
    if as_json:
        regions = [{**{key: part[key] for key in keys}, "types": len(part["rows"])} for part in fresh]
        print_json({"file": str(output), "written": True, "regions": regions})
        return
    for part in fresh:
        typer.echo(f"{output}: {part['region']}, {len(part['rows'])} types, prices of {part['prices_as_of']}.")
    typer.echo(f"Plan with it: milvus:catalogue: {output.name} beside milvus:workload, or plan --catalogue {output}.")
