"""Whether subnets that are there have free addresses for the nodes and their pods."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from pulumi_milvus.aws_facts.checks.asked import Asked
from pulumi_milvus.aws_facts.checks.described import described_types
from pulumi_milvus.aws_facts.checks.running import own_addresses, running_instances
from pulumi_milvus.aws_facts.checks.wanted import Wanted
from pulumi_milvus.aws_facts.connection import ask
from pulumi_milvus.planning.problems import Problem, shown

# EKS user guide, network requirements: each subnet that a cluster is given has at least six free addresses.
CONTROL_PLANE_ADDRESSES: Final = 6
# amazon-vpc-cni-k8s, README, WARM_ENI_TARGET: one whole interface of addresses is kept beside the one in use.
INTERFACES_PER_NODE: Final = 2


def subnet_problems(asked: Asked, wanted: Wanted, _account: str) -> Iterator[Problem]:
    """Subnets that are missing, in too few zones or too full. Raises ``NotAnswered``."""
    if not wanted.vpc_id and not wanted.subnet_ids:
        return
    subnets = _subnets(asked, wanted)
    there = {subnet["SubnetId"] for subnet in subnets}
    for identity in wanted.subnet_ids:
        if identity not in there:
            where = f" of {wanted.vpc_id}" if wanted.vpc_id else ""
            near = ", ".join(sorted(there)) or f"a subnet{where}"
            yield Problem("subnet_ids", shown(identity), f"{wanted.region} has no such subnet{where}", near)
    if wanted.vpc_id and not wanted.subnet_ids and not subnets:
        yield Problem("vpc_id", shown(wanted.vpc_id), "has no subnets, or is not there", "a VPC with private subnets")
    if not subnets:
        return
    zones = {subnet["AvailabilityZone"] for subnet in subnets}
    if len(zones) < wanted.zone_count:
        reason = f"are in {len(zones)} zones ({', '.join(sorted(zones))}), and {wanted.zone_count} are needed"
        yield Problem("subnets", "", reason, "a subnet in each further zone")
    yield from _room(asked, wanted, subnets, len(zones))


def _room(asked: Asked, wanted: Wanted, subnets: list[dict[str, Any]], zones: int) -> Iterator[Problem]:
    """Nodes are spread evenly, so each zone holds its share of each pool, rounded up."""
    described = described_types(asked, wanted)
    each_zone = 0
    for pool in wanted.pools:
        addresses = described.get(pool.instance_type, {}).get("NetworkInfo", {}).get("Ipv4AddressesPerInterface", 0)
        # A pool of one zone stands whole in the first; which that is, is not asked for, so each must have room.
        spread = min(pool.zones or zones, zones)
        each_zone += -(-pool.max_nodes // spread) * INTERFACES_PER_NODE * addresses
    if any(_short(subnets, each_zone, wanted, {})):
        # What the deployment's own nodes hold is asked only where it may be what is missing.
        yield from _short(subnets, each_zone, wanted, own_addresses(running_instances(asked, wanted), wanted))


def _short(subnets: list[dict[str, Any]], each_zone: int, wanted: Wanted, own: Mapping[str, int]) -> Iterator[Problem]:
    """Where addresses are too few. ``own``: those that the deployment holds already, by subnet."""
    by_zone: dict[str, int] = {}
    for subnet in subnets:
        free = subnet["AvailableIpAddressCount"]
        zone = subnet["AvailabilityZone"]
        by_zone[zone] = by_zone.get(zone, 0) + free + own.get(subnet["SubnetId"], 0)
        # A cluster that has nodes has its control plane already.
        if free < CONTROL_PLANE_ADDRESSES and wanted.cluster_name is not None and not own:
            reason = f"{free} free addresses, and EKS needs {CONTROL_PLANE_ADDRESSES} in each subnet"
            yield Problem("subnets", subnet["SubnetId"], reason, "a larger subnet")
    for zone, usable in sorted(by_zone.items()):
        if usable < each_zone:
            reason = f"{usable} addresses are to be had, and nodes and pods take up to {each_zone} in a rolling update"
            yield Problem("subnets", zone, reason, "a larger subnet, or a further one in this zone")


def _subnets(asked: Asked, wanted: Wanted) -> list[dict[str, Any]]:
    ec2 = asked.client("ec2", wanted.region)
    filters = [{"Name": "vpc-id", "Values": [wanted.vpc_id]}] if wanted.vpc_id else []
    if wanted.subnet_ids:
        # A filter, since SubnetIds= fails as a whole where one is missing.
        filters.append({"Name": "subnet-id", "Values": list(wanted.subnet_ids)})

    def question() -> list[dict[str, Any]]:
        pages = ec2.get_paginator("describe_subnets").paginate(Filters=filters)
        return [item for page in pages for item in page["Subnets"]]

    return ask("subnets", "ec2:DescribeSubnets", question)
