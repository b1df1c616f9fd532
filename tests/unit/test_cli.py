"""The command line: streams, exit status, and no traceback whatever comes in."""

from __future__ import annotations

import copy
import json
import os
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from broken_values import BARE, VALUES, mutate
from command_line import call

GOOD: dict[str, Any] = {"collections": [{"name": "articles", "vectors": 10_000, "dimension": 768}]}
IMPOSSIBLE = {"collections": [{**GOOD["collections"][0], "index": "DISKANN"}], "topology": "lite"}


def test_a_plan_as_json(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = tmp_path / "workload.yaml"
    file.write_text(yaml.safe_dump(GOOD), encoding="utf-8")
    from_file = call(monkeypatch, "plan", str(file), "--json")
    from_stdin = call(monkeypatch, "plan", "--json", "-", stdin=json.dumps(GOOD))
    assert (from_file.status, from_stdin.status) == (0, 0)
    assert json.loads(from_file.out) == json.loads(from_stdin.out)
    assert json.loads(from_file.out)["topology"] == "lite"
    assert from_file.err == ""


def test_a_plan_as_a_page(monkeypatch: pytest.MonkeyPatch) -> None:
    page = call(monkeypatch, "plan", "-", stdin=json.dumps(GOOD))
    assert page.status == 0
    for word in ("lite", "articles", "Runs", "Why", "roles.lite.memory", "not priced", "Instead: standalone"):
        assert word in page.out


def test_a_page_of_growth_and_findings(monkeypatch: pytest.MonkeyPatch) -> None:
    grown = copy.deepcopy(IMPOSSIBLE)
    grown["collections"][0]["growth_vectors_per_month"] = 100_000  # type: ignore[index]
    page = call(monkeypatch, "plan", "-", stdin=json.dumps(grown))
    assert page.status == 1
    assert "error: collections[0].index" in page.out
    assert "Outgrown in month 3" in page.out


def test_a_server_is_shown_with_nodes_and_costs(monkeypatch: pytest.MonkeyPatch) -> None:
    page = call(monkeypatch, "plan", "-", stdin=json.dumps({**GOOD, "availability": "zone"}))
    assert page.status == 0
    for words in ("query_node", "query-node", "EKS control plane", "Instead: managed", "USD a month"):
        assert words in page.out


def test_a_finding_is_status_1_and_bad_input_status_2(monkeypatch: pytest.MonkeyPatch) -> None:
    impossible = call(monkeypatch, "plan", "--json", "-", stdin=json.dumps(IMPOSSIBLE))
    assert impossible.status == 1
    assert json.loads(impossible.out)["findings"][0]["rule"] == "lite-limits"
    assert "lite-limits" in impossible.err
    bad = call(monkeypatch, "plan", "-", stdin="collections: [{name: a-b, vectors: 40M, dimensions: 3}]")
    assert bad.status == 2
    assert bad.out == ""
    assert "3 problems" in bad.err
    assert "collections[0].dimensions: unknown key, nearest: dimension" in bad.err
    as_json = call(monkeypatch, "plan", "--json", "-", stdin="a: b: c")
    assert as_json.status == 2
    assert json.loads(as_json.out)["field"] == "line 1, column 5"


def test_a_batch_answers_every_line_in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    bad = ["", "{", "null", '{"collections": [], "collections": []}', "\udcff"]
    lines = [json.dumps(GOOD), *bad, json.dumps(IMPOSSIBLE)]
    stdin = "\n".join([*lines, json.dumps(GOOD)]).encode("utf-8", "surrogateescape") + b"\n"
    done = call(monkeypatch, "plan", "--batch", "-", stdin=stdin)
    answers = [json.loads(line) for line in done.out.splitlines()]
    assert done.status == 0
    assert [("error" in answer) for answer in answers] == [False, True, True, True, True, True, False, False]
    assert all({"error", "field", "nearest"} <= set(answer) for answer in answers if "error" in answer)
    assert answers[0] == answers[-1]


def test_wrong_calls_are_status_2(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    wrong = (["plan"], ["plan", "-", "--batch", "-"], ["pln"], ["plan", "no.yaml"], ["plan", "--batch", "no.jsonl"])
    for arguments in (*wrong, ["plan", str(tmp_path)], ["schema", "--write", "--docs", str(tmp_path / "none")]):
        done = call(monkeypatch, *arguments)
        assert done.status == 2, arguments
        assert done.out == ""
        assert done.err
        assert "Traceback" not in done.err


def test_help_has_examples_and_the_version_is_that_of_the_package(monkeypatch: pytest.MonkeyPatch) -> None:
    from pulumi_milvus.version import PACKAGE_VERSION

    assert PACKAGE_VERSION in call(monkeypatch, "--version").out
    for command in ("plan", "schema"):
        text = call(monkeypatch, command, "--help").out
        assert f"pulumi-milvus {command}" in text
        assert "Examples" in text


def test_the_schema_is_printed_and_written(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert json.loads(call(monkeypatch, "schema").out)["$id"] == "urn:pulumi-milvus:workload"
    assert json.loads(call(monkeypatch, "schema", "--values").out)["$id"] == "urn:pulumi-milvus:values"
    page = (Path(__file__).parents[2] / "docs" / "workload.md").read_text(encoding="utf-8")
    (tmp_path / "workload.md").write_text(page, encoding="utf-8")
    done = call(monkeypatch, "schema", "--write", "--docs", str(tmp_path), "--json")
    assert done.status == 0
    assert len(json.loads(done.out)["written"]) == 3
    assert (tmp_path / "workload.md").read_text(encoding="utf-8") == page
    (tmp_path / "workload.md").write_text("no place", encoding="utf-8")
    assert call(monkeypatch, "schema", "--write", "--docs", str(tmp_path)).status == 2


@pytest.mark.property
@settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture], max_examples=25)
@given(seed=st.integers(min_value=0, max_value=2**32), as_json=st.booleans())
def test_no_values_file_makes_a_traceback(monkeypatch: pytest.MonkeyPatch, seed: int, as_json: bool) -> None:
    chance = random.Random(seed)
    data = copy.deepcopy(chance.choice([BARE, VALUES]))
    for _ in range(chance.randrange(1, 4)):
        mutate(data, chance)
    text = yaml.dump(data)
    if chance.random() < 0.5:
        place = chance.randrange(len(text))
        text = text[:place] + chance.choice(["\t", ":", "{", "\x00", "'", "- "]) + text[place:]
    stdin = text.encode("utf-8", "surrogatepass")
    done = call(monkeypatch, "plan", "-", *(["--json"] if as_json else []), stdin=stdin)
    assert done.status in (0, 1, 2)
    assert "Traceback" not in done.err
    assert done.status != 2 or "problem" in done.err
    if as_json:
        assert json.loads(done.out)


def test_a_reader_that_goes_away_is_no_error() -> None:
    read_end, write_end = os.pipe()
    os.close(read_end)
    command = [sys.executable, "-m", "pulumi_milvus.cli", "schema"]
    done = subprocess.run(command, stdout=write_end, stderr=subprocess.PIPE, check=False)
    os.close(write_end)
    assert done.stderr == b""


def test_interruption_is_quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted() -> bytes:
        raise KeyboardInterrupt

    monkeypatch.setattr("pulumi_milvus.cli.plan_command.read_standard_input", interrupted)
    done = call(monkeypatch, "plan", "-")
    assert (done.status, done.out, done.err) == (130, "", "")
