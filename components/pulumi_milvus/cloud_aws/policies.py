"""IAM policies as plain data: who may take a role, and exactly what it may do."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from pulumi_milvus.cloud_aws.identifiers import bucket_arn, partition_of, service_host

Policy = dict[str, Any]

# What Milvus asks of its bucket (Milvus 3.0 docs, adminGuide/clouds/aws/s3.md), and the abort of an upload in parts,
# which its S3 client (minio-go) sends where one fails.
BUCKET_ACTIONS: Final = ("s3:ListBucket",)
OBJECT_ACTIONS: Final = ("s3:GetObject", "s3:PutObject", "s3:DeleteObject", "s3:AbortMultipartUpload")
# Reading and writing objects that S3 encrypts with a key (Amazon S3 user guide, UsingKMSEncryption, permissions).
KEY_ACTIONS: Final = ("kms:Decrypt", "kms:GenerateDataKey")


def policy_text(policy: Mapping[str, Any]) -> str:
    """A policy as JSON, always in the same order."""
    return json.dumps(policy, sort_keys=True)


def _policy(*statements: Policy) -> Policy:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def service_trust(service: str, region: str) -> Policy:
    """Trust of a role that a service of AWS takes: ``eks``, ``ec2``, ``dlm``."""
    return _policy(
        {"Effect": "Allow", "Principal": {"Service": service_host(service, region)}, "Action": "sts:AssumeRole"}
    )


def service_account_trust(provider_arn: str, issuer: str, service_accounts: Sequence[str]) -> Policy:
    """Trust of a role that pods take by their service accounts (Amazon EKS user guide, associate-service-account-role).

    ``issuer``: the cluster's OIDC issuer, with or without ``https://``. ``service_accounts``: ``namespace:name`` each.
    """
    host = issuer.removeprefix("https://")
    subjects = [f"system:serviceaccount:{account}" for account in service_accounts]
    return _policy(
        {
            "Effect": "Allow",
            "Principal": {"Federated": provider_arn},
            "Action": "sts:AssumeRoleWithWebIdentity",
            "Condition": {"StringEquals": {f"{host}:aud": "sts.amazonaws.com", f"{host}:sub": subjects}},
        }
    )


def bucket_access(bucket: str, region: str, key_arn: str | None) -> Policy:
    """What Milvus may do: its bucket's objects, and the key that they are encrypted with. Nothing else."""
    arn = bucket_arn(bucket, region)
    statements: list[Policy] = [
        {"Sid": "Bucket", "Effect": "Allow", "Action": list(BUCKET_ACTIONS), "Resource": arn},
        {"Sid": "Objects", "Effect": "Allow", "Action": list(OBJECT_ACTIONS), "Resource": f"{arn}/*"},
    ]
    if key_arn is not None:
        statements.append({"Sid": "Key", "Effect": "Allow", "Action": list(KEY_ACTIONS), "Resource": key_arn})
    return _policy(*statements)


def tls_only(bucket: str, region: str) -> Policy:
    """The bucket's policy: nobody reaches it without TLS (Amazon S3 user guide, security-best-practices)."""
    arn = bucket_arn(bucket, region)
    return _policy(
        {
            "Sid": "TlsOnly",
            "Effect": "Deny",
            "Principal": "*",
            "Action": "s3:*",
            "Resource": [arn, f"{arn}/*"],
            "Condition": {"Bool": {"aws:SecureTransport": "false"}},
        }
    )


def cluster_key_use(key_arn: str) -> Policy:
    """What a cluster's role needs of the key that its secrets are encrypted with."""
    actions = ["kms:Encrypt", "kms:Decrypt", "kms:ListGrants", "kms:DescribeKey"]
    return _policy({"Sid": "Key", "Effect": "Allow", "Action": actions, "Resource": key_arn})


def autoscaler_access(cluster: str, region: str) -> Policy:
    """What the cluster autoscaler may do (kubernetes/autoscaler, cluster-autoscaler/cloudprovider/aws/README.md).

    It changes the groups of this cluster alone, which EKS tags. Describe actions cannot be bound to a resource.
    """
    tag = f"aws:ResourceTag/k8s.io/cluster-autoscaler/{cluster}"
    return _policy(
        {
            "Sid": "Look",
            "Effect": "Allow",
            "Action": [
                "autoscaling:DescribeAutoScalingGroups",
                "autoscaling:DescribeAutoScalingInstances",
                "autoscaling:DescribeLaunchConfigurations",
                "autoscaling:DescribeScalingActivities",
                "autoscaling:DescribeTags",
                "ec2:DescribeImages",
                "ec2:DescribeInstanceTypes",
                "ec2:DescribeLaunchTemplateVersions",
                "ec2:GetInstanceTypesFromInstanceRequirements",
            ],
            "Resource": "*",
        },
        {
            "Sid": "Nodes",
            "Effect": "Allow",
            "Action": ["eks:DescribeNodegroup"],
            "Resource": f"arn:{partition_of(region)}:eks:{region}:*:nodegroup/{cluster}/*",
        },
        {
            "Sid": "Scale",
            "Effect": "Allow",
            "Action": ["autoscaling:SetDesiredCapacity", "autoscaling:TerminateInstanceInAutoScalingGroup"],
            "Resource": "*",
            "Condition": {"StringEquals": {tag: "owned"}},
        },
    )
