"""Collections in a real Milvus Lite, as a file and behind its own server."""

from __future__ import annotations

from typing import Any

import pytest

from collection_specs import Inputs, articles, dense, hybrid, index, key
from pulumi_milvus.resources import handler
from pulumi_milvus.resources.errors import ResourceError
from resource_driver import Driver, Place, Refused


def with_index(index_type: str, metric: str = "COSINE", **params: Any) -> Inputs:
    """The collection `articles` with another index."""
    return articles(key(), dense(**index(index_type, metric, **params)), disposable=True)


def insert(place: Place, rows: int, name: str = "articles", dimension: int = 8) -> None:
    """Rows from somebody else, flushed, so that indexes are really built."""
    with place.client() as client:
        data = [{"id": at, "embedding": [float(at % 7 + 1)] * (dimension - 1) + [1.0]} for at in range(rows)]
        client.insert(name, data)
        client.flush(name)


def rows_of(place: Place, name: str = "articles") -> int:
    """How many rows a search in one more process would find."""
    with place.client() as client:
        client.load_collection(name)
        return int(client.query(name, output_fields=["count(*)"])[0]["count(*)"])


def indexes_of(place: Place, name: str) -> dict[str, str]:
    """Index types by field."""
    with place.client() as client:
        return {field: client.describe_index(name, field)["index_type"] for field in client.list_indexes(name)}


def test_everything_at_once_reads_back(place: Place) -> None:
    driver = Driver(place, "hybrid")
    driver.up(hybrid())
    assert driver.refresh() == []
    assert driver.up(hybrid()) == []
    assert indexes_of(place, "hybrid") == {
        "year": "INVERTED",
        "price": "INVERTED",
        "title_vector": "FLAT",
        "body_vector": "IVF_FLAT",
        "words": "SPARSE_INVERTED_INDEX",
    }


def test_everything_at_once_answers_searches(place: Place) -> None:
    Driver(place, "hybrid").up(hybrid())
    with place.client() as client:
        client.load_collection("hybrid")
        row = {"tenant": "a", "year": None, "tags": ["x"], "title_vector": [1.0] * 4, "body_vector": [1.0] * 8}
        client.insert("hybrid", [row | {"body": "red fox", "extra": 1}, row | {"body": "blue whale", "price": 2.0}])
        client.flush("hybrid")
        found = client.search("hybrid", data=["whale"], anns_field="words", limit=1, output_fields=["body", "price"])
        assert found[0][0]["entity"] == {"body": "blue whale", "price": 2.0}
        found = client.search("hybrid", data=[[1.0] * 4], anns_field="title_vector", limit=2, filter="price < 1.0")
        assert len(found[0]) == 1
        assert len(client.search("hybrid", data=[[1.0] * 8], anns_field="body_vector", limit=2)[0]) == 2


def test_another_index_keeps_rows_and_other_indexes(place: Place) -> None:
    inputs = articles(
        key(),
        dense(**index("HNSW", "COSINE", M=8, efConstruction=64)),
        {"name": "n", "dataType": "INT64", "nullable": True, **index("INVERTED")},
        dense("second", 4, nullable=False, **index("FLAT", "L2")),
    )
    driver = Driver(place, "articles")
    driver.up(inputs)
    with place.client() as client:
        client.insert("articles", [{"id": at, "embedding": [float(at)] * 8, "second": [1.0] * 4} for at in range(50)])
        client.flush("articles")
    inputs["fields"][1] |= index("IVF_FLAT", "L2", nlist=4)
    assert driver.up(inputs) == [
        "fields[1].index.indexType",
        "fields[1].index.metricType",
        "fields[1].index.params.M",
        "fields[1].index.params.efConstruction",
        "fields[1].index.params.nlist",
    ]
    assert driver.refresh() == []
    assert indexes_of(place, "articles") == {"embedding": "IVF_FLAT", "n": "INVERTED", "second": "FLAT"}
    assert rows_of(place) == 50
    with place.client() as client:
        found = client.search("articles", data=[[3.0] * 8], anns_field="embedding", limit=1)
        assert found[0][0]["id"] == 3


def test_a_rebuild_says_for_how_long_search_is_away(place: Place) -> None:
    driver = Driver(place, "articles")
    driver.up(with_index("HNSW", M=8))
    driver.up(with_index("HNSW", M=16) | {"expectedRows": 200_000})
    assert len(driver.warnings) == 2, "one in the preview, one in the update"
    assert "search on articles is away while its index on embedding is rebuilt: about" in driver.warnings[0]
    assert "200,000 rows" in driver.warnings[0]
    assert "articles_v2" in driver.warnings[0]


def test_parameters_alone_rebuild(place: Place) -> None:
    driver = Driver(place, "articles")
    driver.up(with_index("HNSW", M=8, efConstruction=64))
    insert(place, 20)
    assert driver.up(with_index("HNSW", M=16, efConstruction=64)) == ["fields[1].index.params.M"]
    assert driver.refresh() == []
    with place.client() as client:
        assert client.describe_index("articles", "embedding")["params"] == {"M": 16, "efConstruction": 64}


def test_the_same_written_otherwise_changes_nothing(place: Place) -> None:
    driver = Driver(place, "articles")
    driver.up(with_index("HNSW", M=8, efConstruction=64))
    assert driver.up(with_index("hnsw", "cosine", M="8", efConstruction=64.0)) == []


def test_an_index_dropped_outside_shows_and_heals(place: Place) -> None:
    driver = Driver(place, "articles")
    inputs = with_index("HNSW", M=8)
    driver.up(inputs)
    insert(place, 20)
    with place.client() as client:
        client.release_collection("articles")
        client.drop_index("articles", "embedding_idx")
    assert driver.refresh() == ["fields[1].index"]
    assert driver.up(inputs) == ["fields[1].index"]
    assert driver.refresh() == []
    assert rows_of(place) == 20


def test_an_index_replaced_outside_shows_and_heals(place: Place) -> None:
    driver = Driver(place, "articles")
    inputs = with_index("HNSW", M=8)
    driver.up(inputs)
    insert(place, 20)
    with place.client() as client:
        client.release_collection("articles")
        client.drop_index("articles", "embedding_idx")
        params = client.prepare_index_params()
        params.add_index("embedding", index_type="FLAT", metric_type="COSINE")
        client.create_index("articles", params)
    assert driver.refresh() == ["fields[1].index.indexType", "fields[1].index.params.M"]
    driver.up(inputs)
    assert driver.refresh() == []
    assert indexes_of(place, "articles") == {"embedding": "HNSW"}


def test_a_property_changed_outside_shows_and_heals(place: Place) -> None:
    driver = Driver(place, "articles")
    inputs = articles(properties={"collection.ttl.seconds": 60})
    driver.up(inputs)
    with place.client() as client:
        client.alter_collection_properties("articles", {"collection.ttl.seconds": "5", "added": "x"})
    assert driver.refresh() == ["properties.added", 'properties["collection.ttl.seconds"]']
    driver.up(inputs)
    assert driver.refresh() == []
    with place.client() as client:
        properties = client.describe_collection("articles")["properties"]
        assert properties["collection.ttl.seconds"] == "60"
        assert "added" not in properties


def test_properties_come_change_and_go(place: Place) -> None:
    driver = Driver(place, "articles")
    driver.up(articles(properties={"a.b": 1, "c.d": True}))
    assert driver.up(articles(properties={"a.b": 2})) == ['properties["a.b"]', 'properties["c.d"]']
    assert driver.refresh() == []
    driver.up(articles())
    assert driver.refresh() == []
    with place.client() as client:
        left = client.describe_collection("articles")["properties"]
    assert set(left) == {"pulumi-milvus.urn"}


def test_dropped_outside_is_gone_and_comes_back(place: Place) -> None:
    driver = Driver(place, "articles")
    driver.up(articles())
    with place.client() as client:
        client.drop_collection("articles")
    with pytest.raises(ResourceError, match="pulumi refresh"):
        driver.up(with_index("FLAT"))
    assert driver.refresh() is None
    driver.up(articles())
    assert driver.refresh() == []


def test_release_and_load(place: Place) -> None:
    driver = Driver(place, "articles")
    driver.up(articles())
    insert(place, 5)
    assert driver.up(articles(loaded=False)) == ["loaded"]
    assert "until it is loaded again" in driver.warnings[0]
    assert driver.refresh() == []
    assert driver.up(articles()) == ["loaded"]
    assert driver.refresh() == []


def test_released_outside_shows_on_a_server_only(place: Place) -> None:
    driver = Driver(place, "articles")
    driver.up(articles())
    with place.client() as client:
        client.release_collection("articles")
    # What a file's opener has loaded ends with that process, so it is no drift.
    assert driver.refresh() == ([] if place.is_file else ["loaded"])


def test_what_only_the_state_knows_needs_no_milvus(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    driver = Driver(place, "articles")
    driver.up(articles())
    with monkeypatch.context() as patched:
        patched.setattr(handler, "connect", None)
        assert driver.up(articles(disposable=True, expectedRows=5)) == ["disposable", "expectedRows"]
    assert driver.refresh() == []
    assert driver.state is not None
    assert driver.state["disposable"] is True


def test_delete_is_refused_while_rows_are_there(place: Place) -> None:
    driver = Driver(place, "articles")
    driver.up(articles())
    insert(place, 3)
    driver.place = place.reopened()
    with pytest.raises(ResourceError, match=r"articles holds 3 rows .* disposable: true") as refused:
        driver.delete()
    assert driver.urn in str(refused.value)
    driver.up(articles(disposable=True))
    driver.delete()
    assert driver.imported("articles") is None


def test_delete_without_rows_needs_no_consent(place: Place) -> None:
    driver = Driver(place, "articles")
    driver.up(articles())
    insert(place, 2)
    with place.client() as client:
        client.load_collection("articles")
        client.delete("articles", ids=[0, 1])
    driver.place = place.reopened()
    driver.delete()
    driver.delete()
    assert driver.imported("articles") is None


def test_a_foreign_collection_of_that_name_is_refused(place: Place) -> None:
    with place.client() as client:
        client.create_collection("articles", dimension=4)
    with pytest.raises(ResourceError, match=r"belongs to somebody else.*pulumi import milvus:index:Collection"):
        Driver(place, "articles").up(articles())


def test_the_collection_of_another_stack_is_refused(place: Place) -> None:
    Driver(place, "articles").up(articles())
    with pytest.raises(ResourceError, match="belongs to somebody else"):
        Driver(place, "other").up(articles())


def test_a_name_that_is_an_alias_is_refused(place: Place) -> None:
    Driver(place, "first").up(articles(collectionName="first"))
    Driver(place, "articles", "Alias").up({"collection": "first"})
    with pytest.raises(ResourceError, match="articles is an alias of first"):
        Driver(place, "articles").up(articles())
    with pytest.raises(ResourceError, match="articles is an alias of first; import first"):
        Driver(place, "articles").imported("articles")


def test_a_database_that_is_missing_is_named(place: Place) -> None:
    with pytest.raises(ResourceError, match="elsewhere"):
        Driver(place, "articles").up(articles(database="elsewhere"))


def test_another_database(place: Place) -> None:
    with place.client() as client:
        client.create_database("elsewhere")
    driver = Driver(place, "articles")
    driver.up(articles(database="elsewhere"))
    assert driver.identifier == "elsewhere/articles"
    assert driver.refresh() == []
    assert driver.imported("elsewhere/articles") is not None
    assert driver.imported("articles") is None
    driver.delete()


def test_dimension_is_refused_with_what_to_do(place: Place) -> None:
    driver = Driver(place, "articles")
    driver.up(articles())
    with pytest.raises(Refused) as refused:
        driver.up(articles(key(), dense(dimension=16, **index("HNSW", "COSINE", M=8, efConstruction=64))))
    assert list(refused.value.problems) == ["fields[1].dimension"]
    assert "from 8 to 16 would lose the rows of articles" in refused.value.problems["fields[1].dimension"]
