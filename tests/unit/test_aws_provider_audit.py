"""The audit of what stands in AWS: silent where all is well, and each finding with the one detail that makes it."""

from __future__ import annotations

from dataclasses import replace

import pytest

import aws_audit as audit

POOL = audit.Pool("query-node", "m6id.8xlarge", 9, 18, 1_900 * 10**9, 0, "required", ({"Encrypted": True},))
PLANNED = {"name": "query-node", "instance_type": "m6id.8xlarge", "nodes": 9, "max_nodes": 18}
BLOCK = dict.fromkeys(("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"), True)
TLS_ONLY = {"Effect": "Deny", "Action": "s3:*", "Condition": {"Bool": {"aws:SecureTransport": "false"}}}
BUCKET = audit.Bucket("milvus", BLOCK, "aws:kms", {"Statement": [TLS_ONLY]}, "Disabled")
READ = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::milvus/*"}


def test_what_is_as_planned_has_no_findings() -> None:
    assert list(audit.pool_findings([POOL], [PLANNED])) == []
    assert list(audit.node_findings([POOL])) == []
    assert list(audit.nvme_findings([POOL], ["query-node"], 10**12)) == []
    assert list(audit.gpu_findings([POOL], ["index-node"], 10**9)) == []
    assert list(audit.bucket_findings(BUCKET)) == []
    assert list(audit.endpoint_findings(audit.Endpoint(False, True))) == []
    assert list(audit.endpoint_findings(audit.Endpoint(True, True, ("203.0.113.0/24",)))) == []
    assert list(audit.ingress_findings([{"GroupId": "sg-1", "IpProtocol": "tcp", "CidrIpv4": "10.0.0.0/8"}])) == []
    assert list(audit.privilege_findings({"milvus": [READ]})) == []


@pytest.mark.parametrize(
    ("pool", "finding"),
    [
        (replace(POOL, instance_type="m6i.8xlarge"), "pool query-node: instance type is m6i.8xlarge, planned is m6id"),
        (replace(POOL, min_nodes=8), "pool query-node: smallest size is 8, planned is 9"),
        (replace(POOL, max_nodes=9), "pool query-node: largest size is 9, planned is 18"),
        (replace(POOL, pool="other"), "pool query-node is missing"),
    ],
)
def test_a_pool_that_differs_from_its_plan_is_found(pool: audit.Pool, finding: str) -> None:
    assert next(audit.pool_findings([pool], [PLANNED])).startswith(finding)


def test_a_pool_that_nobody_planned_is_found() -> None:
    assert list(audit.pool_findings([POOL], [])) == ["pool query-node is not planned"]


def test_nodes_that_give_their_role_away_or_keep_plain_text_are_found() -> None:
    assert "without a token" in next(audit.node_findings([replace(POOL, imds_tokens="optional")]))
    assert "not encrypted" in next(audit.node_findings([replace(POOL, volumes=({"Encrypted": False},))]))
    assert "not encrypted" in next(audit.node_findings([replace(POOL, volumes=())]))


@pytest.mark.parametrize("nvme_bytes", [0, 10**12 - 1])
def test_query_nodes_without_enough_nvme_are_found(nvme_bytes: int) -> None:
    pool = replace(POOL, instance_store_bytes=nvme_bytes)
    assert list(audit.nvme_findings([pool], ["query-node"], 10**12)) == [
        f"pool query-node: m6id.8xlarge has {nvme_bytes} bytes of NVMe"
    ]


def test_nodes_without_enough_gpu_memory_are_found() -> None:
    assert "0 bytes of GPU memory" in next(audit.gpu_findings([POOL], ["query-node"], 1))


@pytest.mark.parametrize("flag", sorted(BLOCK))
def test_a_bucket_with_one_flag_off_is_found(flag: str) -> None:
    bucket = replace(BUCKET, public_access_block={**BLOCK, flag: False})
    assert list(audit.bucket_findings(bucket)) == [f"bucket milvus: {flag} is off"]


@pytest.mark.parametrize(
    ("bucket", "finding"),
    [
        (replace(BUCKET, encryption="AES256"), "encrypted with AES256"),
        (replace(BUCKET, policy={"Statement": []}), "without TLS"),
        (replace(BUCKET, policy={"Statement": [{**TLS_ONLY, "Effect": "Allow"}]}), "without TLS"),
        (replace(BUCKET, versioning="Enabled"), "keeps versions"),
    ],
)
def test_a_bucket_that_is_not_as_it_should_be_is_found(bucket: audit.Bucket, finding: str) -> None:
    (found,) = audit.bucket_findings(bucket)
    assert finding in found


@pytest.mark.parametrize(
    ("endpoint", "finding"),
    [
        (audit.Endpoint(True, True, ("0.0.0.0/0",)), "whole internet"),
        (audit.Endpoint(True, True), "whole internet"),
        (audit.Endpoint(False, False), "no private endpoint"),
    ],
)
def test_an_open_or_unreachable_cluster_is_found(endpoint: audit.Endpoint, finding: str) -> None:
    (found,) = audit.endpoint_findings(endpoint)
    assert finding in found


@pytest.mark.parametrize("source", [{"CidrIpv4": "0.0.0.0/0"}, {"CidrIpv6": "::/0"}])
def test_a_security_group_that_lets_anybody_in_is_found(source: dict[str, str]) -> None:
    assert list(audit.ingress_findings([{"GroupId": "sg-1", "IpProtocol": "tcp", **source}])) == [
        "sg-1: tcp is open to the whole internet"
    ]


@pytest.mark.parametrize(
    ("change", "finding"),
    [
        ({"Action": "s3:*"}, "may do s3:*"),
        ({"Action": ["s3:PutObject"], "Resource": "*"}, "may s3:PutObject on everything"),
    ],
)
def test_a_role_that_may_too_much_is_found(change: dict[str, object], finding: str) -> None:
    found = list(audit.privilege_findings({"milvus": [{**READ, **change}]}))
    assert found == [f"role milvus: {finding}"]


def test_reading_everything_and_writing_under_a_condition_are_no_findings() -> None:
    reading = {"Effect": "Allow", "Action": ["ec2:DescribeImages"], "Resource": "*"}
    bound = {"Effect": "Allow", "Action": ["autoscaling:SetDesiredCapacity"], "Resource": "*", "Condition": {"a": {}}}
    assert list(audit.privilege_findings({"scaler": [reading, bound]})) == []
