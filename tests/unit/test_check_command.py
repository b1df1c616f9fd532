"""`pulumi-milvus check`: what it reads, what it prints, how it ends."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml
from inspecting import cluster_milvus, node, workload

from pulumi_milvus.cli.run import run

STACKS = Path(__file__).parents[2] / "stacks"
# Lite has no pods; those on AWS make their own cluster first.
OURS = sorted(
    path.name
    for path in STACKS.glob("Pulumi.*.yaml")
    if "milvus:kubernetes:" in path.read_text() and not path.name.startswith("Pulumi.aws-")
)


def check(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str, str]:
    """(exit status, stdout, stderr) of `check`."""
    status = run(["check", *map(str, arguments)])
    said = capsys.readouterr()
    return status, said.out, said.err


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """milvus.yaml, nodes.yaml, workload.yaml."""
    (tmp_path / "milvus.yaml").write_text(yaml.safe_dump(cluster_milvus()))
    (tmp_path / "nodes.yaml").write_text(yaml.safe_dump(node("r6i.4xlarge")))
    (tmp_path / "workload.yaml").write_text(yaml.safe_dump(workload("DISKANN")))
    return tmp_path


def test_findings_come_as_json_and_an_error_ends_with_1(files: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def on_r6i() -> None:
        milvus = cluster_milvus()
        for component in ("queryNode", "dataNode"):
            milvus["spec"]["components"][component]["nodeSelector"] = {}
        (files / "milvus.yaml").write_text(yaml.safe_dump(milvus))

    on_r6i()
    names = (files / "milvus.yaml", files / "nodes.yaml", "--workload", files / "workload.yaml")
    status, out, _ = check(capsys, *names, "--json")
    answer = json.loads(out)
    assert status == 1
    found = [item for item in answer["findings"] if item["rule"] == "diskann-needs-nvme"]
    assert {"rule", "level", "subject", "message", "fix"} <= set(found[0])
    assert found[0]["docs"] == "docs/rules/diskann-needs-nvme.md"
    assert any("Milvus search/vectors" in item for item in answer["checked"])
    status, out, _ = check(capsys, *names)
    assert status == 1
    assert "diskann" in out


def test_what_cannot_be_read_ends_with_2(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    template = tmp_path / "deployment.yaml"
    template.write_text("kind: Deployment\nmetadata:\n  name: {{ .Release.Name }}\n  {{- if .Values.x }}\n")
    status, out, err = check(capsys, template, "--json")
    assert status == 2
    assert "template" in err
    assert "helm template" in json.loads(out)["problems"][0]["nearest"]
    status, _, err = check(capsys, tmp_path / "missing.yaml")
    assert status == 2
    assert "missing.yaml" in err
    assert "Traceback" not in err


@pytest.mark.parametrize("stack", OURS)
def test_our_own_stacks_give_no_error_and_no_warning(
    stack: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["render", "--kubernetes", str(STACKS / stack), "--output", str(tmp_path)]) == 0
    capsys.readouterr()
    status, out, _ = check(capsys, tmp_path / "milvus.yaml", "--workload", STACKS / stack, "--json")
    assert [item for item in json.loads(out)["findings"] if item["level"] != "advice"] == []
    assert status == 0


def test_irrelevant_objects_are_fine(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "other.yaml"
    file.write_text(
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n---\n---\napiVersion: apps/v1\nkind: Deployment\n"
        "metadata: {name: milvus-exporter}\nspec: {template: {spec: {containers: [{name: a, image: x/exporter}]}}}\n"
    )
    status, out, _ = check(capsys, file, "--json")
    assert status == 0
    answer = json.loads(out)
    assert answer["findings"] == answer["checked"] == []
    assert "nothing of Milvus in these files (2 objects seen)" in answer["note"]
    status, out, _ = check(capsys, file)
    assert status == 0
    assert "no Milvus was judged" in out


def test_resources_of_a_cloud_are_judged_without_a_milvus(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    kind, file = "aws:iam/rolePolicy:RolePolicy", tmp_path / "export.json"
    statement = {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    others = [("random:index/randomId:RandomId", {}), (kind, {"policy": policy})]
    resources = [{"type": one, "urn": f"urn:pulumi:a::b::{one}::it", "inputs": inputs} for one, inputs in others]
    file.write_text(json.dumps({"version": 3, "deployment": {"resources": resources}}))
    status, out, _ = check(capsys, file, "--json")
    answer = json.loads(out)
    assert status == 1
    assert {finding["rule"] for finding in answer["findings"]} == {"least-privilege"}
    assert answer["checked"] == [f"{file}: {kind} it"]
    assert "nothing of Milvus" in answer["note"]


def test_a_milvus_has_no_such_note(files: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = check(capsys, files / "milvus.yaml", "--json")
    assert "note" not in json.loads(out)
    assert json.loads(out)["checked"] == [f"{files / 'milvus.yaml'}: Milvus search/vectors"]


def test_help_shows_examples(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = check(capsys, "--help")
    assert status == 0
    assert "pulumi-milvus check milvus.yaml" in out
