"""Names and ARNs that AWS and this project agree on, known before anything is made."""

from __future__ import annotations

from typing import Final

from pulumi_milvus.cloud_aws.setting_values import AwsSettings

_PARTITIONS: Final = (("cn-", "aws-cn"), ("us-gov-", "aws-us-gov"))


def partition_of(region: str) -> str:
    """The partition in a region's ARNs (IAM user guide, reference_identifiers)."""
    return next((name for beginning, name in _PARTITIONS if region.startswith(beginning)), "aws")


def service_host(service: str, region: str) -> str:
    """The host of a service's API, such as ec2.amazonaws.com; China's have a suffix for EC2 alone."""
    suffix = ".cn" if partition_of(region) == "aws-cn" and service == "ec2" else ""
    return f"{service}.amazonaws.com{suffix}"


def managed_policy_arn(name: str, region: str) -> str:
    """The ARN of one of AWS's own IAM policies."""
    return f"arn:{partition_of(region)}:iam::aws:policy/{name}"


def access_policy_arn(name: str, region: str) -> str:
    """The ARN of one of EKS's access policies."""
    return f"arn:{partition_of(region)}:eks::aws:cluster-access-policy/{name}"


def bucket_arn(bucket: str, region: str) -> str:
    """The ARN of a bucket."""
    return f"arn:{partition_of(region)}:s3:::{bucket}"


def role_arn(account_id: str, role: str, region: str) -> str:
    """The ARN of a role of ours."""
    return f"arn:{partition_of(region)}:iam::{account_id}:role/{role}"


def bucket_name(settings: AwsSettings, region: str) -> str:
    """The bucket: the name that was said, or one that nobody else has."""
    return settings.bucket or f"{settings.name}-{settings.account_id}-{region}"


def workload_role_name(cluster: str, region: str) -> str:
    """The role of Milvus's pods. Roles are an account's, not a region's."""
    return f"{cluster}-{region}-milvus"


def zones_of(settings: AwsSettings, region: str) -> tuple[str, ...]:
    """The zones of the network: those that were said, or the region's a, b and c.

    They never depend on a plan: another zone would be another subnet, and with it another cluster.
    """
    return settings.zones or tuple(f"{region}{letter}" for letter in "abc")
