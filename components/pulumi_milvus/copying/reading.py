"""Rows of a collection in the order of their primary key, page by page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from pulumi_milvus.collection_schema.spec import CollectionSpec
from pulumi_milvus.copying.keys import Key, after, among
from pulumi_milvus.resources.connection import Connected

Row = dict[str, Any]
DYNAMIC = "$meta"
"""The hidden field that holds what rows carry beside the declared fields (Milvus docs, enable-dynamic-field)."""


def primary(spec: CollectionSpec) -> str:
    """The name of the primary key."""
    return next(field.name for field in spec.fields if field.is_primary)


def filled_by_functions(spec: CollectionSpec) -> set[str]:
    """Fields that Milvus fills by itself."""
    return {name for function in spec.functions for name in function.output_fields}


def readable_fields(source: CollectionSpec, target: CollectionSpec) -> list[str]:
    """What is read of the source: all that the target does not compute, and what rows carry undeclared."""
    computed = filled_by_functions(target)
    names = [field.name for field in source.fields if field.name not in computed]
    return [*names, DYNAMIC] if source.enable_dynamic_field else names


def pages(
    connected: Connected,
    collection: str,
    key_field: str,
    fields: Sequence[str],
    partition: str | None,
    last_key: Key | None,
    batch_rows: int,
) -> Iterator[list[Row]]:
    """All rows behind `last_key` as they are now, strongly consistent, at most `batch_rows` at once.

    The query is the one of pymilvus's iterator, which a server answers in the order of keys and as of one moment:
    the time stamp of the first page is sent with all the others. Milvus Lite knows no such moment.
    """
    moment: dict[str, int] = {}
    while True:
        found = connected.client.query(
            collection,
            filter=after(key_field, last_key),
            output_fields=list(fields),
            partition_names=[partition] if partition else None,
            limit=batch_rows,
            consistency_level="Strong",
            iterator="True",
            reduce_stop_for_best="True",
            **moment,
        )
        stamp = int(getattr(found, "extra", {}).get("iterator_session_ts", 0) or 0)
        if not moment and stamp > 0:
            moment = {"guarantee_timestamp": stamp}
        rows = [dict(row) for row in found]
        if not rows:
            return
        last_key = rows[-1][key_field]
        yield rows
        if len(rows) < batch_rows:
            return


def rows_of(
    connected: Connected, collection: str, key_field: str, fields: Sequence[str], wanted: Sequence[Key]
) -> dict[Key, Row]:
    """The rows of these keys, by key; those that are not there are left out."""
    if not wanted:
        return {}
    found = connected.client.query(
        collection,
        filter=among(key_field, wanted),
        output_fields=list(fields),
        limit=len(wanted),
        consistency_level="Strong",
        # Milvus Lite 3.2 takes a list of keys apart by itself, quotes in them included, unless an iterator asks.
        iterator="True",
    )
    return {row[key_field]: dict(row) for row in found}


def count(connected: Connected, collection: str) -> int:
    """Rows by `count(*)`, strongly consistent."""
    found = connected.client.query(collection, output_fields=["count(*)"], consistency_level="Strong")
    return int(found[0]["count(*)"])
