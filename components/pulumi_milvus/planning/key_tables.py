"""The tables of docs/workload.md: every key with meaning, unit and default, made from the models."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from pulumi_milvus.planning.collection import ScalarIndex, VectorField
from pulumi_milvus.planning.embedding_models import EMBEDDING_MODELS
from pulumi_milvus.planning.milvus_limits import NAME_PATTERN
from pulumi_milvus.planning.schema import workload_schema
from pulumi_milvus.planning.settings import DESCRIPTIONS

BEGIN: Final = "<!-- begin of the tables that `pulumi-milvus schema --write` makes from the models -->"
END: Final = "<!-- end of the tables -->"

_WORDS: Final = {
    "integer": "whole number",
    "number": "number",
    "string": "text",
    "boolean": "true or false",
    "array": "list",
}


def key_tables() -> str:
    """All tables as Markdown, from ``BEGIN`` to ``END``."""
    schema = workload_schema()
    parts = [
        ("The workload", schema),
        ("A collection", schema["$defs"]["Collection"]),
        ("One of `vector_fields`", schema["$defs"][VectorField.__name__]),
        ("One of `scalar_indexes`", schema["$defs"][ScalarIndex.__name__]),
        ("One of `node_shapes`", schema["$defs"]["NodeShape"]),
    ]
    lines = [BEGIN, ""]
    for title, part in parts:
        lines += [f"## {title}", "", "| key | meaning | takes | default |", "| --- | --- | --- | --- |"]
        lines += [*_rows(part), ""]
    lines += ["## Settings beside the workload", "", "| key | meaning |", "| --- | --- |"]
    lines += [f"| `{key}` | {text} |" for key, text in DESCRIPTIONS.items()]
    lines += ["", "## Embedding models", "", "| `embedding_model` | `dimension` | or cut to | metric | source |"]
    lines += ["| --- | --- | --- | --- | --- |"]
    for model in EMBEDDING_MODELS.values():
        cut = ", ".join(str(number) for number in model.reducible)
        if model.reducible_from is not None:
            cut = f"any from {model.reducible_from}"
        lines.append(f"| `{model.name}` | {model.dimension} | {cut or '-'} | {model.metric} | {model.source} |")
    return "\n".join([*lines, "", END])


def with_tables(page: str) -> str:
    """The page with its tables made anew; raises ``ValueError`` where the page has no place for them."""
    before, begin, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError("the page has no place for the tables")
    return before + key_tables() + after


def _rows(schema: dict[str, Any]) -> Iterator[str]:
    required = schema.get("required", [])
    keys = sorted(schema["properties"], key=lambda key: key not in required)
    for key in keys:
        part = schema["properties"][key]
        default = "required" if key in required else _default(part.get("default"))
        yield f"| `{key}` | {part.get('description', '')} | {_takes(part)} | {default} |"


def _default(value: object) -> str:
    words = {None: "null", True: "true", False: "false"}
    if value is None or isinstance(value, bool):
        return f"`{words[value]}`"
    if value in ([], {}):
        return "empty"
    return f"`{value:g}`" if isinstance(value, float) else f"`{value}`"


def _takes(part: dict[str, Any]) -> str:
    choices = [choice for choice in part.get("anyOf", [part]) if choice.get("type") != "null"]
    first = choices[0]
    if "enum" in first:
        return ", ".join(f"`{word}`" for word in first["enum"])
    text = _WORDS.get(first.get("type", ""), "mapping")
    if "exclusiveMinimum" in first:
        return f"{text} above {first['exclusiveMinimum']:g} to {_plain(first['maximum'])}"
    if "minimum" in first:
        return f"{text} {_plain(first['minimum'])} to {_plain(first['maximum'])}"
    if "maxLength" in first:
        return "name" if first.get("pattern") == NAME_PATTERN else f"text of 1 to {first['maxLength']} characters"
    return "list of texts" if first.get("items", {}).get("type") == "string" else text


def _plain(number: float) -> str:
    return f"{int(number):,}" if float(number).is_integer() else f"{number:g}"
