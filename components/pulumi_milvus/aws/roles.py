"""IAM roles that several components make."""

from collections.abc import Mapping, Sequence
from typing import Any

import pulumi

from pulumi_milvus.cloud_aws.identifiers import managed_policy_arn
from pulumi_milvus.cloud_aws.policies import policy_text, service_account_trust, service_trust


def service_role(
    name: str,
    service: str,
    region: str,
    policies: Sequence[str],
    tags: Mapping[str, str],
    child: pulumi.ResourceOptions,
) -> tuple[Any, list[pulumi.Resource]]:
    """A role that a service of AWS takes, with AWS's own policies; the role, and what must be there before its use."""
    import pulumi_aws as aws

    role = aws.iam.Role(
        name, assume_role_policy=policy_text(service_trust(service, region)), tags=dict(tags), opts=child
    )
    return role, attached(name, role, region, policies, child)


def pod_role(
    name: str,
    provider_arn: pulumi.Input[str],
    issuer: pulumi.Input[str],
    service_accounts: Sequence[str],
    tags: Mapping[str, str],
    child: pulumi.ResourceOptions,
    role_name: str | None = None,
) -> Any:
    """A role that pods take by their service accounts, ``namespace:name`` each."""
    import pulumi_aws as aws

    trust = pulumi.Output.all(provider_arn, issuer).apply(
        lambda found: policy_text(service_account_trust(found[0], found[1], service_accounts))
    )
    return aws.iam.Role(name, name=role_name, assume_role_policy=trust, tags=dict(tags), opts=child)


def attached(
    name: str, role: Any, region: str, policies: Sequence[str], child: pulumi.ResourceOptions
) -> list[pulumi.Resource]:
    """AWS's own policies, attached to a role."""
    import pulumi_aws as aws

    return [
        aws.iam.RolePolicyAttachment(
            f"{name}-{policy.rpartition('/')[2]}",
            role=role.name,
            policy_arn=managed_policy_arn(policy, region),
            opts=child,
        )
        for policy in policies
    ]
