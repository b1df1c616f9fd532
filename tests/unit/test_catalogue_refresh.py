"""A catalogue asked of AWS, its answers given by botocore's Stubber, which checks every parameter."""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from botocore import exceptions

from aws_stubs import ANY, StubbedAws, described, product
from command_line import Streams, call
from pulumi_milvus.aws_facts import connection, instance_types, prices, quotas
from pulumi_milvus.aws_facts.connection import NotAnswered, ask, connect
from pulumi_milvus.planning.hardware.aws_catalogue import packaged_snapshot
from pulumi_milvus.planning.hardware.catalogue_age import age_days, is_old
from pulumi_milvus.planning.hardware.catalogue_file import read_catalogue_file
from pulumi_milvus.planning.problems import InvalidValues

REGION = "eu-west-1"
SHARED = {
    "regionCode": REGION,
    "preInstalledSw": "NA",
    "operatingSystem": "Linux",
    "capacitystatus": "Used",
    "marketoption": "OnDemand",
    "tenancy": "Shared",
    "productFamily": "Compute Instance",
}
METAL = {**SHARED, "tenancy": "Dedicated", "productFamily": "Compute Instance (bare metal)"}
NVME = {"NvmeSupport": "required", "Disks": [{"SizeInGB": 1875, "Count": 1, "Type": "ssd"}], "TotalSizeInGB": 1875}
TYPES = [
    described("i4i.2xlarge", InstanceStorageInfo=NVME),
    described("r9i.2xlarge"),
    described("t3.large", BurstablePerformanceSupported=True),
    described("m7i-flex.large"),
    described("r3.2xlarge", Hypervisor="xen"),
    described("a1.2xlarge", ProcessorInfo={"SupportedArchitectures": ["arm64"]}),
    described("inf2.xlarge", InferenceAcceleratorInfo={}),
    described("g4ad.xlarge", GpuInfo={"Gpus": [{"Name": "Radeon", "Manufacturer": "AMD", "Count": 1}]}),
    described("r6g.2xlarge", ProcessorInfo={"SupportedArchitectures": ["arm64"]}),
    described("d3.xlarge", InstanceStorageInfo={**NVME, "Disks": [{"SizeInGB": 1980, "Count": 3, "Type": "hdd"}]}),
]
OFFERED = {"i4i.2xlarge": ["euw1-az1", "euw1-az2", "euw1-az3"], "r9i.2xlarge": ["euw1-az1"]}
USD = {"i4i.2xlarge": 0.76, "r9i.2xlarge": 0.6, "r6g.2xlarge": 0.45}
USAGES = {
    ("AmazonEC2", "Storage", "gp3"): {"EU-EBS:VolumeUsage.gp3": 0.088},
    ("AmazonEC2", "System Operation", "gp3"): {"EU-EBS:VolumeP-IOPS.gp3": 0.0055},
    ("AmazonEC2", "Provisioned Throughput", "gp3"): {"EU-EBS:VolumeP-Throughput.gp3": 45.056},
    ("AmazonEC2", "Storage", "io2"): {"EU-EBS:VolumeUsage.io2": 0.138},
    ("AmazonEC2", "System Operation", "io2"): {"EU-EBS:VolumeP-IOPS.io2": 0.072, "EU-EBS:VolumeP-IOPS.io2.tier2": 0.05},
    ("AmazonEC2", "NAT Gateway", None): {"EU-NatGateway-Hours": 0.048, "EU-NatGateway-Bytes": 0.048},
    ("AmazonEKS", "Compute", None): {"EU-AmazonEKS-Hours:perCluster": 0.1, "EU-AmazonEKS-Hours:extendedSupport": 0.5},
    ("AWSELB", "Load Balancer-Network", None): {"EU-LoadBalancerUsage": 0.0252, "EU-LCUUsage": 0.006},
    ("awskms", "Encryption Key", None): {"eu-west-1-KMS-Keys": 1.0},
    ("AmazonVPC", None, None): {"EU-PublicIPv4:InUseAddress": 0.005},
    ("AmazonS3", "Storage", None): {"EU-TimedStorage-ByteHrs": 0.023},
    ("AmazonS3", "API Request", None): {"EU-Requests-Tier1": 0.000005, "EU-Requests-Tier2": 0.0000004},
}


def terms(filters: dict[str, str]) -> list[dict[str, str]]:
    return [{"Type": "TERM_MATCH", "Field": field, "Value": value} for field, value in filters.items()]


def answer_products(aws: StubbedAws, items: list[str], **expected: Any) -> None:
    parameters = {"ServiceCode": "AmazonEC2", "FormatVersion": "aws_v1", "MaxResults": 100, **expected}
    aws.answers("pricing", "us-east-1", "get_products", {"FormatVersion": "aws_v1", "PriceList": items}, **parameters)


def answer_types(aws: StubbedAws) -> None:
    aws.answers(
        "ec2", REGION, "describe_instance_types", {"InstanceTypes": TYPES[:3], "NextToken": "more"}, MaxResults=100
    )
    aws.answers(
        "ec2", REGION, "describe_instance_types", {"InstanceTypes": TYPES[3:]}, MaxResults=100, NextToken="more"
    )


def answer_instance_prices(aws: StubbedAws) -> None:
    items = [
        product(usd, instanceType=name, physicalProcessor="Intel Xeon", processorFeatures="Intel AVX; Intel AVX2")
        for name, usd in USD.items()
    ]
    answer_products(aws, items, Filters=terms(SHARED))
    answer_products(aws, [], Filters=terms(METAL))


def answer_offerings(aws: StubbedAws, offered: dict[str, list[str]] = OFFERED) -> None:
    offerings = [{"InstanceType": name, "Location": zone} for name, zones in offered.items() for zone in zones]
    aws.answers(
        "ec2",
        REGION,
        "describe_instance_type_offerings",
        {"InstanceTypeOfferings": offerings},
        LocationType="availability-zone-id",
    )


def answer_unit_prices(aws: StubbedAws) -> None:
    for (service, family, volume), usages in USAGES.items():
        items = [product(usd, 3 if "Timed" in usage else 1, usagetype=usage) for usage, usd in usages.items()]
        told = {"regionCode": REGION}
        told |= {"productFamily": family} if family else {}
        told |= {"volumeApiName": volume} if volume else {}
        told |= {"volumeType": "Standard"} if service == "AmazonS3" and family == "Storage" else {}
        answer_products(aws, items, ServiceCode=service, Filters=terms(told))


def answer_quotas(aws: StubbedAws) -> None:
    default = [quota("L-1216C47A", 5), quota("L-DB2E81BA", 0), quota("L-0263D0A3", 5)]
    aws.answers("service-quotas", REGION, "list_aws_default_service_quotas", {"Quotas": default}, ServiceCode="ec2")
    granted = {"Quotas": [quota("L-1216C47A", 640)]}
    aws.answers("service-quotas", REGION, "list_service_quotas", granted, ServiceCode="ec2")


def quota(code: str, value: float) -> dict[str, Any]:
    return {"ServiceCode": "ec2", "QuotaCode": code, "Value": value}


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[StubbedAws]:
    """What the command is given instead of a connection; everything that is announced must be asked."""
    stubbed = StubbedAws()
    monkeypatch.setattr(connection, "connect", lambda _regions: stubbed)
    yield stubbed
    stubbed.all_was_asked()


def refresh(monkeypatch: pytest.MonkeyPatch, file: Path, *more: str) -> Streams:
    return call(monkeypatch, "catalogue", "refresh", "--region", REGION, "--output", str(file), *more)


def test_a_region_is_asked_and_written(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, aws: StubbedAws) -> None:
    answer_types(aws)
    answer_instance_prices(aws)
    answer_offerings(aws)
    answer_unit_prices(aws)
    answer_quotas(aws)
    file = tmp_path / "catalogue.json"
    done = refresh(monkeypatch, file, "--json")
    assert done.status == 0, done.err
    answer = json.loads(done.out)
    # Neither burst credits, flex, Xen, Graviton 1, Inferentia nor Radeon.
    assert answer["regions"][0]["types"] == 4
    snapshot = read_catalogue_file(file).snapshot(REGION)
    types = {node.name: node for node in snapshot.catalogue.types}
    assert set(types) == {"i4i.2xlarge", "r9i.2xlarge", "r6g.2xlarge", "d3.xlarge"}
    known = types["i4i.2xlarge"]
    assert (known.usd_per_hour, known.max_pods, known.local_nvme_bytes) == (0.76, 58, 1_875 * 10**9)
    assert known.local_nvme_read_iops == 200_000  # of the packaged snapshot
    assert known.zones == frozenset(OFFERED["i4i.2xlarge"])
    assert known.excluded_because == ""
    # What only the price list tells of a family that the package does not know.
    assert types["r9i.2xlarge"].simd == frozenset({"avx2"})
    assert types["r9i.2xlarge"].cpu_model == "Intel Xeon"
    assert types["r6g.2xlarge"].simd == frozenset({"neon"})
    assert types["r6g.2xlarge"].excluded_because == f"not offered in {REGION}"
    assert types["d3.xlarge"].local_nvme_bytes == 0  # spinning disks
    assert types["d3.xlarge"].excluded_because == f"no on-demand price in {REGION}"
    units = snapshot.catalogue.unit_prices.prices
    assert units["volume_gb_month"].usd == 0.088
    assert units["volume_mibps_month"].usd == pytest.approx(0.044)
    assert units["fast_volume_iops_month"].usd == 0.072
    assert units["cluster_hour"].usd == 0.1
    assert units["object_gb_month"].usd == 0.023  # the first tier
    assert units["object_write_1000"].usd == pytest.approx(0.005)
    assert units["object_read_1000"].usd == pytest.approx(0.0004)
    assert set(units) == set(prices.PRODUCTS)
    assert snapshot.quotas == {"L-1216C47A": 640.0, "L-DB2E81BA": 0.0}
    assert snapshot.missing == ()
    today = datetime.datetime.now(tz=datetime.UTC).date()
    assert snapshot.catalogue.prices_as_of == today.isoformat()


def test_what_aws_does_not_tell_is_named_and_not_guessed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, aws: StubbedAws
) -> None:
    answer_types(aws)
    answer_instance_prices(aws)
    aws.refuses("ec2", REGION, "describe_instance_type_offerings", "UnauthorizedOperation")
    # Two prices for one thing: neither is taken.
    doubtful = [product(0.088, usagetype="EBS:VolumeUsage.gp3"), product(0.1, usagetype="EU-EBS:VolumeUsage.gp3")]
    for _, (service, family, volume) in enumerate(USAGES):
        items = doubtful if (service, family, volume) == ("AmazonEC2", "Storage", "gp3") else []
        answer_products(aws, items, ServiceCode=service, Filters=ANY)
    aws.refuses("service-quotas", REGION, "list_aws_default_service_quotas", "AccessDeniedException")
    file = tmp_path / "catalogue.json"
    done = refresh(monkeypatch, file)
    assert done.status == 0, done.err
    assert "allow ec2:DescribeInstanceTypeOfferings" in done.err
    assert "allow servicequotas:ListServiceQuotas" in done.err
    assert "volume_gb_month" in done.err
    snapshot = read_catalogue_file(file).snapshot(REGION)
    assert all(node.zones is None for node in snapshot.catalogue.types)
    assert not any("not offered" in node.excluded_because for node in snapshot.catalogue.types)
    assert not snapshot.catalogue.unit_prices.prices
    assert len(snapshot.missing) == 2 + len(prices.PRODUCTS)


def test_zones_that_are_empty_are_unknown(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, aws: StubbedAws) -> None:
    answer_types(aws)
    answer_instance_prices(aws)
    answer_offerings(aws, {})
    answer_unit_prices(aws)
    answer_quotas(aws)
    file = tmp_path / "catalogue.json"
    assert refresh(monkeypatch, file).status == 0
    snapshot = read_catalogue_file(file).snapshot(REGION)
    assert all(node.zones is None for node in snapshot.catalogue.types)
    assert "no type is ruled out" in snapshot.missing[0]


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("UnauthorizedOperation", "allow ec2:DescribeInstanceTypes"),
        ("ExpiredToken", "sign in again"),
        ("AuthFailure", "AWS does not know these credentials"),
        ("RequestLimitExceeded", "wait a minute"),
        ("OptInRequired", "enable the region"),
        ("InternalError", "AWS answers InternalError: as AWS says it"),
    ],
)
def test_a_refusal_is_words_and_the_file_stays(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, aws: StubbedAws, code: str, words: str
) -> None:
    aws.refuses("ec2", REGION, "describe_instance_types", code, times=6)
    monkeypatch.setattr(aws, "all_was_asked", lambda: None)  # how often it is tried again is botocore's business
    done = refresh(monkeypatch, tmp_path / "catalogue.json", "--json")
    assert (done.status, list(tmp_path.iterdir())) == (1, [])
    assert words in done.err
    assert "nothing is written" in done.err
    assert json.loads(done.out)["written"] is False


def test_without_prices_nothing_is_written(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, aws: StubbedAws) -> None:
    answer_types(aws)
    answer_products(aws, [product(None, instanceType="i4i.2xlarge")], Filters=terms(SHARED))
    answer_products(aws, [product(3.0, currency="CNY", instanceType="r9i.2xlarge")], Filters=terms(METAL))
    done = refresh(monkeypatch, tmp_path / "catalogue.json")
    assert (done.status, list(tmp_path.iterdir())) == (1, [])
    assert "the price list has none" in done.err


def test_other_regions_of_the_file_stay(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, aws: StubbedAws) -> None:
    file = tmp_path / "catalogue.json"
    file.write_text(json.dumps(packaged_snapshot()))
    for _ in range(2):  # the second time in the place of the first
        answer_types(aws)
        answer_instance_prices(aws)
        answer_offerings(aws)
        answer_unit_prices(aws)
        answer_quotas(aws)
        assert refresh(monkeypatch, file).status == 0
        assert list(read_catalogue_file(file).regions) == ["us-east-1", REGION]


def test_a_file_that_is_no_catalogue_is_not_replaced(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = tmp_path / "notes.json"
    file.write_text("[1]")
    for output in (file, tmp_path, tmp_path / "a" / "b.json"):
        done = refresh(monkeypatch, output)
        assert done.status == 2
        assert "--output" in done.err
    assert file.read_text() == "[1]"


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (exceptions.NoCredentialsError(), "no credentials of AWS are found"),
        (exceptions.EndpointConnectionError(endpoint_url="https://ec2.example"), "AWS cannot be reached"),
        (exceptions.ConnectTimeoutError(endpoint_url="https://ec2.example"), "AWS cannot be reached"),
        (exceptions.ProxyConnectionError(proxy_url="http://p", error="no"), "AWS cannot be reached"),
        (exceptions.SSOTokenLoadError(error_msg="token is gone"), "aws sso login"),
        (exceptions.UnauthorizedSSOTokenError(), "aws sso login"),
        (exceptions.CredentialRetrievalError(provider="p", error_msg="no"), "cannot be had"),
        (exceptions.DataNotFoundError(data_path="x"), "x"),
    ],
)
def test_what_the_network_or_credentials_say_is_words(error: Exception, words: str) -> None:
    def question() -> None:
        raise error

    with pytest.raises(NotAnswered, match=words):
        ask("types", "ec2:DescribeInstanceTypes", question)


def test_a_mistake_of_ours_is_not_hidden() -> None:
    with pytest.raises(ZeroDivisionError):
        ask("types", "ec2:DescribeInstanceTypes", lambda: 1 / 0)


def test_an_unknown_region_or_profile_is_refused_without_asking(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(InvalidValues, match="nearest: eu-west-1"):
        connect(["eu-wst-1"])
    monkeypatch.setenv("AWS_PROFILE", "nobody-has-this")
    with pytest.raises(InvalidValues, match="nobody-has-this"):
        connect(["eu-west-1"])


def test_without_credentials_the_command_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    done = refresh(monkeypatch, tmp_path / "catalogue.json")
    assert done.status == 1
    assert "no credentials of AWS are found" in done.err
    assert "Traceback" not in done.err


def test_the_quota_that_a_type_counts_to() -> None:
    assert {name: quotas.quota_code(name) for name in ("r7g.2xlarge", "im4gn.large", "g5.xlarge", "p5.48xlarge")} == {
        "r7g.2xlarge": "L-1216C47A",
        "im4gn.large": "L-1216C47A",
        "g5.xlarge": "L-DB2E81BA",
        "p5.48xlarge": "L-417A185B",
    }
    assert quotas.quota_code("x2idn.16xlarge") == "L-7295265B"
    assert "G and VT" in quotas.quota_name("L-DB2E81BA")


def test_every_packaged_family_is_one_for_milvus() -> None:
    names = {row[0] for row in packaged_snapshot()["rows"]}
    assert all(instance_types.is_for_milvus(described(name)) for name in names)


def test_how_old_prices_are() -> None:
    today = datetime.date(2026, 11, 28)
    assert (age_days("2026-11-27", today), age_days("2026-11", today), age_days(None, today)) == (1, 27, None)
    assert age_days("soon", today) is None
    assert [is_old(day, today) for day in ("2026-08-30", "2026-08-29", None)] == [False, True, False]
