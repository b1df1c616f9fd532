"""Policies of IAM and of buckets, as text or as data."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any


def statements(document: Any) -> list[Mapping[str, Any]]:
    """The statements of a policy; none where it is not known yet or is no policy."""
    if isinstance(document, str):
        try:
            document = json.loads(document)
        except ValueError:
            return []
    found = document.get("Statement") if isinstance(document, Mapping) else None
    items = [found] if isinstance(found, Mapping) else items_of(found)
    return [item for item in items if isinstance(item, Mapping)]


def words(value: Any) -> list[str]:
    """One word or a list of them (actions, resources, principals) as a list."""
    return [value] if isinstance(value, str) else [str(item) for item in items_of(value)]


def items_of(value: Any) -> list[Any]:
    """A list as it is; anything else has no items."""
    return list(value) if isinstance(value, (list, tuple)) else []
