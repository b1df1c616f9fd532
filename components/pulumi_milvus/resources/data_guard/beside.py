"""The guards of one `pulumi up` beside each other: two environments never lead to the same files or metadata."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace

from pulumi_milvus.planning.findings import Finding
from pulumi_milvus.rules.change_facts import DeploymentFacts
from pulumi_milvus.rules.shared_path import check_declared


class GuardsBeside:
    """What every guard leads to, by its URN; of two with the same path, the later one is told. Safe between threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._declared: dict[str, DeploymentFacts] = {}

    def judge(self, urn: str, facts: DeploymentFacts, before: DeploymentFacts | None) -> Iterator[Finding]:
        """The findings on one guard. What it led to before is only warned of: its way out is a new environment."""
        with self._lock:
            others = [other for key, other in self._declared.items() if key != urn]
            self._declared[urn] = facts
        old = {finding.subject for finding in check_declared(before, others)} if before else set()
        for finding in check_declared(facts, others):
            yield replace(finding, level="warning") if before and finding.subject in old else finding
