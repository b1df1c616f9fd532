"""The engine is built once, whole or not at all, whatever happens to its builders."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from fake_engine import FakeGo, start_build


def leftovers(cache: Path) -> list[str]:
    return [found.name for found in (cache / "engine").glob(".making-*")]


def engines(cache: Path) -> list[Path]:
    return list((cache / "engine").glob("*/bin/pulumi"))


def wait_until(condition: Callable[[], bool], seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited too long"
        time.sleep(0.02)


def test_two_builders_at_once_build_once(tmp_path: Path) -> None:
    go, cache = FakeGo(tmp_path / "go", pause=0.5), tmp_path / "cache"
    builders = [start_build(go.environment(cache)) for _ in range(3)]
    results = [builder.communicate(timeout=60) for builder in builders]
    assert [builder.returncode for builder in builders] == [0, 0, 0], results
    assert go.builds == 1
    assert len({out for out, _ in results}) == 1
    waited = [words for _, words in results if "is being made already (process " in words]
    assert len(waited) == 2
    assert leftovers(cache) == []


def test_half_made_engine_is_never_seen(tmp_path: Path) -> None:
    go, cache = FakeGo(tmp_path / "go", pause=0.4), tmp_path / "cache"
    builder = start_build(go.environment(cache))
    while builder.poll() is None:
        for engine in engines(cache):
            if not engine.parts[-3].startswith("."):
                assert "echo v" in engine.read_text()
        time.sleep(0.02)
    builder.communicate()
    assert len(engines(cache)) == 1


def test_killed_build_leaves_nothing_in_the_way(tmp_path: Path) -> None:
    slow, cache = FakeGo(tmp_path / "go", pause=60), tmp_path / "cache"
    builder = start_build(slow.environment(cache))
    wait_until(lambda: slow.builds == 1)
    builder.send_signal(signal.SIGKILL)
    builder.communicate()
    assert leftovers(cache) != []
    assert [found for found in engines(cache) if not found.parts[-3].startswith(".")] == []

    quick = FakeGo(tmp_path / "go", pause=0)
    second = start_build(quick.environment(cache))
    out, words = second.communicate(timeout=60)
    assert second.returncode == 0, words
    assert (Path(out.strip()) / "pulumi").is_file()
    assert (Path(out.strip()) / "pulumi-language-python-exec").is_file()
    assert leftovers(cache) == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_interrupted_build_cleans_up_or_is_swept(tmp_path: Path, number: signal.Signals) -> None:
    slow, cache = FakeGo(tmp_path / "go", pause=60), tmp_path / "cache"
    builder = start_build(slow.environment(cache))
    wait_until(lambda: slow.builds == 1)
    builder.send_signal(number)
    builder.communicate(timeout=20)
    again = start_build(FakeGo(tmp_path / "go").environment(cache))
    assert again.wait(60) == 0
    again.communicate()
    assert leftovers(cache) == []


def test_failing_build_says_why_and_leaves_nothing(tmp_path: Path) -> None:
    go, cache = FakeGo(tmp_path / "go", failure="undefined: everything"), tmp_path / "cache"
    builder = start_build(go.environment(cache))
    _, words = builder.communicate(timeout=60)
    assert builder.returncode == 1
    assert "Building the Pulumi engine failed" in words
    assert "undefined: everything" in words
    assert "Traceback" not in words
    assert leftovers(cache) == []
    assert engines(cache) == []


def test_engine_of_another_version_is_not_kept(tmp_path: Path) -> None:
    go, cache = FakeGo(tmp_path / "go", version="v3.1.0"), tmp_path / "cache"
    builder = start_build(go.environment(cache))
    _, words = builder.communicate(timeout=60)
    assert builder.returncode == 1
    assert "older than" in words
    assert engines(cache) == []


def test_progress_tells_what_remains(tmp_path: Path) -> None:
    go, cache = FakeGo(tmp_path / "go", pause=3.8), tmp_path / "cache"
    builder = start_build(go.environment(cache))
    _, words = builder.communicate(timeout=60)
    assert builder.returncode == 0, words
    assert "Go packages: 0 of 3" in words
    assert "Go packages: 3 of 3 (c), 10 s so far" in words
    assert "Go packages: done in 11 s" in words
