"""Which environments a change touches, and what each needs."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path, PurePosixPath

import pytest
import yaml

from command_line import call
from pulumi_cli import CLONE
from pulumi_milvus.touched_environments import Layout, needs, touched

LAYOUT = Layout.read(PurePosixPath(), yaml.safe_load((CLONE / "Pulumi.yaml").read_text()))
VALUES = {"dev": "config: {}", "prod": "config: {milvus:catalogue: prices-eu.json}"}


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        (["stacks/Pulumi.dev.yaml"], ["dev"]),
        (["stacks/plans/prod.json"], ["prod"]),
        (["stacks/prices-eu.json"], ["prod"]),
        (["stacks/Pulumi.gone.yaml"], []),
        (["stacks/__main__.py"], ["dev", "prod"]),
        (["components/pulumi_milvus/lite.py"], ["dev", "prod"]),
        (["policies/judging.py"], ["dev", "prod"]),
        (["Pulumi.yaml"], ["dev", "prod"]),
        (["requirements.txt"], ["dev", "prod"]),
        (["README.md", "docs/aws.md", "tests/unit/test_cli.py", ".github/workflows/ci.yml", "LICENSE"], []),
        ([], []),
        (["docs/aws.md", "stacks/Pulumi.prod.yaml", "stacks/Pulumi.dev.yaml"], ["dev", "prod"]),
    ],
)
def test_paths_of_this_project(changed: list[str], expected: list[str]) -> None:
    assert touched(changed, LAYOUT, VALUES) == expected


def test_a_project_inside_a_repository_and_a_plugin_beside_it() -> None:
    declared = {"plugins": {"providers": [{"name": "milvus", "path": "../shared/plugin"}]}}
    layout = Layout.read(PurePosixPath("search"), declared)
    assert layout.plugins == (PurePosixPath("shared/plugin"),)
    assert touched(["search/Pulumi.dev.yaml"], layout, VALUES) == ["dev"]
    assert touched(["search/program.py"], layout, VALUES) == ["dev", "prod"]
    assert touched(["shared/plugin/__main__.py"], layout, VALUES) == ["dev", "prod"]
    assert touched(["other/program.py", "Pulumi.dev.yaml"], layout, VALUES) == []


def test_what_is_needed() -> None:
    assert needs({}, "lite") == []
    assert needs({}, "standalone") == ["a Kubernetes cluster"]
    assert needs({"milvus:aws": {"account_id": "1"}, "milvus:kubernetes": {}}, None) == ["an account of AWS"]
    assert needs({"a:b": [{"c": {"secure": "v1:x"}}]}, "lite") == ["the passphrase of its secrets"]


def test_the_command_on_a_repository(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    repository = tmp_path / "repository"
    (repository / "stacks").mkdir(parents=True)
    (repository / "Pulumi.yaml").write_text("name: search\nmain: stacks\nstackConfigDir: stacks\n")
    workload = "config: {milvus:workload: {topology: lite, collections: [{name: a, vectors: 1000, dimension: 8}]}}\n"
    for name in ("dev", "prod"):
        (repository / "stacks" / f"Pulumi.{name}.yaml").write_text(workload)
    _git(repository, "init", "--quiet", "--initial-branch=main")
    _commit(repository)
    _git(repository, "checkout", "--quiet", "-b", "change")
    (repository / "stacks" / "Pulumi.prod.yaml").write_text(workload.replace("1000", "2000"))
    _commit(repository)
    # What main did meanwhile is not of this change.
    _git(repository, "checkout", "--quiet", "main")
    (repository / "stacks" / "Pulumi.dev.yaml").write_text(workload.replace("1000", "3000"))
    _commit(repository)
    _git(repository, "checkout", "--quiet", "change")
    monkeypatch.chdir(repository)
    found = call(monkeypatch, "environments", "--since", "main", "--json")
    assert found.status == 0
    assert json.loads(found.out) == {"names": ["prod"], "environments": [{"name": "prod", "needs": []}]}
    assert call(monkeypatch, "environments", "--since", "HEAD").out == ""
    assert call(monkeypatch, "environments").out == "dev\tneeds: nothing\nprod\tneeds: nothing\n"
    for wrong in (["prd"], ["--since", "--output=x"], ["--since", "no-such"], ["--project", "stacks"]):
        refused = call(monkeypatch, "environments", *wrong)
        assert (refused.status, refused.out) == (2, ""), wrong
        assert "nearest" in refused.err
    assert not (repository / "x").exists()


def test_this_projects_environments(monkeypatch: pytest.MonkeyPatch) -> None:
    found = json.loads(call(monkeypatch, "environments", "--project", str(CLONE), "--json").out)
    wanted = {item["name"]: item["needs"] for item in found["environments"]}
    assert wanted["lite"] == []
    assert wanted["standalone"] == ["a Kubernetes cluster"]
    assert wanted["aws-vm"] == ["an account of AWS"]
    assert found["names"] == sorted(file.name.split(".")[1] for file in (CLONE / "stacks").glob("Pulumi.*.yaml"))


def _commit(repository: Path) -> None:
    _git(repository, "add", "--all")
    _git(repository, "-c", "user.name=a", "-c", "user.email=a@example.com", "commit", "--quiet", "-m", "change")


def _git(repository: Path, *arguments: str) -> None:
    subprocess.run(["git", *arguments], cwd=repository, check=True, capture_output=True)
