"""What a collection's check fills in and refuses, before anything is connected to."""

from __future__ import annotations

from typing import Any

import pytest

from collection_specs import articles, dense, hybrid, index, key
from resource_driver import Driver, Place, Refused

FILE, SERVER = Place(".data/milvus.db"), Place("http://milvus:19530")


def problems(inputs: dict[str, Any], place: Place = SERVER) -> dict[str, str]:
    """The refused paths with their reasons."""
    try:
        Driver(place, "articles").check(inputs)
    except Refused as refused:
        return refused.problems
    return {}


@pytest.mark.parametrize("place", [FILE, SERVER], ids=["file", "server"])
def test_what_can_be_is_taken(place: Place) -> None:
    assert problems(articles(), place) == {}
    assert problems(hybrid(), place) == {}


def test_names_indexes_and_metrics_are_filled_in() -> None:
    inputs = Driver(SERVER, "my-docs").check(
        {
            "fields": [
                key(),
                dense(),
                {"name": "s", "dataType": "sparse_float_vector"},
                {"name": "text", "dataType": "VARCHAR", "maxLength": 9, "enableAnalyzer": True},
                {"name": "words", "dataType": "SPARSE_FLOAT_VECTOR"},
            ],
            "functions": [{"name": "f", "functionType": "bm25", "inputFields": ["text"], "outputFields": ["words"]}],
        }
    )
    assert inputs["collectionName"] == "my_docs"
    assert inputs["endpoint"] == SERVER.uri
    assert [field.get("index") for field in inputs["fields"]] == [
        None,
        {"indexType": "AUTOINDEX", "metricType": "COSINE"},
        {"indexType": "SPARSE_INVERTED_INDEX", "metricType": "IP"},
        None,
        {"indexType": "SPARSE_INVERTED_INDEX", "metricType": "BM25"},
    ]


def test_checked_inputs_are_taken_unchanged() -> None:
    driver = Driver(SERVER, "articles")
    once = driver.check(hybrid())
    driver.inputs = once
    assert driver.check(once) == once
    assert driver.check(hybrid()) == once


def test_all_problems_at_once_with_their_paths() -> None:
    found = problems(
        {
            "collectionName": "my docs",
            "fields": [
                {"name": "id", "dataType": "FLOAT", "isPrimary": True},
                {"name": "2x", "dataType": "VARCHAR"},
                dense("v", 8, **index("HNWS")),
                dense("w", 1),
                {"name": "n", "dataType": "INT8", "defaultValue": 300},
                {"name": "n", "dataType": "JSON", "defaultValue": "{}"},
            ],
            "partitions": 4,
        }
    )
    assert found.keys() == {
        "collectionName",
        "fields[0].dataType",
        "fields[1].name",
        "fields[1].maxLength",
        "fields[2].index.indexType",
        "fields[3].dimension",
        "fields[4].defaultValue",
        "fields[5].defaultValue",
        "fields",
        "partitions",
    }
    assert "nearest: my_docs" in found["collectionName"]
    assert "HNSW" in found["fields[2].index.indexType"]
    assert "nearest: 127" in found["fields[4].defaultValue"]
    assert "nullable: true" in found["fields[5].defaultValue"]


def test_shapes_that_are_wrong_are_all_named() -> None:
    found = problems(
        {
            "fields": [
                {"name": "id", "dataType": "INT63", "isPrimary": True},
                {"nmae": "v", "dataType": "FLOAT_VECTOR", "dimension": "eight"},
            ],
            "shardss": 3,
            "consistencyLevel": "Stron",
        }
    )
    assert found.keys() == {
        "fields[0].dataType",
        "fields[1].name",
        "fields[1].dimension",
        "fields[1].nmae",
        "shardss",
        "consistencyLevel",
    }
    assert found["fields[0].dataType"].startswith("'INT63': not known; known are BOOL, INT8,")
    assert "did you mean INT" in found["fields[0].dataType"]
    assert found["fields[1].dimension"].startswith("'eight': ")
    assert "did you mean name?" in found["fields[1].nmae"]
    assert "did you mean shards?" in found["shardss"]
    assert "did you mean Strong?" in found["consistencyLevel"]


def test_a_value_of_no_type_that_fits_is_named_once_and_not_repeated() -> None:
    found = problems(articles(key(defaultValue=["hidden"]), dense(index={"params": {"M": ["hidden"], "int": 3}})))
    assert found.keys() == {"fields[0].defaultValue", "fields[1].index.params.M"}
    assert "hidden" not in str(found)


@pytest.mark.parametrize(
    ("fields", "path", "words"),
    [
        ([dense()], "fields", "exactly one field is the primary key"),
        ([key(), key(name="b"), dense()], "fields", "these are marked: id, b"),
        ([key()], "fields", "needs a vector field"),
        ([key(), dense(), *(dense(f"v{at}") for at in range(10))], "fields", "at most 10 vector fields"),
        ([key(), dense(), *({"name": f"f{at}", "dataType": "BOOL"} for at in range(63))], "fields", "at most 64"),
        ([key(), {"name": "v", "dataType": "FLOAT_VECTOR"}], "fields[1].dimension", "needs dimension"),
        ([key(), {"name": "s", "dataType": "SPARSE_FLOAT_VECTOR", "dimension": 4}], "fields[1].dimension", "has no"),
        ([key(nullable=True), dense()], "fields[0]", "a value in every row"),
        ([key(), dense(), {"name": "interval", "dataType": "BOOL"}], "fields[2].name", "reserved"),
        ([key(), dense(), {"name": "x", "dataType": "ARRAY"}], "fields[2].elementType", "needs elementType"),
        ([key(), dense(autoId=True)], "fields[1].autoId", "only the primary key"),
        ([key(), dense(**index("HNSW", "COSINE", M=1))], "fields[1].index.params.M", "2 to 2048"),
        ([key(), dense(**index("HNSW", "COSINE", m=16))], "fields[1].index.params.m", "write M"),
        ([key(), dense(**index("HNSW", "HAMMING"))], "fields[1].index.metricType", "COSINE"),
        ([key(), dense(), {"name": "n", "dataType": "BOOL", **index("TRIE")}], "fields[2].index.indexType", "INVERTED"),
        (
            [key(), dense(), {"name": "n", "dataType": "BOOL", **index("INVERTED", "L2")}],
            "fields[2].index.metricType",
            "no metric",
        ),
        ([key(isPartitionKey=True), dense()], "fields[0].isPartitionKey", "other than the primary key"),
        ([key(), dense(), {"name": "n", "dataType": "BOOL", "defaultValue": 1}], "fields[2].defaultValue", "true or"),
        ([key(), dense(), {"name": "n", "dataType": "INT64", "defaultValue": True}], "fields[2].defaultValue", "whole"),
        (
            [key(), dense(), {"name": "n", "dataType": "FLOAT", "defaultValue": 1e99}],
            "fields[2].defaultValue",
            "DOUBLE",
        ),
        (
            [key(), dense(), {"name": "n", "dataType": "VARCHAR", "maxLength": 2, "defaultValue": "äö"}],
            "fields[2].defaultValue",
            "4 bytes and maxLength is 2",
        ),
        ([key(), dense(defaultValue=1.0)], "fields[1].defaultValue", "no default for FLOAT_VECTOR"),
    ],
)
def test_what_cannot_be_is_refused(fields: list[dict[str, Any]], path: str, words: str) -> None:
    found = problems(articles(*fields))
    assert path in found
    assert words in found[path]


LITE_ONLY = [
    ([key(), dense(**index("DISKANN"))], "fields[1].index.indexType", "topology standalone"),
    *(
        ([key(), dense(**index(kind, "L2", **params))], "fields[1].index.indexType", "Milvus Lite has no")
        for kind, params in (
            ("GPU_CAGRA", {}),
            ("GPU_IVF_FLAT", {}),
            ("GPU_BRUTE_FORCE", {}),
            ("SCANN", {}),
            ("IVF_PQ", {"m": 4}),
            ("IVF_RABITQ", {}),
            ("HNSW_PQ", {"m": 4}),
            ("AISAQ", {}),
        )
    ),
    *(
        ([key(), {"name": "v", "dataType": kind, "dimension": 16}], "fields[1].dataType", "Milvus Lite has no")
        for kind in ("BINARY_VECTOR", "FLOAT16_VECTOR", "BFLOAT16_VECTOR", "INT8_VECTOR")
    ),
    (
        [key(), dense(), {"name": "n", "dataType": "INT64", **index("BITMAP")}],
        "fields[2].index.indexType",
        "nearest that works: INVERTED",
    ),
    (
        [
            key(),
            dense(),
            {
                "name": "t",
                "dataType": "VARCHAR",
                "maxLength": 9,
                "enableAnalyzer": True,
                "analyzerParams": {"tokenizer": "lindera"},
            },
        ],
        "fields[2].analyzerParams",
        "standard and jieba",
    ),
    (
        [{"name": "id", "dataType": "VARCHAR", "maxLength": 9, "isPrimary": True, "autoId": True}, dense()],
        "fields[0].autoId",
        "INT64",
    ),
]


@pytest.mark.parametrize(("fields", "path", "words"), LITE_ONLY)
def test_what_only_lite_lacks_is_refused_for_lite(fields: list[dict[str, Any]], path: str, words: str) -> None:
    found = problems(articles(*fields), FILE)
    assert words in found.get(path, f"not refused: {found}")
    assert problems(articles(*fields), SERVER) == {}


def test_production_and_replicas_are_refused_for_lite() -> None:
    found = problems(articles(production=True, replicas=2), FILE)
    assert found.keys() == {"production", "replicas"}
    assert problems(articles(production=True, replicas=2), SERVER) == {}
