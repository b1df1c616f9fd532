"""The AWS stand-in under the real engine: strictness, calls that fail, and a provider that is killed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from aws_provider.faults import VARIABLE
from aws_provider.official import official_plugin, provided
from moto_server import AwsOnLoopback, aws_on_loopback
from pulumi_cli import Pulumi, program

STACK = "dev"
NETWORK = """
import pulumi
import pulumi_aws as aws

config = pulumi.Config()
vpc = aws.ec2.Vpc("vpc", cidr_block=config.require("cidr"), enable_dns_hostnames=True, tags={"Name": "test"})
subnet = aws.ec2.Subnet("subnet", vpc_id=vpc.id, cidr_block=config.require("subnet"))
table = aws.ec2.RouteTable("table", vpc_id=vpc.id)
aws.ec2.RouteTableAssociation("association", route_table_id=table.id, subnet_id=subnet.id)
pulumi.export("vpc", vpc.id)
"""


@pytest.fixture(scope="module")
def server() -> Iterator[AwsOnLoopback]:
    with aws_on_loopback() as running:
        yield running


@pytest.fixture
def aws(server: AwsOnLoopback) -> AwsOnLoopback:
    server.reset()
    return server


def _stack(engine: Path, folder: Path, aws: AwsOnLoopback, source: str = NETWORK) -> Pulumi:
    pulumi = provided(program(engine, folder, source)).with_environment(
        **aws.environment, **{VARIABLE: str(folder / "fault.json")}
    )
    if official_plugin(pulumi.environment) is not None:
        pytest.skip("the official provider is here: this is about the stand-in itself")
    pulumi.run("stack", "init", STACK)
    for key, value in {"aws:region": aws.region, "cidr": "10.9.0.0/16", "subnet": "10.9.1.0/24"}.items():
        pulumi.run("config", "set", "-s", STACK, key, value)
    return pulumi


def _fault(folder: Path, operation: str, how: str) -> None:
    (folder / "fault.json").write_text(json.dumps({"operation": operation, "how": how, "times": 1}))


def _own_vpcs(aws: AwsOnLoopback) -> list[str]:
    return [item["VpcId"] for item in aws.client("ec2").describe_vpcs()["Vpcs"] if not item["IsDefault"]]


def _own_subnets(aws: AwsOnLoopback) -> list[str]:
    wanted = [{"Name": "vpc-id", "Values": _own_vpcs(aws)}]
    return [item["CidrBlock"] for item in aws.client("ec2").describe_subnets(Filters=wanted)["Subnets"]]


def test_a_network_lives_and_is_made_anew_where_it_must(engine: Path, tmp_path: Path, aws: AwsOnLoopback) -> None:
    pulumi = _stack(engine, tmp_path, aws)
    pulumi.run("up", "--yes", "-s", STACK)
    first = pulumi.outputs(STACK)["vpc"]
    assert _own_vpcs(aws) == [first]
    pulumi.run("up", "--yes", "--expect-no-changes", "-s", STACK)
    pulumi.run("refresh", "--yes", "--expect-no-changes", "-s", STACK)

    aws.client("ec2").create_tags(Resources=[first], Tags=[{"Key": "Name", "Value": "by hand"}])
    drift = pulumi.run("preview", "--refresh", "--diff", "-s", STACK).stdout
    assert "by hand" in drift

    pulumi.run("config", "set", "-s", STACK, "cidr", "10.8.0.0/16")
    pulumi.run("config", "set", "-s", STACK, "subnet", "10.8.1.0/24")
    pulumi.run("up", "--yes", "-s", STACK)
    assert _own_vpcs(aws) == [pulumi.outputs(STACK)["vpc"]] != [first]
    assert _own_subnets(aws) == ["10.8.1.0/24"]
    pulumi.run("destroy", "--yes", "-s", STACK)
    assert _own_vpcs(aws) == []


def test_an_argument_outside_the_table_is_refused_by_name(engine: Path, tmp_path: Path, aws: AwsOnLoopback) -> None:
    source = NETWORK.replace("enable_dns_hostnames=True", "instance_tenancy='dedicated'")
    done = _stack(engine, tmp_path, aws, source).run("up", "--yes", "--skip-preview", "-s", STACK, check=False)
    assert done.returncode != 0
    assert "table of aws:ec2/vpc:Vpc does not know the argument instanceTenancy" in done.stdout
    assert _own_vpcs(aws) == []


@pytest.mark.parametrize(
    ("operation", "cause"),
    [
        ("CreateSubnet", "creating aws:ec2/subnet:Subnet: CreateSubnet: RequestLimitExceeded"),
        # The VPC itself is there by then.
        ("ModifyVpcAttribute", "ModifyVpcAttribute: RequestLimitExceeded"),
    ],
)
def test_a_call_that_fails_is_named_and_the_next_up_makes_the_rest(
    engine: Path, tmp_path: Path, aws: AwsOnLoopback, operation: str, cause: str
) -> None:
    pulumi = _stack(engine, tmp_path, aws)
    _fault(tmp_path, operation, "throttle")
    failed = pulumi.run("up", "--yes", "--skip-preview", "-s", STACK, check=False)
    assert failed.returncode != 0
    assert cause in failed.stdout
    pulumi.run("up", "--yes", "--skip-preview", "-s", STACK)
    _is_whole_once(pulumi, aws)


def test_a_provider_that_is_killed_before_a_call_leaves_nothing_twice(
    engine: Path, tmp_path: Path, aws: AwsOnLoopback
) -> None:
    pulumi = _stack(engine, tmp_path, aws)
    _fault(tmp_path, "CreateSubnet", "exit")
    assert pulumi.run("up", "--yes", "--skip-preview", "-s", STACK, check=False).returncode != 0
    assert len(_own_vpcs(aws)) == 1
    assert _own_subnets(aws) == []
    pulumi.run("up", "--yes", "--skip-preview", "-s", STACK)
    _is_whole_once(pulumi, aws)


def test_another_account_is_refused(engine: Path, tmp_path: Path, aws: AwsOnLoopback) -> None:
    pulumi = _stack(engine, tmp_path, aws)
    pulumi.run("config", "set", "-s", STACK, "--path", "aws:allowedAccountIds[0]", "210987654321")
    done = pulumi.run("up", "--yes", "--skip-preview", "-s", STACK, check=False)
    assert done.returncode != 0
    assert "AWS account ID not allowed: 123456789012" in done.stdout + done.stderr


def test_an_aws_that_is_not_on_the_loopback_address_is_never_asked(
    engine: Path, tmp_path: Path, aws: AwsOnLoopback
) -> None:
    pulumi = _stack(engine, tmp_path, aws).with_environment(AWS_ENDPOINT_URL="")
    done = pulumi.run("up", "--yes", "--skip-preview", "-s", STACK, check=False)
    assert done.returncode != 0
    assert "the stand-in asks an AWS on 127.0.0.1 alone" in done.stdout + done.stderr


def _is_whole_once(pulumi: Pulumi, aws: AwsOnLoopback) -> None:
    assert _own_vpcs(aws) == [pulumi.outputs(STACK)["vpc"]]
    assert _own_subnets(aws) == ["10.9.1.0/24"]
    hostnames = aws.client("ec2").describe_vpc_attribute(VpcId=_own_vpcs(aws)[0], Attribute="enableDnsHostnames")
    assert hostnames["EnableDnsHostnames"]["Value"]
    pulumi.run("preview", "--expect-no-changes", "-s", STACK)
