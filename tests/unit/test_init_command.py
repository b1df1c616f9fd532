"""`pulumi-milvus init`: what is written reads back, nothing is overwritten, every mistake is said at once."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from command_line import call
from pulumi_milvus.planning.planner import make_plan
from pulumi_milvus.planning.problems import InvalidValues
from pulumi_milvus.planning.values_file import read_values, read_values_text
from pulumi_milvus.starting.answers import Answers
from pulumi_milvus.starting.values_text import values_text

MODEL = "BAAI/bge-base-en-v1.5"
ON_A_CLUSTER = ["--runs-on", "kubernetes", "--dimension", "768"]


def test_a_folder_for_lite(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    done = call(
        monkeypatch,
        "init",
        str(tmp_path / "search"),
        "--vectors",
        "10000",
        "--model",
        "BAAI/bge-base-en-v1.5",
        "--json",
    )
    assert done.status == 0, done.err
    answer = json.loads(done.out)
    assert answer["plan"]["topology"] == "lite"
    assert all(Path(name).is_file() for name in answer["written"])
    assert yaml.safe_load((tmp_path / "search" / "Pulumi.yaml").read_text())["name"] == "search"
    values = read_values(tmp_path / "search" / "stacks" / "Pulumi.dev.yaml")
    assert values.workload.collections[0].vectors == 10_000


@pytest.mark.parametrize(
    ("vectors", "more", "topology"),
    [
        ("10000", [], "standalone"),
        ("400000000", ["--bucket", "b-v", "--region", "eu-central-1", "--production"], "distributed"),
    ],
)
def test_a_folder_for_a_cluster_can_be_rendered(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, vectors: str, more: list[str], topology: str
) -> None:
    done = call(monkeypatch, "init", str(tmp_path / "s"), "--vectors", vectors, *ON_A_CLUSTER, *more, "--json")
    assert done.status == 0, done.err
    assert json.loads(done.out)["plan"]["topology"] == topology
    rendered = call(monkeypatch, "render", "--kubernetes", str(tmp_path / "s" / "stacks" / "Pulumi.dev.yaml"))
    assert rendered.status == 0, rendered.err
    assert "pulumi-milvus[kubernetes]" in (tmp_path / "s" / "requirements.txt").read_text()


def test_nothing_is_overwritten(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "Pulumi.yaml").write_text("mine")
    (tmp_path / "README.md").write_text("mine too")
    done = call(monkeypatch, "init", str(tmp_path), "--dimension", "8")
    assert done.status == 2
    assert done.err.count("is there already") == 2
    assert sorted(path.name for path in tmp_path.iterdir()) == ["Pulumi.yaml", "README.md"]
    assert (tmp_path / "Pulumi.yaml").read_text() == "mine"


def test_a_folder_that_cannot_be_written_is_left_as_it_was(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "stacks").write_text("a file")
    done = call(monkeypatch, "init", str(tmp_path), "--dimension", "8")
    assert done.status == 2
    assert "cannot be written" in done.err
    assert [path.name for path in tmp_path.iterdir()] == ["stacks"]


def test_every_wrong_answer_is_said_at_once(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    done = call(
        monkeypatch,
        "init",
        str(tmp_path / "s"),
        "--project",
        "my search!",
        "--runs-on",
        "moon",
        "--bucket",
        "b",
        "--vectors=-4",
        "--queries-per-second",
        "many",
        "--json",
    )
    assert done.status == 2
    fields = {problem["field"] for problem in json.loads(done.out)["problems"]}
    options = {"--project", "--runs-on", "--model", "--bucket"}
    assert fields == options | {"collections[0].vectors", "queries_per_second"}
    assert not (tmp_path / "s").exists()


@pytest.mark.parametrize("written", ["5000000", "5_000_000", "5e6"])
def test_a_number_is_written_as_everywhere_else(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, written: str) -> None:
    done = call(monkeypatch, "init", str(tmp_path / "s"), "--vectors", written, "--dimension", "768", *ON_A_CLUSTER)
    assert done.status == 0
    assert "vectors: 5_000_000 " in (tmp_path / "s" / "stacks" / "Pulumi.dev.yaml").read_text()


def test_several_pods_need_a_bucket(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    done = call(monkeypatch, "init", str(tmp_path / "s"), "--vectors", "400000000", *ON_A_CLUSTER)
    assert done.status == 2
    assert "--bucket NAME --region REGION" in done.err
    assert not (tmp_path / "s").exists()


@given(
    word=st.text(st.characters(codec="utf-8"), min_size=1, max_size=20),
    vectors=st.integers(-5, 10**12),
    dimension=st.integers(-1, 40_000),
    runs_on=st.sampled_from(["lite", "kubernetes"]),
    production=st.booleans(),
    queries=st.floats(allow_nan=True, allow_infinity=True),
)
@pytest.mark.property
def test_any_answers_are_a_file_that_reads_back_or_refused_in_words(
    word: str, vectors: int, dimension: int, runs_on: str, production: bool, queries: float
) -> None:
    answers = Answers(
        project="p",
        environment="dev",
        runs_on=runs_on,
        collection=word,
        vectors=vectors,
        dimension=dimension,
        queries_per_second=queries,
        production=production,
        bucket=word,
        region="eu-central-1",
    )
    try:
        text = values_text(answers)
    except InvalidValues:
        return
    values = read_values_text(text)
    assert values.workload.collections[0].name == word
    assert make_plan(values.workload).topology == values.workload.topology
