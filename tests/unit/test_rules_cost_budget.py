"""Rule cost-budget: a bill beside its budget, and how old its prices are."""

from __future__ import annotations

import pytest

from command_line import call
from pulumi_milvus.planning.planner import make_plan
from pulumi_milvus.planning.reading import read_workload
from pulumi_milvus.rules import check_cost, cost_budget
from pulumi_milvus.rules.facts import CostFacts


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        (CostFacts(usd_per_month=999.0, budget_usd_per_month=1000.0), []),
        (CostFacts(usd_per_month=1000.0, budget_usd_per_month=1000.0), []),
        (CostFacts(usd_per_month=1000.01, budget_usd_per_month=1000.0), ["error"]),
        (CostFacts(usd_per_month=5000.0), []),
        (CostFacts(usd_per_month=10.0, budget_usd_per_month=1000.0, unpriced=("traffic",)), ["advice"]),
        (CostFacts(usd_per_month=None, budget_usd_per_month=1000.0), ["advice"]),
        (CostFacts(price_age_days=90), []),
        (CostFacts(price_age_days=91), ["advice"]),
    ],
)
def test_bill_and_budget(facts: CostFacts, expected: list[str]) -> None:
    assert [finding.level for finding in check_cost(facts)] == expected


DECLARED = {"collections": [{"name": "a", "vectors": 40_000_000, "dimension": 768}], "topology": "distributed"}


def test_a_plan_is_held_to_its_budget() -> None:
    cost = make_plan(read_workload(DECLARED)).cost.usd_per_month
    assert cost is not None
    enough = make_plan(read_workload(DECLARED | {"budget_usd_per_month": cost + 1}))
    assert not enough.has_errors
    short = make_plan(read_workload(DECLARED | {"budget_usd_per_month": cost - 1}))
    assert [finding.rule for finding in short.findings if finding.level == "error"] == [cost_budget.RULE]
    # The roles stay: a budget says what may not be, not what is needed.
    assert short.roles == enough.roles


def test_the_age_of_prices_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    text = '{"collections": [{"name": "a", "vectors": 40000000, "dimension": 768}]}'
    old = call(monkeypatch, "plan", "-", stdin=text)
    assert "cost-budget (advice): the prices are" in old.err
