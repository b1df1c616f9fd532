"""A Lite file that somebody else holds, that is none, that is not there; and a server that does not answer."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from collection_specs import articles
from lite_lock import is_held
from pulumi_milvus.resources import lite_file
from pulumi_milvus.resources.errors import ResourceError
from pulumi_milvus.resources.lite_file import LiteFiles, lock_holder
from resource_driver import Driver, Place

HOLD = "import sys, milvus_lite.db as lite; held = lite.MilvusLite(sys.argv[1]); print('held', flush=True); input()"


@contextmanager
def held_elsewhere(path: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process that has the file open."""
    other = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert other.stdout is not None
    assert other.stdout.readline() == "held\n"
    try:
        yield other
    finally:
        other.kill()
        other.communicate()


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    """A file that nobody has made yet, and short patience."""
    place = Place(str(tmp_path / "deep" / "er" / "milvus.db"), wait_seconds=0.5)
    yield place
    place.lite_files.close_all()


def test_a_missing_folder_is_made(place: Place) -> None:
    driver = Driver(place, "articles")
    driver.up(articles())
    assert driver.refresh() == []
    assert Path(place.uri).is_dir()


def test_looking_and_deleting_make_no_database(place: Place) -> None:
    for kind in ("Collection", "Alias"):
        driver = Driver(place, "articles", kind, identifier="articles", state={"collectionName": "articles"})
        assert driver.imported("articles") is None
        assert driver.refresh() is None
        driver.delete()
    assert not Path(place.uri).parent.exists()


def test_the_last_delete_takes_the_file_along(place: Place) -> None:
    first, second = Driver(place, "articles"), Driver(place, "news")
    first.up(articles())
    second.up(articles(collectionName="news"))
    first.delete()
    assert Path(place.uri).is_dir()
    second.delete()
    assert list(Path(place.uri).parent.iterdir()) == []
    first.up(articles())
    assert first.refresh() == []


def test_an_empty_file_in_use_stays(place: Place) -> None:
    files = place.lite_files
    with files.address(Path(place.uri)):
        files.remove_if_empty(Path(place.uri))
        assert Path(place.uri).is_dir()
    files.remove_if_empty(Path(place.uri))
    assert not Path(place.uri).exists()


def test_rows_of_a_collection_without_a_schema_are_put_aside(place: Place) -> None:
    data = Path(place.uri) / "collections" / "articles" / "partitions" / "_default" / "data"
    data.mkdir(parents=True)
    (data / "rows.parquet").write_bytes(b"rows")
    driver = Driver(place, "articles")
    driver.up(articles())
    assert driver.refresh() == []
    (kept,) = Path(place.uri).parent.glob("milvus.db-leftovers/articles-*/**/rows.parquet")
    assert kept.read_bytes() == b"rows"


def test_a_preview_makes_no_database_and_opens_none(place: Place) -> None:
    driver = Driver(place, "articles")
    checked = driver.check(articles())
    driver._handler.create(driver._scene(), checked, preview=True)
    assert not Path(place.uri).parent.exists()


def test_held_by_another_process_names_it_and_what_to_do(place: Place) -> None:
    with held_elsewhere(Path(place.uri)) as other:
        began = time.monotonic()
        with pytest.raises(ResourceError) as held:
            Driver(place, "articles").up(articles())
        assert time.monotonic() - began < 4
        message = str(held.value)
        assert f"is held open by process {other.pid} (" in message
        assert "only one process at a time" in message
        assert "milvus-lite server" in message
        assert "waited 0 s" in message or "waited 1 s" in message
    Driver(place, "articles").up(articles())


def test_released_while_waiting_works(place: Place) -> None:
    patient = Place(place.uri, place.lite_files, wait_seconds=10)
    with held_elsewhere(Path(place.uri)) as other:
        threading.Timer(1.0, other.kill).start()
        driver = Driver(patient, "articles")
        driver.up(articles())
        assert driver.refresh() == []


def test_ten_resources_wait_once(place: Place) -> None:
    slow = Place(place.uri, place.lite_files, wait_seconds=1.0)
    with held_elsewhere(Path(place.uri)):
        began = time.monotonic()
        for at in range(10):
            with pytest.raises(ResourceError, match="held open"):
                Driver(slow, f"c{at}").up(articles(collectionName=f"c{at}"))
        assert time.monotonic() - began < 4


def test_the_wait_is_fifteen_seconds_unless_said_otherwise() -> None:
    assert lite_file.WAIT_FOR_LOCK_SECONDS == 15


def test_a_file_of_lite_2_is_named(place: Place) -> None:
    path = Path(place.uri)
    path.parent.mkdir(parents=True)
    path.write_bytes(b"SQLite format 3\0")
    with pytest.raises(ResourceError, match=r"Milvus Lite 3 keeps a database as a folder.*Lite 2 cannot be read"):
        Driver(place, "articles").up(articles())


def test_a_folder_that_cannot_be_made_is_named(place: Place, tmp_path: Path) -> None:
    (tmp_path / "deep").write_text("a file where a folder should be")
    with pytest.raises(ResourceError, match=r"the folder for the Milvus Lite file .* cannot be made"):
        Driver(place, "articles").up(articles())


def test_let_go_shortly_after_use_and_not_during(place: Place) -> None:
    path = Path(place.uri)
    with place.lite_files.address(path):
        time.sleep(1.5 * lite_file.LINGER_SECONDS)
        assert is_held(path)
        holder = lock_holder(path)
        assert holder is not None
        assert holder[0] == os.getpid()
    time.sleep(2 * lite_file.LINGER_SECONDS)
    assert not is_held(path)


def test_many_at_once_share_one_opening(place: Place) -> None:
    failures: list[BaseException] = []

    def work(at: int) -> None:
        try:
            driver = Driver(place, f"c{at}")
            driver.up(articles(collectionName=f"c{at}", disposable=True))
            assert driver.refresh() == []
            driver.delete()
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=work, args=[at]) for at in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


def test_two_files_do_not_wait_for_each_other(tmp_path: Path) -> None:
    files = LiteFiles()
    free, held = tmp_path / "free.db", tmp_path / "held.db"
    with held_elsewhere(held):
        waiting = threading.Thread(target=lambda: _open(files, held, 5.0))
        waiting.start()
        time.sleep(0.3)
        began = time.monotonic()
        _open(files, free, 5.0)
        assert time.monotonic() - began < 3
        waiting.join()
    files.close_all()


def _open(files: LiteFiles, path: Path, wait_seconds: float) -> None:
    try:
        with files.address(path, wait_seconds):
            pass
    except ResourceError:
        pass


def test_no_server_is_said_in_limited_time() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    place = Place(f"http://127.0.0.1:{port}", wait_seconds=2.0)
    began = time.monotonic()
    with pytest.raises(ResourceError) as silent:
        Driver(place, "articles").up(articles())
    assert time.monotonic() - began < 6
    message = str(silent.value)
    assert f"Milvus at http://127.0.0.1:{port} gave no answer to a real call within" in message
    assert "milvus:waitSeconds" in message


def test_a_port_that_speaks_something_else_is_said_in_limited_time() -> None:
    with socket.create_server(("127.0.0.1", 0)) as mute:
        place = Place(f"http://127.0.0.1:{mute.getsockname()[1]}", wait_seconds=2.0)
        began = time.monotonic()
        with pytest.raises(ResourceError, match="gave no answer to a real call"):
            Driver(place, "articles").up(articles())
        assert time.monotonic() - began < 8


def test_a_server_that_starts_late_is_waited_for(tmp_path: Path) -> None:
    from milvus_lite.adapter.grpc.server import start_server_in_thread

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    started: list[tuple[object, ...]] = []

    def start() -> None:
        started.append(start_server_in_thread(str(tmp_path / "late.db"), host="127.0.0.1", port=port))

    threading.Timer(2.5, start).start()
    driver = Driver(Place(f"http://127.0.0.1:{port}", wait_seconds=20.0), "articles")
    driver.up(articles())
    assert driver.refresh() == []
    assert any("waiting for Milvus" in line for severity, line in driver.lines if severity == "progress")
    server, database, _ = started[0]
    server.stop(grace=0)  # type: ignore[attr-defined]
    database.close()  # type: ignore[attr-defined]
