"""Whether EKS still makes clusters of a Kubernetes version."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from pulumi_milvus.aws_facts.checks.asked import Asked
from pulumi_milvus.aws_facts.checks.wanted import Wanted
from pulumi_milvus.aws_facts.connection import ask
from pulumi_milvus.planning.problems import Problem, shown

# Extended support costs more, and works.
USABLE: Final = ("STANDARD_SUPPORT", "EXTENDED_SUPPORT")


def version_problems(asked: Asked, wanted: Wanted, _account: str) -> Iterator[Problem]:
    """A version that EKS does not make. Raises ``NotAnswered``."""
    if wanted.eks_version is None:
        return
    eks = asked.client("eks", wanted.region)

    def question() -> dict[str, str]:
        pages = eks.get_paginator("describe_cluster_versions").paginate(includeAll=True)
        return {
            item["clusterVersion"]: item.get("versionStatus") or item.get("status", "").upper().replace("-", "_")
            for page in pages
            for item in page["clusterVersions"]
        }

    versions = ask("EKS version", "eks:DescribeClusterVersions", question)
    if versions.get(wanted.eks_version) not in USABLE:
        standard = [version for version, status in versions.items() if status == USABLE[0]]
        near = max(standard, key=_parts, default="")
        reason = "EKS makes no cluster of this version"
        yield Problem("eks_version", shown(wanted.eks_version), reason, near)


def _parts(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(".") if part.isdecimal())
