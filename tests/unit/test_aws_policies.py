"""IAM policies, user data and the first start of a machine are kept as files: what changes is seen.

Write them anew: PULUMI_MILVUS_WRITE_GOLDEN=1 python -m pytest tests/unit/test_aws_policies.py
"""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pulumi_milvus.cloud_aws import policies
from pulumi_milvus.cloud_aws.identifiers import access_policy_arn, bucket_arn, role_arn, service_host
from pulumi_milvus.cloud_aws.network import nat_for, zones_in
from pulumi_milvus.cloud_aws.user_data import encoded, user_data
from pulumi_milvus.cloud_aws.virtual_machine import compressed, first_start

FOLDER = Path(__file__).parent / "golden" / "aws"
KEY = "arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"
PROVIDER = "arn:aws:iam::123456789012:oidc-provider/oidc.eks.us-east-1.amazonaws.com/id/EXAMPLE"
ISSUER = "https://oidc.eks.us-east-1.amazonaws.com/id/EXAMPLE"
ACCOUNTS = ("milvus:milvus-milvus", "milvus:milvus-backup")
KEPT: dict[str, Callable[[], Any]] = {
    "bucket_access.json": lambda: policies.bucket_access("vectors", "us-east-1", KEY),
    "service_account_trust.json": lambda: policies.service_account_trust(PROVIDER, ISSUER, ACCOUNTS),
    "tls_only.json": lambda: policies.tls_only("vectors", "us-east-1"),
    "autoscaler_access.json": lambda: policies.autoscaler_access("milvus", "us-east-1"),
    "cluster_key_use.json": lambda: policies.cluster_key_use(KEY),
    "nvme_disk_index.mime": lambda: user_data(raid0=True, many_disk_requests=True),
    "nvme.mime": lambda: user_data(raid0=True, many_disk_requests=False),
    "first_start.sh": lambda: first_start("services: {}\n", "vol-0123456789abcdef0"),
}


@pytest.mark.parametrize("name", KEPT)
def test_a_kept_file_is_what_is_made(name: str) -> None:
    made = KEPT[name]()
    text = made if isinstance(made, str) else json.dumps(made, indent=2) + "\n"
    path = FOLDER / name
    if os.environ.get("PULUMI_MILVUS_WRITE_GOLDEN"):
        path.write_text(text, encoding="utf-8")
    assert path.read_text(encoding="utf-8") == text, "see the head of this file for how to write them anew"


def test_no_kept_file_is_left_over() -> None:
    assert {path.name for path in FOLDER.iterdir()} == set(KEPT)


def test_milvus_may_do_exactly_this() -> None:
    statements = policies.bucket_access("vectors", "us-east-1", KEY)["Statement"]
    allowed = {(action, item["Resource"]) for item in statements for action in item["Action"]}
    assert allowed == {
        ("s3:ListBucket", "arn:aws:s3:::vectors"),
        ("s3:GetObject", "arn:aws:s3:::vectors/*"),
        ("s3:PutObject", "arn:aws:s3:::vectors/*"),
        ("s3:DeleteObject", "arn:aws:s3:::vectors/*"),
        ("s3:AbortMultipartUpload", "arn:aws:s3:::vectors/*"),
        ("kms:Decrypt", KEY),
        ("kms:GenerateDataKey", KEY),
    }
    assert len(policies.bucket_access("vectors", "us-east-1", None)["Statement"]) == 2


def test_only_the_named_service_accounts_take_the_role() -> None:
    (statement,) = policies.service_account_trust(PROVIDER, ISSUER, ACCOUNTS)["Statement"]
    condition = statement["Condition"]
    assert set(condition) == {"StringEquals"}, "StringLike would let others in"
    host = ISSUER.removeprefix("https://")
    assert condition["StringEquals"] == {
        f"{host}:aud": "sts.amazonaws.com",
        f"{host}:sub": ["system:serviceaccount:milvus:milvus-milvus", "system:serviceaccount:milvus:milvus-backup"],
    }


def test_other_partitions_have_their_own_names() -> None:
    assert bucket_arn("b", "cn-north-1") == "arn:aws-cn:s3:::b"
    assert service_host("ec2", "cn-north-1") == "ec2.amazonaws.com.cn"
    assert service_host("eks", "cn-north-1") == "eks.amazonaws.com"
    assert role_arn("123456789012", "r", "us-gov-west-1") == "arn:aws-us-gov:iam::123456789012:role/r"
    assert access_policy_arn("A", "eu-west-1") == "arn:aws:eks::aws:cluster-access-policy/A"


def test_a_node_that_needs_nothing_is_told_nothing() -> None:
    assert user_data(raid0=False, many_disk_requests=False) is None


@pytest.mark.parametrize("name", ["first_start.sh"])
def test_a_script_is_shell(name: str) -> None:
    subprocess.run(["bash", "-n", str(FOLDER / name)], check=True)
    assert compressed("x") == compressed("x")
    assert encoded("x") == "eA=="


@pytest.mark.parametrize("cidr", ["10.64.0.0/16", "10.0.0.0/18", "172.16.16.0/20"])
def test_subnets_are_in_their_vpc_and_beside_each_other(cidr: str) -> None:
    import ipaddress

    zones = zones_in(cidr, ("a", "b", "c"))
    networks = [ipaddress.ip_network(text) for zone in zones for text in (zone.private_cidr, zone.public_cidr)]
    assert all(network.subnet_of(ipaddress.ip_network(cidr)) for network in networks)  # type: ignore[arg-type]
    assert not any(one.overlaps(other) for one in networks for other in networks if one is not other)
    assert all(network.prefixlen <= 28 for network in networks), "AWS makes none smaller"
    assert [nat_for("one", zones, place) for place in range(3)] == [zones[0]] * 3
    assert [nat_for("per_zone", zones, place) for place in range(3)] == list(zones)
    assert nat_for("none", zones, 1) is None
