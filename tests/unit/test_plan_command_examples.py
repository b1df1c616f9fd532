"""The examples of `pulumi-milvus` in README and docs run as they stand there, in their order."""

from __future__ import annotations

import json
import re
import shlex
import shutil
from pathlib import Path

import pytest

from command_line import call
from pulumi_milvus.planning.reading import read_workload
from pulumi_milvus.planning.yaml_text import parse

ROOT = Path(__file__).parents[2]
PAGES = ("README.md", "docs/plan-command.md", "docs/planning.md", "docs/compare.md")
WORKLOAD = {"collections": [{"name": "a", "vectors": 2_000_000, "dimension": 768}], "availability": "pod"}


def commands(page: str) -> list[list[str]]:
    text = (ROOT / page).read_text(encoding="utf-8")
    found = re.findall(r"^    pulumi-milvus (plan .*)$", text, re.MULTILINE)
    return [shlex.split(line, comments=True) for line in found]


def blocks(page: str) -> list[str]:
    return re.findall(r"^```yaml\n(.*?)^```$", (ROOT / page).read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("page", [page for page in PAGES if commands(page)])
def test_every_plan_that_is_shown_can_be_made(page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(ROOT / "stacks", tmp_path / "stacks", ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    text = json.dumps(WORKLOAD)
    for name in ("workload.yaml", "workloads.jsonl"):
        (tmp_path / name).write_text(text + "\n", encoding="utf-8")
    (tmp_path / "articles.yaml").write_text(blocks("docs/planning.md")[0], encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    for arguments in commands(page):
        done = call(monkeypatch, *arguments, stdin=text)
        assert (done.status, done.out != "") == (0, True), (arguments, done.err)
        if "--explain" in arguments:
            assert "Sum, as planned: " in done.out


def test_the_examples_are_found() -> None:
    options = {part for page in PAGES for line in commands(page) for part in line if part.startswith("--")}
    assert options >= {"--json", "--batch", "--explain", "--compare-official", "--write", "--update"}


@pytest.mark.parametrize("page", ["docs/workload.md", "docs/planning.md"])
def test_every_workload_that_is_shown_can_be_read(page: str) -> None:
    assert blocks(page)
    for block in blocks(page):
        data = parse(block.encode(), page)
        assert isinstance(data, dict)
        config = data.get("config")
        assert read_workload(data if config is None else config["milvus:workload"]).collections
