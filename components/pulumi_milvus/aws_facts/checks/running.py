"""What runs in a region already, and which of it is the deployment's own: a second `up` has its nodes there."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from pulumi_milvus.aws_facts.checks.asked import Asked
from pulumi_milvus.aws_facts.checks.wanted import Wanted
from pulumi_milvus.aws_facts.connection import ask

# EKS tags the instances of a managed node group with the name of their cluster (Amazon EKS user guide,
# eks-using-tags).
CLUSTER_TAG: Final = "eks:cluster-name"


def running_instances(asked: Asked, wanted: Wanted) -> list[dict[str, Any]]:
    """Instances that run or are about to, as DescribeInstances tells them. Raises ``NotAnswered``."""
    ec2 = asked.client("ec2", wanted.region)
    running = [{"Name": "instance-state-name", "Values": ["pending", "running"]}]

    def question() -> list[dict[str, Any]]:
        pages = ec2.get_paginator("describe_instances").paginate(Filters=running)
        return [item for page in pages for group in page["Reservations"] for item in group["Instances"]]

    found: list[dict[str, Any]] = asked.once(
        "instances", lambda: ask("instances that run", "ec2:DescribeInstances", question)
    )
    return found


def is_own(instance: dict[str, Any], wanted: Wanted) -> bool:
    """Whether an instance is a node of the cluster that is wanted, or the machine that is wanted."""
    told = {tag["Key"]: tag["Value"] for tag in instance.get("Tags", [])}
    own = {CLUSTER_TAG: wanted.cluster_name, **dict([wanted.machine_tag] if wanted.machine_tag else [])}
    return any(value is not None and told.get(key) == value for key, value in own.items())


def own_addresses(instances: Iterable[dict[str, Any]], wanted: Wanted) -> dict[str, int]:
    """By subnet: the addresses that the deployment's own instances hold there, those of their pods among them."""
    held: dict[str, int] = {}
    for instance in instances:
        if is_own(instance, wanted):
            for interface in instance.get("NetworkInterfaces", []):
                subnet = str(interface.get("SubnetId"))
                held[subnet] = held.get(subnet, 0) + len(interface.get("PrivateIpAddresses", []))
    return held
