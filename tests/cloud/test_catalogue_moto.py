"""Instance types and offerings of moto, which ships what AWS's API really told, as a catalogue; prices by Stubber."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import Any

import pytest
from moto import mock_aws

from aws_stubs import StubbedAws, product
from pulumi_milvus.aws_facts import instance_types
from pulumi_milvus.aws_facts.connection import Aws, NotAnswered, connect
from pulumi_milvus.aws_facts.preflight import Pool, Wanted, preflight
from pulumi_milvus.aws_facts.refresh import region_snapshot
from pulumi_milvus.planning.hardware.aws_catalogue import aws_catalogue
from pulumi_milvus.planning.hardware.catalogue_file import catalogue_text, read_catalogue_text
from pulumi_milvus.planning.hardware.catalogue_rows import COLUMNS
from pulumi_milvus.planning.planner import make_plan
from pulumi_milvus.planning.reading import read_workload

REGION = "us-east-1"
PACKAGED = {node.name: node for node in aws_catalogue().types}
USD = {name: node.usd_per_hour for name, node in PACKAGED.items() if node.usd_per_hour is not None}
# moto knows no p3 but p3dn any more; they are retired.
RETIRED = {name for name, node in PACKAGED.items() if node.excluded_because == "retired by AWS"}


class MotoWithPrices:
    """moto for EC2, stubbed answers for what moto lacks."""

    def __init__(self, aws: Aws, stubs: StubbedAws) -> None:
        self.aws, self.stubs = aws, stubs

    def client(self, service: str, region: str) -> Any:
        """EC2, S3 and STS are moto's."""
        return (self.aws if service in ("ec2", "s3", "sts") else self.stubs).client(service, region)


@pytest.fixture(scope="module")
def aws() -> Iterator[Aws]:
    """boto3's clients, answered by moto in this process."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_ACCESS_KEY_ID", "fake")
        patch.setenv("AWS_SECRET_ACCESS_KEY", "fake")
        patch.delenv("AWS_PROFILE", raising=False)
        with mock_aws():
            yield connect([REGION, "eu-west-1", "mx-central-1"])


@pytest.fixture(scope="module")
def described(aws: Aws) -> list[dict[str, Any]]:
    """Every type; read once, since it takes seconds."""
    return instance_types.described_types(aws.client("ec2", REGION))


def refreshed(aws: Aws, region: str, usd: dict[str, float]) -> dict[str, Any]:
    stubs = StubbedAws()
    items = [product(price, instanceType=name) for name, price in usd.items()]
    for answer in (items, []):
        stubs.tells("pricing", "us-east-1", "get_products", {"PriceList": answer})
    # Unit prices and quotas are not told; test_catalogue_refresh is about them.
    stubs.refuses("pricing", "us-east-1", "get_products", "AccessDeniedException")
    stubs.refuses("service-quotas", region, "list_aws_default_service_quotas", "AccessDeniedException")
    snapshot = region_snapshot(MotoWithPrices(aws, stubs), region, datetime.date(2026, 11, 28), lambda _step: None)
    stubs.all_was_asked()
    return snapshot


def test_rows_of_what_aws_tells_are_those_of_the_package(aws: Aws, described: list[dict[str, Any]]) -> None:
    zones = instance_types.offered_zones(aws.client("ec2", REGION))
    prices = {
        name: instance_types.Price(node.usd_per_hour)
        for name, node in PACKAGED.items()
        if node.usd_per_hour is not None
    }
    wanted = [item for item in described if instance_types.is_for_milvus(item)]
    columns = list(COLUMNS)
    rows = [instance_types.row_of(item, zones, prices) for item in wanted]
    data = {"region": REGION, "generated_at": "2026-11-28", "columns": columns, "rows": rows, "prices_as_of": "x"}
    found = {
        node.name: node
        for node in read_catalogue_text(catalogue_text([data], "2026-11-28").encode(), "moto")
        .snapshot(REGION)
        .catalogue.types
    }
    assert len(found) > 900
    assert set(PACKAGED) - set(found) == RETIRED
    for name, node in PACKAGED.items():
        if name not in RETIRED:
            assert found[name] == node, name


def test_a_plan_of_another_region_respects_what_it_lacks(aws: Aws) -> None:
    """moto's offerings are AWS's: eu-west-1 has no g6, and the cheapest type for a GPU elsewhere is one."""
    workload = read_workload(
        {
            "collections": [{"name": "a", "vectors": 5_000_000, "dimension": 768, "index": "GPU_CAGRA"}],
            "topology": "distributed",
        }
    )
    families = {}
    for region in (REGION, "eu-west-1"):
        text = catalogue_text([refreshed(aws, region, USD)], "2026-11-28")
        catalogue = read_catalogue_text(text.encode(), region).snapshot(region).catalogue
        plan = make_plan(workload, catalogue)
        assert not plan.has_errors, plan.findings
        chosen = {pool["instance_type"] for pool in plan.node_pools}
        offered = {node.name for node in catalogue.types if not node.excluded_because}
        assert chosen <= offered
        families[region] = {node.family for node in catalogue.types if not node.excluded_because}
    assert "g6" in families[REGION]
    assert "g6" not in families["eu-west-1"]


def test_a_region_whose_offerings_are_empty_rules_nothing_out(aws: Aws) -> None:
    snapshot = refreshed(aws, "mx-central-1", {"r7g.2xlarge": 0.5})
    text = catalogue_text([snapshot], "2026-11-28")
    types = {node.name: node for node in read_catalogue_text(text.encode(), "m").snapshot(None).catalogue.types}
    assert types["r7g.2xlarge"].zones is None
    assert types["r7g.2xlarge"].excluded_because == ""
    assert any("AWS tells none" in line for line in snapshot["missing"])


def test_what_moto_lacks_is_said_as_a_refusal(aws: Aws) -> None:
    """moto has no price list: the whole command's way through a service that answers nonsense."""
    with pytest.raises(NotAnswered, match="prices of instances of us-east-1"):
        region_snapshot(aws, REGION, datetime.date(2026, 11, 28), lambda _step: None)


def test_preflight_against_offerings_subnets_and_buckets_that_are_there(aws: Aws) -> None:
    ec2, s3 = aws.client("ec2", "eu-west-1"), aws.client("s3", "eu-west-1")
    account = aws.client("sts", "eu-west-1").get_caller_identity()["Account"]
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    for place, zone in enumerate(("eu-west-1a", "eu-west-1b")):
        ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.0.{place}.0/28", AvailabilityZone=zone)
    s3.create_bucket(Bucket="vectors-of-ours", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    wanted = Wanted(
        region="eu-west-1",
        pools=(Pool("query", "r7g.2xlarge", 3, 4, 3), Pool("gpu", "g6.2xlarge", 1, 2, 1)),
        zone_count=3,
        account_id=account,
        vpc_id=vpc,
        eks_version="1.34",
        bucket="vectors-of-ours",
    )
    stubs = StubbedAws()
    stubs.refuses("service-quotas", "eu-west-1", "list_aws_default_service_quotas", "AccessDeniedException")
    stubs.refuses("eks", "eu-west-1", "describe_cluster_versions", "AccessDeniedException")
    report = preflight(wanted, MotoWithPrices(aws, stubs))
    said = "\n".join(map(str, report.problems))
    assert "'g6.2xlarge': eu-west-1 does not offer it" in said
    assert "are in 2 zones (eu-west-1a, eu-west-1b), and 3 are needed" in said
    assert "addresses are to be had, and nodes and pods take up to" in said
    assert "bucket" not in said
    assert [problem.path for problem in report.unchecked] == ["vCPU quotas", "EKS version"]
