"""Rule ``shrink-below-data``: nothing is scaled below what the declared data needs.

Facts: planning/written_facts.py puts the accepted plan's pods beside what its own workload needed when it was written,
the before, and beside what is declared now; silent without an accepted plan. Callers: the components, which refuse such
a plan before anything is made, ``pulumi-milvus plan``, the stack's program, the policy pack.
"""

from __future__ import annotations

from typing import Final

from pulumi_milvus.planning.findings import Finding
from pulumi_milvus.rules.facts import WrittenPlanFacts
from pulumi_milvus.rules.written_parts import is_short, short_level, update_fix, what_is_short

RULE: Final = "shrink-below-data"
LEVEL: Final = "error"
REASON: Final = (
    "Pods that are fewer or smaller than what is stored asks for let collections unloaded when they restart: a query "
    "node that is full refuses its segments, and searches fail. Milvus warns of none of it."
)
FIX: Final = "the figures as they were, or `pulumi-milvus plan --update VALUES_FILE`; less data first, then fewer pods"
SOURCE: Final = "Milvus 3.0 docs, about/limitations.md (90 %); docs/plan-command.md"


def check(facts: WrittenPlanFacts) -> list[Finding]:
    """Judge figures that are below what the plan's own workload needs, and below what is declared now."""
    return [
        Finding(RULE, short_level(part), part.path, what_is_short(facts, part), update_fix(facts), SOURCE)
        for part in facts.parts
        if part.was_lowered and is_short(part)
    ]
