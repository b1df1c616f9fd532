"""`pulumi-milvus schema`: the JSON Schema for editors."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pulumi_milvus.cli.output import print_json


def schema(
    values: Annotated[
        bool, typer.Option("--values", help="The schema of a whole values file instead of a bare workload.")
    ] = False,
    write: Annotated[
        bool, typer.Option("--write", help="Write both schemas and the tables of workload.md into the folder of docs.")
    ] = False,
    docs: Annotated[Path, typer.Option(help="The folder of docs.")] = Path("docs"),
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON only, also with --write.")] = False,
) -> None:
    """Print the JSON Schema of the workload, or write it where editors find it.

    \b
    Examples:
      pulumi-milvus schema > workload.schema.json
      pulumi-milvus schema --values
      pulumi-milvus schema --write
    """
    from pulumi_milvus.planning.schema import values_schema, workload_schema

    if not write:
        print_json(values_schema() if values else workload_schema())
        return
    written = _write(docs)
    if as_json:
        print_json({"written": written})
    else:
        typer.echo("written: " + ", ".join(written), err=True)


def _write(docs: Path) -> list[str]:
    from pulumi_milvus.planning.key_tables import with_tables
    from pulumi_milvus.planning.schema import schema_text, values_schema, workload_schema

    page = docs / "workload.md"
    try:
        texts = {
            docs / "workload.schema.json": schema_text(workload_schema()),
            docs / "values.schema.json": schema_text(values_schema()),
            page: with_tables(page.read_text(encoding="utf-8")),
        }
        for path, text in texts.items():
            path.write_text(text, encoding="utf-8")
    except (OSError, ValueError) as error:
        typer.echo(f"{docs}: cannot be written: {getattr(error, 'strerror', None) or error}", err=True)
        typer.echo("run it in the folder of a clone, or name its folder of docs: --docs FOLDER", err=True)
        raise typer.Exit(2) from None
    return [str(path) for path in texts]
