"""The environment `aws-vm` on moto through the real engine: one machine, its volume, nobody let in."""

from __future__ import annotations

import json
from typing import Any

import pytest

from aws_environment_program import with_aws_part
from aws_provider.official import provided
from aws_security_audit import facts_of_security, security_findings
from moto_server import AwsOnLoopback
from pulumi_cli import Pulumi

STACK = "aws-vm"


@pytest.mark.timeout(300)
def test_one_machine_lives_and_its_data_outlive_it(project: Pulumi, aws: AwsOnLoopback) -> None:
    pulumi = provided(with_aws_part(project, STACK)).with_environment(**aws.environment)
    pulumi.run("stack", "init", STACK)
    pulumi.run("up", "--yes", "--skip-preview", "-s", STACK)
    (planned,) = pulumi.outputs(STACK)["pools"]

    machine = _machine(aws)
    assert machine["InstanceType"] == planned["instance_type"]
    data = _template(aws)
    assert data["MetadataOptions"]["HttpTokens"] == "required"
    assert data["BlockDeviceMappings"][0]["Ebs"]["Encrypted"] is True
    (volume,) = _volumes(aws)
    assert volume["Encrypted"] is True
    assert volume["Attachments"][0]["InstanceId"] == machine["InstanceId"]
    assert _ingress(aws, machine) == []
    assert list(security_findings(facts_of_security(aws.client))) == []
    assert len(_snapshots(aws)) == 1

    pulumi.run("preview", "--expect-no-changes", "-s", STACK)
    pulumi.run("refresh", "--yes", "--skip-preview", "--expect-no-changes", "-s", STACK)

    values = project.directory / "stacks" / f"Pulumi.{STACK}.yaml"
    text = values.read_text()
    values.write_text(text.replace("    # clients: [10.0.0.0/16]", "    clients: [10.0.0.0/16]"))
    assert values.read_text() != text
    pulumi.run("up", "--yes", "--skip-preview", "-s", STACK)
    (rule,) = _ingress(aws, _machine(aws))
    assert (rule["CidrIpv4"], rule["FromPort"], rule["ToPort"]) == ("10.0.0.0/16", 19530, 19530)

    pulumi.run("destroy", "--yes", "--skip-preview", "-s", STACK)
    assert [item["VolumeId"] for item in _volumes(aws)] == [volume["VolumeId"]]
    assert _volumes(aws)[0]["Attachments"] == []
    assert _snapshots(aws) == []


def _machine(aws: AwsOnLoopback) -> Any:
    """The one instance that is not terminated."""
    groups = aws.client("ec2").describe_instances()["Reservations"]
    (found,) = [item for group in groups for item in group["Instances"] if item["State"]["Name"] != "terminated"]
    return found


def _template(aws: AwsOnLoopback) -> Any:
    ec2 = aws.client("ec2")
    (template,) = ec2.describe_launch_templates()["LaunchTemplates"]
    versions = ec2.describe_launch_template_versions(
        LaunchTemplateId=template["LaunchTemplateId"], Versions=["$Latest"]
    )
    return versions["LaunchTemplateVersions"][0]["LaunchTemplateData"]


def _volumes(aws: AwsOnLoopback) -> list[Any]:
    """The volumes with the tag of Milvus's data: moto makes a root volume too."""
    found: list[Any] = aws.client("ec2").describe_volumes(
        Filters=[{"Name": "tag-key", "Values": ["milvus.io/volume"]}]
    )["Volumes"]
    return found


def _ingress(aws: AwsOnLoopback, machine: Any) -> list[Any]:
    groups = [item["GroupId"] for item in machine["SecurityGroups"]]
    wanted = [{"Name": "group-id", "Values": groups}]
    rules = aws.client("ec2").describe_security_group_rules(Filters=wanted)["SecurityGroupRules"]
    return [item for item in rules if not item["IsEgress"]]


def _snapshots(aws: AwsOnLoopback) -> list[Any]:
    """Lifecycle policies, as the stand-in keeps them."""
    found = aws.client("ssm").get_parameters_by_path(Path="/stand-in/dlm", Recursive=True)["Parameters"]
    return [json.loads(item["Value"]) for item in found]
