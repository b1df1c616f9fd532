"""The components on AWS, against Pulumi's mocks: every input that keeps something closed, and what is refused."""

from __future__ import annotations

import base64
import gzip
import json
from typing import Any

import pulumi
import pytest

from aws_recorder import ISSUER, Recorder, recorded

# pulumi_aws loads its old names too, which warn.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:pulumi_aws")
SUBNETS = ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1", "subnet-0123456789abcdef2"]
KEY = "arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"
POOL = {
    "cluster_name": "milvus",
    "pool": "query-node",
    "instance_type": "r7g.xlarge",
    "architecture": "arm64",
    "nodes": 3,
    "max_nodes": 6,
    "subnet_ids": SUBNETS,
    "root_volume_gib": 20,
}
CLUSTER = {"cluster_name": "milvus", "kubernetes_version": "1.34", "subnet_ids": SUBNETS}
IDENTITY = {
    "oidc_provider_arn": "arn:aws:iam::123456789012:oidc-provider/example",
    "oidc_issuer": ISSUER,
    "service_accounts": ["milvus:milvus-milvus"],
    "bucket": "vectors",
    "key_arn": KEY,
}
VM = {
    "workload": {"collections": [{"name": "a", "vectors": 1_000_000, "dimension": 768}], "object_store": "local"},
    "vpc_id": "vpc-0123456789abcdef0",
    "subnet_id": SUBNETS[0],
    "zone": "us-east-1a",
}
EVERY = [
    ("Network", {}),
    ("EksCluster", CLUSTER),
    ("NodePool", POOL),
    ("ObjectStore", {"bucket": "vectors"}),
    ("WorkloadIdentity", IDENTITY),
    ("StandaloneVm", VM),
]


def made(component: str, args: dict[str, Any], outputs: tuple[str, ...] = ()) -> tuple[Recorder, dict[str, Any]]:
    """What a component registers, and some of its outputs."""
    import pulumi_milvus

    found: dict[str, Any] = {}

    def program() -> None:
        resource = getattr(pulumi_milvus, component)("x", {"region": "us-east-1"} | args)
        for name in outputs:
            getattr(resource, name).apply(lambda value, name=name: found.__setitem__(name, value))

    return recorded(program), found


@pytest.mark.parametrize(("component", "args"), EVERY, ids=[name for name, _ in EVERY])
def test_nothing_of_a_component_is_open_to_the_world_and_everything_has_its_tags(
    component: str, args: dict[str, Any]
) -> None:
    recorder, _ = made(component, args | {"tags": {"team": "search"}})
    for kind, resources in recorder.resources.items():
        for name, inputs in resources.items():
            if "tags" in inputs:
                assert inputs["tags"]["team"] == "search", name
            assert not kind.endswith("SecurityGroupIngressRule"), "nothing comes in by default"
            if kind == "aws:ec2/subnet:Subnet":
                assert inputs["mapPublicIpOnLaunch"] is False
            if kind == "aws:ec2/launchTemplate:LaunchTemplate":
                options = {"httpEndpoint": "enabled", "httpTokens": "required", "httpPutResponseHopLimit": 1}
                assert inputs["metadataOptions"] == options
                for device in inputs["blockDeviceMappings"]:
                    assert (device["ebs"]["encrypted"], device["ebs"]["volumeType"]) == ("true", "gp3")


@pytest.mark.parametrize(("component", "args"), EVERY, ids=[name for name, _ in EVERY])
def test_mistakes_come_at_once_and_before_anything_is_made(component: str, args: dict[str, Any]) -> None:
    wrong = dict(args) | {"tags": {"team": 7}, "regoin": "us-east-1"}
    wrong.pop(next(iter(args), ""), None)
    with pytest.raises(pulumi.InputPropertiesError) as refused:
        made(component, wrong)
    told = {error["property_path"] for error in refused.value.errors or ()}
    assert {"tags.team", "regoin"} <= told
    assert len(told) == 2 + (1 if args else 0)


def test_a_network_has_three_zones_and_nat_as_chosen() -> None:
    for choice, gateways in (("one", 1), ("per_zone", 3), ("none", 0)):
        recorder, outputs = made("Network", {"nat": choice}, ("private_subnet_ids",))
        assert outputs["private_subnet_ids"] == [f"x-private-us-east-1{letter}-id" for letter in "abc"]
        assert len(recorder.all("aws:ec2/natGateway:NatGateway")) == gateways
        assert len(recorder.all("aws:ec2/internetGateway:InternetGateway")) == min(gateways, 1)
        assert len(recorder.all("aws:ec2/subnet:Subnet")) == 3 + gateways
        routes = recorder.all("aws:ec2/route:Route")
        private = {name: inputs for name, inputs in routes.items() if "private" in name}
        assert len(private) == (3 if gateways else 0)
        assert all("natGatewayId" in inputs and "gatewayId" not in inputs for inputs in private.values())
        used = {inputs["natGatewayId"] for inputs in private.values()}
        assert len(used) == gateways
        endpoint = recorder.one("aws:ec2/vpcEndpoint:VpcEndpoint")
        assert endpoint["serviceName"] == "com.amazonaws.us-east-1.s3"
        assert len(endpoint["routeTableIds"]) == 3


def test_a_cluster_is_private_encrypted_logged_and_enforces_network_policies() -> None:
    recorder, outputs = made("EksCluster", CLUSTER, ("kubeconfig", "cluster_name"))
    cluster = recorder.one("aws:eks/cluster:Cluster")
    assert cluster["vpcConfig"] == {
        "subnetIds": SUBNETS,
        "endpointPrivateAccess": True,
        "endpointPublicAccess": False,
    }
    assert cluster["encryptionConfig"]["resources"] == ["secrets"]
    assert cluster["encryptionConfig"]["provider"]["keyArn"] == "arn:aws:kms:us-east-1:123456789012:x-key"
    assert cluster["accessConfig"]["authenticationMode"] == "API"
    assert cluster["enabledClusterLogTypes"] == ["api", "audit", "authenticator"]
    assert cluster["upgradePolicy"] == {"supportType": "STANDARD"}
    assert cluster["bootstrapSelfManagedAddons"] is False
    logs = recorder.one("aws:cloudwatch/logGroup:LogGroup")
    assert (logs["name"], logs["retentionInDays"]) == ("/aws/eks/milvus/cluster", 90)
    assert recorder.one("aws:kms/key:Key")["enableKeyRotation"] is True
    add_ons = {inputs["addonName"]: inputs for inputs in recorder.all("aws:eks/addon:Addon").values()}
    assert set(add_ons) == {"vpc-cni", "kube-proxy", "coredns", "aws-ebs-csi-driver"}
    assert json.loads(add_ons["vpc-cni"]["configurationValues"]) == {"enableNetworkPolicy": "true"}
    assert all("serviceAccountRoleArn" in add_ons[name] for name in ("vpc-cni", "aws-ebs-csi-driver"))
    attached = {
        item["policyArn"] for item in recorder.all("aws:iam/rolePolicyAttachment:RolePolicyAttachment").values()
    }
    assert attached == {
        f"arn:aws:iam::aws:policy/{name}"
        for name in (
            "AmazonEKSClusterPolicy",
            "AmazonEKSWorkerNodePolicy",
            "AmazonEC2ContainerRegistryPullOnly",
            "AmazonEKS_CNI_Policy",
            "service-role/AmazonEBSCSIDriverPolicy",
        )
    }
    user = json.loads(outputs["kubeconfig"])["users"][0]["user"]
    assert user["exec"]["args"] == ["--region", "us-east-1", "eks", "get-token", "--cluster-name", "milvus"]
    assert set(user) == {"exec"}


def test_named_networks_and_principals_get_in_and_nobody_else() -> None:
    access = [{"principal": "arn:aws:iam::123456789012:role/operators", "policy": "edit", "namespaces": ["milvus"]}]
    recorder, _ = made("EksCluster", CLUSTER | {"public_access": ["198.51.100.0/24"], "access": access})
    config = recorder.one("aws:eks/cluster:Cluster")["vpcConfig"]
    assert (config["endpointPublicAccess"], config["publicAccessCidrs"]) == (True, ["198.51.100.0/24"])
    given = recorder.one("aws:eks/accessPolicyAssociation:AccessPolicyAssociation")
    assert given["policyArn"] == "arn:aws:eks::aws:cluster-access-policy/AmazonEKSEditPolicy"
    assert given["accessScope"] == {"type": "namespace", "namespaces": ["milvus"]}
    with pytest.raises(pulumi.InputPropertiesError, match="whole internet"):
        made("EksCluster", CLUSTER | {"public_access": ["0.0.0.0/0"]})


def test_a_node_pool_is_what_was_declared() -> None:
    declared = {"nvme_array": True, "many_disk_requests": True, "kubernetes_version": "1.34"}
    taints = [{"key": "dedicated", "value": "milvus", "effect": "NoExecute"}]
    recorder, _ = made("NodePool", POOL | declared | {"taints": taints, "labels": {"team": "search"}})
    group = recorder.one("aws:eks/nodeGroup:NodeGroup")
    assert group["scalingConfig"] == {"minSize": 3, "desiredSize": 3, "maxSize": 6}
    assert group["updateConfig"] == {"maxUnavailable": 1}
    assert group["labels"] == {"team": "search", "milvus.io/node-pool": "query-node"}
    assert group["taints"] == [{"key": "dedicated", "value": "milvus", "effect": "NO_EXECUTE"}]
    assert (group["amiType"], group["capacityType"]) == ("AL2023_ARM_64_STANDARD", "ON_DEMAND")
    assert group["launchTemplate"] == {"id": "x-template-id", "version": "1"}
    # With one name a replacement could not stand beside the old group; the type is in the template.
    assert not {"nodeGroupName", "instanceTypes", "diskSize"} & set(group)
    template = recorder.one("aws:ec2/launchTemplate:LaunchTemplate")
    assert template["instanceType"] == "r7g.xlarge"
    text = base64.b64decode(template["userData"]).decode()
    assert "RAID0" in text
    assert "fs.aio-max-nr" in text
    assert template["blockDeviceMappings"][0]["ebs"]["volumeSize"] == 20
    assert {item["resourceType"] for item in template["tagSpecifications"]} == {"instance", "volume"}
    assert len(recorder.all("aws:iam/role:Role")) == 1


def test_a_pool_that_cannot_be_is_refused() -> None:
    with pytest.raises(pulumi.InputPropertiesError) as refused:
        made("NodePool", POOL | {"gpus": 1, "max_nodes": 1})
    assert {error["property_path"] for error in refused.value.errors or ()} == {"maxNodes", "instanceType"}


def test_a_bucket_is_closed_and_outlives_its_stack() -> None:
    recorder, outputs = made("ObjectStore", {"bucket": "vectors"}, ("bucket", "bucket_arn", "key_arn"))
    assert outputs["bucket_arn"] == "arn:aws:s3:::vectors"
    block = recorder.one("aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock")
    flags = ("blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets")
    assert all(block[flag] is True for flag in flags)
    kind = "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration"
    (rule,) = recorder.one(kind)["rules"]
    default = {"sseAlgorithm": "aws:kms", "kmsMasterKeyId": outputs["key_arn"]}
    assert rule == {"applyServerSideEncryptionByDefault": default, "bucketKeyEnabled": True}
    versioning = recorder.one("aws:s3/bucketVersioning:BucketVersioning")["versioningConfiguration"]
    assert versioning == {"status": "Disabled"}
    (lifecycle,) = recorder.one("aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration")["rules"]
    assert lifecycle["abortIncompleteMultipartUpload"] == {"daysAfterInitiation": 7}
    ownership = recorder.one("aws:s3/bucketOwnershipControls:BucketOwnershipControls")["rule"]
    assert ownership == {"objectOwnership": "BucketOwnerEnforced"}
    assert recorder.one("aws:s3/bucket:Bucket")["forceDestroy"] is False
    assert len(recorder.retained) == 8
    assert all(recorder.retained.values())


def test_a_bucket_of_disposable_data_goes_with_its_stack() -> None:
    recorder, _ = made("ObjectStore", {"bucket": "vectors", "disposable_data": True, "key_arn": KEY})
    assert recorder.one("aws:s3/bucket:Bucket")["forceDestroy"] is True
    assert not any(recorder.retained.values())
    assert not recorder.all("aws:kms/key:Key")


def test_versions_that_are_kept_are_kept_for_a_week() -> None:
    recorder, _ = made("ObjectStore", {"bucket": "vectors", "versions_kept": True})
    rules = recorder.one("aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration")["rules"]
    assert [rule.get("noncurrentVersionExpiration") for rule in rules] == [None, {"noncurrentDays": 7}]


def test_a_machine_keeps_its_data_and_its_password_to_itself() -> None:
    recorder, outputs = made("StandaloneVm", VM | {"clients": ["10.0.0.0/16", "fd00::/8"]}, ("address",))
    assert outputs["address"] == "10.64.0.10:19530"
    volume = recorder.one("aws:ebs/volume:Volume")
    assert (volume["type"], volume["encrypted"], volume["availabilityZone"]) == ("gp3", True, "us-east-1a")
    assert recorder.retained["x-data"]
    policy = recorder.one("aws:dlm/lifecyclePolicy:LifecyclePolicy")["policyDetails"]
    assert policy["targetTags"].items() <= volume["tags"].items()
    rules = recorder.all("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule").values()
    assert {(item.get("cidrIpv4"), item.get("cidrIpv6"), item["fromPort"], item["toPort"]) for item in rules} == {
        ("10.0.0.0/16", None, 19530, 19530),
        (None, "fd00::/8", 19530, 19530),
    }
    template = recorder.one("aws:ec2/launchTemplate:LaunchTemplate")
    packed = base64.b64decode(template["userData"])
    assert len(packed) <= 16_384
    script = gzip.decompress(packed).decode()
    assert "nvme-Amazon_Elastic_Block_Store_xdataid" in script
    assert "openssl rand" in script
    attachment = recorder.one("aws:ec2/volumeAttachment:VolumeAttachment")
    assert (attachment["volumeId"], attachment["instanceId"]) == ("x-data-id", "x-instance-id")


@pytest.mark.parametrize(
    ("index", "reason"),
    [("DISKANN", "local disks are lost with their"), ("GPU_CAGRA", "no NVIDIA driver")],
)
def test_a_machine_has_neither_local_disks_nor_gpus(index: str, reason: str) -> None:
    collection = {"name": "a", "vectors": 1_000_000, "dimension": 768, "index": index, "metric": "IP"}
    with pytest.raises(pulumi.InputPropertiesError, match=reason):
        made("StandaloneVm", VM | {"workload": {"collections": [collection], "object_store": "local"}})
