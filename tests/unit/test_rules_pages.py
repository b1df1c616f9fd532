"""docs/rules: pages equal what their rules say of themselves, and each example breaks its rule and is put right."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import yaml
from inspecting import findings_of

from pulumi_milvus.planning.planner import make_plan
from pulumi_milvus.planning.values_file import read_values_text
from pulumi_milvus.rules import RULE_IDS
from pulumi_milvus.rules.rule_texts import rule_texts

ROOT = Path(__file__).parents[2]
RULES = [text.rule for text in rule_texts()]
# These judge a change, a file beside the values or the settings of a cluster: shown in tests of their own.
NOT_ON_FILES = {"backup", "data-loss", "outgrown", "shrink-below-data", "wal-unchanged"}
# These judge a plan that has no deployment in files yet.
ON_PLANS = {"cost-budget", "lite-limits"}


def _script() -> ModuleType:
    specification = importlib.util.spec_from_file_location("rules_pages", ROOT / "scripts" / "rules_pages.py")
    assert specification is not None
    assert specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    sys.modules[specification.name] = module  # a dataclass looks its module up
    specification.loader.exec_module(module)
    return module


PAGES = _script()


def test_the_pages_are_those_of_today() -> None:
    assert sorted(PAGES.stale_pages()) == []


def test_a_page_that_is_not_its_rules_words_is_stale(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name, text in PAGES.pages().items():
        (tmp_path / name).write_text(text)
    (tmp_path / "etcd-count.md").write_text("# etcd-count\n\nOne is enough.\n")
    (tmp_path / "no-such-rule.md").write_text("")
    monkeypatch.setattr(PAGES, "FOLDER", tmp_path)
    assert sorted(PAGES.stale_pages()) == ["etcd-count.md", "no-such-rule.md"]


def test_every_rule_has_its_page_in_the_index() -> None:
    index = PAGES.pages()[PAGES.INDEX]
    assert set(RULE_IDS) <= set(RULES)
    assert all(f"({rule}.md)" in index for rule in RULES)
    assert {path.stem for path in PAGES.EXAMPLES.glob("*.yaml")} == set(RULES)


@pytest.mark.parametrize("text", rule_texts(), ids=lambda text: text.rule)
def test_every_rule_says_what_it_holds_and_why(text: Any) -> None:
    assert text.level.split()[0].strip(",") in ("error", "warning", "prod")
    assert all((text.what, text.reason, text.fix, text.source, text.facts))


@pytest.mark.parametrize("rule", sorted(set(RULES) - NOT_ON_FILES - ON_PLANS))
def test_an_example_breaks_its_rule_and_is_put_right(rule: str) -> None:
    example = PAGES.example_of(rule)
    assert _levels(example.wrong, rule) & {"error", "warning"}
    assert not _levels(example.right, rule) & {"error", "warning"}


@pytest.mark.parametrize("rule", sorted(ON_PLANS))
def test_an_example_of_a_plan_breaks_its_rule_and_is_put_right(rule: str) -> None:
    example = PAGES.example_of(rule)
    assert "error" in _levels_of_plan(example.wrong, rule)
    assert "error" not in _levels_of_plan(example.right, rule)


def _levels(text: str, rule: str) -> set[str]:
    documents: list[Mapping[str, Any]] = list(yaml.safe_load_all(text))
    stored = [document for document in documents if "collections" in document]
    files = [dict(document) for document in documents if "collections" not in document]
    found = findings_of(files, stored[0] if stored else None, rule=rule)
    return {finding.level for finding in found}


def _levels_of_plan(text: str, rule: str) -> set[str]:
    return {finding.level for finding in make_plan(read_values_text(text).workload).findings if finding.rule == rule}
