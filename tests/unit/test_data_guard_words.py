"""What docs/changes.md shows of previews is what the guard says, and the guard that it shows can be declared."""

from __future__ import annotations

import json
import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pulumi
import pytest

from pulumi_milvus.resources.data_guard.handler import DataGuardHandler
from pulumi_milvus.resources.handler import Scene
from pulumi_milvus.resources.lite_file import LiteFiles
from pulumi_milvus.resources.wire import Plain
from resource_driver import through_wire

PAGE = (Path(__file__).parents[2] / "docs" / "changes.md").read_text(encoding="utf-8")
RUNNING: Plain = {
    "namespace": "milvus",
    "name": "milvus",
    "topology": "standalone",
    "variant": "operator",
    "milvusVersion": "2.6.24",
    "wal": "woodpecker",
    "objectStore": {"kind": "s3", "bucket": "vectors"},
    "etcd": {"kind": "in_cluster"},
    "collections": {"articles": 40_000_000, "questions": 1_000_000},
}
CHANGES: tuple[tuple[Plain, Plain], ...] = (
    ({}, {"collections": {}}),
    ({}, {"milvusVersion": "3.0.2"}),
    ({"milvusVersion": "3.0.2"}, {"milvusVersion": "2.6.24"}),
    ({"milvusVersion": "2.4.6"}, {"milvusVersion": "2.6.24"}),
    ({}, {"wal": "kafka"}),
    ({}, {"name": "search"}),
    ({}, {"topology": "distributed"}),
)


def said() -> list[str]:
    """Every line that the guard says to these changes."""
    lines: list[str] = []
    scene = Scene(
        urn="urn:pulumi:dev::test::milvus:index:DataGuard::data",
        endpoint=None,
        lite_files=LiteFiles(),
        log=lambda _severity, line: lines.append(line),
        timeout_seconds=1.0,
    )
    for before, after in CHANGES:
        checked = DataGuardHandler().check(scene, through_wire(RUNNING | before), through_wire(RUNNING | after))
        lines += [f"{problem.path}: {problem.reason}" for problem in checked.problems]
    return lines


def shown() -> list[str]:
    """Every line of a preview that the page shows, up to where it is cut off."""
    return re.findall(r"^ {4,}((?:collections|milvusVersion|wal|name|topology): .+?) ?\.\.\.$", PAGE, re.MULTILINE)


def test_each_kind_of_change_is_shown() -> None:
    assert len(shown()) == len(CHANGES)


@pytest.mark.parametrize("line", shown())
def test_what_is_shown_is_what_is_said(line: str) -> None:
    assert [told for told in said() if told.startswith(line)], line


def test_the_guard_that_is_shown_can_be_declared(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (code,) = [block for block in re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL) if "DataGuard(" in block]
    declared: dict[str, tuple[str, Any]] = {}

    def make(_self: object, kind: str, name: str, properties: Any, _opts: object, *_more: object) -> None:
        declared[name] = (kind, properties)

    monkeypatch.setattr(pulumi.CustomResource, "__init__", make)
    # The program reads what runs from a file beside it.
    monkeypatch.chdir(tmp_path)
    live = {"apiVersion": "milvus.io/v1beta1", "kind": "Milvus", "metadata": {"name": "vec"}, "spec": {}}
    Path("milvus.yaml").write_text(json.dumps(live))
    exec(compile(code, "docs/changes.md", "exec"), {})
    kind, properties = declared["search-data"]
    assert kind == "milvus:index:DataGuard"
    scene: Any = SimpleNamespace(urn="", log=None)
    assert DataGuardHandler().check(scene, {}, through_wire(properties)).problems == []
