"""Whatever a killed run left is finished by the next one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from collection_specs import articles, dense, hybrid, index, key
from pulumi_milvus.resources.collection import apply
from pulumi_milvus.resources.errors import ResourceError
from resource_driver import HANDLERS, Driver, Place


class Killed(BaseException):
    """The process ended here."""


def dying_at(monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    """Make a step of the work the last thing that happens."""

    def die(*_arguments: Any) -> None:
        raise Killed

    monkeypatch.setattr(apply, step, die)


STEPS = ["_set_properties", "_build_indexes", "_create_index", "_wait_for_index", "_set_load_state"]


@pytest.mark.parametrize("step", STEPS)
def test_a_create_cut_off_is_finished(place: Place, monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    dying_at(monkeypatch, step)
    with pytest.raises(Killed):
        Driver(place, "hybrid").up(hybrid())
    monkeypatch.undo()
    driver = Driver(place.reopened(), "hybrid")
    driver.up(hybrid())
    assert driver.refresh() == []


@pytest.mark.parametrize("step", STEPS)
def test_a_rebuild_cut_off_is_finished_with_every_row(place: Place, monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    driver = Driver(place, "articles")
    driver.up(articles())
    with place.client() as client:
        client.insert("articles", [{"id": at, "embedding": [float(at)] * 8} for at in range(30)])
        client.flush("articles")
    changed = articles(key(), dense(**index("IVF_FLAT", "COSINE", nlist=4)))
    dying_at(monkeypatch, step)
    with pytest.raises(Killed):
        driver.up(changed)
    monkeypatch.undo()
    driver.place = place.reopened()
    driver.up(changed)
    assert driver.refresh() == []
    with driver.place.client() as client:
        client.load_collection("articles")
        assert client.query("articles", output_fields=["count(*)"])[0]["count(*)"] == 30


def test_a_rebuild_cut_off_shows_when_it_is_given_up(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    driver = Driver(place, "articles")
    driver.up(articles())
    dying_at(monkeypatch, "_create_index")
    with pytest.raises(Killed):
        driver.up(articles(key(), dense(**index("FLAT", "L2"))))
    monkeypatch.undo()
    driver.place = place.reopened()
    assert driver.refresh() == ["fields[1].index"]
    driver.up(articles())
    assert driver.refresh() == []


def test_an_empty_collection_of_a_shape_given_up_is_made_anew(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    dying_at(monkeypatch, "_build_indexes")
    with pytest.raises(Killed):
        Driver(place, "articles").up(articles())
    monkeypatch.undo()
    driver = Driver(place.reopened(), "articles")
    driver.up(articles(key(), dense(dimension=16)))
    assert driver.refresh() == []


def test_rows_in_a_collection_of_a_shape_given_up_are_kept(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    dying_at(monkeypatch, "_set_load_state")
    with pytest.raises(Killed):
        Driver(place, "articles").up(articles())
    monkeypatch.undo()
    with place.client() as client:
        client.insert("articles", [{"id": 1, "embedding": [1.0] * 8}])
    with pytest.raises(ResourceError, match=r"fields\[1\]\.dimension: changing it from 8 to 16 would lose the rows"):
        Driver(place.reopened(), "articles").up(articles(key(), dense(dimension=16)))


@pytest.mark.parametrize("database", ["default", "elsewhere"])
def test_a_folder_without_a_schema_is_no_hindrance(tmp_path: Path, database: str) -> None:
    place = Place(str(tmp_path / "milvus.db"))
    if database != "default":
        with place.client() as client:
            client.create_database(database)
    home = tmp_path / "milvus.db" / (f"databases/{database}" if database != "default" else "")
    (home / "collections" / "articles" / "partitions").mkdir(parents=True)
    driver = Driver(place, "articles")
    driver.up(articles(database=database))
    assert driver.refresh() == []
    place.lite_files.close_all()


@pytest.mark.parametrize("kind", ["Collection", "Alias"])
def test_a_replacement_that_took_the_name_is_not_deleted_with_the_old_one(place: Place, kind: str) -> None:
    Driver(place, "first").up(articles(collectionName="first"))
    driver = Driver(place, "articles", kind)
    inputs = driver.check(articles() if kind == "Collection" else {"collection": "first"})
    # `--replace` in a language whose SDK does not ask to delete first: create, then delete, in one process.
    handler, scene = HANDLERS[kind](), place.scene(driver.urn)
    HANDLERS[kind]().create(scene, inputs, preview=False)
    identifier, state = handler.create(scene, inputs, preview=False)
    handler.delete(scene, identifier, state | {"disposable": True})
    assert driver.imported("articles") is not None
    HANDLERS[kind]().delete(scene, identifier, state)
    assert driver.imported("articles") is None
