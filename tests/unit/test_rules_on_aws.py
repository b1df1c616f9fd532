"""Rules on what stands beside a Milvus on AWS: buckets, volumes, roles, endpoints, as a preview shows them."""

from __future__ import annotations

import json
from typing import Any

import pytest
from inspecting import cluster_milvus, levels_of

from pulumi_milvus.inspection.check_files import all_findings
from pulumi_milvus.inspection.inspect import inspect
from pulumi_milvus.rules import encryption, least_privilege, public_endpoint

Object = dict[str, Any]
UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"


def preview(*resources: tuple[str, Object]) -> list[tuple[str, bytes]]:
    """A `pulumi preview --json` of new resources (type, inputs), named by their place."""
    steps = [
        {
            "op": "create",
            "urn": f"urn:pulumi:dev::p::{kind}::r{place}",
            "newState": {"urn": f"urn:pulumi:dev::p::{kind}::r{place}", "type": kind, "inputs": inputs, "custom": True},
        }
        for place, (kind, inputs) in enumerate(resources)
    ]
    return [("preview.json", json.dumps({"steps": steps}).encode())]


def levels(rule: str, *resources: tuple[str, Object]) -> list[str]:
    inspection = inspect(preview(*resources))
    assert not inspection.problems
    return [finding.level for finding in all_findings(inspection) if finding.rule == rule]


def policy(*statements: Object) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def allow(action: Any, resource: Any) -> Object:
    return {"Effect": "Allow", "Action": action, "Resource": resource}


FLAGS = dict.fromkeys(("blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets"), True)
TLS_ONLY = {
    "Effect": "Deny",
    "Principal": "*",
    "Action": "s3:*",
    "Resource": ["arn:aws:s3:::b", "arn:aws:s3:::b/*"],
    "Condition": {"Bool": {"aws:SecureTransport": "false"}},
}
BLOCK, BUCKET = "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock", "aws:s3/bucket:Bucket"
BUCKET_POLICY, TEMPLATE = "aws:s3/bucketPolicy:BucketPolicy", "aws:ec2/launchTemplate:LaunchTemplate"
VOLUME, INSTANCE = "aws:ebs/volume:Volume", "aws:ec2/instance:Instance"


def template(**device: Any) -> tuple[str, Object]:
    return TEMPLATE, {"blockDeviceMappings": [{"deviceName": "/dev/xvda", "ebs": {"volumeSize": 50, **device}}]}


@pytest.mark.parametrize(
    ("found", "count"),
    [
        ((BUCKET, {"bucket": "b"}), 0),
        ((BUCKET, {"bucket": "b", "acl": "private"}), 0),
        ((BLOCK, {"bucket": "b", **FLAGS}), 0),
        ((BUCKET_POLICY, {"bucket": "b", "policy": policy(TLS_ONLY)}), 0),
        ((BUCKET_POLICY, {"bucket": "b", "policy": UNKNOWN}), 0),
        (template(encrypted="true"), 0),
        (template(encrypted=True), 0),
        (template(encrypted=UNKNOWN), 0),
        ((VOLUME, {"size": 10, "encrypted": True}), 0),
        ((INSTANCE, {"rootBlockDevice": {"encrypted": True}}), 0),
        ((BUCKET, {"bucket": "b", "acl": "public-read"}), 1),
        ((BLOCK, {"bucket": "b", **FLAGS, "blockPublicPolicy": False}), 1),
        ((BLOCK, {"bucket": "b"}), 1),
        ((BUCKET_POLICY, {"policy": policy(allow("s3:GetObject", "*") | {"Principal": "*"})}), 1),
        ((BUCKET_POLICY, {"policy": policy(allow("s3:GetObject", "*") | {"Principal": {"AWS": ["*"]}})}), 1),
        (template(), 1),
        (template(encrypted="false"), 1),
        ((VOLUME, {"size": 10}), 1),
        ((INSTANCE, {"rootBlockDevice": {"volumeSize": 8}}), 1),
    ],
)
def test_what_holds_data_is_encrypted_and_not_public(found: tuple[str, Object], count: int) -> None:
    assert levels(encryption.RULE, found) == ["error"] * count


@pytest.mark.parametrize(("encrypted", "expected"), [("true", []), ("false", ["error"]), (None, ["advice"])])
def test_volumes_of_a_storage_class(encrypted: str | None, expected: list[str]) -> None:
    def on_it(spec: Object) -> None:
        claim = {"accessModes": ["ReadWriteOnce"], "storageClassName": "disks", "resources": {}}
        volume = {"name": "disk", "ephemeral": {"volumeClaimTemplate": {"spec": claim}}}
        spec["components"]["queryNode"]["volumes"] = [volume]

    parameters = {"type": "gp3"} | ({} if encrypted is None else {"encrypted": encrypted})
    disks = {
        "apiVersion": "storage.k8s.io/v1",
        "kind": "StorageClass",
        "metadata": {"name": "disks"},
        "provisioner": "ebs.csi.aws.com",
        "parameters": parameters,
    }
    assert levels_of([cluster_milvus(on_it), disks], rule=encryption.RULE) == expected


SCALING = allow("autoscaling:SetDesiredCapacity", "*")
OWN_TAG = "aws:ResourceTag/k8s.io/cluster-autoscaler/enabled"
ROLE, ROLE_POLICY = "aws:iam/role:Role", "aws:iam/rolePolicy:RolePolicy"
ATTACHED = "aws:iam/rolePolicyAttachment:RolePolicyAttachment"
ON_THE_BUCKET = allow(["s3:GetObject", "s3:PutObject", "s3:AbortMultipartUpload"], "arn:aws:s3:::b/*")
OF_NODES = {
    "name": "nodes",
    "assumeRolePolicy": policy(
        {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "ec2.amazonaws.com"}}
    ),
}


@pytest.mark.parametrize(
    ("resources", "count"),
    [
        ([(ROLE_POLICY, {"role": "milvus", "policy": policy(ON_THE_BUCKET)})], 0),
        ([(ROLE_POLICY, {"role": "scaler", "policy": policy(allow("autoscaling:DescribeAutoScalingGroups", "*"))})], 0),
        ([(ROLE_POLICY, {"role": "milvus", "policy": UNKNOWN})], 0),
        ([(ROLE_POLICY, {"policy": policy(allow("ec2:GetInstanceTypesFromInstanceRequirements", "*"))})], 0),
        ([(ROLE_POLICY, {"policy": policy(SCALING | {"Condition": {"StringEquals": {OWN_TAG: "true"}}})})], 0),
        ([(ROLE_POLICY, {"policy": policy(SCALING)})], 1),
        ([(ROLE_POLICY, {"policy": policy(SCALING | {"Condition": {"Bool": {"aws:SecureTransport": "true"}}})})], 1),
        ([(ROLE_POLICY, {"policy": policy(SCALING | {"Condition": {"StringEqualsIfExists": {OWN_TAG: "true"}}})})], 1),
        ([(ROLE_POLICY, {"role": "milvus", "policy": policy(TLS_ONLY | {"Resource": "*"})})], 0),
        (
            [
                (ROLE, OF_NODES),
                (ATTACHED, {"role": "nodes", "policyArn": "arn:aws:iam::aws:policy/AmazonEKSWorkerNodePolicy"}),
            ],
            0,
        ),
        ([("aws:kms/key:Key", {"policy": policy(allow("kms:*", "*"))})], 0),
        ([(ROLE_POLICY, {"role": "milvus", "policy": policy(allow("s3:*", "arn:aws:s3:::b/*"))})], 1),
        ([(ROLE_POLICY, {"role": "milvus", "policy": policy(allow("s3:GetObject", "*"))})], 1),
        ([(ROLE_POLICY, {"role": "milvus", "policy": policy(allow("*", "*"))})], 2),
        ([("aws:iam/policy:Policy", {"policy": policy(allow(["s3:GetObject"], ["*"]))})], 1),
        ([(ATTACHED, {"role": "milvus", "policyArn": "arn:aws:iam::aws:policy/AmazonS3FullAccess"})], 1),
        ([(ROLE, OF_NODES), (ROLE_POLICY, {"role": "nodes", "policy": policy(ON_THE_BUCKET)})], 1),
    ],
)
def test_roles_may_do_what_they_need(resources: list[tuple[str, Object]], count: int) -> None:
    assert levels(least_privilege.RULE, *resources) == ["error"] * count


CLUSTER, GROUP = "aws:eks/cluster:Cluster", "aws:ec2/securityGroup:SecurityGroup"
INGRESS = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"


@pytest.mark.parametrize(
    ("found", "count"),
    [
        ((CLUSTER, {"vpcConfig": {"endpointPublicAccess": False, "endpointPrivateAccess": True}}), 0),
        ((CLUSTER, {"vpcConfig": {"endpointPublicAccess": True, "publicAccessCidrs": ["203.0.113.0/24"]}}), 0),
        ((CLUSTER, {"vpcConfig": UNKNOWN}), 0),
        ((INGRESS, {"cidrIpv4": "10.0.0.0/8", "ipProtocol": "tcp", "fromPort": 19530, "toPort": 19530}), 0),
        ((INGRESS, {"cidrIpv4": "0.0.0.0/0", "ipProtocol": "tcp", "fromPort": 443, "toPort": 443}), 0),
        ((CLUSTER, {"vpcConfig": {"subnetIds": ["a"]}}), 1),
        ((CLUSTER, {"vpcConfig": {"endpointPublicAccess": True, "publicAccessCidrs": ["0.0.0.0/0"]}}), 1),
        ((INGRESS, {"cidrIpv4": "0.0.0.0/0", "ipProtocol": "tcp", "fromPort": 19530, "toPort": 19530}), 1),
        ((INGRESS, {"cidrIpv6": "::/0", "ipProtocol": "-1"}), 1),
        ((GROUP, {"ingress": [{"cidrBlocks": ["0.0.0.0/0"], "protocol": "tcp", "fromPort": 0, "toPort": 65535}]}), 1),
    ],
)
def test_nothing_is_open_to_the_world(found: tuple[str, Object], count: int) -> None:
    assert levels(public_endpoint.RULE, found) == ["error"] * count
