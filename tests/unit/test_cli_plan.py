"""`pulumi-milvus plan`: every figure explains itself, and stands beside the official tool's."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from command_line import call
from pulumi_milvus.planning.official import official_size
from pulumi_milvus.planning.official_plan import compare_with_official
from pulumi_milvus.planning.plan_figures import explanations_of
from pulumi_milvus.planning.planner import make_plan
from pulumi_milvus.planning.reading import read_workload
from pulumi_milvus.planning.values_file import read_values

STACKS = Path(__file__).parents[2] / "stacks"
ARTICLES: dict[str, Any] = {"name": "articles", "vectors": 20_000_000, "dimension": 768, "index": "HNSW"}
WORKLOAD: dict[str, Any] = {"collections": [ARTICLES], "availability": "zone", "queries_per_second": 100}


def test_a_sum_is_printed_term_by_term(monkeypatch: pytest.MonkeyPatch) -> None:
    path, stdin = "roles.query_node.memory_bytes", json.dumps(WORKLOAD)
    done = call(monkeypatch, "plan", "--explain", path, "--json", "-", stdin=stdin)
    data = json.loads(done.out)
    figure = make_plan(read_workload(WORKLOAD)).figures[path]
    assert (done.status, data["path"], data["value"], data["unit"]) == (0, path, figure.value, "bytes")
    *terms, beyond = data["terms"]
    assert [(term["name"], term["value"], term["source"]) for term in terms] == [
        (term.name, term.value, term.source) for term in figure.terms
    ]
    assert beyond["value"] == pytest.approx(figure.value - sum(term.value for term in figure.terms))
    assert beyond["source"] == data["because"]
    assert data["sum"] == data["value"]
    page = call(monkeypatch, "plan", "--explain", path, "-", stdin=stdin)
    assert page.status == 0
    words = " ".join(page.out.split())
    for term in figure.terms:
        assert f"{term.value:,.0f}" in words
    for part in ("Sum, as planned: ", "what is planned beyond", f"{figure.value:,.0f} bytes"):
        assert part in words


@pytest.mark.parametrize("environment", ["lite", "standalone", "distributed", "nvme", "gpu"])
def test_every_decision_of_a_shipped_environment_is_explained(environment: str) -> None:
    made = make_plan(read_values(STACKS / f"Pulumi.{environment}.yaml").workload)
    known = explanations_of(made)
    assert set(known) >= {*made.figures, *(decision.what for decision in made.decisions), "cost.usd_per_month"}
    for explained in known.values():
        data = json.loads(json.dumps(explained.to_json()))
        assert data["value"] is not None or data["decision"]["because"]


def test_lites_terms_add_up_to_its_plan() -> None:
    made = make_plan(read_values(STACKS / "Pulumi.lite.yaml").workload)
    known, role = explanations_of(made), made.roles["lite"]
    for key in ("memory_bytes", "local_disk_bytes", "loaded_bytes_per_pod"):
        assert known[f"roles.lite.{key}"].sum == getattr(role, key)


def test_a_choice_is_explained_by_its_decision(monkeypatch: pytest.MonkeyPatch) -> None:
    page = call(monkeypatch, "plan", "--explain", "topology", "-", stdin=json.dumps(WORKLOAD))
    assert page.status == 0
    assert "topology: distributed" in page.out
    assert "availability is zone" in " ".join(page.out.split())


def test_an_unknown_path_is_status_2_with_the_nearest_and_all(monkeypatch: pytest.MonkeyPatch) -> None:
    stdin = json.dumps(WORKLOAD)
    done = call(monkeypatch, "plan", "--explain", "roles.query_nodes.memory", "--json", "-", stdin=stdin)
    assert done.status == 2
    assert json.loads(done.out)["nearest"] == "roles.query_node.memory_bytes"
    for path in explanations_of(make_plan(read_workload(WORKLOAD))):
        assert f"  {path}\n" in done.err
    assert call(monkeypatch, "plan", "--explain", "", "-", stdin=stdin).status == 2


def test_the_official_tool_is_asked_what_it_can_be_asked() -> None:
    hnsw = ARTICLES | {"index_params": {"M": 30, "efConstruction": 200}}
    compared = compare_with_official(make_plan(read_workload({"collections": [hnsw], "availability": "zone"})))
    form = {"vectors_million": 20, "dimension": 768, "index_type": "HNSW", "hnsw_m": 30, "mode_request": "distributed"}
    theirs = official_size({**form, "message_queue": "woodpecker"})
    figures = {figure.figure: figure for figure in compared.figures}
    assert figures["raw data"].official == theirs["raw_data_bytes"]
    assert figures["loaded data, one copy"].official == round(theirs["loading_memory_bytes"])
    for role in ("proxy", "mix_coord", "query_node", "data_node", "streaming_node"):
        pods = theirs["milvus"][role]
        label = role.replace("_", " ")
        assert figures[f"{label}, pods"].official == pods["pod_count"]
        assert figures[f"{label}, memory of one"].official == pods["memory_gib_per_pod"] * 2**30
        assert figures[f"{label}, cores of one"].official == pods["cpu_cores_per_pod"]
    minio = theirs["dependencies"]["minio"]
    assert figures["object store"].official == minio["pod_count"] * minio["pvc_gib_per_pod"] * 2**30
    assert figures["memory of Milvus in all"].official == theirs["totals"]["milvus_memory_gib"] * 2**30


@pytest.mark.parametrize("environment", ["standalone", "distributed", "nvme"])
def test_the_parts_of_a_difference_add_up_to_it(environment: str) -> None:
    made = make_plan(read_values(STACKS / f"Pulumi.{environment}.yaml").workload)
    compared = compare_with_official(made)
    parted = [figure for figure in compared.figures if figure.parts]
    assert len(parted) == 2
    for figure in parted:
        assert sum(part.value for part in figure.parts) == pytest.approx(figure.difference, abs=1)
    for figure in compared.figures:
        assert figure.because
        assert all(part.because for part in figure.parts)
    ours = {figure.figure: figure.ours for figure in compared.figures}
    assert ours["memory of Milvus in all"] == sum(role.pods * role.memory_bytes for role in made.roles.values())
    assert ours["object store"] == made.object_store_bytes


def test_several_fields_are_added_up_and_what_the_tool_does_not_know_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    fields = [
        {"name": "dense", "dimension": 768, "index": "HNSW"},
        {"name": "title", "dimension": 384, "index": "IVF_SQ8"},
        {"name": "words", "data_type": "SPARSE_FLOAT_VECTOR", "index": "SPARSE_INVERTED_INDEX"},
    ]
    many = {"name": "many", "vectors": 5_000_000, "scalar_bytes_per_row": 100, "vector_fields": fields}
    workload = {"collections": [many], "topology": "standalone"}
    done = call(monkeypatch, "plan", "--compare-official", "--json", "-", stdin=json.dumps(workload))
    official = json.loads(done.out)["official"]
    assert done.status == 0
    assert any("2 vector fields" in note for note in official["notes"])
    assert any("many.words (SPARSE_INVERTED_INDEX" in unknown for unknown in official["unknown"])
    raw = next(figure for figure in official["figures"] if figure["figure"] == "raw data")
    assert raw["official"] == 5_000_000 * (4 * 768 + 4 * 384 + 100)
    assert raw["ours"] > raw["official"]
    page = call(monkeypatch, "plan", "--compare-official", "-", stdin=json.dumps(workload))
    for words in ("Beside the official sizing tool", "Left out: ", "loaded data, one copy", "two segments"):
        assert words in page.out


@pytest.mark.parametrize(
    ("collection", "keys"),
    [
        ({"index": "GPU_CAGRA", "metric": "IP"}, {}),
        ({"index": "FAISS"}, {}),
        ({"vectors": 1_000, "index": "AUTOINDEX"}, {"availability": "none", "queries_per_second": 0}),
        ({}, {"topology": "managed"}),
        ({"vectors": 10**10}, {}),
        ({"vectors": 0}, {}),
        ({"index": "IVF_PQ", "index_params": {"m": 7}}, {}),
    ],
)
def test_every_plan_can_be_compared(
    monkeypatch: pytest.MonkeyPatch, collection: dict[str, Any], keys: dict[str, Any]
) -> None:
    workload = {**WORKLOAD, "collections": [ARTICLES | collection], **keys}
    done = call(monkeypatch, "plan", "--compare-official", "--json", "-", stdin=json.dumps(workload))
    official = json.loads(done.out)["official"]
    assert done.status in (0, 1)
    assert official["figures"] or official["unknown"]
    assert call(monkeypatch, "plan", "--compare-official", "-", stdin=json.dumps(workload)).status == done.status


def test_a_batch_can_be_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = f"{json.dumps(WORKLOAD)}\n{{\n"
    done = call(monkeypatch, "plan", "--compare-official", "--batch", "-", stdin=lines)
    good, bad = [json.loads(line) for line in done.out.splitlines()]
    assert good["official"]["figures"]
    assert "error" in bad


def test_options_that_do_not_go_together_are_status_2(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = tmp_path / "Pulumi.prod.yaml"
    file.write_text(yaml.safe_dump({"config": {"milvus:workload": WORKLOAD}}), encoding="utf-8")
    for options in (
        ["--write", "--update"],
        ["--write", "--explain", "topology"],
        ["--update", "--compare-official"],
        ["--explain", "topology", "--compare-official"],
    ):
        done = call(monkeypatch, "plan", *options, str(file))
        assert (done.status, done.out) == (2, ""), options
    for options in (["--write", "--batch", "-"], ["--explain", "topology", "--batch", "-"], ["--write", "-"]):
        assert call(monkeypatch, "plan", *options).status == 2, options
    assert list(tmp_path.iterdir()) == [file]
