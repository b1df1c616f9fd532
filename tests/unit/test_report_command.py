"""`pulumi-milvus report`: the comment, and what it says of files that are none."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from preview_files import export, node_group, preview, state, step, urn
from pulumi_milvus.cli.run import run

COLLECTION = "milvus:index:Collection"


def written(folder: Path, name: str, content: bytes) -> str:
    path = folder / name
    path.write_bytes(content)
    return str(path)


def collection(name: str, rows: int = 10, index: str = "HNSW", **more: Any) -> dict[str, Any]:
    fields = [
        {"name": "id", "dataType": "INT64", "isPrimary": True},
        {"name": "v", "dataType": "FLOAT_VECTOR", "dimension": 8, "index": {"indexType": index, "metricType": "L2"}},
    ]
    return {"collectionName": name, "expectedRows": rows, "fields": fields, "loaded": True, **more}


def test_nothing_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    stays = state(COLLECTION, "articles", **collection("articles"))
    assert run(["report", written(tmp_path, "p.json", preview(step("same", stays, stays)))]) == 0
    assert capsys.readouterr().out == "**dev**: nothing changes.\n"


def test_dangers_come_first(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    old = state(COLLECTION, "articles", **collection("articles", 1_000_000, disposable=True))
    kept = state(COLLECTION, "papers", **collection("papers"))
    other = state(COLLECTION, "papers", **collection("papers", index="IVF_FLAT"))
    bucket = state("aws:s3/bucket:Bucket", "files", forceDestroy=True)
    steps = [step("update", other, kept), step("delete", None, old), step("delete", None, bucket)]
    assert run(["report", written(tmp_path, "p.json", preview(*steps))]) == 0
    text = capsys.readouterr().out
    lines = [line for line in text.splitlines() if line.startswith("- **")]
    assert lines[0] == (
        "- **Lost**, `articles`: collection articles is deleted: its rows, 1,000,000 as declared, are lost: "
        "the data was declared disposable"
    )
    assert lines[1] == "- **Lost**, `files`: bucket is deleted: all files in it are lost"
    assert lines[2].startswith("- **Unavailable**, `papers`: search on papers fails until")
    assert "| collection papers, v: index | HNSW | IVF_FLAT |  |" in text
    assert text.index("#### Dangerous") < text.index("#### What changes") < text.index("<details>")


def test_the_bill_of_a_stack_and_its_change(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    template, old = node_group("query", "r7g.xlarge", 4)
    new = node_group("query", "r7g.xlarge", 6)[1]
    steps = [step("same", template, template), step("update", new, old)]
    assert run(["report", "--json", written(tmp_path, "p.json", preview(*steps))]) == 0
    cost = json.loads(capsys.readouterr().out)["environments"][0]["cost"]
    assert cost["usd_per_month"] == pytest.approx(cost["before_usd_per_month"] * 1.5, abs=0.02)
    assert cost["changes"][0]["what"] == "query"


def test_without_what_stays_the_export_completes_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    stays = state(COLLECTION, "articles", **collection("articles"))
    made = state(COLLECTION, "papers", **collection("papers"))
    file = written(tmp_path, "p.json", preview(step("create", made), same=1))
    assert run(["report", file]) == 0
    assert "without `--show-sames`" in capsys.readouterr().out
    before = written(tmp_path, "before.json", export(stays))
    assert run(["report", file, "--before", before, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)["environments"][0]
    assert found["complete"] is True
    assert [change["what"] for change in found["changes"]] == ["collection papers"]


def test_every_file_that_is_none_is_named_at_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    whole = preview(step("create", state(COLLECTION, "articles", **collection("articles"))))
    files = {
        "empty.json": b"",
        "cut.json": whole[: len(whole) // 2],
        "words.txt": b"error: no stack selected",
        "other.json": b'{"steps": 3}',
        "list.json": b"[]",
        "export.json": export(),
        "bytes.json": b"\xff\xfe\x00",
        "step.json": b'{"steps": [7]}',
    }
    assert run(["report", *(written(tmp_path, name, content) for name, content in files.items())]) == 2
    said = capsys.readouterr().err
    assert "report: 8 problems" in said
    for name, words in (
        ("empty.json", "is empty"),
        ("cut.json", "ends in the middle"),
        ("words.txt", "is no JSON"),
        ("other.json", "is no preview of Pulumi"),
        ("list.json", "is no preview of Pulumi"),
        ("export.json", "is a stack's export"),
        ("step.json", "has no urn or op"),
    ):
        assert any(name in line and words in line for line in said.splitlines()), (name, said)
    assert "Traceback" not in said


def test_an_export_of_another_stack_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = written(tmp_path, "p.json", preview(step("create", state(COLLECTION, "a", **collection("a")))))
    other = state(COLLECTION, "a") | {"urn": urn(COLLECTION, "a").replace(":dev:", ":prod:")}
    assert run(["report", file, "--before", written(tmp_path, "b.json", export(other))]) == 2
    assert "none of the previews is of" in capsys.readouterr().err


def test_a_preview_that_failed_says_why_and_fails(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    told = {"diagnostics": [{"severity": "error", "message": "error: <b>no</b> @team\n  second line\n"}], "config": {}}
    assert run(["report", written(tmp_path, "prod.json", json.dumps(told).encode())]) == 1
    text = capsys.readouterr().out
    assert text.startswith("### prod: the preview failed\n")
    assert "- &lt;b&gt;no&lt;/b&gt; @&#8203;team\n- second line\n" in text


def test_links_lead_to_where_the_docs_are(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    broken = collection("articles", index="BIN_IVF_FLAT")
    file = written(tmp_path, "p.json", preview(step("create", state(COLLECTION, "articles", **broken))))
    assert run(["report", file, "--docs", "https://host/o/r/blob/main/"]) == 0
    assert "[`index-pair`](https://host/o/r/blob/main/docs/rules/index-pair.md)" in capsys.readouterr().out


def test_several_environments_in_one_comment(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    first = preview(step("create", state(COLLECTION, "a", **collection("a"))))
    second = first.replace(b":dev:", b":acceptance:")
    files = [written(tmp_path, "1.json", first), written(tmp_path, "2.json", second)]
    assert run(["report", *files]) == 0
    one = capsys.readouterr().out
    assert one.index("### acceptance") < one.index("### dev")
    assert run(["report", *reversed(files)]) == 0
    assert capsys.readouterr().out == one


def test_every_file_that_is_no_preview_is_named_at_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    fine = written(tmp_path, "fine.json", preview(step("create", state(COLLECTION, "a", **collection("a")))))
    empty, text = written(tmp_path, "empty.json", b"{}"), written(tmp_path, "text.json", b"xx")
    assert run(["report", fine, empty, text, str(tmp_path / "none.json"), "--before", str(tmp_path / "gone.json")]) == 2
    told = capsys.readouterr().err
    assert told.startswith("report: 4 problems\n")
    for name, words in (
        ("empty.json", "no preview"),
        ("text.json", "no JSON"),
        ("none.json", "cannot be read"),
        ("gone.json", "cannot be read"),
    ):
        assert any(name in line and words in line for line in told.splitlines()), told


def test_one_broken_preview_of_two_is_named_and_nothing_is_half_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    fine = written(tmp_path, "fine.json", preview(step("create", state(COLLECTION, "a", **collection("a")))))
    for content, words in (
        (b"", "is empty"),
        (b"error: could not load plugin\n", "is no JSON"),
        (b"{}\n\nerror: failed to load language plugin python\n", "is no JSON"),
        (b'{"steps": [', "ends in the middle"),
    ):
        assert run(["report", fine, written(tmp_path, "prod.json", content)]) == 2
        told = capsys.readouterr()
        assert told.out == ""
        assert "prod.json" in told.err
        assert words in told.err
        assert "fine.json" not in told.err


def test_a_bill_that_is_not_known_says_why(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    workload = {"collections": [{"name": "a", "vectors": 1_000_000, "dimension": 768}], "topology": "standalone"}
    component = state("milvus:index:Milvus", "m", workload=workload) | {"custom": False}
    place = {"apiVersion": "milvus.io/v1beta1", "kind": "Milvus", "metadata": {"name": "m", "namespace": "n"}}
    pods = {"standalone": {"replicas": 3}}
    other = state("kubernetes:milvus.io/v1beta1:Milvus", "m-milvus") | {"parent": component["urn"]}
    other["inputs"] = {**place, "spec": {"components": pods}}
    steps = [step("create", component), step("create", other)]
    file = written(tmp_path, "p.json", preview(*steps))
    assert run(["report", file]) == 0
    text = capsys.readouterr().out
    assert "USD a month before, not known after" in text
    assert "- Not known: m, after: its pods have other sizes than its plan" in text
    assert run(["report", file, "--json"]) == 0
    cost = json.loads(capsys.readouterr().out)["environments"][0]["cost"]
    assert cost["usd_per_month"] is None
    assert len(cost["not_known"]) == 1
