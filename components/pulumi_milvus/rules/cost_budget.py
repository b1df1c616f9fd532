"""Rule ``cost-budget``: the monthly cost is above the declared budget, or the prices are old.

Facts: ``CostFacts``. Callers: the planner's findings, and so the components and ``pulumi-milvus plan``; the command
line for the age of the prices, since planning has no clock.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from pulumi_milvus.planning.findings import Finding
from pulumi_milvus.planning.hardware.catalogue_age import MOST_DAYS
from pulumi_milvus.rules.facts import CostFacts

RULE: Final = "cost-budget"
LEVEL: Final = "error, advice for old prices"
REASON: Final = (
    "Whoever declares a budget wants to hear of a bill above it before it is sent, not after. Prices that are older "
    "than a quarter may have moved, and new instance types are missing."
)
FIX: Final = "a larger budget_usd_per_month, or what `pulumi-milvus compare` shows to cost less"
SOURCE: Final = "declared; the age is our choice"


def check(facts: CostFacts) -> list[Finding]:
    """Judge a bill against its budget, and how old its prices are; what is not known is not judged."""
    return list(_check(facts))


def _check(facts: CostFacts) -> Iterator[Finding]:
    budget, cost = facts.budget_usd_per_month, facts.usd_per_month
    if budget is not None and cost is not None and cost > budget:
        message = f"{cost:,.2f} USD a month is {cost - budget:,.2f} above the declared budget of {budget:,.2f}"
        yield Finding(RULE, "error", "cost.usd_per_month", message, FIX, SOURCE)
    elif budget is not None and cost is not None and facts.unpriced:
        parts = ", ".join(facts.unpriced)
        message = f"{cost:,.2f} USD a month are within the budget, and without a price are: {parts}"
        yield Finding(RULE, "advice", "cost.unpriced", message, "add what these cost to the figure", SOURCE)
    elif budget is not None and cost is None:
        message = f"nothing has a price here, so the budget of {budget:,.2f} USD a month is not judged"
        yield Finding(RULE, "advice", "cost.usd_per_month", message, "usd_per_month in node_shapes", SOURCE)
    if facts.price_age_days is not None and facts.price_age_days > MOST_DAYS:
        message = f"the prices are {facts.price_age_days} days old, more than {MOST_DAYS}"
        yield Finding(RULE, "advice", "cost.prices_as_of", message, "pulumi-milvus catalogue refresh", SOURCE)
