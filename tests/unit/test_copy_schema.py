"""Which rows fit where, and how far a copy is noted."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given

from collection_specs import lite_collections
from pulumi_milvus.collection_schema.spec import CollectionSpec
from pulumi_milvus.copying.checkpoint import default_path, opened
from pulumi_milvus.copying.collection_copy import batch_rows
from pulumi_milvus.copying.schema_check import gets_new_keys, problems
from pulumi_milvus.planning.problems import InvalidValues

KEY = {"name": "id", "dataType": "INT64", "isPrimary": True}
VECTOR = {"name": "v", "dataType": "FLOAT_VECTOR", "dimension": 8}


def spec(*fields: dict[str, Any], **more: Any) -> CollectionSpec:
    """A collection of these fields behind a key and a vector, where they do not replace those."""
    named = {field["name"]: field for field in (KEY, VECTOR, *fields)}
    return CollectionSpec.model_validate({"collectionName": "c", "fields": list(named.values()), **more})


def words(source: CollectionSpec, target: CollectionSpec, *, new_keys: bool = False) -> str:
    """What is said of a pair, a line each."""
    return "\n".join(str(problem) for problem in problems(source, target, new_keys=new_keys, is_lite=False))


@given(lite_collections())
def test_every_collection_fits_into_its_like(inputs: dict[str, Any]) -> None:
    one = CollectionSpec.model_validate(inputs)
    assert words(one, one, new_keys=gets_new_keys(one)) == ""


@pytest.mark.parametrize(
    ("source", "target", "said"),
    [
        (
            {"name": "a", "dataType": "INT32"},
            None,
            "c.a: it is missing in the target, nearest: a field a of type INT32",
        ),
        (None, {"name": "a", "dataType": "INT32"}, "c.a: rows of the source have no a"),
        (VECTOR, VECTOR | {"dimension": 9}, "nearest: 8"),
        (VECTOR, VECTOR | {"dataType": "FLOAT16_VECTOR"}, "c.v.dataType: FLOAT16_VECTOR: FLOAT_VECTOR in the source"),
        (
            {"name": "a", "dataType": "VARCHAR", "maxLength": 10},
            {"name": "a", "dataType": "VARCHAR", "maxLength": 9},
            "c.a.maxLength: 9: values of the source may be up to 10 long",
        ),
        (
            {"name": "a", "dataType": "ARRAY", "elementType": "INT8", "maxCapacity": 4},
            {"name": "a", "dataType": "ARRAY", "elementType": "INT16", "maxCapacity": 3},
            "c.a.maxCapacity: 3",
        ),
        (
            {"name": "a", "dataType": "INT32", "nullable": True},
            {"name": "a", "dataType": "INT32"},
            "c.a.nullable: false: values of the source may be null",
        ),
    ],
)
def test_what_does_not_fit_is_said(source: dict[str, Any] | None, target: dict[str, Any] | None, said: str) -> None:
    found = words(spec(*[source] if source else []), spec(*[target] if target else []))
    assert said in found


def test_what_fits_though_it_differs() -> None:
    more = {"name": "a", "dataType": "INT32"}
    assert words(spec(), spec(more | {"nullable": True})) == ""
    assert words(spec(), spec(more | {"defaultValue": 1})) == ""
    assert words(spec(more), spec(more | {"nullable": True}), new_keys=False) == ""
    assert (
        words(spec(VECTOR | {"index": {"indexType": "HNSW"}}), spec(VECTOR | {"index": {"indexType": "DISKANN"}})) == ""
    )


def test_keys() -> None:
    makes = spec(KEY | {"autoId": True})
    keeps = spec(KEY | {"autoId": True}, properties={"allow_insert_auto_id": "true"})
    assert "allow_insert_auto_id" in words(spec(), makes)
    assert words(spec(), makes, new_keys=True) == ""
    assert words(makes, spec()) == ""
    assert words(spec(), keeps) == ""
    assert "has no meaning here" in words(spec(), keeps, new_keys=True)


def test_what_a_function_fills_is_not_copied_and_not_lost() -> None:
    body = {"name": "body", "dataType": "VARCHAR", "maxLength": 10, "enableAnalyzer": True}
    sparse = {"name": "words", "dataType": "SPARSE_FLOAT_VECTOR"}
    bm25 = {"name": "f", "functionType": "BM25", "inputFields": ["body"], "outputFields": ["words"]}
    assert words(spec(body, sparse, functions=[bm25]), spec(body, sparse, functions=[bm25])) == ""
    assert words(spec(body), spec(body, sparse, functions=[bm25])) == ""
    assert "the same function in the target" in words(spec(body, sparse, functions=[bm25]), spec(body, sparse))


def test_a_batch_is_about_8_mib() -> None:
    assert batch_rows(spec(VECTOR | {"dimension": 768})) == 2048
    assert batch_rows(spec(VECTOR | {"dimension": 32_768})) == 100
    assert batch_rows(spec()) == 7943


def test_a_checkpoint_is_kept_and_held_by_one(tmp_path: Path) -> None:
    path = default_path(tmp_path, "a.db default", "http://host default")
    assert path != default_path(tmp_path, "a.db default", "http://other default")
    with opened(path) as checkpoint:
        state = checkpoint.pair("articles")
        state.partition("old").last_key = 'a"b'
        state.partition("old").rows = 7
        state.sample.append([1, 2])
        checkpoint.save()
        with pytest.raises(InvalidValues, match="another copy between these two is running"), opened(path):
            pass
    with opened(path) as checkpoint:
        assert checkpoint.pair("articles") == state
        assert checkpoint.begin_anew("articles").rows == 0
    path.write_text('{"version": 1, "pairs": [')
    with pytest.raises(InvalidValues, match="not a checkpoint of a copy"), opened(path):
        pass
    with pytest.raises(InvalidValues), opened(path / "below" / "a file"):
        pass
