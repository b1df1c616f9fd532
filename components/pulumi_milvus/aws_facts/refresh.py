"""A snapshot of one region, asked of AWS."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any, Final, TypeVar

from pulumi_milvus.aws_facts import instance_types, prices, quotas
from pulumi_milvus.aws_facts.connection import Clients, NotAnswered, ask
from pulumi_milvus.planning.hardware.aws_catalogue import packaged_snapshot
from pulumi_milvus.planning.hardware.catalogue_rows import COLUMNS
from pulumi_milvus.planning.problems import Problem

Tell = Callable[[str], None]
Answer = TypeVar("Answer")
# Questions to AWS for each region, as they are told.
STEPS: Final = ("instance types", "prices of instances", "zones", "unit prices", "quotas")


def region_snapshot(clients: Clients, region: str, today: datetime.date, tell: Tell) -> dict[str, Any]:
    """The snapshot of a region as a catalogue's file has it; ``tell`` hears each step before it is asked.

    Raises ``NotAnswered`` without instance types or their prices: a catalogue without them chooses nothing. Without
    zones, unit prices or quotas it is made, and ``missing`` says what AWS did not tell.
    """
    ec2, missing = clients.client("ec2", region), list[str]()
    pricing = clients.client("pricing", prices.SERVICE_REGION)

    def question(step: str, permission: str, answer: Callable[[], Answer]) -> Answer:
        tell(f"{region}: {step}")
        return ask(f"{step} of {region}", permission, answer)

    def optional(step: str, permission: str, answer: Callable[[], Answer], otherwise: Answer) -> Answer:
        try:
            return question(step, permission, answer)
        except NotAnswered as error:
            missing.append(str(error.problem))
            return otherwise

    described = question(STEPS[0], "ec2:DescribeInstanceTypes", lambda: instance_types.described_types(ec2))
    priced = question(STEPS[1], "pricing:GetProducts", lambda: prices.instance_prices(pricing, region))
    if not priced:
        reason = "the price list has none"
        raise NotAnswered(Problem(f"{STEPS[1]} of {region}", "", reason, "a region of the same partition"))
    zones = optional(
        STEPS[2], "ec2:DescribeInstanceTypeOfferings", lambda: instance_types.offered_zones(ec2), dict[str, list[str]]()
    )
    if not zones and not missing:
        missing.append(f"{STEPS[2]} of {region}: AWS tells none, so no type is ruled out by them")
    day = today.isoformat()
    units, unknown = optional(
        STEPS[3],
        "pricing:GetProducts",
        lambda: prices.unit_prices(pricing, region, day),
        (dict[str, dict[str, Any]](), list[str]()),
    )
    missing += [f"unit price {name}: the price list of {region} gives none for sure" for name in unknown]
    service_quotas = clients.client("service-quotas", region)
    limits = optional(
        STEPS[4],
        "servicequotas:ListServiceQuotas and ListAWSDefaultServiceQuotas",
        lambda: quotas.vcpu_quotas(service_quotas),
        dict[str, float](),
    )
    wanted = sorted(filter(instance_types.is_for_milvus, described), key=lambda item: str(item["InstanceType"]))
    return {
        "generated_at": day,
        "generated_by": "pulumi-milvus catalogue refresh",
        "region": region,
        "prices_as_of": day,
        "sources": _sources(region, day),
        "unit_prices": units,
        "quotas": limits,
        "missing": missing,
        "columns": list(COLUMNS),
        "rows": [instance_types.row_of(item, zones, priced) for item in wanted],
    }


def _sources(region: str, day: str) -> dict[str, str]:
    kept = packaged_snapshot()["sources"]
    return {
        "specifications": f"EC2 DescribeInstanceTypes, {region}, {day}",
        "prices": f"{prices.SOURCE}, {region}, Linux, on demand, {day}",
        "zones": f"EC2 DescribeInstanceTypeOfferings by zone id, {region}, {day}",
        "quotas": f"Service Quotas, ec2, {region}, {day}",
        "allocatable": f"{kept['allocatable']}; further types by its formula",
        **{key: kept[key] for key in ("local_nvme_iops", "cpu_model", "gpu_compute_capability", "simd")},
    }
