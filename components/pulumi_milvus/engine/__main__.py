"""``python -m pulumi_milvus.engine``: the engine, and the clone's everyday commands on it."""

from __future__ import annotations

import argparse
import json
import signal
import sys
from collections.abc import Sequence

from pulumi_milvus.engine import environment, stacks
from pulumi_milvus.engine.ensure import ensure, where
from pulumi_milvus.engine.errors import EngineError
from pulumi_milvus.engine.locations import clone


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; 0 fine, 1 failure with words on standard error, 130 interrupted."""
    asked = _parser().parse_args(arguments)
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        return _run(asked)
    except EngineError as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\ninterrupted", file=sys.stderr)
        return 130


def _run(asked: argparse.Namespace) -> int:
    here = clone()
    if asked.command == "where":
        found = where()
        if found is None:
            print(
                "There is no Pulumi engine here yet; `python -m pulumi_milvus.engine ensure` gets one.", file=sys.stderr
            )
            return 1
        print(json.dumps(found.summary()) if asked.json else found.cli)
        return 0
    if asked.command == "ensure":
        folder, engine = ensure(here)
        print(json.dumps({"bin": str(folder), **engine.summary()}) if asked.json else folder)
        return 0
    folder, engine = ensure(here)
    variables = environment.variables(here, official_host=engine.official_host is not None)
    if asked.command == "env":
        print(environment.exports(variables))
        return 0
    return stacks.run(asked.command, asked.stack, here, variables, asked.arguments)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m pulumi_milvus.engine", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    for name, words in (
        ("ensure", "find an engine, or fetch or build one, and fill the clone's .state/bin"),
        ("where", "say which engine would be used, without making one"),
    ):
        command = commands.add_parser(name, help=words, description=words)
        command.add_argument("--json", action="store_true", help="print JSON")
    words = "print `export` lines after which a plain `pulumi` works on this clone"
    commands.add_parser("env", help=words, description=words)
    for name, words in (
        ("up", "bring a stack up, make it first if need be, and try it"),
        ("preview", "show what `up` would do"),
        ("down", "destroy a stack and remove it; its values file stays"),
    ):
        command = commands.add_parser(name, help=words, description=words)
        command.add_argument("stack")
        command.add_argument("arguments", nargs=argparse.REMAINDER, help="more arguments for pulumi")
    return parser


def _interrupt(_signal: int, _frame: object) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
