"""Rule ``outgrown``: a written plan no longer holds what is declared.

Facts: planning/written_facts.py puts the plan's pods beside what the workload needs with the vectors of today, not of
the horizon. Callers: ``pulumi-milvus plan``, the stack's program (an error in preview), the policy pack. What is
outgrown is said and never resized: somebody updates the plan.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from pulumi_milvus.planning.findings import Finding, Level
from pulumi_milvus.rules.facts import OtherChoice, PlannedPart, WrittenPlanFacts
from pulumi_milvus.rules.written_parts import is_short, short_level, update_fix, what_is_short

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


def check(facts: WrittenPlanFacts) -> list[Finding]:
    """Judge a written plan; an empty list means that it holds what is declared, for now and the coming months."""
    return list(_check(facts))


def _check(facts: WrittenPlanFacts) -> Iterator[Finding]:
    for choice in facts.choices:
        yield _finding("error", choice.path, _other(facts, choice), update_fix(facts))
    short = [part for part in facts.parts if is_short(part)]
    for part in short:
        if not part.was_lowered:  # else shrink-below-data says it
            yield _finding(short_level(part), part.path, what_is_short(facts, part), update_fix(facts))
    month = facts.outgrown_in_month
    if not facts.choices and not _is_over(short) and month is not None and 0 < month <= ANNOUNCED_MONTHS:
        message = (
            f"by the declared growth {facts.plan_file} holds no more {'next month' if month == 1 else 'in two months'}"
        )
        yield _finding("advice", "outgrown", message, update_fix(facts))


def _other(facts: WrittenPlanFacts, choice: OtherChoice) -> str:
    return f"{facts.plan_file} has {choice.planned}, and {choice.because}: {choice.wanted}"


def _is_over(short: Sequence[PlannedPart]) -> bool:
    """Whether the end that would be announced has come."""
    return any(short_level(part) == "error" for part in short)


def _finding(level: Level, subject: str, message: str, fix: str) -> Finding:
    return Finding(RULE, level, subject, message, fix, SOURCE)
