"""Node groups of the cluster that the next `up` does not put right by itself: failed ones, and two of one pool."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from pulumi_milvus.aws_facts.checks.asked import Asked
from pulumi_milvus.aws_facts.checks.wanted import Wanted
from pulumi_milvus.aws_facts.connection import ask
from pulumi_milvus.manifests.names import NODE_POOL_LABEL
from pulumi_milvus.planning.problems import Problem, shown

_FAILED: Final = "CREATE_FAILED"


def broken_node_groups(asked: Asked, wanted: Wanted, _account: str) -> Iterator[Problem]:
    """Node groups that failed, each with EKS's reasons, and pools that have several. Raises ``NotAnswered``."""
    if wanted.cluster_name is None:
        return
    eks, cluster = asked.client("eks", wanted.region), wanted.cluster_name
    names = ask("node groups", "eks:ListNodegroups", lambda: _names(eks, cluster))
    of_pool: dict[str, list[str]] = {}
    for name in names:
        group = ask("node groups", "eks:DescribeNodegroup", lambda: _described(eks, cluster, name))  # noqa: B023
        pool = group.get("labels", {}).get(NODE_POOL_LABEL)
        if pool:
            of_pool.setdefault(pool, []).append(name)
        if group["status"] == _FAILED:
            issues = "; ".join(f"{item['code']}: {item['message']}" for item in group["health"]["issues"])
            near = "once that is mended, or with another type (pulumi-milvus plan --update)"
            again = f"pulumi up --replace '**::pool-{pool}-nodes'" if pool else "delete it, then pulumi refresh"
            yield Problem(f"node group {name}", shown(_FAILED), issues, f"{near}: {again}")
    for pool, groups in of_pool.items():
        if len(groups) > 1:
            reason = (
                f"has {len(groups)} node groups ({', '.join(groups)}): one goes as it is replaced, or was left by an up"
            )
            near = (
                "the one that `pulumi stack export` does not have costs on: "
                f"aws eks delete-nodegroup --cluster-name {cluster} --nodegroup-name"
            )
            yield Problem("node pool", shown(pool), f"{reason} that was killed", near)


def _names(eks: Any, cluster: str) -> list[str]:
    from botocore.exceptions import ClientError

    try:
        pages = eks.get_paginator("list_nodegroups").paginate(clusterName=cluster)
        return [str(name) for page in pages for name in page["nodegroups"]]
    except ClientError as error:
        if error.response.get("Error", {}).get("Code") == "ResourceNotFoundException":
            return []
        raise


def _described(eks: Any, cluster: str, name: str) -> dict[str, Any]:
    group: dict[str, Any] = eks.describe_nodegroup(clusterName=cluster, nodegroupName=name)["nodegroup"]
    return group
