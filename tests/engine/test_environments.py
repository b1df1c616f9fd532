"""The shipped environments through the real engine, as a user of plain Pulumi meets them."""

from __future__ import annotations

import contextlib
import json
import subprocess
from collections.abc import Iterator
from typing import Any

import pytest
from pymilvus import MilvusClient

from kubernetes_provider.official import provided
from pulumi_cli import CLONE, Pulumi
from pulumi_milvus.resources.lite_file import LiteFiles

LITE_RESOURCES = {"pulumi:pulumi:Stack", "pulumi:providers:milvus", "milvus:index:Lite", "milvus:index:Collection"}


@pytest.fixture
def lite(project: Pulumi) -> Pulumi:
    """The shipped lite environment, up."""
    project.run("stack", "init", "lite")
    project.run("up", "--yes", "-s", "lite")
    return project


@contextlib.contextmanager
def milvus_of(project: Pulumi) -> Iterator[MilvusClient]:
    """A client on a project's Lite file, which is let go of afterwards: a client's own close() keeps it."""
    files = LiteFiles()
    with files.address(project.directory / project.outputs("lite")["uri"]) as address:
        milvus = MilvusClient(address)
        yield milvus
        milvus.close()
    files.close_all()


def change(project: Pulumi, old: str, new: str) -> None:
    """Edit the lite environment's values file."""
    values = project.directory / "stacks" / "Pulumi.lite.yaml"
    text = values.read_text()
    assert old in text
    values.write_text(text.replace(old, new))


def test_up_creates_what_is_declared_and_a_second_up_nothing(lite: Pulumi) -> None:
    assert {resource["type"] for resource in lite.resources("lite")} >= LITE_RESOURCES
    assert lite.outputs("lite")["topology"] == "lite"
    lite.run("up", "--yes", "-s", "lite", "--expect-no-changes")
    lite.run("preview", "-s", "lite", "--expect-no-changes")
    lite.run("refresh", "--yes", "-s", "lite", "--expect-no-changes")
    with milvus_of(lite) as milvus:
        assert milvus.list_collections() == lite.outputs("lite")["collections"]


def test_try_searches_and_explains(lite: Pulumi) -> None:
    done = _try(lite, "--json")
    (trial,) = done["collections"]
    assert trial["inserted"] == 5
    assert trial["hits"][0]["id"] == 1
    assert trial["hits"][0]["distance"] == pytest.approx(1.0, abs=1e-3)
    again = _try(lite, "--json")["collections"][0]
    assert (again["inserted"], again["rows"]) == (0, 5)
    shown = _pulumi_milvus(lite, "try", "--stack", "lite")
    for heading in ("What exists", "Why it has that size", "How to use it", "roles.lite.memory_bytes"):
        assert heading in shown
    # Rows exist now; the environment has declared them disposable, so it can go.
    lite.run("destroy", "--yes", "-s", "lite")
    assert [r["type"] for r in lite.resources("lite")] == []


def test_the_snippet_that_try_prints_works(lite: Pulumi) -> None:
    shown = _pulumi_milvus(lite, "try", "--stack", "lite")
    lines = shown[shown.index("from pymilvus") :].split("\n\n")[0].splitlines()
    program = "\n".join(line.strip() for line in lines).replace("client.search", "found = client.search")
    names: dict[str, Any] = {}
    with contextlib.chdir(lite.directory):
        exec(program, names)
    assert len(names["found"][0]) == 3
    names["client"].close()


def test_an_alias_comes_and_goes_by_one_line(lite: Pulumi) -> None:
    change(lite, "  milvus:workload:", "  milvus:aliases: {live: articles}\n  milvus:workload:")
    shown = lite.run("preview", "-s", "lite", "--diff").stdout
    assert "milvus:index:Alias" in shown
    lite.run("up", "--yes", "-s", "lite")
    with milvus_of(lite) as milvus:
        assert milvus.describe_alias("live")["collection_name"] == "articles"
    change(lite, "live: articles", "current: articles")
    lite.run("up", "--yes", "-s", "lite")
    with milvus_of(lite) as milvus:
        assert milvus.list_aliases()["aliases"] == ["current"]


def test_every_mistake_is_told_at_once_and_nothing_is_touched(lite: Pulumi) -> None:
    before = lite.resources("lite")
    change(lite, "    topology: lite", "    topology: light\n    horizon_month: 3")
    change(lite, "milvus:disposableData:", "milvus:disposibleData:")
    done = lite.run("up", "--yes", "-s", "lite", check=False)
    assert done.returncode != 0
    shown = done.stdout + done.stderr
    for part in ("topology", "'light'", "horizon_month", "horizon_months", "disposibleData", "disposableData"):
        assert part in shown
    assert "Traceback" not in shown
    assert lite.resources("lite") == before


def test_a_server_is_previewed_without_a_cluster_and_nothing_is_made_without_one(project: Pulumi) -> None:
    nowhere = {"KUBECONFIG": str(project.directory / "no-kubeconfig"), "HOME": str(project.directory)}
    pulumi = provided(project).with_environment(**nowhere)
    pulumi.run("stack", "init", "standalone")
    shown = pulumi.run("preview", "-s", "standalone").stdout
    assert "kubernetes:apps/v1:StatefulSet milvus-milvus create" in shown
    assert "milvus:index:Collection milvus-articles create" in shown
    done = pulumi.run("up", "--yes", "--skip-preview", "-s", "standalone", check=False)
    assert done.returncode != 0
    said = done.stdout + done.stderr
    assert "no-kubeconfig" in said
    assert "milvus:index:DataGuard (milvus-data-guard)" in said, "the cluster is asked before anything is made in it"
    assert "Traceback" not in said
    assert not [r["type"] for r in pulumi.resources("standalone") if r["type"].startswith("kubernetes:")]


def test_a_broken_environment_reads_as_pulumi_users_expect(project: Pulumi) -> None:
    project.run("stack", "init", "lite")
    (project.directory / "stacks" / "Pulumi.lite.yaml").write_text("config: {}\n")
    done = project.run("preview", "-s", "lite", check=False)
    assert done.returncode != 0
    assert "workload" in done.stdout + done.stderr


def test_the_program_stays_short() -> None:
    assert len((CLONE / "stacks" / "__main__.py").read_text().splitlines()) < 40


def _pulumi_milvus(project: Pulumi, *arguments: str) -> str:
    done = subprocess.run(
        ["pulumi-milvus", *arguments],
        cwd=project.directory,
        env=project.environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def _try(project: Pulumi, *arguments: str) -> Any:
    return json.loads(_pulumi_milvus(project, "try", "--stack", "lite", *arguments))
