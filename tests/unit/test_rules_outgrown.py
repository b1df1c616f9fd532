"""Rule outgrown: what a written plan lacks, in words that say what to do."""

from __future__ import annotations

from typing import Any

import pytest

from pulumi_milvus.rules import RULE_IDS, WrittenPlanFacts, check_written_plan
from pulumi_milvus.rules.facts import OtherChoice, PlannedPart


def facts(*parts: PlannedPart, **keys: Any) -> WrittenPlanFacts:
    files: dict[str, Any] = {
        "plan_file": "stacks/plans/prod.json",
        "values_file": "stacks/Pulumi.prod.yaml",
        "vectors": 50_000_000,
    }
    return WrittenPlanFacts(parts=parts, **(files | keys))


def part(planned: float, needed: float | None, at_least: float | None = None, unit: str = "pods") -> PlannedPart:
    return PlannedPart("roles.query_node.pods", "query nodes", unit, planned, needed, at_least)


@pytest.mark.parametrize(
    ("planned", "needed", "at_least", "level"),
    [
        (9, 9, None, None),
        (9, 8, None, None),
        (9, 10, None, "error"),
        (9, None, None, "error"),
        (9, 10, 9, "warning"),
        (9, 12, 10, "error"),
        (0, 0, None, None),
    ],
)
def test_levels(planned: float, needed: float | None, at_least: float | None, level: str | None) -> None:
    found = [finding.level for finding in check_written_plan(facts(part(planned, needed, at_least)))]
    assert found == ([] if level is None else [level])


def test_a_finding_names_the_files_the_figures_and_the_command() -> None:
    (found,) = check_written_plan(facts(part(3 * 2**30, 5 * 2**30, unit="bytes")))
    assert (found.rule, found.subject) == ("outgrown", "roles.query_node.pods")
    for words in ("stacks/plans/prod.json has 3.0 GiB", "50,000,000 vectors", "5.0 GiB"):
        assert words in found.message
    assert found.fix.startswith("pulumi-milvus plan --update stacks/Pulumi.prod.yaml")
    assert "outgrown" in RULE_IDS


def test_another_choice_is_an_error_and_lite_needs_no_file() -> None:
    choice = OtherChoice("topology", "distributed", "lite", "another topology is declared now")
    (found,) = check_written_plan(facts(choices=(choice,), topology="lite"))
    assert (found.level, found.subject) == ("error", "topology")
    assert found.fix.startswith("remove stacks/plans/prod.json")


@pytest.mark.parametrize(("month", "levels"), [(None, []), (0, []), (1, ["advice"]), (2, ["advice"]), (3, [])])
def test_the_end_is_announced(month: int | None, levels: list[str]) -> None:
    assert [finding.level for finding in check_written_plan(facts(outgrown_in_month=month))] == levels


def test_no_end_is_announced_where_it_has_come() -> None:
    found = check_written_plan(facts(part(1, 2), outgrown_in_month=1))
    assert [finding.level for finding in found] == ["error"]
