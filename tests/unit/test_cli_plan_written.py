"""`pulumi-milvus plan --write` and `--update`: an accepted plan stays, and a file is whole or not there."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
import yaml

from command_line import Streams, call
from pulumi_milvus.planning.planner import make_plan
from pulumi_milvus.planning.reading import read_workload
from pulumi_milvus.planning.written_plan import written_plan_of
from pulumi_milvus.version import PACKAGE_VERSION

NOTES: dict[str, Any] = {"name": "notes", "vectors": 2_000_000, "growth_vectors_per_month": 100_000, "dimension": 384}


class Stack:
    """A values file in a folder of its own, and the plan beside it."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.values = folder / "Pulumi.prod.yaml"
        self.plan = folder / "plans" / "prod.json"
        self._patch = monkeypatch
        self.declare()

    def declare(self, collection: dict[str, Any] | None = None, **keys: Any) -> None:
        workload = {"collections": [NOTES | (collection or {})], "topology": "standalone", **keys}
        self.values.write_text(yaml.safe_dump({"config": {"milvus:workload": workload}}), encoding="utf-8")

    def call(self, *options: str) -> Streams:
        return call(self._patch, "plan", *options, str(self.values))

    def json(self, *options: str) -> Any:
        return json.loads(self.call(*options, "--json").out)

    @property
    def files(self) -> list[str]:
        return sorted(path.name for path in self.values.parent.rglob("*") if path.is_file())


@pytest.fixture
def stack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Stack:
    return Stack(tmp_path, monkeypatch)


def test_a_plan_is_written_once_with_the_advice_to_commit_it(stack: Stack) -> None:
    done = stack.call("--write")
    assert done.status == 0
    assert f"git add {stack.plan}" in done.out
    made = make_plan(read_workload({"collections": [NOTES], "topology": "standalone"}))
    text = stack.plan.read_text(encoding="utf-8")
    assert text == written_plan_of(made, PACKAGE_VERSION).to_text()
    assert stack.files == ["Pulumi.prod.yaml", "prod.json"]
    assert stack.plan.stat().st_mode & 0o777 == 0o666 & ~_umask()
    stack.declare({"vectors": 9_000_000})
    again = stack.call("--write")
    assert again.status == 2
    assert "--update" in again.err
    assert stack.plan.read_text(encoding="utf-8") == text


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def test_what_is_written_can_be_read_as_json(stack: Stack) -> None:
    data = stack.json("--write")
    assert (data["file"], data["written"]) == (str(stack.plan), True)
    assert data["plan"]["roles"] == json.loads(stack.plan.read_text(encoding="utf-8"))["roles"]


def test_a_plan_says_how_the_written_one_stands_to_it(stack: Stack) -> None:
    assert "written" not in stack.json()
    stack.call("--write")
    same = stack.json()["written"]
    assert (same["file"], same["difference"]["changes"]) == (str(stack.plan), [])
    assert same["outgrown_in_month"] > 12
    assert "is the same as this plan" in " ".join(stack.call().out.split())
    stack.declare({"vectors": 2_500_000})
    other = stack.json()
    assert other["findings"] == []
    assert {change["path"] for change in other["written"]["difference"]["changes"]} >= {
        "workload.collections.notes.vectors",
        "roles.standalone.memory_bytes",
    }
    page = stack.call()
    assert page.status == 0
    assert "figures and choices differ" in " ".join(page.out.split())


def test_an_outgrown_plan_is_status_1_until_it_is_updated(stack: Stack) -> None:
    stack.call("--write")
    stack.declare({"vectors": 20_000_000})
    done = stack.call("--json")
    found = json.loads(done.out)["findings"]
    assert done.status == 1
    assert [(finding["rule"], finding["level"]) for finding in found] == [("outgrown", "error")]
    assert f"--update {stack.values}" in found[0]["fix"]
    page = stack.call()
    assert page.status == 1
    assert "no longer holds what is declared" in " ".join(page.out.split())
    assert stack.call("--update").status == 0
    assert stack.call().status == 0


def test_an_update_shows_roles_pools_and_cost_before_and_after(stack: Stack) -> None:
    stack.call("--write")
    before = json.loads(stack.plan.read_text(encoding="utf-8"))
    stack.declare({"vectors": 20_000_000})
    done = stack.call("--update")
    after = json.loads(stack.plan.read_text(encoding="utf-8"))
    assert done.status == 0
    words = " ".join(done.out.split())
    for part in (
        "roles.standalone.memory_bytes",
        f"node_pools.{before['node_pools'][0]['name']}.instance_type",
        before["node_pools"][0]["instance_type"],
        after["node_pools"][0]["instance_type"],
        f"{before['cost']['usd_per_month']:,.2f} USD a month before",
        f"{after['cost']['usd_per_month']:,.2f} USD a month after",
        "2,000,000",
        "20,000,000",
        f"git add {stack.plan}",
    ):
        assert part in words
    assert stack.files == ["Pulumi.prod.yaml", "prod.json"]


def test_an_update_as_json(stack: Stack) -> None:
    stack.call("--write")
    stack.declare({"vectors": 20_000_000})
    data = stack.json("--update")
    changes = {change["path"]: change for change in data["difference"]["changes"]}
    assert data["written"]
    assert changes["workload.collections.notes.vectors"]["after"] == 20_000_000
    assert data["difference"]["usd_per_month"]["after"] == data["plan"]["cost"]["usd_per_month"]
    again = stack.json("--update")
    assert (again["written"], again["difference"]["changes"]) == (False, [])
    assert "stays" in stack.call("--update").out


def test_an_update_after_an_upgrade_says_that_only_the_maker_changed(stack: Stack) -> None:
    stack.call("--write")
    old = stack.plan.read_text(encoding="utf-8").replace(f'"{PACKAGE_VERSION}"', '"0.0.9"')
    stack.plan.write_text(old, encoding="utf-8")
    data = stack.json("--update")
    assert [change["path"] for change in data["difference"]["changes"]] == ["package_version"]
    assert json.loads(stack.plan.read_text(encoding="utf-8"))["package_version"] == PACKAGE_VERSION


def test_an_update_needs_a_plan_and_a_plan_needs_a_stack(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
    done = stack.call("--update")
    assert done.status == 2
    assert "--write" in done.err
    for name, content in (
        ("workload.yaml", {"collections": [NOTES], "topology": "standalone"}),
        ("Pulumi.bare.yaml", {"collections": [NOTES], "topology": "standalone"}),
    ):
        file = stack.values.parent / name
        file.write_text(yaml.safe_dump(content), encoding="utf-8")
        for option in ("--write", "--update"):
            bare = call(monkeypatch, "plan", option, str(file))
            assert (bare.status, bare.out) == (2, ""), name
            assert "stack's values file" in bare.err
    assert not stack.plan.parent.exists()


def test_lite_is_planned_at_once_without_a_file(stack: Stack) -> None:
    stack.call("--write")
    stack.declare({"vectors": 1_000, "growth_vectors_per_month": 0}, topology="lite")
    done = stack.call("--update")
    assert done.status == 2
    assert "planned at once" in done.err
    assert "remove it" in done.err
    judged = stack.call()
    assert judged.status == 1
    assert f"remove {stack.plan}" in " ".join(judged.out.split())
    stack.plan.unlink()
    assert stack.call("--write").status == 2
    assert stack.call().status == 0


def test_an_impossible_plan_is_shown_and_not_written(stack: Stack) -> None:
    stack.declare({"index": "IVF_PQ", "index_params": {"m": 7}})
    done = stack.call("--write")
    assert done.status == 1
    assert "Nothing was written" in done.err
    assert "index-pair" in done.err
    assert stack.json("--write")["written"] is False
    assert not stack.plan.exists()


@pytest.mark.parametrize(
    ("content", "option"),
    [
        ("", "--json"),
        ("{", "--update"),
        ('{"a": 1}', "--json"),
        ('{"format_version": 9}', "--update"),
        ("<<<<<<< HEAD\n", "--explain=topology"),
    ],
)
def test_a_plan_that_cannot_be_read_is_status_2_and_left_alone(stack: Stack, content: str, option: str) -> None:
    stack.plan.parent.mkdir()
    stack.plan.write_text(content, encoding="utf-8")
    done = stack.call(option)
    assert done.status == 2
    assert f"remove it and run: pulumi-milvus plan --write {stack.values}" in done.err
    assert "Traceback" not in done.err
    assert stack.plan.read_text(encoding="utf-8") == content


@pytest.mark.parametrize("failing", ["os.replace", "os.fsync"])
def test_a_write_that_fails_leaves_what_was_there(stack: Stack, monkeypatch: pytest.MonkeyPatch, failing: str) -> None:
    stack.call("--write")
    text = stack.plan.read_text(encoding="utf-8")
    stack.declare({"vectors": 20_000_000})

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(failing, full)
        done = stack.call("--update")
    assert done.status == 2
    assert "No space left on device" in done.err
    assert stack.plan.read_text(encoding="utf-8") == text
    assert stack.files == ["Pulumi.prod.yaml", "prod.json"]


def test_a_folder_that_takes_no_file_is_told_in_words(stack: Stack) -> None:
    stack.plan.parent.write_text("a file where the folder should be", encoding="utf-8")
    assert stack.call().status == 0
    done = stack.call("--write")
    assert done.status == 2
    assert "cannot be" in done.err
    assert "Traceback" not in done.err


def test_an_explained_figure_says_where_the_written_plan_differs(stack: Stack) -> None:
    stack.call("--write")
    assert stack.call("--explain=topology").err == ""
    stack.declare({"vectors": 2_500_000})
    done = stack.call("--explain=roles.standalone.memory_bytes")
    assert done.status == 0
    assert str(stack.plan) in done.err
