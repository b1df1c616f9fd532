"""Rule ``outgrown``: a written plan no longer holds what is declared.

Facts: planning/written_facts.py puts the plan's pods beside what the workload needs with the vectors of today, not of
the horizon. Callers: ``pulumi-milvus plan``, the stack's program (an error in preview), the policy pack. What is
outgrown is said and never resized: somebody updates the plan.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from pulumi_milvus.planning.findings import Finding, Level
from pulumi_milvus.rules.facts import OtherChoice, PlannedPart, WrittenPlanFacts

RULE: Final = "outgrown"
LEVEL: Final = "error"
REASON: Final = (
    "An accepted plan stays as it is written until somebody updates it, so data grow past it silently unless somebody "
    "says so."
)
FIX: Final = "`pulumi-milvus plan --update VALUES_FILE`, then commit what it writes"
SOURCE: Final = "docs/plan-command.md"

# So many months ahead the coming end is announced: time to read a difference and to get nodes. Our choice.
ANNOUNCED_MONTHS: Final = 2
# Only these have a plan in a file; the others are planned at once.
WITH_WRITTEN_PLAN: Final = ("standalone", "distributed")


def check(facts: WrittenPlanFacts) -> list[Finding]:
    """Judge a written plan; an empty list means that it holds what is declared, for now and the coming months."""
    return list(_check(facts))


def _check(facts: WrittenPlanFacts) -> Iterator[Finding]:
    for choice in facts.choices:
        yield _finding("error", choice.path, _other(facts, choice), _fix(facts))
    short = False
    for part in facts.parts:
        if part.needed is not None and part.needed <= part.planned:
            continue
        at_least = part.needed if part.needed_at_least is None else part.needed_at_least
        level: Level = "error" if at_least is None or at_least > part.planned else "warning"
        short = short or level == "error"
        yield _finding(level, part.path, _short(facts, part), _fix(facts))
    month = facts.outgrown_in_month
    if not facts.choices and not short and month is not None and 0 < month <= ANNOUNCED_MONTHS:
        message = (
            f"by the declared growth {facts.plan_file} holds no more {'next month' if month == 1 else 'in two months'}"
        )
        yield _finding("advice", "outgrown", message, _fix(facts))


def _other(facts: WrittenPlanFacts, choice: OtherChoice) -> str:
    return f"{facts.plan_file} has {choice.planned}, and {choice.because}: {choice.wanted}"


def _short(facts: WrittenPlanFacts, part: PlannedPart) -> str:
    have = _quantity(part.planned, part.unit)
    vectors = f"{facts.vectors:,} vectors as declared now"
    if part.needed is None:
        return f"{part.what}: {facts.plan_file} has {have}, and no number of such pods holds {vectors}"
    needed = _quantity(part.needed, part.unit)
    if part.needed_at_least is not None and part.needed_at_least < part.needed:
        needed += f" ({_quantity(part.needed_at_least, part.unit)} at least)"
    return f"{part.what}: {facts.plan_file} has {have}, and {vectors} need {needed}"


def _fix(facts: WrittenPlanFacts) -> str:
    if facts.topology is not None and facts.topology not in WITH_WRITTEN_PLAN:
        return f"remove {facts.plan_file}: topology {facts.topology} is planned at once, without a file"
    return f"pulumi-milvus plan --update {facts.values_file} shows what changes and writes it; then commit it"


def _quantity(value: float, unit: str) -> str:
    if unit == "bytes":
        return f"{value / 2**30:,.1f} GiB"
    shown = f"{value:,.0f}" if value == int(value) or value >= 1000 else f"{value:,.1f}"
    return f"{shown} {unit}"


def _finding(level: Level, subject: str, message: str, fix: str) -> Finding:
    return Finding(RULE, level, subject, message, fix, SOURCE)
