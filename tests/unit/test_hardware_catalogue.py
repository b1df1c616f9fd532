"""The catalogue against what is known of AWS, what Kubernetes leaves of each type, and unit prices."""

from __future__ import annotations

import gzip
import json
from importlib import resources

import pytest

from pulumi_milvus.planning.hardware.allocatable import (
    GIBIBYTE,
    MEBIBYTE,
    allocatable_cpu_millicores,
    allocatable_disk_bytes,
    allocatable_memory_bytes,
    disk_bytes_for,
    usual_max_pods,
)
from pulumi_milvus.planning.hardware.aws_catalogue import aws_catalogue
from pulumi_milvus.planning.hardware.catalogue import Catalogue, InstanceType
from pulumi_milvus.planning.hardware.prices import NO_PRICES, aws_prices

TYPES = {node.name: node for node in aws_catalogue().types}
# Retired: nothing is known of what Kubernetes leaves.
CURRENT = [node for node in TYPES.values() if node.allocatable_memory_bytes]
# Karpenter's page assumes more network interfaces of these two than DescribeInstanceTypes gives the default card.
ODD = {"i7ie.48xlarge", "i7ie.metal-48xl"}
# g4dn.16xlarge holds 58 pods, and other types of its size 737: 7,469 MiB of 256 GiB.
MOST_TOO_CAREFUL = 7_469 * MEBIBYTE


def test_a_catalogue_is_what_the_planner_asks_for() -> None:
    catalogue: Catalogue = aws_catalogue()
    assert catalogue is aws_catalogue()  # read once
    assert catalogue.creates_nodes
    assert (catalogue.region, catalogue.prices_as_of) == ("us-east-1", "2026-07-20")
    assert len(TYPES) == len(catalogue.types) == 263


def test_one_type_in_full() -> None:
    assert TYPES["i4i.2xlarge"] == InstanceType(
        name="i4i.2xlarge",
        family="i4i",
        generation=4,
        architecture="x86_64",
        vcpus=8,
        memory_bytes=64 * GIBIBYTE,
        allocatable_cpu_millicores=7_910,
        allocatable_memory_bytes=59_627 * MEBIBYTE,
        max_pods=58,
        local_nvme_bytes=1_875 * 10**9,
        local_nvme_disks=1,
        local_nvme_read_iops=200_000,
        local_nvme_write_iops=110_000,
        cpu_model="Intel Xeon Platinum 8375C",
        simd=frozenset({"avx2", "avx512"}),
        volume_base_megabits_per_second=2_500,
        volume_max_megabits_per_second=10_000,
        volume_max_iops=40_000,
        usd_per_hour=0.686,
        zones=frozenset(f"use1-az{number}" for number in range(1, 7)),
    )


def test_zones_are_those_of_the_api() -> None:
    """As moto ships AWS's answer; scripts/catalogue_snapshot.py compares the rest when it writes."""
    folder = resources.files("moto").joinpath("ec2/resources/instance_type_offerings/availability-zone-id")
    offers = json.loads(gzip.decompress(folder.joinpath("us-east-1.json.gz").read_bytes()))
    for name, node in TYPES.items():
        zones = {offer["Location"] for offer in offers if offer["InstanceType"] == name}
        assert node.zones == (zones or None)


@pytest.mark.parametrize(
    ("name", "mebibytes"),
    [("g5.xlarge", 22_888), ("g6.xlarge", 22_888), ("g6e.xlarge", 45_776), ("p5e.48xlarge", 144_384)],
)
def test_gpu_memory_is_not_the_round_figure(name: str, mebibytes: int) -> None:
    assert TYPES[name].gpu_memory_bytes_each == mebibytes * MEBIBYTE


@pytest.mark.parametrize(
    ("prefix", "because"),
    [("p3.", "retired by AWS"), ("p5e.", "no on-demand price in us-east-1"), ("m7i.metal", "bare metal")],
)
def test_some_types_are_never_chosen(prefix: str, because: str) -> None:
    found = [node for node in TYPES.values() if node.name.startswith(prefix)]
    assert found
    assert {node.excluded_because for node in found} == {because}


def test_all_that_can_be_chosen_is_priced_and_known() -> None:
    usable = [node for node in TYPES.values() if not node.excluded_because]
    assert len(usable) == 230  # less 29 of bare metal, three p3 and one p5e
    for node in usable:
        assert node.usd_per_hour
        assert node.zones
        assert node.allocatable_cpu_millicores > 0
        assert not node.bare_metal
        assert bool(node.gpus) == bool(node.gpu_name) == bool(node.gpu_memory_bytes_each)
        assert node.simd
        assert ("neon" in node.simd) == (node.architecture == "arm64")


def test_elsewhere_no_price_is_made_up() -> None:
    there = aws_catalogue("eu-west-1")
    assert there.prices_as_of is None
    assert all(node.usd_per_hour is None and node.excluded_because for node in there.types)
    assert all(node.zones is None for node in there.types)
    assert aws_prices("eu-west-1").get("nat_hour") is None
    assert aws_prices("eu-west-1").region == "eu-west-1"


def test_the_formula_gives_what_is_allocatable() -> None:
    """Against Karpenter's page of AL2023 nodes (2026-08-21): to the MiB, but for the two odd ones, 0.26 % too much."""
    assert len(CURRENT) == 260
    for node in CURRENT:
        assert node.max_pods is not None
        assert allocatable_cpu_millicores(node.vcpus) == node.allocatable_cpu_millicores
        computed = allocatable_memory_bytes(node.memory_bytes, node.max_pods, node.architecture)
        residual = computed - node.allocatable_memory_bytes
        assert residual == (3_773 * MEBIBYTE if node.name in ODD else 0), node.name
        assert residual / node.allocatable_memory_bytes < 0.0027


def test_without_a_limit_of_pods_never_too_little_is_reserved() -> None:
    too_careful = []
    for node in CURRENT:
        usual = allocatable_memory_bytes(node.memory_bytes, usual_max_pods(node.vcpus), node.architecture)
        assert usual <= node.allocatable_memory_bytes
        too_careful.append(node.allocatable_memory_bytes - usual)
    assert max(too_careful) == MOST_TOO_CAREFUL
    assert too_careful.count(0) == 225


def test_a_tiny_node_leaves_nothing_rather_than_less() -> None:
    assert allocatable_memory_bytes(256 * MEBIBYTE, 110) == 0
    assert allocatable_disk_bytes(GIBIBYTE) == 0
    assert allocatable_disk_bytes(0) == 0


@pytest.mark.parametrize("wanted", [1, 10**9, 900 * 10**9, 7 * 2**40 + 1])
def test_a_disk_made_for_pods_is_just_large_enough(wanted: int) -> None:
    disk = disk_bytes_for(wanted)
    assert allocatable_disk_bytes(disk) >= wanted
    assert allocatable_disk_bytes(disk - 3) < wanted


def test_every_price_has_a_source_and_a_day() -> None:
    prices = aws_prices("us-east-1")
    assert len(prices.prices) >= 25
    for price in prices.prices.values():
        assert price.usd > 0
        assert price.source
        assert price.as_of.startswith("202")
    assert prices.oldest == "2024-07-01"
    assert NO_PRICES.oldest is None
