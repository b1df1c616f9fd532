"""Rows as pymilvus gives them out, made into rows that it takes; and whether two are the same."""

from __future__ import annotations

from typing import Any, cast

import numpy as np
import pytest
from pymilvus import DataType
from pymilvus.client import entity_helper
from pymilvus.client.prepare import Prepare
from pymilvus.client.types import HybridExtraList

from pulumi_milvus.collection_schema.spec import CollectionSpec
from pulumi_milvus.copying.compare_rows import differing_fields
from pulumi_milvus.copying.keys import after, among
from pulumi_milvus.copying.writing import RowWriter
from pulumi_milvus.resources.connection import Connected
from pulumi_milvus.resources.endpoint import Endpoint

DIMENSION = 16
VECTORS = {
    "BINARY_VECTOR": bytes([5, 250]),
    "FLOAT16_VECTOR": np.linspace(-1, 1, DIMENSION).astype(np.float16).tobytes(),
    "BFLOAT16_VECTOR": bytes(range(DIMENSION * 2)),
    "INT8_VECTOR": np.arange(-8, 8).astype(np.int8).tobytes(),
}


class Recorder:
    """Takes what is sent, as a request of pymilvus carries it, and refuses more than so many rows at once."""

    def __init__(self, fields: list[dict[str, Any]], most_rows: int = 1_000) -> None:
        self.fields, self.most_rows = fields, most_rows
        self.rows: list[dict[str, Any]] = []
        self.batches: list[int] = []

    def upsert(self, collection: str, rows: list[dict[str, Any]]) -> dict[str, Any]:
        """Keep the rows as a query would give them out again."""
        if len(rows) > self.most_rows:
            raise RuntimeError("grpc: received message larger than max (70000000 vs. 67108864)")
        request = Prepare.row_upsert_param(collection, rows, "", fields_info=self.fields)
        given: list[dict[str, Any]] = [{} for _ in rows]
        lazy = [data for data in request.fields_data if entity_helper.extract_row_data_from_fields_data_v2(data, given)]
        self.rows += [dict(row) for row in HybridExtraList(lazy, given)]
        self.batches.append(len(rows))
        return {"ids": [row["id"] for row in rows]}


def writer_for(client: Recorder, *fields: dict[str, Any]) -> RowWriter:
    """A writer into a collection of these fields."""
    declared = [{"name": "id", "dataType": "INT64", "isPrimary": True}, *fields]
    spec = CollectionSpec.model_validate({"collectionName": "c", "fields": declared})
    connected = Connected(cast("Any", client), Endpoint("http://host:19530"), False, "v3.0.2")
    return RowWriter(connected, spec, spec, None)


@pytest.mark.parametrize("data_type", VECTORS)
def test_packed_vectors_go_round(data_type: str) -> None:
    fields = [
        {"name": "id", "type": DataType.INT64, "is_primary": True, "params": {}},
        {"name": "v", "type": DataType[data_type], "params": {"dim": DIMENSION}},
    ]
    client = Recorder(fields)
    writer = writer_for(client, {"name": "v", "dataType": data_type, "dimension": DIMENSION})
    writer.write([{"id": number, "v": VECTORS[data_type]} for number in range(3)], None)
    first = list(client.rows)
    client.rows.clear()
    writer.write(first, None)
    assert client.rows == first
    assert len(first) == 3


@pytest.mark.parametrize("value", ["text", "{}", "12", '"', "", {"a": [1, None]}, [1, "x"], 1.5, True, "ünï"])
def test_json_goes_round(value: object) -> None:
    fields = [
        {"name": "id", "type": DataType.INT64, "is_primary": True, "params": {}},
        {"name": "j", "type": DataType.JSON, "params": {}, "nullable": True},
    ]
    client = Recorder(fields)
    writer_for(client, {"name": "j", "dataType": "JSON", "nullable": True}).write(
        [{"id": 1, "j": value}, {"id": 2, "j": None}], None
    )
    assert [row["j"] for row in client.rows] == [value, None]


def test_a_message_that_is_too_large_is_halved() -> None:
    client = Recorder([{"name": "id", "type": DataType.INT64, "is_primary": True, "params": {}}], most_rows=3)
    written = writer_for(client).write([{"id": number} for number in range(10)], None)
    assert written == list(range(10))
    assert max(client.batches) <= 3
    client.most_rows = 0
    with pytest.raises(RuntimeError, match="larger than max"):
        writer_for(client).write([{"id": 1}, {"id": 2}], None)


def test_keys_in_filters() -> None:
    assert after("id", None) == ""
    assert after("id", -5) == "id > -5"
    assert after("id", 'a"\\b') == 'id > "a\\"\\\\b"'
    assert among("id", ["x", "y"]) == 'id in ["x", "y"]'


def test_what_means_the_same_is_the_same() -> None:
    spec = CollectionSpec.model_validate(
        {
            "collectionName": "c",
            "fields": [
                {"name": "id", "dataType": "INT64", "isPrimary": True},
                {"name": "moment", "dataType": "TIMESTAMPTZ"},
                {"name": "place", "dataType": "GEOMETRY"},
            ],
        }
    )
    one = {"id": 1, "moment": "2026-01-02T03:04:05.123456+02:00", "place": "POINT (1 2.50)", "more": 1}
    other = {"id": 1, "moment": "2026-01-02T01:04:05.123456Z", "place": "point(1.0 2.5)", "more": 1}
    assert differing_fields(one, other, spec, []) == []
    changed = other | {"moment": None, "place": "POINT (2 1)", "more": 2, "new": 0}
    assert differing_fields(one, changed, spec, ["id"]) == ["moment", "more", "new", "place"]
