"""Copies between two real Milvus Lite: what arrives, what a second run does, aliases, partitions, keys."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from command_line import Streams, call
from copy_collections import Row, everything, everything_row, lite, make, plain, plain_row, rows_in
from pulumi_milvus.copying.writing import RowWriter
from resource_driver import Place


class Copier:
    """Calls the command from one file to another."""

    def __init__(self, folder: Path, patch: pytest.MonkeyPatch) -> None:
        self.source, self.target = folder / "a.db", folder / "b.db"
        self._patch = patch
        patch.chdir(folder)

    def call(self, *more: str, status: int = 0, source: str | None = None, target: str | None = None) -> Streams:
        """Run it; its output where the status is the expected one."""
        done = call(self._patch, "copy", source or str(self.source), target or str(self.target), *more)
        assert done.status == status, done.out + done.err
        assert "Traceback" not in done.err
        return done

    def json(self, *more: str, **options: Any) -> dict[str, Any]:
        """The same, as JSON."""
        found: dict[str, Any] = json.loads(self.call(*more, "--json", **options).out)
        return found


@pytest.fixture
def copier(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Copier:
    """Two files in a folder of their own."""
    return Copier(tmp_path, monkeypatch)


def test_every_type_arrives_as_it_was(copier: Copier, place: Place) -> None:
    make(copier.source, everything())
    with lite(copier.source) as client:
        client.insert("everything", [everything_row(number) for number in range(300)])
    done = copier.json("--create", "--batch-rows", "7", target=place.uri)
    assert done["complete"]
    shares = {share["field"]: share for share in done["collections"][0]["searches"]}
    assert shares.keys() == {"exact", "near", "terms", "words"}
    assert shares["exact"]["share"] == shares["exact"]["least_share"] == 1.0
    with lite(copier.source) as client:
        before = rows_in(client, "everything")
    if place.is_file:
        with lite(place.uri) as client:
            after = rows_in(client, "everything")
    else:
        with place.client() as client:
            after = rows_in(client, "everything")
    assert after == before
    assert len(before) == 300


def test_a_second_run_copies_what_is_new_behind_the_last_key(copier: Copier) -> None:
    make(copier.source, plain())
    make(copier.target, plain())
    with lite(copier.source) as client:
        client.insert("articles", [plain_row(number) for number in range(10, 100)])
    assert copier.json()["collections"][0]["rows_copied"] == 90
    with lite(copier.source) as client:
        client.insert("articles", [plain_row(number) for number in range(100, 120)])
    again = copier.json()
    assert again["collections"][0]["rows_copied"] == 20
    assert again["complete"]
    # A key below the last one is not new behind it: the count tells, and --from-start copies it.
    with lite(copier.source) as client:
        client.insert("articles", [plain_row(1)])
        client.upsert("articles", [plain_row(50) | {"vector": [9.0] * 8}])
    missed = copier.json(status=1)
    assert not missed["complete"]
    assert "--from-start" in missed["collections"][0]["findings"][0]
    assert copier.json("--from-start")["complete"]
    with lite(copier.source) as before, lite(copier.target) as after:
        assert rows_in(after, "articles") == rows_in(before, "articles")


def test_a_target_that_was_made_anew_is_filled_from_the_beginning(copier: Copier) -> None:
    make(copier.source, plain())
    make(copier.target, plain())
    with lite(copier.source) as client:
        client.insert("articles", [plain_row(number) for number in range(50)])
    copier.call()
    with lite(copier.target) as client:
        client.drop_collection("articles")
    make(copier.target, plain())
    assert copier.json()["collections"][0]["rows_in_target"] == 50


def test_an_index_of_another_kind_beside_the_first_and_the_alias_last(copier: Copier) -> None:
    make(copier.source, plain(index_type="FLAT"), plain("articles_v2", "HNSW"))
    with lite(copier.source) as client:
        client.insert("articles", [plain_row(number) for number in range(200)])
        client.create_alias("articles", "live")
    same = str(copier.source)
    arguments = ("--rename", "articles=articles_v2", "--switch-alias", "live")
    done = copier.json(*arguments, target=same)
    assert done["aliases"] == {"live": "articles_v2"}
    with lite(copier.source) as client:
        assert client.describe_collection("live")["collection_name"] == "articles_v2"
        assert rows_in(client, "articles_v2") == rows_in(client, "articles")


def test_no_alias_moves_to_what_is_not_whole(copier: Copier) -> None:
    make(copier.source, plain())
    make(copier.target, plain())
    with lite(copier.source) as client:
        client.insert("articles", [plain_row(number) for number in range(30)])
    copier.call()
    with lite(copier.target) as client:
        client.delete("articles", filter="id < 10")
    done = copier.call("--switch-alias", "live", status=1)
    assert "no alias was switched" in done.err
    with lite(copier.target) as client:
        assert client.list_aliases("articles")["aliases"] == []


def test_partitions_are_kept(copier: Copier) -> None:
    make(copier.source, plain())
    make(copier.target, plain())
    with lite(copier.source) as client:
        for partition in ("old", "new"):
            client.create_partition("articles", partition)
        client.insert("articles", [plain_row(number) for number in range(5)])
        client.insert("articles", [plain_row(number) for number in range(5, 15)], partition_name="old")
        client.insert("articles", [plain_row(number) for number in range(15, 40)], partition_name="new")
    assert copier.json("--batch-rows", "4")["complete"]
    with lite(copier.source) as before, lite(copier.target) as after:
        for partition, rows in (("_default", 5), ("old", 10), ("new", 25)):
            assert len(rows_in(after, "articles", partition)) == rows
            assert rows_in(after, "articles", partition) == rows_in(before, "articles", partition)


def test_rows_of_a_partition_key_find_their_place(copier: Copier) -> None:
    declared = plain()
    declared["fields"].append({"name": "tenant", "dataType": "VARCHAR", "maxLength": 20, "isPartitionKey": True})
    make(copier.source, declared)
    with lite(copier.source) as client:
        client.insert("articles", [plain_row(number) | {"tenant": f"t{number % 5}"} for number in range(60)])
    assert copier.json("--create", "--batch-rows", "9")["complete"]
    with lite(copier.source) as before, lite(copier.target) as after:
        assert rows_in(after, "articles") == rows_in(before, "articles")


def test_a_target_that_makes_its_own_keys_asks_first(copier: Copier) -> None:
    make(copier.source, plain())
    make(copier.target, plain(autoId=True))
    with lite(copier.source) as client:
        client.insert("articles", [plain_row(number) for number in range(1_000, 1_050)])
    refused = copier.call(status=2)
    assert "articles.id.autoId: true: the target makes keys of its own" in refused.err
    assert "--new-keys" in refused.err
    done = copier.json("--new-keys")
    assert done["complete"]
    assert done["collections"][0]["rows_compared"] == 50
    with lite(copier.target) as client:
        found = rows_in(client, "articles")
        assert sorted(row["vector"] for row in found) == sorted(plain_row(n)["vector"] for n in range(1_000, 1_050))
        client.insert("articles", [{"vector": [0.0] * 8}])
    # Rows of others among keys that the target made: from here nobody can tell them from copies.
    assert "no row tells where it is from" in copier.call("--new-keys", status=2).err


@pytest.mark.parametrize("written", [0, 3, 10], ids=["nothing", "a part", "all"])
@pytest.mark.parametrize("call_number", [1, 3])
def test_new_keys_of_a_batch_that_was_written_and_not_noted(
    copier: Copier, monkeypatch: pytest.MonkeyPatch, written: int, call_number: int
) -> None:
    make(copier.source, plain())
    make(copier.target, plain(autoId=True))
    with lite(copier.source) as client:
        client.insert("articles", [plain_row(number) for number in range(45)])
    with monkeypatch.context() as patch:
        _end_in_write(patch, call_number, written)
        with pytest.raises(Ended):
            copier.call("--new-keys", "--batch-rows", "10")
    assert copier.json("--new-keys", "--batch-rows", "10")["complete"]
    with lite(copier.target) as client:
        found = [row["vector"] for row in rows_in(client, "articles")]
    assert sorted(found) == sorted(plain_row(number)["vector"] for number in range(45))
    assert "a second time" in copier.call("--new-keys", "--from-start", status=2).err


class Ended(BaseException):
    """The process is no more."""


def _end_in_write(patch: pytest.MonkeyPatch, call_number: int, rows: int) -> None:
    """Let a call write only its first rows, and nothing happen after."""
    calls = 0
    write = RowWriter.write

    def cut_off(writer: RowWriter, batch: list[Row], partition: str | None) -> list[Any]:
        nonlocal calls
        calls += 1
        if calls < call_number:
            return list(write(writer, batch, partition))
        if rows:
            write(writer, batch[:rows], partition)
        raise Ended

    patch.setattr(RowWriter, "write", cut_off)


def test_a_changed_row_is_found(copier: Copier) -> None:
    make(copier.source, plain())
    make(copier.target, plain())
    with lite(copier.source) as client:
        client.insert("articles", [plain_row(number) for number in range(20)])
    copier.call()
    with lite(copier.target) as client:
        client.upsert("articles", [plain_row(7) | {"vector": [1.0] * 8}])
    done = copier.json(status=1)
    assert any("7 differs in vector" in finding for finding in done["collections"][0]["findings"])


def test_everything_that_is_wrong_comes_at_once(copier: Copier) -> None:
    other = plain("news", dimension=16)
    other["fields"].append({"name": "needed", "dataType": "INT64"})
    make(copier.source, everything(), plain("news"), plain("lonely"))
    make(copier.target, plain("everything"), other)
    error = copier.call(status=2).err
    for words in (
        "everything.enableDynamicField: false",
        "everything.body: it is missing in the target",
        "everything.id.dataType: INT64: VARCHAR in the source",
        "news.vector.dimension: 16: vectors of the source have 8 elements, the target takes 16, nearest: 8",
        "news.needed: rows of the source have no needed",
        "TO: lonely",
    ):
        assert words in error
    with lite(copier.target) as client:
        assert sorted(client.list_collections()) == ["everything", "news"]


def test_names_that_are_not_there(copier: Copier) -> None:
    make(copier.source, plain())
    make(copier.target, plain())
    error = copier.call("--collection", "artikels", "--rename", "articles=b", status=2).err
    assert "--collection: artikels" in error
    assert "nearest: articles" in error
    assert "--rename: articles: it is not among" in error
    assert "onto itself" in copier.call(target=str(copier.source), status=2).err


def test_a_server_that_does_not_answer(copier: Copier, monkeypatch: pytest.MonkeyPatch) -> None:
    make(copier.source, plain())
    monkeypatch.setattr("pulumi_milvus.copying.run._WAIT_SECONDS", 0.5)
    done = copier.call(target="http://127.0.0.1:9", status=1)
    assert "gave no answer" in done.err
    assert "Run the same command again" in done.err


def test_a_collection_without_rows_and_one_with_an_empty_key(copier: Copier) -> None:
    make(copier.source, plain("empty"), everything())
    with lite(copier.source) as client:
        client.insert("everything", [everything_row(0) | {"id": key} for key in ("", " ", "a")])
    done = copier.json("--create", "--batch-rows", "1", "--verify-sample", "2")
    assert done["complete"]
    assert [each["rows_in_target"] for each in done["collections"]] == [0, 3]
    assert done["collections"][1]["rows_compared"] == 2
    with lite(copier.source) as before, lite(copier.target) as after:
        assert rows_in(after, "everything") == rows_in(before, "everything")
