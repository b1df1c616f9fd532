"""Rule ``wal-unchanged``: the write-ahead log of a running Milvus changes.

What was acknowledged and not yet flushed is in the log alone, so a Milvus that starts on another one has lost it.
Facts: ``DeploymentChange``, which needs a before. Callers: the resource DataGuard.
"""

from __future__ import annotations

from typing import Final

from pulumi_milvus.planning.findings import Finding
from pulumi_milvus.rules.change_facts import DeploymentChange

RULE: Final = "wal-unchanged"
LEVEL: Final = "error"
REASON: Final = (
    "What was acknowledged and not yet flushed is in the log alone. A Milvus that starts on another log has lost it."
)
FIX: Final = "keep the log; another one in a new environment, the rows copied"
SOURCE: Final = "Milvus 3.0 docs, adminGuide/switch-mq-type.md, adminGuide/mqtype-overview.md; milvus-io/milvus#26002"
# The pairs that the documentation's procedure knows, in either direction. It is marked as pending release.
_PENDING: Final = (
    frozenset({"rocksmq", "woodpecker"}),
    frozenset({"rocksmq", "woodpecker-local"}),
    frozenset({"pulsar", "woodpecker"}),
    frozenset({"kafka", "woodpecker"}),
)


def check(change: DeploymentChange) -> list[Finding]:
    """Judge a change of the log; nothing where it stays."""
    before, after = change.before.wal, change.after.wal
    if before == after:
        return []
    # Another variant keeps its log elsewhere of necessity, and is refused as such.
    if change.before.variant != change.after.variant:
        return []
    message = (
        f"{before} would become {after}, and what was inserted and not flushed is in {before} alone; Milvus takes no "
        "other log by an edit of its configuration"
    )
    return [change.refusal(RULE, "wal", message, f"keep {before}. {_way(before, after)}", SOURCE)]


def _way(before: str, after: str) -> str:
    beside = f"a new environment beside this one with {after}, the rows copied, then the clients switched"
    if frozenset({before, after}) in _PENDING:
        return (
            "Milvus 3.0 has an online switch between these two by its WAL alter API, which its documentation marks as "
            f"pending, so it is not done here. What works today: {beside}"
        )
    return f"No online switch between these two is documented. What works: {beside}"
