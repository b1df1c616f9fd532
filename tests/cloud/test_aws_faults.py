"""What goes wrong while an environment is made on AWS: named with what to do, and the next `up` makes the rest once."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import time
from collections import Counter
from pathlib import Path

import pytest

from aws_environment_program import with_aws_part
from aws_provider.faults import VARIABLE
from aws_provider.official import official_plugin, provided
from moto_accounts import expired_credentials, no_capacity
from moto_server import AwsOnLoopback
from pulumi_cli import Pulumi

STACK = "aws-nvme"
CLUSTER = "milvus"
POOLS = {"data-node", "general", "query-node"}
UP = ("up", "--yes", "--skip-preview", "-s", STACK)
_WAIT_SECONDS = 120
_SETTLE_SECONDS = 5
# As EKS words what EC2 says to an Auto Scaling group (Amazon EC2 user guide, troubleshooting-launch).
NO_CAPACITY = (
    "Could not launch On-Demand Instances. InsufficientInstanceCapacity - We currently do not have sufficient "
    "capacity in the Availability Zone you requested (us-east-1a)."
)


@pytest.fixture
def pulumi(project: Pulumi, aws: AwsOnLoopback, tmp_path: Path) -> Pulumi:
    """A stack that nothing was made of, whose provider fails where a file says so."""
    made = provided(with_aws_part(project, STACK, "milvus:disposableData: true")).with_environment(
        **aws.environment, **{VARIABLE: str(tmp_path / "fault.json")}
    )
    if official_plugin(made.environment) is not None:
        pytest.skip("the official provider is here: failures on demand are the stand-in's")
    made.run("stack", "init", STACK)
    return made


def _fault(folder: Path, operation: str, how: str, times: int = 1) -> None:
    (folder / "fault.json").write_text(json.dumps({"operation": operation, "how": how, "times": times}))


def _is_whole_once(pulumi: Pulumi, aws: AwsOnLoopback) -> None:
    """Everything of the stack stands there, nothing twice, nothing that the stack does not know."""
    ec2, eks = aws.client("ec2"), aws.client("eks")
    recorded = Counter(item["type"] for item in pulumi.resources(STACK))
    networks = [
        {"Name": "vpc-id", "Values": [vpc["VpcId"] for vpc in ec2.describe_vpcs()["Vpcs"] if not vpc["IsDefault"]]}
    ]
    groups = [
        eks.describe_nodegroup(clusterName=CLUSTER, nodegroupName=name)["nodegroup"]
        for name in eks.list_nodegroups(clusterName=CLUSTER)["nodegroups"]
    ]
    gateways = [item for item in ec2.describe_nat_gateways()["NatGateways"] if item["State"] != "deleted"]
    there = {
        "aws:ec2/vpc:Vpc": len(networks[0]["Values"]),
        "aws:ec2/subnet:Subnet": len(ec2.describe_subnets(Filters=networks)["Subnets"]),
        "aws:ec2/natGateway:NatGateway": len(gateways),
        "aws:ec2/eip:Eip": len(ec2.describe_addresses()["Addresses"]),
        "aws:ec2/launchTemplate:LaunchTemplate": len(ec2.describe_launch_templates()["LaunchTemplates"]),
        "aws:eks/cluster:Cluster": len(eks.list_clusters()["clusters"]),
        "aws:eks/nodeGroup:NodeGroup": len(groups),
        "aws:s3/bucket:Bucket": len(aws.client("s3").list_buckets()["Buckets"]),
        "aws:iam/role:Role": len(aws.client("iam").list_roles()["Roles"]),
        "aws:iam/openIdConnectProvider:OpenIdConnectProvider": len(
            aws.client("iam").list_open_id_connect_providers()["OpenIDConnectProviderList"]
        ),
    }
    assert there == {kind: recorded[kind] for kind in there}
    assert {group["labels"]["milvus.io/node-pool"] for group in groups} == POOLS
    assert len(groups) == len(POOLS)
    assert {group["status"] for group in groups} == {"ACTIVE"}
    pulumi.run("preview", "--expect-no-changes", "-s", STACK)


@pytest.mark.timeout(600)
def test_credentials_that_expire_in_the_middle(pulumi: Pulumi, aws: AwsOnLoopback, tmp_path: Path) -> None:
    _fault(tmp_path, "CreateNodegroup", "expire", 100)
    failed = pulumi.run(*UP, check=False)
    assert failed.returncode != 0
    assert (
        "CreateNodegroup: ExpiredTokenException: The security token included in the request is expired" in failed.stdout
    )
    before = {item["urn"]: item.get("id") for item in pulumi.resources(STACK)}

    # Who runs it again without signing in is told what to do, and nothing is touched.
    with expired_credentials():
        refused = pulumi.run(*UP, check=False)
    assert refused.returncode != 0
    assert "the credentials are expired (ExpiredToken), nearest: sign in again" in refused.stdout + refused.stderr
    assert {item["urn"]: item.get("id") for item in pulumi.resources(STACK)} == before

    (tmp_path / "fault.json").unlink()
    pulumi.run(*UP)
    _is_whole_once(pulumi, aws)


@pytest.mark.timeout(600)
def test_a_type_without_capacity(pulumi: Pulumi, aws: AwsOnLoopback) -> None:
    with no_capacity("query-node", NO_CAPACITY):
        failed = pulumi.run(*UP, check=False)
    assert failed.returncode != 0
    assert f"is CREATE_FAILED: AsgInstanceLaunchFailures: {NO_CAPACITY}" in failed.stdout
    # The next one is told what the failed group is about, and how it is made anew.
    said = pulumi.run("preview", "-s", STACK).stdout
    assert "'CREATE_FAILED': AsgInstanceLaunchFailures" in said
    replace = "**::pool-query-node-nodes"
    assert f"pulumi up --replace '{replace}'" in said
    pulumi.run(*UP, "--replace", replace)
    _is_whole_once(pulumi, aws)


@pytest.mark.timeout(600)
@pytest.mark.parametrize(("operation", "how"), [("CreateCluster", "throttle"), ("CreateNodegroup", "exit")])
def test_a_call_that_fails_or_a_provider_that_ends(
    pulumi: Pulumi, aws: AwsOnLoopback, tmp_path: Path, operation: str, how: str
) -> None:
    _fault(tmp_path, operation, how)
    failed = pulumi.run(*UP, check=False)
    assert failed.returncode != 0
    if how == "throttle":
        assert "creating aws:eks/cluster:Cluster: CreateCluster: RequestLimitExceeded" in failed.stdout
    pulumi.run(*UP)
    _is_whole_once(pulumi, aws)


@pytest.mark.timeout(600)
def test_an_engine_that_is_killed(pulumi: Pulumi, aws: AwsOnLoopback, tmp_path: Path) -> None:
    _fault(tmp_path, "CreateCluster", "pause")
    running = pulumi.start(*UP)
    try:
        _wait_until_paused(tmp_path, running)
        # What else was being made is made and written down: Pulumi itself cannot know what a call that nobody waited
        # for has made, and says so of its pending operations.
        time.sleep(_SETTLE_SECONDS)
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(running.pid, signal.SIGKILL)
        running.communicate(timeout=_WAIT_SECONDS)
    assert aws.client("eks").list_clusters()["clusters"] == []
    assert aws.client("s3").list_buckets()["Buckets"]
    again = pulumi.run(*UP, check=False)
    if again.returncode != 0:
        # The dead engine's lock.
        assert "pulumi cancel" in again.stdout + again.stderr
        pulumi.run("cancel", "--yes", "-s", STACK)
        pulumi.run(*UP)
    _is_whole_once(pulumi, aws)


def _wait_until_paused(folder: Path, running: subprocess.Popen[str]) -> None:
    """Wait for the call that pauses."""
    end = time.monotonic() + _WAIT_SECONDS
    while json.loads((folder / "fault.json").read_text() or '{"times": 1}')["times"] > 0:
        assert running.poll() is None, running.communicate()
        assert time.monotonic() < end, "the call never came"
        time.sleep(0.2)
