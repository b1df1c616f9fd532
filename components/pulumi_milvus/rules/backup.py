"""Rule ``backup``: no backup of data that cannot be rebuilt; an error where the environment is for production.

Facts: ``BackupFacts``. Callers: the components Milvus, Standalone and Distributed before they create anything, and the
notes of ``pulumi-milvus render`` for what is no production.
"""

from __future__ import annotations

from typing import Final

from pulumi_milvus.planning.findings import Finding, Level
from pulumi_milvus.rules.facts import BackupFacts

RULE: Final = "backup"
LEVEL: Final = "prod"
REASON: Final = (
    "Replicas and zones protect from the loss of machines, not from a wrong delete, a wrong release or a lost bucket."
)
FIX: Final = "backup: {enabled: true}, or backup: {enabled: false, instead: what else brings the data back}"
SUBJECT: Final = "backup"
SOURCE: Final = "milvus-backup v0.5.16, README.md"
_INSTEAD: Final = "backup: {enabled: false, instead: what else brings the data back}"


def check(facts: BackupFacts) -> list[Finding]:
    """Judge whether the data of an environment can be brought back; nothing where they can."""
    if facts.made or facts.instead is not None:
        return []
    if facts.made is None:
        message = "whether the data are backed up is not known here"
        return [Finding(RULE, "advice", SUBJECT, message, "look where the backups are made", SOURCE)]
    level: Level = "error" if facts.production else "warning"
    whose = "and production is true" if facts.production else "and what is lost must be inserted again"
    if facts.obstacle is not None:
        message = f"no backup is made, {whose}: {facts.obstacle}"
        return [Finding(RULE, level, SUBJECT, message, _INSTEAD, SOURCE)]
    fix = f"leave enabled out, or say {_INSTEAD}" if facts.production else "backup: {enabled: true}"
    return [Finding(RULE, level, SUBJECT, f"no backup is made, {whose}", fix, SOURCE)]
