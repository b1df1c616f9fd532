"""The table of all keys of ``milvus:kubernetes`` in docs/kubernetes.md, made from the keys themselves."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from pulumi_milvus.manifests.setting_keys import SETTINGS
from pulumi_milvus.manifests.setting_shapes import Items, Named, Shape, Table

BEGIN: Final = "<!-- begin of the table that is made from manifests/setting_keys.py -->"
END: Final = "<!-- end of the table -->"


def settings_table(settings: Shape = SETTINGS) -> str:
    """The table of ``settings``, by default those of a cluster, as Markdown, from ``BEGIN`` to ``END``."""
    rows = [f"| `{path}` | {meaning} |" for path, meaning in _rows(settings, "")]
    return "\n".join([BEGIN, "", "| key | meaning |", "| --- | --- |", *rows, "", END])


def with_table(page: str, settings: Shape = SETTINGS) -> str:
    """The page with its table made anew. Raises ``ValueError`` where it has no place for one."""
    before, begin, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError("the page has no table of settings")
    return before + settings_table(settings) + after


def _rows(shape: Shape, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(shape, Items):
        yield from _rows(shape.item, f"{path}[]")
    elif isinstance(shape, Named):
        yield from _rows(shape.item, f"{path}.<name>")
    elif isinstance(shape, Table):
        for name, key in shape.keys.items():
            inner = f"{path}.{name}".lstrip(".")
            yield inner, key.description.replace("|", "\\|")
            yield from _rows(key.shape, inner)
