"""The words and levels of what a written plan lacks: the same whether data grew or somebody made the plan smaller."""

from __future__ import annotations

from typing import Final

from pulumi_milvus.planning.findings import Level
from pulumi_milvus.rules.facts import PlannedPart, WrittenPlanFacts

# Only these have a plan in a file; the others are planned at once.
WITH_WRITTEN_PLAN: Final = ("standalone", "distributed")


def is_short(part: PlannedPart) -> bool:
    """Whether less is planned than is needed."""
    return part.needed is None or part.needed > part.planned


def short_level(part: PlannedPart) -> Level:
    """Error, or a warning where the lowest estimate still fits."""
    at_least = part.needed if part.needed_at_least is None else part.needed_at_least
    return "error" if at_least is None or at_least > part.planned else "warning"


def what_is_short(facts: WrittenPlanFacts, part: PlannedPart) -> str:
    """What the plan has, and what is needed."""
    have = _quantity(part.planned, part.unit)
    vectors = f"{facts.vectors:,} vectors as declared now"
    if part.needed is None:
        return f"{part.what}: {facts.plan_file} has {have}, and no number of such pods holds {vectors}"
    needed = _quantity(part.needed, part.unit)
    if part.needed_at_least is not None and part.needed_at_least < part.needed:
        needed += f" ({_quantity(part.needed_at_least, part.unit)} at least)"
    return f"{part.what}: {facts.plan_file} has {have}, and {vectors} need {needed}"


def update_fix(facts: WrittenPlanFacts) -> str:
    """What to do about it."""
    if facts.topology is not None and facts.topology not in WITH_WRITTEN_PLAN:
        return f"remove {facts.plan_file}: topology {facts.topology} is planned at once, without a file"
    return f"pulumi-milvus plan --update {facts.values_file} shows what changes and writes it; then commit it"


def _quantity(value: float, unit: str) -> str:
    if unit == "bytes":
        return f"{value / 2**30:,.1f} GiB"
    shown = f"{value:,.0f}" if value == int(value) or value >= 1000 else f"{value:,.1f}"
    return f"{shown} {unit}"
