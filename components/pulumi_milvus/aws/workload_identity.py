"""The component `milvus:index:WorkloadIdentity`: the role by which Milvus's pods reach their bucket, and nothing else.

IAM roles for service accounts: with EKS Pod Identity query nodes fail to reach S3.
"""

from typing import NotRequired, TypedDict

import pulumi

from pulumi_milvus.aws.arguments import checked, region_of, tags
from pulumi_milvus.aws.roles import pod_role
from pulumi_milvus.cloud_aws.policies import bucket_access, policy_text
from pulumi_milvus.cloud_aws.readers import KEY_ARN, Written
from pulumi_milvus.manifests.setting_shapes import Items, Plain
from pulumi_milvus.manifests.store_readers import Bucket
from pulumi_milvus.planning.readers import Text

_ACCOUNT = Written(r"[a-z0-9-]{1,63}:[a-z0-9.-]{1,253}", "namespace:name of a service account", "milvus:milvus-milvus")


class WorkloadIdentityArgs(TypedDict):
    """Whose pods may use which bucket."""

    oidc_provider_arn: pulumi.Input[str]
    """ARN of the cluster's OIDC provider in IAM."""
    oidc_issuer: pulumi.Input[str]
    """URL of the cluster's OIDC issuer."""
    service_accounts: list[str]
    """Service accounts, `namespace:name` each: milvus:milvus-milvus is Milvus's own by default."""
    bucket: str
    """Name of the bucket."""
    key_arn: NotRequired[pulumi.Input[str]]
    """ARN of the key that the bucket is encrypted with."""
    role_name: NotRequired[str]
    """Name of the role; one with a random ending by default."""
    region: NotRequired[str]
    """Region; that of aws:region by default."""
    tags: NotRequired[dict[str, str]]
    """Further tags."""


class WorkloadIdentity(pulumi.ComponentResource):
    """A role for service accounts of one cluster, with exactly what Milvus does in its bucket."""

    role_arn: pulumi.Output[str]
    """ARN of the role, for the annotation eks.amazonaws.com/role-arn of the service accounts."""

    def __init__(self, name: str, args: WorkloadIdentityArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        shapes = {
            "oidc_provider_arn": Plain(Text(2_048)),
            "oidc_issuer": Plain(Text(2_048)),
            "service_accounts": Items(Plain(_ACCOUNT), f"[{_ACCOUNT.example}]", at_least=1),
            "bucket": Plain(Bucket()),
            "key_arn": Plain(KEY_ARN),
            "role_name": Plain(Written(r"[\w+=,.@-]{1,64}", "a name of at most 64 characters", "milvus")),
        }
        read = checked(args, shapes, ["oidc_provider_arn", "oidc_issuer", "service_accounts", "bucket"])
        region = region_of(args)
        super().__init__("milvus:index:WorkloadIdentity", name, {"bucket": read["bucket"]}, opts)
        import pulumi_aws as aws

        child = pulumi.ResourceOptions(parent=self)
        role = pod_role(
            f"{name}-role",
            read["oidc_provider_arn"],
            read["oidc_issuer"],
            read["service_accounts"],
            tags(read, name),
            child,
            read.get("role_name"),
        )
        key_arn = read.get("key_arn")
        text = pulumi.Output.from_input(key_arn).apply(
            lambda found: policy_text(bucket_access(read["bucket"], region, found))
        )
        policy = aws.iam.RolePolicy(f"{name}-policy", role=role.name, policy=text, opts=child)
        self.role_arn = pulumi.Output.all(role.arn, policy.id).apply(lambda found: str(found[0]))
        self.register_outputs({"roleArn": self.role_arn})
