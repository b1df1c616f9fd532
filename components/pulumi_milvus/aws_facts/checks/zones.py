"""Whether the region offers the instance types, and in zones enough."""

from __future__ import annotations

from collections.abc import Iterator

from pulumi_milvus.aws_facts.checks.asked import Asked
from pulumi_milvus.aws_facts.checks.wanted import Wanted
from pulumi_milvus.aws_facts.connection import NotAnswered, ask
from pulumi_milvus.planning.problems import Problem, shown

_PERMISSION = "ec2:DescribeInstanceTypeOfferings"


def zone_problems(asked: Asked, wanted: Wanted, _account: str) -> Iterator[Problem]:
    """Types that the region or the zones lack. Raises ``NotAnswered``, also where AWS tells no offerings at all."""
    if not wanted.types:
        return
    offered = _offered(asked, wanted)
    if not any(offered.values()) and not _tells_offerings(asked, wanted):
        reason = f"AWS tells no offerings of {wanted.region}, so whether it has the types is unknown"
        raise NotAnswered(Problem("instance types and zones", "", reason), f"{_PERMISSION} that answers")
    absent = [name for name, zones in offered.items() if not zones]
    for name in absent:
        again = f"pulumi-milvus catalogue refresh --region {wanted.region}, then plan --update"
        yield Problem("instance type", shown(name), f"{wanted.region} does not offer it", again)
    there = {name: zones for name, zones in offered.items() if zones}
    if wanted.zones:
        yield from _in_named_zones(wanted, there)
    elif there:
        yield from _in_enough_zones(wanted, there)


def _in_named_zones(wanted: Wanted, offered: dict[str, set[str]]) -> Iterator[Problem]:
    common = sorted(set.intersection(*offered.values())) if offered else []
    for name, zones in offered.items():
        lacking = [zone for zone in wanted.zones[: wanted.zones_of(name)] if zone not in zones]
        if lacking:
            near = f"zones {', '.join(common)} have all types" if common else f"it is in {', '.join(sorted(zones))}"
            yield Problem("zones", shown(name), f"not offered in {', '.join(lacking)}", near)


def _in_enough_zones(wanted: Wanted, offered: dict[str, set[str]]) -> Iterator[Problem]:
    short = [name for name, zones in offered.items() if len(zones) < wanted.zones_of(name)]
    for name in short:
        reason = f"offered in {len(offered[name])} zones of {wanted.region}, and {wanted.zones_of(name)} are needed"
        yield Problem("zones", shown(name), reason, "plan --update with a fresh catalogue")
    # Pools that are spread as far as the whole deployment stand in the same zones.
    spread = {name: zones for name, zones in offered.items() if wanted.zones_of(name) == wanted.zone_count}
    common = set.intersection(*spread.values()) if spread else set()
    if spread and not short and len(common) < wanted.zone_count:
        reason = f"only {len(common)} zones of {wanted.region} have all of them, and {wanted.zone_count} are needed"
        yield Problem("zones", ", ".join(spread), reason, "types of the same families for all pools")


def _offered(asked: Asked, wanted: Wanted) -> dict[str, set[str]]:
    """The names of the zones of each type."""
    ec2 = asked.client("ec2", wanted.region)
    filters = [{"Name": "instance-type", "Values": list(wanted.types)}]

    def question() -> dict[str, set[str]]:
        found: dict[str, set[str]] = {name: set() for name in wanted.types}
        pages = ec2.get_paginator("describe_instance_type_offerings")
        for page in pages.paginate(LocationType="availability-zone", Filters=filters):
            for offering in page["InstanceTypeOfferings"]:
                found.setdefault(offering["InstanceType"], set()).add(offering["Location"])
        return found

    return ask("instance types and zones", _PERMISSION, question)


def _tells_offerings(asked: Asked, wanted: Wanted) -> bool:
    """Whether the region tells offerings of any type: where it tells none, nothing is known."""
    ec2 = asked.client("ec2", wanted.region)
    # Five is the least that the API takes.
    answer = ask(
        "instance types and zones",
        _PERMISSION,
        lambda: ec2.describe_instance_type_offerings(LocationType="region", MaxResults=5),
    )
    return bool(answer["InstanceTypeOfferings"])
