"""The wanted instance types as EC2 describes them."""

from __future__ import annotations

from typing import Any

from pulumi_milvus.aws_facts.checks.asked import Asked
from pulumi_milvus.aws_facts.checks.wanted import Wanted
from pulumi_milvus.aws_facts.connection import ask


def described_types(asked: Asked, wanted: Wanted) -> dict[str, dict[str, Any]]:
    """By name; what the region does not know is left out. Raises ``NotAnswered``."""
    ec2 = asked.client("ec2", wanted.region)
    # A filter, since a name that is unknown to InstanceTypes= fails the whole call.
    filters = [{"Name": "instance-type", "Values": list(wanted.types)}]

    def question() -> list[dict[str, Any]]:
        pages = ec2.get_paginator("describe_instance_types").paginate(Filters=filters)
        return [item for page in pages for item in page["InstanceTypes"]]

    if not wanted.types:
        return {}
    found = asked.once("types", lambda: ask("instance types", "ec2:DescribeInstanceTypes", question))
    return {str(item["InstanceType"]): item for item in found}
