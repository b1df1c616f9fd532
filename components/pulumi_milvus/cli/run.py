"""Puts the commands together and runs one: exit status, broken pipes, interruption."""

from __future__ import annotations

import contextlib
import importlib
import importlib.util
import os
import sys
from collections.abc import Sequence
from typing import Annotated, Final

import typer

# Command -> its module and function; one module a command. What is not installed is left out.
COMMANDS: Final = {
    "catalogue": ("catalogue_command", "catalogue"),
    "check": ("check_command", "check"),
    "compare": ("compare_command", "compare"),
    "copy": ("copy_command", "copy"),
    "cost": ("cost_command", "cost"),
    "environments": ("environments_command", "environments"),
    "estimate": ("estimate_command", "estimate"),
    "init": ("init_command", "init"),
    "official": ("official_command", "official"),
    "plan": ("plan_command", "plan"),
    "preflight": ("preflight_command", "preflight"),
    "render": ("render_command", "render"),
    "report": ("report_command", "report"),
    "schema": ("schema_command", "schema"),
    "try": ("try_command", "try_"),
}


def _version(wanted: bool) -> None:
    if wanted:
        from pulumi_milvus.version import PACKAGE_VERSION

        typer.echo(f"pulumi-milvus {PACKAGE_VERSION}")
        raise typer.Exit


def make_app() -> typer.Typer:
    """The command line with all commands that are installed."""
    app = typer.Typer(
        name="pulumi-milvus",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
        context_settings={"help_option_names": ["-h", "--help"]},
    )

    @app.callback()
    def about(
        version: Annotated[
            bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
        ] = False,
    ) -> None:
        """Declare what you store and ask; see which Milvus fits, and why."""
        del version

    for command, (home, function) in COMMANDS.items():
        module = f"pulumi_milvus.cli.{home}"
        if importlib.util.find_spec(module) is not None:
            found = getattr(importlib.import_module(module), function)
            # A group of commands is a Typer of its own.
            app.add_typer(found, name=command) if isinstance(found, typer.Typer) else app.command(command)(found)
    return app


def run(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the exit status."""
    try:
        make_app()(args=None if arguments is None else list(arguments), prog_name="pulumi-milvus")
    except SystemExit as leaving:
        status = leaving.code if isinstance(leaving.code, int) else 0 if leaving.code is None else 1
    except KeyboardInterrupt:
        status = 130
    else:
        status = 0
    return _flushed(status)


def _flushed(status: int) -> int:
    """Flush both streams; a reader that has gone away (`| head`) is no error and leaves no message at exit."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except BrokenPipeError:
            with contextlib.suppress(OSError, ValueError):
                os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
        except (OSError, ValueError):
            status = status or 1
    return status
