"""Rows into a collection, so that no row is there twice."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from pulumi_milvus.collection_schema.spec import CollectionSpec
from pulumi_milvus.copying.keys import Key
from pulumi_milvus.copying.reading import Row
from pulumi_milvus.resources.connection import Connected

_TOO_LARGE = ("larger than max", "message too large", "resource exhausted", "exceeds limit")
"""How gRPC and Milvus's proxy refuse one message of more than `proxy.grpc.serverMaxRecvSize` (64 MiB by default)."""

_PACKED = ("BINARY_VECTOR", "FLOAT16_VECTOR", "BFLOAT16_VECTOR", "INT8_VECTOR")


def unpacked(value: Any) -> Any:
    """A packed vector as bytes: pymilvus 3.0 gives it as a list that holds them, and takes the bytes alone."""
    return value[0] if isinstance(value, list) and len(value) == 1 and isinstance(value[0], bytes) else value


class RowWriter:
    """Writes rows of one source into one target. `key_to_drop`: the key field where the target makes new keys."""

    def __init__(
        self, connected: Connected, source: CollectionSpec, target: CollectionSpec, key_to_drop: str | None
    ) -> None:
        self._connected = connected
        self._collection = target.collection_name
        self._json_fields = [field.name for field in source.fields if field.data_type == "JSON"]
        self._packed_fields = [field.name for field in source.fields if field.data_type in _PACKED]
        self._key_to_drop = key_to_drop

    def write(self, rows: Sequence[Row], partition: str | None) -> list[Key]:
        """Write rows; their keys in the target, in the same order. An upsert, except where the target makes keys.

        Raises pymilvus's exception where one row alone is refused.
        """
        ready = [self._ready(row) for row in rows]
        return self._written(ready, partition)

    def _ready(self, row: Row) -> Row:
        ready = {name: value for name, value in row.items() if name != self._key_to_drop}
        for name in self._json_fields:
            # pymilvus reads a text in a JSON field as JSON, and gives back a text that is a JSON string.
            if isinstance(ready.get(name), str):
                ready[name] = json.dumps(ready[name], ensure_ascii=False)
        for name in self._packed_fields:
            ready[name] = unpacked(ready.get(name))
        return ready

    def _written(self, rows: list[Row], partition: str | None) -> list[Key]:
        client: Any = self._connected.client
        send = client.insert if self._key_to_drop else client.upsert
        where = {"partition_name": partition} if partition else {}
        try:
            answer = send(self._collection, rows, **where)
        except Exception as error:
            # An insert is not halved: what became of the first half could not be told after a kill.
            if len(rows) == 1 or self._key_to_drop or not _is_too_large(error):
                raise
            middle = len(rows) // 2
            return self._written(rows[:middle], partition) + self._written(rows[middle:], partition)
        return list(answer.get("ids") or answer.get("primary_keys") or [])


def _is_too_large(error: Exception) -> bool:
    words = str(error).lower()
    return any(part in words for part in _TOO_LARGE)
