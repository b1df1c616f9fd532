"""`pulumi-milvus copy FROM TO`: rows of collections, from one Milvus to another."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from pulumi_milvus.copying.request import CopyRequest
    from pulumi_milvus.copying.run import Outcome
    from pulumi_milvus.planning.problems import Problem

_TOKEN = "File with user:password or an API key for"
_PASSWORD = "File with root's password for"


def copy(
    source: Annotated[str, typer.Argument(metavar="FROM", help="Lite file, http(s)://..., kubernetes://NS/SERVICE.")],
    target: Annotated[str, typer.Argument(metavar="TO", help="The same, where the rows go.")],
    collection: Annotated[list[str] | None, typer.Option(help="Only this collection; may be repeated.")] = None,
    rename: Annotated[list[str] | None, typer.Option(help="A=B: copy A into B; may be repeated.")] = None,
    switch_alias: Annotated[
        list[str] | None, typer.Option(help="Point this alias to the copy once it is verified; may be repeated.")
    ] = None,
    create: Annotated[
        bool, typer.Option("--create", help="Make collections that TO lacks, as they are in FROM.")
    ] = False,
    new_keys: Annotated[
        bool, typer.Option("--new-keys", help="TO makes keys of its own (autoId): rows get other keys.")
    ] = False,
    from_start: Annotated[bool, typer.Option("--from-start", help="Copy again what is copied already.")] = False,
    batch_rows: Annotated[int | None, typer.Option(help="Rows at once; by default about 8 MiB of them.")] = None,
    verify_sample: Annotated[int, typer.Option(help="Rows of each collection compared field by field.")] = 100,
    checkpoint: Annotated[Path | None, typer.Option(help="Where it is noted how far the copy is.")] = None,
    from_database: Annotated[str, typer.Option(help="Database in FROM.")] = "default",
    to_database: Annotated[str, typer.Option(help="Database in TO.")] = "default",
    from_token_file: Annotated[Path | None, typer.Option(help=f"{_TOKEN} FROM.")] = None,
    to_token_file: Annotated[Path | None, typer.Option(help=f"{_TOKEN} TO.")] = None,
    from_password_file: Annotated[Path | None, typer.Option(help=f"{_PASSWORD} FROM.")] = None,
    to_password_file: Annotated[Path | None, typer.Option(help=f"{_PASSWORD} TO.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON to standard output.")] = False,
) -> None:
    """Copy rows between two Milvus, verify them, and switch aliases. FROM is only read.

    Schemas are compared first. A copy that was killed goes on where it was when it is run again; one that is complete
    copies what is new. See docs/copy.md.

    Examples:

      pulumi-milvus copy .data/milvus.db http://127.0.0.1:19530 --to-password-file .env

      pulumi-milvus copy http://old:19530 http://old:19530 --rename articles=articles_v2 --switch-alias live
    """
    import logging

    from pulumi_milvus.cli.copy_progress import CopyProgress
    from pulumi_milvus.cli.output import print_json, refuse
    from pulumi_milvus.copying.checkpoint import default_path
    from pulumi_milvus.copying.ends import read_end
    from pulumi_milvus.copying.request import CopyRequest, Place
    from pulumi_milvus.copying.run import run_copy
    from pulumi_milvus.planning.problems import InvalidValues
    from pulumi_milvus.resources.endpoint import project_folder
    from pulumi_milvus.resources.errors import ResourceError

    # Milvus Lite's server logs what it refuses, with a traceback; the same reaches the user in plain words.
    logging.getLogger("milvus_lite").setLevel(logging.CRITICAL + 1)
    from_end, problems = read_end("from", source, from_token_file, from_password_file)
    to_end, more = read_end("to", target, to_token_file, to_password_file)
    renames, wrong = _renames(rename or [])
    problems += [*more, *wrong, *_number_problems(batch_rows, verify_sample)]
    if problems:
        refuse(InvalidValues(problems), "copy", as_json=as_json)
    from_place, to_place = Place(from_end, from_database), Place(to_end, to_database)
    request = CopyRequest(
        from_place,
        to_place,
        checkpoint or default_path(project_folder(Path.cwd()), from_place.identity, to_place.identity),
        tuple(collection or ()),
        renames,
        tuple(dict.fromkeys(switch_alias or ())),
        batch_rows,
        verify_sample,
        create,
        new_keys,
        from_start,
    )
    try:
        with CopyProgress() as progress:
            outcome = run_copy(request, progress)
    except InvalidValues as error:
        refuse(error, "copy", as_json=as_json)
    except ResourceError as error:
        typer.echo(f"The copy stopped: {error}", err=True)
        typer.echo("Run the same command again: it goes on where it was.", err=True)
        if as_json:
            print_json({"complete": False, "error": str(error)})
        raise typer.Exit(1) from None
    if as_json:
        print_json(outcome.to_json())
    else:
        _print(outcome, request)
    if not outcome.is_whole:
        raise typer.Exit(1)


def _renames(texts: list[str]) -> tuple[dict[str, str], list[Problem]]:
    from pulumi_milvus.planning.problems import Problem

    found: dict[str, str] = {}
    problems = []
    for text in texts:
        before, equals, after = (part.strip() for part in text.partition("="))
        if not (before and equals and after):
            problems.append(Problem("--rename", text, "it is not of the form A=B", "--rename articles=articles_v2"))
        elif found.get(before, after) != after:
            problems.append(Problem("--rename", text, f"{before} is to become {found[before]} too", "one of them"))
        else:
            found[before] = after
    return found, problems


def _number_problems(batch_rows: int | None, verify_sample: int) -> list[Problem]:
    from pulumi_milvus.copying.request import MAX_BATCH_ROWS
    from pulumi_milvus.planning.problems import Problem

    found = []
    if batch_rows is not None and not 1 <= batch_rows <= MAX_BATCH_ROWS:
        nearest = "1" if batch_rows < 1 else f"{MAX_BATCH_ROWS}"
        found.append(Problem("--batch-rows", f"{batch_rows}", f"it is 1 to {MAX_BATCH_ROWS:,}, as a query is", nearest))
    if not 0 <= verify_sample <= MAX_BATCH_ROWS:
        nearest = "0" if verify_sample < 0 else f"{MAX_BATCH_ROWS}"
        found.append(Problem("--verify-sample", f"{verify_sample}", f"it is 0 to {MAX_BATCH_ROWS:,}", nearest))
    return found


def _print(outcome: Outcome, request: CopyRequest) -> None:
    for each in outcome.collections:
        name = each.source if each.source == each.target else f"{each.source} -> {each.target}"
        print(f"{name}: {each.rows_copied:,} rows copied; {each.rows_in_source:,} there, {each.rows_in_target:,} here")
        print(f"  {each.rows_compared} rows compared field by field")
        for share in each.searches:
            print(f"  searches on {share.field}: {share.share:.1%} of the hits are the same ({share.because})")
        for finding in each.findings:
            typer.echo(f"  {finding}", err=True)
    for alias, name in outcome.aliases.items():
        print(f"{alias} leads to {name} from now on")
    if outcome.rows_copied:
        print(f"{outcome.rows_copied / max(outcome.seconds, 1e-9):,.0f} rows/s over {outcome.seconds:.1f} s")
    if not outcome.is_whole:
        switched = ", and no alias was switched" if request.aliases else ""
        typer.echo(f"Not everything is as it should be{switched}; both collections stay as they are.", err=True)
