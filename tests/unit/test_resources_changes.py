"""Which changes are made in place, which are refused, and what the refusal advises."""

from __future__ import annotations

from typing import Any

import pytest

from collection_specs import Inputs, articles, dense, hybrid, index, key
from pulumi_milvus.resources.collection.handler import CollectionHandler
from resource_driver import Driver, Place, Refused

FILE, SERVER = Place(".data/milvus.db"), Place("http://milvus:19530")


def there(inputs: Inputs, place: Place) -> Driver:
    """A driver of a collection that is in the state already; nothing is connected to."""
    driver = Driver(place, inputs["collectionName"])
    driver.inputs = driver.check(inputs)
    _, driver.state = CollectionHandler().create(driver._scene(), driver.inputs, preview=True)
    return driver


def refused(before: Inputs, after: Inputs, place: Place) -> dict[str, str]:
    """The paths that may not change, with their reasons."""
    driver = there(before, place)
    try:
        driver.check(after)
    except Refused as refusal:
        return refusal.problems
    return {}


def scalar(name: str = "n", data_type: str = "INT64", **more: Any) -> Inputs:
    """A scalar field."""
    return {"name": name, "dataType": data_type, **more}


TEXT = scalar("t", "VARCHAR", maxLength=100)
BASE = [key(), dense(**index("HNSW", "COSINE", M=8)), TEXT]


@pytest.mark.parametrize("place", [FILE, SERVER], ids=["file", "server"])
@pytest.mark.parametrize(
    ("after", "path"),
    [
        (articles(key(), dense(dimension=16), TEXT), "fields[1].dimension"),
        (articles(key(), {"name": "embedding", "dataType": "SPARSE_FLOAT_VECTOR"}, TEXT), "fields[1].dataType"),
        (articles(key(), dense()), "fields[2]"),
        (articles(key(autoId=True), dense(), TEXT), "fields[0].autoId"),
        (articles(key(), dense(), TEXT | {"nullable": True}), "fields[2].nullable"),
        (articles(key(), dense(), TEXT | {"defaultValue": "x"}), "fields[2].defaultValue"),
        (articles(key(), dense(), TEXT | {"enableAnalyzer": True}), "fields[2].enableAnalyzer"),
        (articles(key(), dense(), TEXT | {"isPartitionKey": True}), "fields[2].isPartitionKey"),
        (articles(*BASE, collectionName="news"), "collectionName"),
        (articles(*BASE, database="other"), "database"),
        (articles(*BASE, consistencyLevel="Strong"), "consistencyLevel"),
        (articles(*BASE[:2], TEXT | {"maxLength": 50}), "fields[2].maxLength"),
    ],
)
def test_what_loses_rows_is_refused_with_what_to_do(place: Place, after: Inputs, path: str) -> None:
    found = refused(articles(*BASE), after, place)
    assert path in found
    words = found[path]
    assert any(way in words for way in ("articles_v2", "milvus:index:Alias", "copy the rows", "nearest:"))


def test_every_refusal_comes_at_once() -> None:
    found = refused(articles(*BASE), articles(key(autoId=True), dense(dimension=9), database="other"), SERVER)
    assert found.keys() == {"fields[0].autoId", "fields[1].dimension", "fields[2]", "database"}


def test_a_rename_names_the_alias() -> None:
    words = refused(articles(*BASE), articles(*BASE, collectionName="news"), SERVER)["collectionName"]
    assert "milvus:index:Alias 'news'" in words
    assert "milvus:aliases: {news: articles}" in words


def test_a_new_field_is_an_update_on_a_server_and_refused_on_lite() -> None:
    new = scalar("year", "INT32", nullable=True)
    assert refused(articles(*BASE), articles(*BASE, new), SERVER) == {}
    words = refused(articles(*BASE), articles(*BASE, new), FILE)["fields[3]"]
    assert "Milvus Lite cannot add the field 'year'" in words
    assert "enableDynamicField" in words


@pytest.mark.parametrize(
    ("new", "path", "words"),
    [
        (scalar("year", "INT32"), "fields[3].nullable", "nearest: nullable: true"),
        (dense("more"), "fields[3]", "only scalar fields"),
        (scalar("tenant", "INT64", isPartitionKey=True), "fields[3]", "only scalar fields"),
    ],
)
def test_a_new_field_that_no_server_can_add(new: Inputs, path: str, words: str) -> None:
    assert words in refused(articles(*BASE), articles(*BASE, new), SERVER)[path]


def test_fields_in_another_order_are_the_same_fields() -> None:
    before, after = articles(*BASE), articles(*reversed(BASE))
    for place in (FILE, SERVER):
        driver = there(before, place)
        assert driver.differing(driver.check(after)) == []


@pytest.mark.parametrize(
    ("key_", "value"), [("shards", 4), ("partitions", 8), ("enableDynamicField", False), ("functions", [])]
)
def test_what_is_fixed_at_creation_is_refused(key_: str, value: Any) -> None:
    before = hybrid(shards=2, partitions=16)
    after = before | {key_: value}
    if key_ == "functions":  # without its function, the field is one that the client fills
        after["fields"] = [*before["fields"][:-1], {"name": "words", "dataType": "SPARSE_FLOAT_VECTOR"}]
    found = refused(before, after, SERVER)
    assert "hybrid_v2" in found[key_]


def test_a_dynamic_field_may_come_on_a_server_only() -> None:
    after = articles(*BASE, enableDynamicField=True)
    assert refused(articles(*BASE), after, SERVER) == {}
    assert "Milvus Lite cannot switch it" in refused(articles(*BASE), after, FILE)["enableDynamicField"]


def test_longer_text_is_an_update_on_a_server_and_refused_on_lite() -> None:
    after = articles(*BASE[:2], TEXT | {"maxLength": 200})
    assert refused(articles(*BASE), after, SERVER) == {}
    assert "Milvus Lite cannot alter a field" in refused(articles(*BASE), after, FILE)["fields[2].maxLength"]


REINDEXED = articles(key(), dense(**index("HNSW", "COSINE", M=16)), TEXT)


def test_production_refuses_a_search_gap_unless_acknowledged() -> None:
    before = articles(*BASE, production=True)
    words = refused(before, REINDEXED | {"production": True}, SERVER)["fields[1].index"]
    assert "articles_v2" in words
    assert "acknowledgeSearchGap" in words
    assert "milvus:acknowledgeSearchGap: [articles]" in words
    assert refused(before, REINDEXED | {"production": True, "acknowledgeSearchGap": True}, SERVER) == {}
    assert refused(articles(*BASE), REINDEXED, SERVER) == {}


def test_production_refuses_a_release_and_a_reload() -> None:
    before = articles(*BASE, production=True)
    assert "loaded" in refused(before, before | {"loaded": False}, SERVER)
    assert "loaded" in refused(before, before | {"properties": {"mmap.enabled": True}}, SERVER)
    assert refused(before, before | {"properties": {"collection.ttl.seconds": 5}}, SERVER) == {}


def test_becoming_production_and_changing_the_index_at_once_is_refused() -> None:
    assert "fields[1].index" in refused(articles(*BASE), REINDEXED | {"production": True}, SERVER)


def test_a_first_index_on_a_scalar_takes_no_search_away() -> None:
    before = articles(*BASE, production=True)
    after = articles(*BASE[:2], TEXT | index("INVERTED"), production=True)
    assert refused(before, after, SERVER) == {}


def test_differences_have_a_path_for_each_value() -> None:
    driver = there(hybrid(), SERVER)
    after = hybrid(properties={"collection.ttl.seconds": 5}, loaded=False, disposable=True)
    after["fields"][7] |= index("IVF_FLAT", "IP", nlist=32)
    del after["fields"][3]["index"]
    assert driver.differing(driver.check(after)) == [
        "disposable",
        "fields[3].index",
        "fields[7].index.params.nlist",
        "loaded",
        'properties["collection.ttl.seconds"]',
    ]


def test_another_place_shows_as_a_change_of_endpoint() -> None:
    driver = there(articles(*BASE), SERVER)
    driver.place = Place("http://other:19530")
    assert driver.differing(driver.check(articles(*BASE))) == ["endpoint"]
