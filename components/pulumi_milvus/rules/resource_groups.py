"""Rule ``resource-groups``: resource groups, replicas and query nodes go together.

Facts: queryCoord.clusterLevelLoad* of the configuration, MILVUS_SERVER_LABEL_RESOURCE_GROUP of query nodes, the
workload's replicas. Callers: ``check``.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from pulumi_milvus.planning.findings import Finding
from pulumi_milvus.rules.milvus_facts import MilvusFacts
from pulumi_milvus.rules.query_pods import declared_replicas

RULE: Final = "resource-groups"
LEVEL: Final = "error"
REASON: Final = (
    "Each replica is loaded into one resource group, or all of them into a single one; a group without query nodes "
    "takes none. Pods join a group by the environment variable MILVUS_SERVER_LABEL_RESOURCE_GROUP."
)
SOURCE: Final = "Milvus 3.0 docs, adminGuide/resource_group.md"
FIX: Final = "as many replicas as groups, and query nodes in each group"
_KEY: Final = "queryCoord.clusterLevelLoadResourceGroups"
_DEFAULT: Final = "__default_resource_group"


def check(facts: MilvusFacts) -> list[Finding]:
    """Judge declared groups; nothing where there are none."""
    return list(_check(facts)) if facts.mode == "cluster" else []


def _check(facts: MilvusFacts) -> Iterator[Finding]:
    groups = _groups(facts.setting(_KEY))
    if not groups:
        return
    subject = f"{facts.config_subject}.{_KEY}"
    replicas = declared_replicas(facts)
    if len(groups) > 1 and replicas != len(groups):
        message = f"{len(groups)} resource groups ({', '.join(groups)}) and {replicas} replicas do not match"
        yield Finding(RULE, LEVEL, subject, message, f"clusterLevelLoadReplicaNumber: {len(groups)}", SOURCE)
    nodes = facts.pods_of({"queryNode"})
    there = {pod.resource_group or _DEFAULT for pod in nodes}
    for group in groups:
        if group not in there:
            message = f"no query node joins the resource group {group}; theirs: {', '.join(sorted(there))}"
            fix = f"env MILVUS_SERVER_LABEL_RESOURCE_GROUP: {group} on a group of query nodes"
            yield Finding(RULE, LEVEL, subject, message, fix, SOURCE)


def _groups(said: object) -> list[str]:
    items = said if isinstance(said, list) else str(said).split(",") if isinstance(said, str) else []
    return [text for item in items if (text := str(item).strip())]
