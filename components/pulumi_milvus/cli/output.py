"""What every command prints, and how: JSON to stdout, words about problems to stderr."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any, NoReturn

import typer

if TYPE_CHECKING:
    from pulumi_milvus.planning.problems import InvalidValues


def print_json(data: Any, *, compact: bool = False) -> None:
    """JSON to stdout: indented, or on one line."""
    if compact:
        sys.stdout.write(json.dumps(data, ensure_ascii=True) + "\n")
    else:
        sys.stdout.write(json.dumps(data, ensure_ascii=True, indent=2) + "\n")


def problem_json(error: InvalidValues) -> dict[str, Any]:
    """The first problem in the keys of a batch answer, and all of them under ``problems``."""
    problems = [problem.to_json() for problem in error.problems]
    first = problems[0]
    return {"error": first["error"], "field": first["field"], "nearest": first["nearest"], "problems": problems}


def refuse(error: InvalidValues, source: str, *, as_json: bool) -> NoReturn:
    """Say every problem on stderr (and as JSON on stdout where asked) and leave with status 2."""
    count = len(error.problems)
    typer.echo(f"{source}: {'one problem' if count == 1 else f'{count} problems'}", err=True)
    for problem in error.problems:
        typer.echo(f"  {problem}", err=True)
    if as_json:
        print_json(problem_json(error))
    raise typer.Exit(2)


def read_standard_input() -> bytes:
    """All of stdin as bytes."""
    return sys.stdin.buffer.read()
