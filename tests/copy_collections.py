"""Collections of every type that Milvus Lite has, with rows, for tests of the copy."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pulumi_milvus.collection_schema.spec import CollectionSpec
from pulumi_milvus.resources.collection import apply
from pulumi_milvus.resources.connection import connect
from pulumi_milvus.resources.endpoint import Endpoint
from pulumi_milvus.resources.lite_file import LiteFiles

if TYPE_CHECKING:
    from pymilvus import MilvusClient

Row = dict[str, Any]


def everything(name: str = "everything", **more: Any) -> dict[str, Any]:
    """A collection with every type of field that Milvus Lite has, a BM25 function and dynamic fields."""
    nullable = {"nullable": True}
    return {
        "collectionName": name,
        "fields": [
            {"name": "id", "dataType": "VARCHAR", "isPrimary": True, "maxLength": 64},
            _vector("exact", "FLAT", "L2", 4),
            _vector("near", "HNSW", "COSINE", 8),
            {"name": "terms", "dataType": "SPARSE_FLOAT_VECTOR"},
            {"name": "body", "dataType": "VARCHAR", "maxLength": 200, "enableAnalyzer": True},
            {"name": "words", "dataType": "SPARSE_FLOAT_VECTOR"},
            {"name": "flag", "dataType": "BOOL", **nullable},
            {"name": "tiny", "dataType": "INT8", **nullable},
            {"name": "small", "dataType": "INT16", **nullable},
            {"name": "middle", "dataType": "INT32", "defaultValue": 7},
            {"name": "large", "dataType": "INT64", **nullable},
            {"name": "single", "dataType": "FLOAT", **nullable},
            {"name": "double", "dataType": "DOUBLE", **nullable},
            {"name": "text", "dataType": "VARCHAR", "maxLength": 300, **nullable},
            {"name": "json", "dataType": "JSON", **nullable},
            {"name": "numbers", "dataType": "ARRAY", "elementType": "INT64", "maxCapacity": 8, **nullable},
            {
                "name": "tags",
                "dataType": "ARRAY",
                "elementType": "VARCHAR",
                "maxCapacity": 8,
                "maxLength": 20,
                **nullable,
            },
            {"name": "moment", "dataType": "TIMESTAMPTZ", **nullable},
            {"name": "place", "dataType": "GEOMETRY", **nullable},
        ],
        "functions": [{"name": "split", "functionType": "BM25", "inputFields": ["body"], "outputFields": ["words"]}],
        "enableDynamicField": True,
        **more,
    }


def plain(name: str = "articles", index_type: str = "FLAT", dimension: int = 8, **more: Any) -> dict[str, Any]:
    """A number and a vector, and what `more` says about the key."""
    key = {"name": "id", "dataType": "INT64", "isPrimary": True, **more}
    return {"collectionName": name, "fields": [key, _vector("vector", index_type, "L2", dimension)]}


def _vector(name: str, index_type: str, metric_type: str, dimension: int) -> dict[str, Any]:
    index = {"indexType": index_type, "metricType": metric_type}
    return {"name": name, "dataType": "FLOAT_VECTOR", "dimension": dimension, "index": index}


AWKWARD_KEYS = ['a"b', "a\\b", "ü'x", "line\nbreak", "tab\t", "-1", "日本", "%", "\\\"'", "a" * 64, " "]


def everything_row(number: int) -> Row:
    """A row with awkward keys first; every third value is null."""
    empty = number % 3 == 2
    row: Row = {
        "id": AWKWARD_KEYS[number] if number < len(AWKWARD_KEYS) else f"row {number:06}",
        "exact": [number / 7, 0.1, -1.5, 1e-9],
        "near": [((number * 37 + place * 11) % 97) / 97 - 0.5 for place in range(8)],
        "terms": {number % 50: 0.25, 1_000_000 + number: 1.5},
        "body": f"the {number} quick foxes {'jump' if number % 2 else 'sleep'}",
        "middle": number,
        **dict.fromkeys(
            ["flag", "tiny", "small", "large", "single", "double", "text", "json", "numbers", "tags", "moment", "place"]
        ),
        "beside": {"deep": [number, None, "x"]},
    }
    if number % 2:
        row["other"] = f"dynamic {number}"
    if not empty:
        row |= {
            "flag": number % 2 == 0,
            "tiny": number % 256 - 128,
            "small": number % 1000 - 500,
            "large": (-1) ** number * (2**62 + number),
            "single": number / 3,
            "double": number / 3,
            "text": f'ünï "quoted" \\ {number}\n',
            "json": {"n": number, "list": [1, "two", None, {"three": 3.5}], "text": "{}"},
            "numbers": list(range(number % 8)),
            "tags": [f"tag {number}", ""],
            "moment": f"2026-0{number % 9 + 1}-02T03:04:05.{number % 1000:03}456+02:00",
            "place": f"POINT ({number % 90}.5 {number % 45})",
        }
    return row


def plain_row(number: int, dimension: int = 8) -> Row:
    """A key and a vector."""
    return {"id": number, "vector": [float((number * (place + 3)) % 101) for place in range(dimension)]}


@contextmanager
def lite(path: Path | str) -> Iterator[MilvusClient]:
    """A client of a Lite file that this process opens, and closes at the end."""
    files = LiteFiles()
    try:
        with connect(Endpoint(str(path)), "default", files, 5) as connected:
            yield connected.client
    finally:
        files.close_all()


def make(uri: Path | str, *declared: dict[str, Any]) -> None:
    """Make collections as the resource does."""
    files = LiteFiles()
    try:
        with connect(Endpoint(str(uri)), "default", files, 5) as connected:
            for inputs in declared:
                spec = CollectionSpec.model_validate(inputs).with_defaults()
                apply.create(connected, spec, f"urn::{spec.collection_name}", 60, lambda _line: None)
    finally:
        files.close_all()


def rows_in(client: MilvusClient, collection: str, partition: str | None = None) -> list[Row]:
    """All rows of a collection, without what a function filled."""
    client.load_collection(collection)
    names = [field["name"] for field in client.describe_collection(collection)["fields"] if field["name"] != "words"]
    found = client.query(
        collection,
        output_fields=[*names, "$meta"],
        limit=16_000,
        partition_names=[partition] if partition else None,
        consistency_level="Strong",
        iterator="True",
    )
    return [dict(row) for row in found]
