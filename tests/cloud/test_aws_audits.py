"""The environments `aws-gpu` and `aws-standalone` come up on moto by the real engine; what stands there is read back.

`aws-nvme`, `aws-vm` and `aws-distributed` have tests of their own beside this one.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

import aws_audit as audit
from aws_environment_program import with_aws_part
from aws_provider.official import provided
from aws_security_audit import facts_of_security, security_findings
from kubernetes_provider.official import provided as with_kubernetes
from moto_server import AwsOnLoopback
from pulumi_cli import CLONE, Pulumi
from pulumi_milvus.planning.capacity.query_nodes import GPU_CONTEXT_BYTES, GPU_POOL_BYTES
from pulumi_milvus.planning.capacity.writing import data_nodes
from pulumi_milvus.planning.deployment.demand import demand_of
from pulumi_milvus.planning.planner import make_plan
from pulumi_milvus.planning.values_file import read_values

CLUSTER = "milvus"
GPU_STACK = "aws-gpu"


@pytest.mark.timeout(300)
def test_the_gpu_environment_stands_on_the_gpus_that_its_plan_needs(project: Pulumi, aws: AwsOnLoopback) -> None:
    pulumi = with_kubernetes(provided(project)).with_environment(**aws.environment)
    pulumi.run("stack", "init", GPU_STACK)
    plugin = _device_plugin(pulumi)
    _up_without_what_is_in_the_cluster(pulumi, GPU_STACK)
    pools = audit.facts_of_pools(aws.client, CLUSTER)
    assert list(_findings(aws, pulumi.outputs(GPU_STACK), pools)) == []

    needed = _gpu_memory_bytes(GPU_STACK)
    assert set(needed) == {"query-node", "data-node"}
    for name, memory_bytes in needed.items():
        assert list(audit.gpu_findings(pools, [name], memory_bytes)) == []
        # The audit would say so.
        assert list(audit.gpu_findings(pools, [name], 1000 * memory_bytes)) != []
    groups = _groups(aws)
    types = {name: _instance_type(aws, group) for name, group in groups.items()}
    for name, group in groups.items():
        is_gpu = name in needed
        architectures = types[name]["ProcessorInfo"]["SupportedArchitectures"]
        assert group["labels"] == {"milvus.io/node-pool": name}
        assert _keys(group) == set() if name == "general" else _keys(group) >= {"milvus.io/node-pool"}
        assert ("nvidia.com/gpu" in _keys(group)) is is_gpu
        if is_gpu:
            assert group["amiType"] == "AL2023_x86_64_NVIDIA"
            assert architectures == ["x86_64"]
        else:
            assert (
                group["amiType"]
                == {"arm64": "AL2023_ARM_64_STANDARD", "x86_64": "AL2023_x86_64_STANDARD"}[architectures[0]]
            )
    _is_on(plugin, groups, set(needed))


@pytest.mark.timeout(300)
def test_the_standalone_environment_is_closed_and_has_no_bucket(project: Pulumi, aws: AwsOnLoopback) -> None:
    stack = "aws-standalone"
    pulumi = provided(project).with_environment(**aws.environment)
    pulumi.run("stack", "init", stack)
    _up_without_what_is_in_the_cluster(pulumi, stack)
    outputs = pulumi.outputs(stack)
    assert "bucket" not in outputs
    assert aws.client("s3").list_buckets()["Buckets"] == []
    pools = audit.facts_of_pools(aws.client, CLUSTER)
    assert list(_findings(aws, outputs, pools)) == []
    assert [pool.pool for pool in pools] == ["standalone"]

    # Somebody opens it by hand, in every way that the audit looks at.
    volume = _open_by_hand(aws)
    found = list(security_findings(facts_of_security(aws.client)))
    for words in (
        "is open to the whole internet",
        "the cluster's API is open to the whole internet",
        "gives its nodes public addresses",
        "is routed to an internet gateway",
        "answers without a token",
        "over more hops",
        "by-hand:1: a volume is not encrypted",
        f"{volume}: is not encrypted",
        "has a public address",
        "is one of the default network",
    ):
        assert any(words in item for item in found), (words, found)


def _up_without_what_is_in_the_cluster(pulumi: Pulumi, stack: str) -> None:
    with_aws_part(pulumi, stack)
    pulumi.run("up", "--yes", "--skip-preview", "-s", stack)
    pulumi.run("preview", "--expect-no-changes", "-s", stack)


def _findings(aws: AwsOnLoopback, outputs: Mapping[str, Any], pools: list[audit.Pool]) -> Iterator[str]:
    yield from audit.pool_findings(pools, outputs["pools"])
    yield from audit.node_findings(pools)
    yield from audit.endpoint_findings(audit.facts_of_endpoint(aws.client, CLUSTER))
    yield from audit.privilege_findings(audit.facts_of_role_policies(aws.client))
    yield from security_findings(facts_of_security(aws.client))
    if "bucket" in outputs:
        yield from audit.bucket_findings(audit.facts_of_bucket(aws.client, str(outputs["bucket"])))


def _gpu_memory_bytes(stack: str) -> dict[str, int]:
    """What one node of a GPU pool must have, by pool: its share with one pod gone, or one build."""
    workload = read_values(Path(CLONE / "stacks" / f"Pulumi.{stack}.yaml")).workload
    plan = make_plan(workload)
    segment_bytes = int(plan.collection_plans[0]["segment_bytes"])
    demand = demand_of(workload, "gpu", workload.horizon_months, segment_bytes)
    query, build = plan.roles["query_node"], data_nodes(workload, demand.sizes).gpu_memory_bytes
    share = -(-demand.data.gpu_bytes // (query.pods - 1)) + demand.segment.gpu_bytes
    assert share
    assert build
    return {
        str(query.node_pool): share + GPU_POOL_BYTES + GPU_CONTEXT_BYTES,
        str(plan.roles["data_node"].node_pool): build + GPU_CONTEXT_BYTES,
    }


def _groups(aws: AwsOnLoopback) -> dict[str, Any]:
    eks = aws.client("eks")
    found = [
        eks.describe_nodegroup(clusterName=CLUSTER, nodegroupName=name)["nodegroup"]
        for name in eks.list_nodegroups(clusterName=CLUSTER)["nodegroups"]
    ]
    return {group["labels"]["milvus.io/node-pool"]: group for group in found}


def _instance_type(aws: AwsOnLoopback, group: Any) -> Any:
    ec2, chosen = aws.client("ec2"), group["launchTemplate"]
    versions = ec2.describe_launch_template_versions(LaunchTemplateId=chosen["id"], Versions=[chosen["version"]])
    name = versions["LaunchTemplateVersions"][0]["LaunchTemplateData"]["InstanceType"]
    return ec2.describe_instance_types(InstanceTypes=[name])["InstanceTypes"][0]


def _keys(group: Any) -> set[str]:
    return {taint["key"] for taint in group.get("taints", ())}


def _device_plugin(pulumi: Pulumi) -> Any:
    """NVIDIA's device plugin, as the whole program, before anything is there, would make it."""
    shown = json.loads(pulumi.run("preview", "--json", "-s", GPU_STACK).stdout)
    (found,) = [step for step in shown["steps"] if step["urn"].endswith("::aws-device-plugin")]
    return found["newState"]["inputs"]["spec"]["template"]["spec"]


def _is_on(plugin: Any, groups: Mapping[str, Any], gpu_pools: set[str]) -> None:
    """The device plugin's pods go onto every GPU pool as it was read back, past all of its taints, and nowhere else."""
    node = plugin["affinity"]["nodeAffinity"]["requiredDuringSchedulingIgnoredDuringExecution"]
    ((wanted,),) = [term["matchExpressions"] for term in node["nodeSelectorTerms"]]
    reached = {name for name, group in groups.items() if group["labels"].get(wanted["key"]) in wanted["values"]}
    assert reached == gpu_pools
    tolerated = {item["key"] for item in plugin["tolerations"] if item["operator"] == "Exists"}
    assert all(_keys(groups[name]) <= tolerated for name in gpu_pools)


def _open_by_hand(aws: AwsOnLoopback) -> str:
    """Open everything; the volume that nobody encrypted."""
    ec2, eks = aws.client("ec2"), aws.client("eks")
    eks.update_cluster_config(
        name=CLUSTER, resourcesVpcConfig={"endpointPublicAccess": True, "publicAccessCidrs": ["0.0.0.0/0"]}
    )
    (private,) = _groups(aws)["standalone"]["subnets"]
    vpc = ec2.describe_subnets(SubnetIds=[private])["Subnets"][0]["VpcId"]
    ec2.modify_subnet_attribute(SubnetId=private, MapPublicIpOnLaunch={"Value": True})
    (gateway,) = ec2.describe_internet_gateways(Filters=[{"Name": "attachment.vpc-id", "Values": [vpc]}])[
        "InternetGateways"
    ]
    tables = ec2.describe_route_tables(Filters=[{"Name": "association.subnet-id", "Values": [private]}])["RouteTables"]
    ec2.create_route(
        RouteTableId=tables[0]["RouteTableId"],
        DestinationCidrBlock="198.51.100.0/24",
        GatewayId=gateway["InternetGatewayId"],
    )
    group = ec2.create_security_group(GroupName="by-hand", Description="by hand", VpcId=vpc)["GroupId"]
    ec2.authorize_security_group_ingress(GroupId=group, IpProtocol="tcp", FromPort=22, ToPort=22, CidrIp="0.0.0.0/0")
    ec2.create_launch_template(
        LaunchTemplateName="by-hand",
        LaunchTemplateData={"BlockDeviceMappings": [{"DeviceName": "/dev/xvda", "Ebs": {"VolumeSize": 20}}]},
    )
    zone = ec2.describe_availability_zones()["AvailabilityZones"][0]["ZoneName"]
    volume = str(ec2.create_volume(AvailabilityZone=zone, Size=1)["VolumeId"])
    image = ec2.describe_images()["Images"][0]["ImageId"]
    ec2.run_instances(ImageId=image, InstanceType="t3.micro", MinCount=1, MaxCount=1)
    return volume
