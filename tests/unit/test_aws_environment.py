"""The shipped environments on AWS, each from one plan, against Pulumi's mocks."""

from __future__ import annotations

import functools
import json
from typing import Any
from unittest import mock

import pulumi
import pytest
import yaml

from aws_recorder import Recorder, recorded
from manifest_cases import CLONE
from pulumi_milvus import InvalidValues, aws_environment, make_plan
from pulumi_milvus.aws import environment
from pulumi_milvus.aws_facts.stack_sign_in import SignIn
from pulumi_milvus.planning.plan import Plan
from pulumi_milvus.planning.problems import Problem
from pulumi_milvus.planning.values_file import Values, values_of

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:pulumi_aws")
STACKS = CLONE / "stacks"
ENVIRONMENTS = ("aws-standalone", "aws-distributed", "aws-nvme", "aws-gpu")
GROUP = "aws:eks/nodeGroup:NodeGroup"


def config_of(name: str, **more: Any) -> dict[str, Any]:
    """The configuration of an environment, with further keys of `milvus:aws`."""
    config: dict[str, Any] = yaml.safe_load((STACKS / f"Pulumi.{name}.yaml").read_text(encoding="utf-8"))["config"]
    config["milvus:aws"] = config["milvus:aws"] | more
    # Its chart has a transform, which Pulumi's mocks do not know.
    if "milvus:kubernetes" in config:
        config["milvus:kubernetes"]["operator"] = "existing"
    return config


def up(config: dict[str, Any], stack: str) -> tuple[Recorder, Values, Plan]:
    """What `pulumi up` registers for a configuration."""
    values = values_of({"config": config})
    plan = make_plan(values.workload)

    def program() -> None:
        texts = {key: value if isinstance(value, str) else json.dumps(value) for key, value in config.items()}
        pulumi.runtime.set_all_config(texts)
        aws_environment(values, plan, STACKS)

    with mock.patch.object(environment, "before_first_resource", return_value=()) as asked:
        recorder = recorded(program, stack)
    asked.assert_called_once()
    return recorder, values, plan


@functools.cache
def shipped(name: str) -> tuple[Recorder, Values, Plan]:
    return up(config_of(name), name)


@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_nodes_are_the_plan_s(name: str) -> None:
    recorder, _, plan = shipped(name)
    templates = recorder.all("aws:ec2/launchTemplate:LaunchTemplate")
    groups = recorder.all(GROUP)
    assert len(groups) == len(plan.node_pools)
    for pool in plan.node_pools:
        group = groups[f"pool-{pool['name']}-nodes"]
        scaling = {"minSize": pool["nodes"], "desiredSize": pool["nodes"], "maxSize": pool["max_nodes"]}
        assert group["scalingConfig"] == scaling
        assert len(group["subnetIds"]) == pool["zones"]
        assert group["clusterName"] == "milvus"
        assert templates[f"pool-{pool['name']}-template"]["instanceType"] == pool["instance_type"]


@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_everything_is_of_one_account_and_region_and_one_key(name: str) -> None:
    recorder, values, plan = shipped(name)
    provider = recorder.one("pulumi:providers:aws")
    assert (provider["region"], json.loads(provider["allowedAccountIds"])) == ("us-east-1", ["123456789012"])
    used = {found for (kind, _), found in recorder.providers.items() if kind.startswith("aws:")}
    assert {text.split("::")[-2] for text in used} == {"aws"}
    assert len(recorder.all("aws:kms/key:Key")) == 1
    gateways = len(recorder.all("aws:ec2/natGateway:NatGateway"))
    assert gateways == (3 if values.workload.availability == "zone" else 1)
    priced = {item["name"]: item["quantity"] for item in plan.cost.items}
    assert (gateways * 730, 1) == (priced["NAT gateways"], priced["encryption keys"])


@pytest.mark.parametrize("name", ENVIRONMENTS[1:])
def test_milvus_has_the_role_of_its_bucket(name: str) -> None:
    recorder, values, _ = shipped(name)
    bucket = recorder.one("aws:s3/bucket:Bucket")["bucket"]
    assert bucket == "milvus-123456789012-us-east-1"
    role = recorder.all("aws:iam/role:Role")["identity-role"]
    assert role["name"] == "milvus-us-east-1-milvus"
    account = recorder.all("kubernetes:core/v1:ServiceAccount")["milvus-service-account-milvus"]["metadata"]
    annotation = account["annotations"]["eks.amazonaws.com/role-arn"]
    assert annotation == f"arn:aws:iam::123456789012:role/{role['name']}"
    assert values.settings.kubernetes is not None
    trusted = json.loads(role["assumeRolePolicy"])["Statement"][0]["Condition"]["StringEquals"]
    subjects = next(value for key, value in trusted.items() if key.endswith(":sub"))
    assert f"system:serviceaccount:{account['namespace']}:{account['name']}" in subjects
    milvus = recorder.one("kubernetes:milvus.io/v1beta1:Milvus")["spec"]
    assert milvus["config"]["minio"]["bucketName"] == bucket
    backup = recorder.all("kubernetes:core/v1:ServiceAccount").get("milvus-service-account-backup")
    if backup is not None:
        name = backup["metadata"]["name"]
        assert f"system:serviceaccount:milvus:{name}" in subjects


@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_milvus_comes_after_its_nodes(name: str) -> None:
    recorder, _, _ = shipped(name)
    kinds = [kind for kind, _ in recorder.order]
    last_node = max(place for place, kind in enumerate(kinds) if kind == GROUP)
    for kind in ("milvus:index:Readiness", "kubernetes:apps/v1:Deployment", "kubernetes:core/v1:Secret"):
        assert kinds.index(kind) > last_node
    before = {name for name, needed in recorder.needs.items() if needed & {"cluster-vpc-cni"}}
    assert set(recorder.all(GROUP)) <= before, "a node without vpc-cni is never ready"


def test_the_autoscaler_has_its_role_and_the_cluster_s_version() -> None:
    recorder, _, _ = shipped("aws-nvme")
    account = recorder.all("kubernetes:core/v1:ServiceAccount")["aws-autoscaler-account"]["metadata"]
    assert (
        account["annotations"]["eks.amazonaws.com/role-arn"] == "arn:aws:iam:us-east-1:123456789012:cluster-autoscaler"
    )
    trust = json.loads(recorder.all("aws:iam/role:Role")["cluster-autoscaler"]["assumeRolePolicy"])
    subject = f"system:serviceaccount:{account['namespace']}:{account['name']}"
    assert subject in json.dumps(trust)
    deployment = recorder.all("kubernetes:apps/v1:Deployment")["aws-autoscaler-deployment"]
    container = deployment["spec"]["template"]["spec"]["containers"][0]
    assert container["image"] == "registry.k8s.io/autoscaling/cluster-autoscaler:v1.34.0"
    assert any("k8s.io/cluster-autoscaler/milvus" in word for word in container["command"])


def test_gpus_get_their_plugin_and_a_local_standalone_no_bucket() -> None:
    assert shipped("aws-gpu")[0].all("kubernetes:apps/v1:DaemonSet")
    recorder = shipped("aws-standalone")[0]
    assert not recorder.all("aws:s3/bucket:Bucket")
    assert not recorder.all("kubernetes:apps/v1:DaemonSet")
    claims = recorder.all("kubernetes:apps/v1:StatefulSet")["milvus-milvus"]["spec"]["volumeClaimTemplates"]
    assert (
        claims[0]["spec"]["storageClassName"]
        == recorder.one("kubernetes:storage.k8s.io/v1:StorageClass")["metadata"]["name"]
    )


def test_a_network_that_is_there_is_taken() -> None:
    subnets = ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1", "subnet-0123456789abcdef2"]
    network = {"vpc_id": "vpc-0123456789abcdef0", "subnet_ids": subnets}
    recorder, _, _ = up(config_of("aws-nvme", network=network), "there")
    assert not recorder.all("aws:ec2/vpc:Vpc")
    assert recorder.one("aws:eks/cluster:Cluster")["vpcConfig"]["subnetIds"] == subnets
    assert {tuple(group["subnetIds"]) for group in recorder.all(GROUP).values()} == {(subnets[0],)}


def test_a_bucket_that_is_there_gets_a_role_and_nothing_else() -> None:
    key = "arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"
    recorder, _, _ = up(config_of("aws-nvme", bucket="kept", bucket_exists=True, key_arn=key), "kept")
    assert not [kind for kind in recorder.resources if kind.startswith(("aws:s3/", "aws:kms/"))]
    policy = recorder.all("aws:iam/rolePolicy:RolePolicy")["identity-policy"]["policy"]
    assert "arn:aws:s3:::kept/*" in policy
    assert key in policy
    assert recorder.one("kubernetes:milvus.io/v1beta1:Milvus")["spec"]["config"]["minio"]["bucketName"] == "kept"


def test_one_machine_instead_of_a_cluster() -> None:
    recorder, _, plan = up(config_of("aws-vm"), "aws-vm")
    assert not recorder.all("aws:eks/cluster:Cluster")
    template = recorder.one("aws:ec2/launchTemplate:LaunchTemplate")
    assert template["instanceType"] == plan.node_pools[0]["instance_type"]
    assert recorder.one("aws:ec2/instance:Instance")["subnetId"] == "network-private-us-east-1a-id"
    wanted = next(item["volume_bytes"] for item in plan.dependencies if item["name"] == "object store")
    assert recorder.one("aws:ebs/volume:Volume")["size"] * 2**30 >= wanted
    assert "arm64" in template["imageId"]


@pytest.mark.parametrize(
    ("name", "more", "path"),
    [
        ("aws-distributed", {"run_on": "virtual_machine", "kubernetes_version": None}, "config.milvus:aws.run_on"),
        ("aws-nvme", {"zones": ["eu-west-1a", "eu-west-1b", "eu-west-1c"]}, "config.milvus:aws.zones[0]"),
        (
            "aws-distributed",
            {
                "network": {
                    "vpc_id": "vpc-0123456789abcdef0",
                    "subnet_ids": ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"],
                }
            },
            "config.milvus:aws.network.subnet_ids",
        ),
    ],
)
def test_what_cannot_be_is_told_before_anything_is_made(name: str, more: dict[str, Any], path: str) -> None:
    config = config_of(name, **more)
    if "run_on" in more:
        del config["milvus:kubernetes"]
    with pytest.raises(InvalidValues) as refused:
        up(config, "wrong")
    assert path in {problem.path for problem in refused.value.problems}


def test_aws_is_asked_before_anything_is_registered() -> None:
    config = config_of("aws-nvme") | {"aws:profile": "production"}
    values = values_of({"config": config})
    seen: list[dict[str, Any]] = []

    def refuse(_plan: Plan, settings: Any, region: str, **more: Any) -> tuple[str, ...]:
        seen.append({"account": settings.account_id, "region": region, **more})
        raise InvalidValues([Problem("bucket", "'b'", "is taken", "c"), Problem("quota", "", "is small")])

    def program() -> None:
        texts = {key: value if isinstance(value, str) else json.dumps(value) for key, value in config.items()}
        pulumi.runtime.set_all_config(texts)
        with mock.patch.object(pulumi.Resource, "__init__", side_effect=AssertionError("something is registered")):
            aws_environment(values, make_plan(values.workload), STACKS)

    with mock.patch.object(environment, "before_first_resource", refuse), pytest.raises(InvalidValues) as refused:
        recorded(program, "asked")
    assert [problem.path for problem in refused.value.problems] == ["bucket", "quota"]
    sign_in = SignIn(profile="production")
    assert seen == [
        {"account": "123456789012", "region": "us-east-1", "stack": "asked", "sign_in": sign_in, "elsewhere": False}
    ]
