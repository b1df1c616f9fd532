"""An environment's whole AWS part by the real engine: up, audited, unchanged, refreshed, changed, destroyed."""

from __future__ import annotations

import pytest

import aws_audit as audit
from aws_environment_program import with_aws_part
from aws_provider.official import official_plugin, provided
from aws_security_audit import facts_of_security, security_findings
from moto_server import ACCOUNT, AwsOnLoopback
from pulumi_cli import Pulumi

STACK = "aws-nvme"
CLUSTER = "milvus"


@pytest.mark.timeout(300)
def test_the_nvme_environment_from_nothing_to_nothing(project: Pulumi, aws: AwsOnLoopback) -> None:
    pulumi = provided(with_aws_part(project, STACK, "milvus:disposableData: true")).with_environment(**aws.environment)
    pulumi.run("stack", "init", STACK)
    pulumi.run("up", "--yes", "--skip-preview", "-s", STACK)
    outputs = pulumi.outputs(STACK)
    assert _findings(aws, outputs) == []
    pools = audit.facts_of_pools(aws.client, CLUSTER)
    query = next(pool for pool in pools if pool.pool == "query-node")
    assert query.instance_store_bytes > 0

    pulumi.run("preview", "--expect-no-changes", "-s", STACK)
    if official_plugin(pulumi.environment) is None:
        # What moto tells otherwise than AWS, the stand-in is made for.
        pulumi.run("refresh", "--yes", "--skip-preview", "--expect-no-changes", "-s", STACK)
    before = _ids(pulumi)

    config = project.directory / "stacks" / f"Pulumi.{STACK}.yaml"
    text = config.read_text()
    config.write_text(text.replace(f'account_id: "{ACCOUNT}"', f'account_id: "{ACCOUNT}"\n    log_days: 30', 1))
    assert config.read_text() != text
    pulumi.run("up", "--yes", "--skip-preview", "-s", STACK)
    group = aws.client("logs").describe_log_groups(logGroupNamePrefix=f"/aws/eks/{CLUSTER}/")["logGroups"][0]
    assert group["retentionInDays"] == 30
    assert _ids(pulumi) == before, "a change of the log's retention made something anew"

    pulumi.run("destroy", "--yes", "--skip-preview", "-s", STACK)
    assert aws.client("eks").list_clusters()["clusters"] == []
    assert aws.client("s3").list_buckets()["Buckets"] == []
    assert [vpc for vpc in aws.client("ec2").describe_vpcs()["Vpcs"] if not vpc["IsDefault"]] == []
    assert aws.client("iam").list_roles()["Roles"] == []
    assert aws.client("iam").list_open_id_connect_providers()["OpenIDConnectProviderList"] == []


@pytest.mark.timeout(300)
def test_the_audit_sees_what_somebody_changed_behind_the_stack(project: Pulumi, aws: AwsOnLoopback) -> None:
    pulumi = provided(with_aws_part(project, STACK, "milvus:disposableData: true")).with_environment(**aws.environment)
    pulumi.run("stack", "init", STACK)
    pulumi.run("up", "--yes", "--skip-preview", "-s", STACK)
    outputs = pulumi.outputs(STACK)
    group = next(name for name in aws.client("eks").list_nodegroups(clusterName=CLUSTER)["nodegroups"])
    aws.client("eks").update_nodegroup_config(
        clusterName=CLUSTER, nodegroupName=group, scalingConfig={"minSize": 1, "desiredSize": 1, "maxSize": 50}
    )
    aws.client("s3").delete_bucket_policy(Bucket=outputs["bucket"])
    aws.client("s3").put_bucket_policy(Bucket=outputs["bucket"], Policy='{"Version": "2012-10-17", "Statement": []}')
    aws.client("eks").update_cluster_config(
        name=CLUSTER, resourcesVpcConfig={"endpointPublicAccess": True, "publicAccessCidrs": ["0.0.0.0/0"]}
    )
    found = _findings(aws, outputs)
    assert any("largest size is 50" in item for item in found), found
    assert any("without TLS" in item for item in found), found
    assert any("whole internet" in item for item in found), found

    pulumi.run("refresh", "--yes", "--skip-preview", "-s", STACK)
    pulumi.run("up", "--yes", "--skip-preview", "-s", STACK)
    assert _findings(aws, outputs) == []


def _findings(aws: AwsOnLoopback, outputs: dict[str, object]) -> list[str]:
    pools = audit.facts_of_pools(aws.client, CLUSTER)
    planned = outputs["pools"]
    assert isinstance(planned, list)
    return [
        *audit.pool_findings(pools, planned),
        *audit.node_findings(pools),
        *audit.nvme_findings(pools, ["query-node"], 10**12),
        *audit.bucket_findings(audit.facts_of_bucket(aws.client, str(outputs["bucket"]))),
        *audit.endpoint_findings(audit.facts_of_endpoint(aws.client, CLUSTER)),
        *audit.privilege_findings(audit.facts_of_role_policies(aws.client)),
        *security_findings(facts_of_security(aws.client)),
    ]


def _ids(pulumi: Pulumi) -> dict[str, str]:
    return {item["urn"]: item["id"] for item in pulumi.resources(STACK) if item["type"].startswith("aws:")}
