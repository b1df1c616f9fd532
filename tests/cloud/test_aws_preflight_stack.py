"""What would stop a stack on AWS is said by `pulumi up` before its first resource: all of it, and nothing is made."""

from __future__ import annotations

import json
from typing import Any

import pytest

from aws_environment_program import with_aws_part
from aws_provider.official import provided
from moto_accounts import STANDARD, grant, no_right_to_quotas
from moto_server import ACCOUNT, AwsOnLoopback
from pulumi_cli import Pulumi

STACK = "aws-nvme"
OTHER_ACCOUNT = "210987654321"
BUCKET = "vectors-of-somebody"


@pytest.fixture
def pulumi(project: Pulumi, aws: AwsOnLoopback) -> Pulumi:
    """A stack that nothing was made of."""
    made = provided(with_aws_part(project, STACK, "milvus:disposableData: true")).with_environment(**aws.environment)
    made.run("stack", "init", STACK)
    return made


def _say(pulumi: Pulumi, *lines: str) -> None:
    """Put lines under `milvus:aws`."""
    values = pulumi.directory / "stacks" / f"Pulumi.{STACK}.yaml"
    text, account = values.read_text(), f'account_id: "{ACCOUNT}"'
    assert account in text
    values.write_text(text.replace(account, "\n    ".join([account, *lines]), 1))


def _made(pulumi: Pulumi, aws: AwsOnLoopback) -> dict[str, Any]:
    """What there is of the stack, by the engine and by AWS."""
    return {
        "resources": [item["type"] for item in pulumi.resources(STACK) if item["type"] != "pulumi:pulumi:Stack"],
        "networks": [item for item in aws.client("ec2").describe_vpcs()["Vpcs"] if not item["IsDefault"]],
        "roles": aws.client("iam").list_roles()["Roles"],
        "clusters": aws.client("eks").list_clusters()["clusters"],
        "buckets": aws.client("s3").list_buckets()["Buckets"],
    }


def _nothing(pulumi: Pulumi, aws: AwsOnLoopback) -> bool:
    return not any(_made(pulumi, aws).values())


@pytest.mark.timeout(300)
def test_all_that_stands_against_a_stack_is_said_at_once_and_the_same_stack_put_right_comes_up(
    pulumi: Pulumi, aws: AwsOnLoopback
) -> None:
    aws.client_of(OTHER_ACCOUNT, "s3").create_bucket(Bucket=BUCKET)
    values = pulumi.directory / "stacks" / f"Pulumi.{STACK}.yaml"
    right = values.read_text()
    _say(pulumi, f"bucket: {BUCKET}", "zones: [us-east-1e, us-east-1b, us-east-1c]")
    values.write_text(values.read_text().replace('kubernetes_version: "1.34"', 'kubernetes_version: "1.27"'))
    with grant(STANDARD, 32):
        for command in (("preview",), ("up", "--yes", "--skip-preview")):
            refused = pulumi.run(*command, "-s", STACK, check=False)
            said = refused.stdout + refused.stderr
            assert refused.returncode != 0
            for words in (
                "not offered in us-east-1e",
                "32 vCPUs, and",
                f"of {STANDARD} in Service Quotas",
                f"'{BUCKET}': another account has this name",
                "'1.27': EKS makes no cluster of this version, nearest: 1.35",
            ):
                assert words in said, said
            assert "Traceback" not in said
            assert _nothing(pulumi, aws)

    values.write_text(right)
    pulumi.run("up", "--yes", "--skip-preview", "-s", STACK)
    # Its own bucket is not "taken" the next time, and its own nodes are nobody else's.
    pulumi.run("preview", "--expect-no-changes", "-s", STACK)
    pulumi.run("destroy", "--yes", "--skip-preview", "-s", STACK)
    assert _nothing(pulumi, aws)


@pytest.mark.timeout(300)
def test_a_type_that_the_region_lacks_is_refused_by_name(pulumi: Pulumi, aws: AwsOnLoopback) -> None:
    stacks = pulumi.directory / "stacks"
    _accept(pulumi, aws)
    plan = stacks / "plans" / f"{STACK}.json"
    text = plan.read_text()
    chosen = next(pool["instance_type"] for pool in json.loads(text)["node_pools"] if pool["name"] == "query-node")
    # A type of today's catalogue that us-east-1 does not offer (EC2, DescribeInstanceTypeOfferings).
    plan.write_text(text.replace(f'"{chosen}"', '"p5e.48xlarge"'))
    refused = pulumi.run("up", "--yes", "--skip-preview", "-s", STACK, check=False)
    assert refused.returncode != 0
    assert "'p5e.48xlarge': us-east-1 does not offer it" in refused.stdout + refused.stderr
    assert _nothing(pulumi, aws)


@pytest.mark.timeout(300)
def test_what_may_not_be_asked_is_a_warning_that_names_the_right(pulumi: Pulumi, aws: AwsOnLoopback) -> None:
    with no_right_to_quotas():
        said = pulumi.run("preview", "-s", STACK).stdout
    assert "vCPU quotas: not checked: needs servicequotas:ListServiceQuotas" in said
    assert _nothing(pulumi, aws)


@pytest.mark.timeout(300)
def test_another_account_is_refused_before_anything_is_asked_of_it(pulumi: Pulumi, aws: AwsOnLoopback) -> None:
    keys = aws.keys_of(OTHER_ACCOUNT)
    refused = pulumi.with_environment(**keys).run("up", "--yes", "--skip-preview", "-s", STACK, check=False)
    assert refused.returncode != 0
    assert f"the credentials are those of account {OTHER_ACCOUNT}" in refused.stdout + refused.stderr
    assert _nothing(pulumi, aws)


def _accept(pulumi: Pulumi, aws: AwsOnLoopback) -> None:
    """Write the stack's plan, as `pulumi-milvus plan --write` does."""
    from pulumi_milvus.planning.hardware.aws_catalogue import aws_catalogue
    from pulumi_milvus.planning.planner import make_plan
    from pulumi_milvus.planning.values_file import read_values
    from pulumi_milvus.planning.written_plan import plan_file, written_plan_of
    from pulumi_milvus.version import PACKAGE_VERSION

    stacks, catalogue = pulumi.directory / "stacks", aws_catalogue(aws.region)
    plan = make_plan(read_values(stacks / f"Pulumi.{STACK}.yaml").workload, catalogue)
    file = plan_file(stacks, STACK)
    file.parent.mkdir(exist_ok=True)
    file.write_text(written_plan_of(plan, PACKAGE_VERSION, catalogue).to_text(), encoding="utf-8")
