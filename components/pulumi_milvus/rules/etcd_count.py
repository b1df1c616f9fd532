"""Rule ``etcd-count``: etcd survives the loss of a member where Milvus shall.

Facts: how many members the files run, the declared availability. Callers: ``check``, the policy pack.
"""

from __future__ import annotations

from typing import Final

from pulumi_milvus.planning.findings import Finding
from pulumi_milvus.rules.milvus_facts import MilvusFacts

RULE: Final = "etcd-count"
LEVEL: Final = "prod"
REASON: Final = (
    "etcd answers while more than half of its members do. One or two survive the loss of none, and the last one of an "
    "even number can fail without letting one more fail."
)
FIX: Final = "3 members of etcd"
SOURCE: Final = "etcd docs 3.5, faq (failure tolerance); Milvus 3.0 docs, adminGuide/configure_etcd.md"


def check(facts: MilvusFacts) -> list[Finding]:
    """Judge the members of an etcd that the files run; one outside is not seen."""
    members = facts.dependencies.etcd_members
    if members is None or members < 1:
        return []
    subject = "dependencies.etcd"
    if members % 2 == 0:
        message = f"{members} members of etcd survive the loss of {(members - 1) // 2}, as {members - 1} do"
        return [Finding(RULE, facts.prod_level, subject, message, f"{members + 1} members of etcd", SOURCE)]
    if members < 3 and _must_survive(facts):
        message = f"{members} member of etcd, and with it gone Milvus stands still whatever else is redundant"
        return [Finding(RULE, facts.prod_level, subject, message, FIX, SOURCE)]
    return []


def _must_survive(facts: MilvusFacts) -> bool:
    """Whether a pod may be lost; a cluster in production is taken to be meant so."""
    if facts.availability is not None:
        return facts.availability in ("pod", "zone")
    return facts.production and facts.mode == "cluster"
