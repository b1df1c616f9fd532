"""Primary keys in filter expressions."""

from __future__ import annotations

import json
from collections.abc import Sequence

Key = int | str


def literal(key: Key) -> str:
    """A key as a filter writes it. pymilvus 3.0.2's own iterator leaves quotes and backslashes as they are."""
    return str(key) if isinstance(key, int) else json.dumps(key, ensure_ascii=False)


def after(field: str, key: Key | None) -> str:
    """The filter for all rows behind a key; for all rows where there is no key yet."""
    return "" if key is None else f"{field} > {literal(key)}"


def among(field: str, keys: Sequence[Key]) -> str:
    """The filter for the rows of these keys."""
    return f"{field} in [{', '.join(literal(key) for key in keys)}]"
