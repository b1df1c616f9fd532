"""Whether a row arrived as it was, field by field."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime

from pulumi_milvus.collection_schema.spec import CollectionSpec
from pulumi_milvus.copying.reading import DYNAMIC, Row

_WKT_PARTS = re.compile(r"[A-Za-z]+|[(),]|[-+0-9.eE]+")


def differing_fields(before: Row, after: Row, spec: CollectionSpec, skip: Iterable[str]) -> list[str]:
    """Names of fields that differ, declared ones and such as rows carry beside them."""
    types = {field.name: field.data_type for field in spec.fields}
    left_out = {DYNAMIC, *skip}
    names = sorted((before.keys() | after.keys()) - left_out)
    return [name for name in names if not _same(before.get(name), after.get(name), types.get(name, ""))]


def _same(one: object, other: object, data_type: str) -> bool:
    if one is None or other is None:
        return one is other
    if data_type == "TIMESTAMPTZ" and isinstance(one, str) and isinstance(other, str):
        # Each collection writes moments in its own time zone.
        return datetime.fromisoformat(one) == datetime.fromisoformat(other)
    if data_type == "GEOMETRY" and isinstance(one, str) and isinstance(other, str):
        return _wkt(one) == _wkt(other)
    return one == other


def _wkt(text: str) -> list[str | float]:
    """Well-known text without what means nothing: spaces, letters' case, how a number is written."""
    parts: list[str | float] = []
    for part in _WKT_PARTS.findall(text):
        try:
            parts.append(float(part))
        except ValueError:
            parts.append(part.upper())
    return parts
