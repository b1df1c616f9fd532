"""`pulumi-milvus compare`: streams, files and exit status."""

from __future__ import annotations

import importlib.util
import io
import json
import sys
from pathlib import Path
from typing import Any

import pytest

from pulumi_milvus.cli import compare_command, main
from pulumi_milvus.planning.compare import compare
from pulumi_milvus.planning.reading import read_workload

SMALL: dict[str, Any] = {"collections": [{"name": "a", "vectors": 1_000, "dimension": 8}], "topology": "lite"}


class Streams:
    """What one call wrote, and its exit status."""

    def __init__(self, *arguments: str, stdin: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
        out, err = io.StringIO(), io.StringIO()
        with monkeypatch.context() as patch:
            patch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
            patch.setattr(sys, "stdout", out)
            patch.setattr(sys, "stderr", err)
            patch.setenv("COLUMNS", "120")
            self.status = main(["compare", *arguments])
        self.out, self.err = out.getvalue(), err.getvalue()


def call(monkeypatch: pytest.MonkeyPatch, *arguments: str, workload: object = SMALL) -> Streams:
    return Streams(*arguments, stdin=json.dumps(workload).encode(), monkeypatch=monkeypatch)


def test_json_is_the_whole_comparison(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    expected = compare(read_workload(SMALL)).to_json()
    file = tmp_path / "workload.json"
    file.write_text(json.dumps(SMALL))
    for done in (call(monkeypatch, "--json", "-"), call(monkeypatch, "--json", str(file))):
        assert done.status == 0
        assert json.loads(done.out) == json.loads(json.dumps(expected))
    assert expected["over_vectors"]
    assert expected["rows"][0]["memory_parts"]


def test_the_table_is_for_people(monkeypatch: pytest.MonkeyPatch) -> None:
    done = call(monkeypatch, "-")
    assert done.status == 0
    for word in ("Cheapest that serves it", "As declared (AUTOINDEX)", "IVF_SQ8", "DISKANN", "Out"):
        assert word in done.out


@pytest.mark.parametrize(
    "workload", [{"collections": [{"name": "1", "vectors": -1, "dimension": 0}]}, [], {"colections": []}]
)
def test_bad_input_is_refused_with_every_problem(monkeypatch: pytest.MonkeyPatch, workload: object) -> None:
    done = call(monkeypatch, "--json", "-", workload=workload)
    assert done.status == 2
    assert json.loads(done.out)["problems"]
    assert "Traceback" not in done.err
    if isinstance(workload, dict) and "collections" in workload:
        assert len(json.loads(done.out)["problems"]) == 3


def test_a_missing_file_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    done = call(monkeypatch, "nowhere.yaml")
    assert (done.status, done.out) == (2, "")
    assert "nowhere.yaml" in done.err


def test_nothing_that_can_run_is_a_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    done = call(monkeypatch, "-", workload=SMALL | {"topology": "managed"})
    assert done.status == 1
    assert "No index can serve it" in done.out


@pytest.mark.parametrize("name", ["", "missing/page.html", "page\0.html"])
def test_a_page_that_cannot_be_written_is_refused_before_the_work(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str
) -> None:
    monkeypatch.setattr("pulumi_milvus.planning.compare.compare", None)
    done = call(monkeypatch, "-", "--html", f"{tmp_path}/{name}")
    assert (done.status, done.out) == (2, "")
    assert "--html" in done.err
    assert "Traceback" not in done.err


def test_without_the_packages_of_the_plots_it_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    found = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "altair" else found(name))
    done = call(monkeypatch, "-", "--html", str(tmp_path / "page.html"))
    assert done.status == 1
    assert "altair: pip install 'pulumi-milvus[plots]'" in done.err
    assert not (tmp_path / "page.html").exists()


def test_the_page_is_written_and_the_table_still_printed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("vl_convert.javascript_bundle", lambda snippet: snippet)
    done = call(monkeypatch, "-", "--html", str(tmp_path / "page.html"))
    assert done.status == 0
    assert "Wrote" in done.err
    assert "<h1>Milvus indexes compared</h1>" in (tmp_path / "page.html").read_text()
    assert "IVF_SQ8" in done.out


def test_slow_work_says_how_far_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    quiet = call(monkeypatch, "-")
    monkeypatch.setattr(compare_command, "QUIET_SECONDS", -1.0)
    loud = call(monkeypatch, "-")
    assert quiet.err == ""
    assert "Comparing: 0 of " in loud.err
    assert loud.out == quiet.out
