"""Aliases in a real Milvus Lite, as a file and behind its own server."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from collection_specs import articles
from pulumi_milvus.resources.errors import ResourceError
from resource_driver import Driver, Place, Refused


@pytest.fixture
def two(place: Place) -> Place:
    """A Milvus with the collections `old` and `new`."""
    for name in ("old", "new"):
        Driver(place, name).up(articles(collectionName=name))
    return place


def alias_of(place: Place) -> str:
    """Where `live` leads."""
    with place.client() as client:
        return str(client.describe_alias("live")["collection_name"])


def test_create_switch_and_delete(two: Place) -> None:
    driver = Driver(two, "live", "Alias")
    driver.up({"collection": "old"})
    assert (driver.identifier, alias_of(two)) == ("live", "old")
    assert driver.up({"collection": "old"}) == []
    assert driver.up({"collection": "new"}) == ["collection"]
    assert alias_of(two) == "new"
    assert driver.refresh() == []
    driver.delete()
    driver.delete()
    assert driver.imported("live") is None


def test_many_at_once(two: Place) -> None:
    # The engine works on 16 resources at a time; Milvus Lite 3.2 writes aliases to one temporary file, without a lock.
    drivers = [Driver(two, f"live_{number}", "Alias") for number in range(64)]
    with ThreadPoolExecutor(16) as pool:
        list(pool.map(lambda driver: driver.up({"collection": "old"}), drivers))
        list(pool.map(lambda driver: driver.up({"collection": "new"}), drivers))
    reopened = two.reopened() if two.is_file else two
    with reopened.client() as client:
        assert sorted(client.list_aliases()["aliases"]) == sorted(driver.name for driver in drivers)
        assert {client.describe_alias(driver.name)["collection_name"] for driver in drivers} == {"new"}
    with ThreadPoolExecutor(16) as pool:
        list(pool.map(lambda driver: driver.delete(), drivers[1:]))
    with two.client() as client:
        assert client.list_aliases()["aliases"] == ["live_0"]


def test_switched_outside_shows_and_heals(two: Place) -> None:
    driver = Driver(two, "live", "Alias")
    driver.up({"collection": "old"})
    with two.client() as client:
        client.alter_alias("new", "live")
    assert driver.refresh() == ["collection"]
    driver.up({"collection": "old"})
    assert alias_of(two) == "old"


def test_dropped_outside_is_gone_and_comes_back(two: Place) -> None:
    driver = Driver(two, "live", "Alias")
    driver.up({"collection": "old"})
    with two.client() as client:
        client.drop_alias("live")
    assert driver.refresh() is None
    driver.up({"collection": "old"})
    assert driver.refresh() == []


def test_dropped_outside_is_made_again_by_a_switch(two: Place) -> None:
    driver = Driver(two, "live", "Alias")
    driver.up({"collection": "old"})
    with two.client() as client:
        client.drop_alias("live")
    driver.up({"collection": "new"})
    assert alias_of(two) == "new"


def test_a_create_cut_off_is_finished(two: Place) -> None:
    with two.client() as client:
        client.create_alias("old", "live")
    driver = Driver(two, "live", "Alias")
    driver.up({"collection": "old"})
    assert driver.refresh() == []


def test_an_alias_of_somebody_else_is_refused(two: Place) -> None:
    with two.client() as client:
        client.create_alias("old", "live")
    with pytest.raises(ResourceError, match=r"leads to old.*pulumi import milvus:index:Alias live live"):
        Driver(two, "live", "Alias").up({"collection": "new"})


def test_a_collection_of_that_name_is_refused(two: Place) -> None:
    with pytest.raises(ResourceError, match="old is a collection already"):
        Driver(two, "old", "Alias").up({"collection": "new"})


def test_an_alias_of_an_alias_is_refused(two: Place) -> None:
    Driver(two, "live", "Alias").up({"collection": "old"})
    driver = Driver(two, "other", "Alias")
    with pytest.raises(ResourceError, match=r"live is an alias itself, of old; write collection: old"):
        driver.up({"collection": "live"})
    driver.up({"collection": "old"})
    with pytest.raises(ResourceError, match="live is an alias itself"):
        driver.up({"collection": "live"})


def test_a_missing_collection_is_named(two: Place) -> None:
    with pytest.raises(ResourceError, match="nowhere"):
        Driver(two, "live", "Alias").up({"collection": "nowhere"})


def test_import_reads_where_it_leads(two: Place) -> None:
    Driver(two, "live", "Alias").up({"collection": "old"})
    found = Driver(two, "live", "Alias").imported("live")
    assert found is not None
    assert found.inputs == {"alias": "live", "collection": "old", "endpoint": two.uri}
    assert Driver(two, "live", "Alias").imported("nothing") is None


def test_names_are_judged_in_the_preview(place: Place) -> None:
    with pytest.raises(Refused) as refused:
        Driver(place, "live", "Alias").up({"alias": "a b", "collection": "1x"})
    assert set(refused.value.problems) == {"alias", "collection"}
    with pytest.raises(Refused) as refused:
        Driver(place, "live", "Alias").up({"collection": "live"})
    assert set(refused.value.problems) == {"alias"}


def test_dropping_the_collection_drops_its_alias(two: Place) -> None:
    driver = Driver(two, "live", "Alias")
    driver.up({"collection": "old"})
    with two.client() as client:
        client.drop_alias("live")
        client.drop_collection("old")
    assert driver.refresh() is None
