"""Rule ``wal-allowed``: the write-ahead log does not go with mode, version or storage.

Facts: ``EnvironmentFacts.wal``, ``topology``, ``milvus_version``. Callers: the planner's findings, and so the
components and ``pulumi-milvus plan``.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from pulumi_milvus.planning.findings import Finding
from pulumi_milvus.planning.versions import parse_version
from pulumi_milvus.rules.facts import EnvironmentFacts

RULE: Final = "wal-allowed"
LEVEL: Final = "error"
REASON: Final = (
    "A log in the file system or the process of one pod is not there for the others, and Woodpecker as a service came "
    "with Milvus 3.0.1."
)
FIX: Final = "wal: woodpecker, which is in the object store"
SOURCE: Final = "Milvus 3.0 docs, adminGuide/mqtype-overview.md, adminGuide/woodpecker.md"
MATRIX: Final = "Milvus 3.0 docs, adminGuide/mqtype-overview.md, adminGuide/woodpecker.md"
# "Milvus >= 3.0.1" is what the documentation advises for the service; with a server of 2.6 it is not supported.
SERVICE_SINCE: Final = (3, 0, 1)
SERVICE_SOURCE: Final = "Milvus 3.0 docs, adminGuide/woodpecker.md; milvus-io/milvus#51078"
_ONE_POD_ONLY: Final = {
    "woodpecker-local": "keeps the log on the file system of one pod, and several pods do not share it",
    "rocksmq": "is a part of the standalone process",
    "natsmq": "is a part of the standalone process",
}


def check(facts: EnvironmentFacts) -> list[Finding]:
    """Judge the write-ahead log of a server; nothing where it is not known."""
    return list(_check(facts)) if facts.wal is not None else []


def _check(facts: EnvironmentFacts) -> Iterator[Finding]:
    wal, topology = facts.wal, facts.topology
    if topology == "distributed" and wal in _ONE_POD_ONLY:
        message = f"{wal} {_ONE_POD_ONLY[wal]}, and topology is distributed"
        yield Finding(RULE, "error", "wal", message, "wal: woodpecker, which is in the object store", MATRIX)
    if wal != "woodpecker-service":
        return
    if topology == "standalone":
        message = "Woodpecker as a service does not go with a standalone"
        yield Finding(RULE, "error", "wal", message, "wal: woodpecker, or topology: distributed", MATRIX)
        return
    version = parse_version(facts.milvus_version)
    if version is not None and version < SERVICE_SINCE:
        since = ".".join(map(str, SERVICE_SINCE))
        message = f"Woodpecker as a service needs Milvus {since} or later, and this is {facts.milvus_version}"
        yield Finding(RULE, "error", "wal", message, "milvus_version: 3.0.2, or wal: woodpecker", SERVICE_SOURCE)
