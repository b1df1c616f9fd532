"""A copy that is killed at random moments and run again ends complete, with no row twice."""

from __future__ import annotations

import contextlib
import json
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from copy_collections import everything, everything_row, lite, make, plain, plain_row, rows_in
from resource_driver import Place

KILLS = 4
ROWS = 2_400
BATCH_ROWS = 40


@contextlib.contextmanager
def client_of(place: Place) -> Iterator[Any]:
    """A client of the target, whether this process opens it or not."""
    if place.is_file:
        with lite(place.uri) as client:
            yield client
    else:
        with place.client() as client:
            yield client


def copied_rows(checkpoint: Path) -> int:
    """Rows that a checkpoint knows to be copied."""
    with contextlib.suppress(FileNotFoundError):
        pairs = json.loads(checkpoint.read_text())["pairs"].values()
        return sum(part["rows"] for pair in pairs for part in pair["partitions"].values())
    return 0


def copy_with_kills(source: Path, target: str, checkpoint: Path, draw: random.Random, *more: str) -> dict[str, Any]:
    """Run the command, kill it in the midst of copying several times, and let it end; what it said then."""
    command = [
        *[sys.executable, "-m", "pulumi_milvus.cli", "copy", str(source), target, "--json"],
        *["--checkpoint", str(checkpoint), "--batch-rows", str(BATCH_ROWS), *more],
    ]
    kills = 0
    before = 0
    while kills < KILLS:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        moment = before + draw.randrange(0, ROWS // (KILLS + 1))
        while process.poll() is None and copied_rows(checkpoint) <= moment:
            time.sleep(0.002)
        time.sleep(draw.random() * 0.02)
        assert process.poll() is None, process.communicate()[0]
        process.kill()
        process.communicate()
        kills += 1
        before = copied_rows(checkpoint)
        assert 0 < before < ROWS
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@pytest.fixture
def draw() -> random.Random:
    """Random moments, of which a failure names the seed."""
    seed = random.randrange(10**6)
    print(f"moments from seed {seed}")
    return random.Random(seed)


@pytest.mark.timeout(300)
def test_rows_that_keep_their_keys(place: Place, tmp_path: Path, draw: random.Random) -> None:
    source = tmp_path / "source.db"
    make(source, everything())
    make(place.uri, everything())
    with lite(source) as client:
        client.insert("everything", [everything_row(number) for number in range(ROWS)])
    done = copy_with_kills(source, place.uri, tmp_path / "checkpoint.json", draw)
    assert done["complete"]
    (collection,) = done["collections"]
    assert collection["rows_in_target"] == ROWS
    assert collection["rows_copied"] < ROWS
    with lite(source) as before, client_of(place) as after:
        assert rows_in(after, "everything") == rows_in(before, "everything")


@pytest.mark.timeout(300)
def test_rows_that_get_new_keys(place: Place, tmp_path: Path, draw: random.Random) -> None:
    source = tmp_path / "source.db"
    make(source, plain())
    make(place.uri, plain(autoId=True))
    with lite(source) as client:
        client.insert("articles", [plain_row(number) | {"vector": vector(number)} for number in range(ROWS)])
    done = copy_with_kills(source, place.uri, tmp_path / "checkpoint.json", draw, "--new-keys")
    assert done["complete"]
    with client_of(place) as after:
        rows = rows_in(after, "articles")
    assert sorted(row["vector"] for row in rows) == sorted(vector(number) for number in range(ROWS))


def vector(number: int) -> list[float]:
    """One that no other number has."""
    return [float(number), *[0.5] * 7]
