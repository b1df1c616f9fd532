"""`pulumi-milvus init`: a project of a team's own."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pulumi_milvus.cli.numbers import number_in
from pulumi_milvus.cli.output import print_json, refuse

if TYPE_CHECKING:
    from pulumi_milvus.starting.answers import Answers

_MODEL = "BAAI/bge-base-en-v1.5"


def init(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The project's folder, made if it is missing.")],
    project: Annotated[str | None, typer.Option(help="The project's name. Default: the folder's.")] = None,
    environment: Annotated[str, typer.Option(help="The name of the first environment, which is a stack.")] = "dev",
    runs_on: Annotated[
        str | None, typer.Option(help="lite: a local file. kubernetes: a cluster that is there.")
    ] = None,
    vectors: Annotated[
        str | None, typer.Option(metavar="NUMBER", help="How many vectors are stored today: 5000000, 5_000_000 or 5e6.")
    ] = None,
    model: Annotated[str | None, typer.Option(help=f"The embedding model, such as {_MODEL}.")] = None,
    dimension: Annotated[
        str | None, typer.Option(metavar="NUMBER", help="Instead of a model: numbers in one vector.")
    ] = None,
    queries_per_second: Annotated[str | None, typer.Option(metavar="NUMBER", help="How many queries a second.")] = None,
    collection: Annotated[str, typer.Option(help="The name of the first collection.")] = "articles",
    production: Annotated[bool, typer.Option("--production", help="The rules for production hold.")] = False,
    bucket: Annotated[str | None, typer.Option(help="For a Milvus of several pods: a bucket that is there.")] = None,
    region: Annotated[str | None, typer.Option(help="The bucket's region.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, and ask nothing.")] = False,
) -> None:
    """Write a project of your own: Pulumi.yaml, a values file, a program and a README. Nothing is overwritten.

    What is not said by an option is asked, on a terminal. It ends with the plan of the first environment.

    \b
    Examples:
      pulumi-milvus init search
      pulumi-milvus init search --runs-on lite --vectors 10000 --model BAAI/bge-base-en-v1.5
      pulumi-milvus init search --runs-on kubernetes --vectors 5000000 --dimension 768 --queries-per-second 50

    Exit status: 0 written, 1 a rule found an error in the plan, 2 an answer is wrong or a file is there already.
    """
    from pulumi_milvus.planning.problems import InvalidValues
    from pulumi_milvus.starting.answers import Answers

    asks = not as_json and sys.stdin.isatty()
    if runs_on is None:
        runs_on = typer.prompt("Where does it run, lite or kubernetes", "lite", err=True) if asks else "lite"
    if vectors is None and asks:
        vectors = typer.prompt("How many vectors are stored today", "10_000", err=True)
    if model is None and dimension is None and asks:
        answer = typer.prompt("Which embedding model, or how many numbers has a vector", _MODEL, err=True)
        model, dimension = (None, answer) if answer.isdigit() else (answer, None)
    if queries_per_second is None:
        queries_per_second = typer.prompt("How many queries a second", "0", err=True) if asks else "0"
    answers = Answers(
        project=project or folder.resolve().name,
        environment=environment,
        runs_on=runs_on,
        collection=collection,
        vectors=number_in("10_000" if vectors is None else vectors),
        embedding_model=model,
        dimension=number_in(dimension),
        queries_per_second=number_in(queries_per_second),
        production=production,
        bucket=bucket,
        region=region,
    )
    try:
        written = _write(folder, answers)
    except InvalidValues as error:
        refuse(error, str(folder), as_json=as_json)
    _show(folder, answers, written, as_json=as_json)


def _write(folder: Path, answers: Answers) -> list[str]:
    """The files that were written. Raises ``InvalidValues``; then none was."""
    from pulumi_milvus.planning.problems import InvalidValues, Problem
    from pulumi_milvus.starting.project_files import project_files
    from pulumi_milvus.version import PACKAGE_VERSION

    texts = project_files(answers, PACKAGE_VERSION)
    there = [name for name in texts if (folder / name).exists() or (folder / name).is_symlink()]
    if there:
        reason = "is there already, and nothing is overwritten"
        raise InvalidValues([Problem(str(folder / name), "", reason, "an empty folder") for name in there])
    made: list[Path] = []
    try:
        for name, text in texts.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("x", encoding="utf-8", newline="\n") as file:
                made.append(path)
                file.write(text)
    except OSError as error:
        # All or nothing: what is half there would stop the next try.
        for path in made:
            path.unlink(missing_ok=True)
        reason = f"cannot be written: {error.strerror or type(error).__name__}"
        raise InvalidValues([Problem(str(error.filename or folder), "", reason, "a folder of yours")]) from None
    return [str(folder / name) for name in texts]


def _show(folder: Path, answers: Answers, written: list[str], *, as_json: bool) -> None:
    from pulumi_milvus.planning.planner import make_plan
    from pulumi_milvus.planning.values_file import read_values

    plan = make_plan(read_values(folder / "stacks" / f"Pulumi.{answers.environment}.yaml").workload)
    if as_json:
        print_json({"written": written, "plan": plan.to_json()})
    else:
        from pulumi_milvus.cli.plan_page import print_page

        print_page(plan)
        typer.echo("\nwritten:\n" + "".join(f"  {name}\n" for name in written) + f"next: {folder / 'README.md'}")
    if plan.has_errors:
        raise typer.Exit(1)
