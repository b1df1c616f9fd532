"""`pulumi-milvus try`: what an environment is, why, whether it answers, and how to use it."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from pulumi_milvus.cli.trial import CollectionTrial, Deployed


def try_(
    stack: Annotated[str | None, typer.Option(help="The stack; by default the selected one.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON to standard output.")] = False,
) -> None:
    """Try an environment that is up: search it, and say what exists, why it has that size and how to use it.

    An empty collection gets five sample rows first where the environment says that its data is disposable. The
    token of a Milvus that asks for one is read from MILVUS_TOKEN.

    Examples:

      pulumi-milvus try --stack lite

      pulumi-milvus try --stack lite --json | jq .collections
    """
    from pulumi_milvus.cli.trial import TrialError, deployed, try_collections
    from pulumi_milvus.resources.errors import ResourceError

    try:
        environment = deployed(stack)
        trials = try_collections(environment.endpoint, environment.collections, insert=environment.disposable_data)
    except (TrialError, ResourceError) as error:
        print(f"The environment could not be tried: {error}", file=sys.stderr)
        raise typer.Exit(1) from None
    if as_json:
        found = {
            "uri": environment.endpoint.uri,
            "plan": environment.plan,
            "collections": [trial.to_json() for trial in trials],
        }
        print(json.dumps(found, indent=2))
        return
    _print(environment, trials, stack)


def _print(environment: Deployed, trials: list[CollectionTrial], stack: str | None) -> None:
    from rich.console import Console
    from rich.markup import escape
    from rich.padding import Padding
    from rich.table import Table

    console = Console(highlight=False)
    console.print(f"\n[bold]What exists[/bold]: Milvus {environment.plan['topology']} at {environment.endpoint.uri}")
    made = Table("collection", "rows", "index", "search", box=None, pad_edge=False)
    for trial in trials:
        indexes = "\n".join(f"{field}: {index}" for field, index in trial.indexes.items())
        made.add_row(trial.name, f"{trial.rows:,}", indexes, _went(trial))
    console.print(Padding(made, (0, 0, 0, 2)))
    for trial in trials:
        if trial.inserted:
            console.print(f"  {trial.inserted} sample rows (ids 1 to {trial.inserted}) were put into {trial.name}.")
    console.print("\n[bold]Why it has that size[/bold]")
    for decision in environment.plan["decisions"]:
        console.print(f"  {escape(decision['what'])}: [bold]{escape(decision['choice'])}[/bold]")
        because = f"{escape(decision['because'])} [dim]({escape(decision['source'])})[/dim]"
        console.print(Padding(because, (0, 0, 0, 6)))
    console.print("\n[bold]How to use it[/bold]")
    print(_snippet(environment.connect, trials[0]))
    chosen = f" -s {stack}" if stack else ""
    print(f"\nChange {_values_file(stack)} and run `make up` again; `make down` removes it.")
    print(f'Plain Pulumi: eval "`make -s env`", then pulumi preview{chosen} --diff, pulumi refresh{chosen} and so on.')


def _went(trial: CollectionTrial) -> str:
    if not trial.hits or trial.milliseconds is None:
        return "nothing to search for yet: it is empty"
    nearest = ", ".join(f"{hit['id']} ({hit['distance']})" for hit in trial.hits)
    return f"nearest to row {trial.hits[0]['id']}: {nearest}; {trial.milliseconds:.0f} ms"


def _snippet(connect: str, trial: CollectionTrial) -> str:
    query = f"[[0.1] * {trial.dimension}]" if trial.dimension else '["sample"]'
    lines = [
        *connect.splitlines(),
        f'client.load_collection("{trial.name}")',
        f'client.search("{trial.name}", data={query}, anns_field="{trial.searched_field}", limit=3)',
    ]
    return "\n".join(f"  {line}" for line in lines)


def _values_file(stack: str | None) -> str:
    return f"stacks/Pulumi.{stack}.yaml" if stack else "the values file"
