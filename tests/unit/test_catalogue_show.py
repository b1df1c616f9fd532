"""`pulumi-milvus catalogue show`: the packaged snapshot and a file, filtered, as a table and as JSON."""

from __future__ import annotations

import json
import threading
import time
from pathlib import Path

import pytest

from command_line import call
from pulumi_milvus.cli import late_progress
from pulumi_milvus.cli.late_progress import LateProgress
from pulumi_milvus.planning.catalogue_choice import ENVIRONMENT_VARIABLE
from pulumi_milvus.planning.hardware.aws_catalogue import packaged_snapshot
from pulumi_milvus.planning.hardware.catalogue_file import catalogue_text


def test_the_packaged_snapshot_with_its_sources(monkeypatch: pytest.MonkeyPatch) -> None:
    done = call(monkeypatch, "catalogue", "show", "--json")
    assert done.status == 0
    answer = json.loads(done.out)
    assert (answer["region"], answer["prices_as_of"], len(answer["types"])) == ("us-east-1", "2026-07-20", 263)
    assert "karpenter" in answer["sources"]["prices"]
    assert answer["unit_prices"]["cluster_hour"]["usd"] == 0.10
    node = next(node for node in answer["types"] if node["name"] == "i4i.2xlarge")
    assert (node["usd_per_hour"], node["memory_bytes"], node["excluded_because"]) == (0.686, 64 * 2**30, None)
    assert node["zones"] == sorted(node["zones"])


def test_filters(monkeypatch: pytest.MonkeyPatch) -> None:
    def names(*options: str) -> set[str]:
        done = call(monkeypatch, "catalogue", "show", "--json", *options)
        assert done.status == 0, done.err
        return {node["name"] for node in json.loads(done.out)["types"]}

    assert names("--family", "p5e") == {"p5e.48xlarge"}
    assert names("--family", "p5e", "--usable") == set()
    assert "g5.xlarge" in names("--gpu") - names("--gpu", "--least-memory-gib", "32")
    assert {name.split(".")[0] for name in names("--nvme", "--architecture", "arm64", "--family", "i8g")} == {"i8g"}
    assert names("--family", "r7g", "--nvme") == set()


def test_the_table_fits_and_says_what_is_unknown(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = tmp_path / "catalogue.json"
    data = {**packaged_snapshot(), "region": "eu-west-1", "quotas": {"L-1216C47A": 5}, "missing": ["zones: none told"]}
    file.write_text(catalogue_text([data], "2026-11-28"))
    monkeypatch.setenv(ENVIRONMENT_VARIABLE, str(file))
    done = call(monkeypatch, "catalogue", "show", "--family", "r7g", "--family", "p3")
    assert done.status == 0, done.err
    for words in ("r7g.16xlarge", "retired by AWS", "types of eu-west-1", "Unknown: zones: none told", "5 vCPUs"):
        assert words in done.out
    assert max(map(len, done.out.splitlines())) <= 120
    assert "prices are" in done.err
    assert "catalogue refresh --region eu-west-1" in done.err


def test_mistakes_are_said_at_once(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    done = call(monkeypatch, "catalogue", "show", "--family", "r77g", "--architecture", "arm")
    assert done.status == 2
    assert "2 problems" in done.err
    assert "nearest: arm64" in done.err
    done = call(monkeypatch, "catalogue", "show", str(tmp_path / "none.json"), "--json")
    assert done.status == 2
    assert "cannot be read" in json.loads(done.out)["error"]


def test_a_region_that_nobody_asked_about_has_no_prices(monkeypatch: pytest.MonkeyPatch) -> None:
    done = call(monkeypatch, "catalogue", "show", "--region", "eu-west-1", "--json")
    answer = json.loads(done.out)
    assert answer["prices_as_of"] is None
    assert answer["missing"]
    assert {node["usd_per_hour"] for node in answer["types"]} == {None}


def test_progress_shows_only_of_slow_work(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    with LateProgress("Asking", 2) as progress:
        progress.tell("one")
    assert capsys.readouterr().err == ""
    monkeypatch.setattr(late_progress, "QUIET_SECONDS", 0.2)
    started = threading.active_count()
    with LateProgress("Asking", 2) as progress:
        progress.tell("one")
        deadline = time.monotonic() + 10
        while not progress._shown and time.monotonic() < deadline:
            time.sleep(0.01)
    assert "Asking: 0 of 2 (one)" in capsys.readouterr().err
    assert threading.active_count() <= started
