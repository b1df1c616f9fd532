"""AWS's Pricing API: on-demand prices of instances, and unit prices of what stands beside them, in one region.

The filters that choose one product for each type are those of Karpenter (pkg/providers/pricing); service, family and
usage type of the other products are those that infracost asks for (internal/resources/aws). The API answers with JSON
in texts, and only in a few regions; it tells the prices of all.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

from pulumi_milvus.aws_facts.instance_types import Price
from pulumi_milvus.planning.hardware.prices import UnitPrice

SERVICE_REGION: Final = "us-east-1"
SOURCE: Final = "AWS Pricing API, GetProducts"

_LINUX: Final = {
    "preInstalledSw": "NA",
    "operatingSystem": "Linux",
    "capacitystatus": "Used",
    "marketoption": "OnDemand",
}
_INSTANCES: Final = (
    {**_LINUX, "tenancy": "Shared", "productFamily": "Compute Instance"},
    {**_LINUX, "tenancy": "Dedicated", "productFamily": "Compute Instance (bare metal)"},
)


@dataclass(frozen=True, slots=True)
class Product:
    """Where a unit price is found: filters, what its usage type ends in (a region's prefix stands before it).

    ``per``: the price list's own unit holds so many of ours.
    """

    service: str
    filters: Mapping[str, str]
    usage: str
    product: str
    unit: str
    per: float = 1.0


def _volume(api_name: str, family: str, usage: str, product: str, unit: str, per: float = 1.0) -> Product:
    return Product("AmazonEC2", {"productFamily": family, "volumeApiName": api_name}, usage, product, unit, per)


# The names are those of ``planning.hardware.prices``.
PRODUCTS: Final[Mapping[str, Product]] = {
    "volume_gb_month": _volume("gp3", "Storage", "EBS:VolumeUsage.gp3", "EBS gp3", "GB-month"),
    "volume_iops_month": _volume(
        "gp3", "System Operation", "EBS:VolumeP-IOPS.gp3", "EBS gp3 IOPS above 3,000", "IOPS-month"
    ),
    # Listed by GiBps-month.
    "volume_mibps_month": _volume(
        "gp3", "Provisioned Throughput", "EBS:VolumeP-Throughput.gp3", "EBS gp3 above 125 MiB/s", "MiBps-month", 1024
    ),
    "fast_volume_gb_month": _volume("io2", "Storage", "EBS:VolumeUsage.io2", "EBS io2", "GB-month"),
    "fast_volume_iops_month": _volume(
        "io2", "System Operation", "EBS:VolumeP-IOPS.io2", "EBS io2 IOPS to 32,000", "IOPS-month"
    ),
    "nat_hour": Product("AmazonEC2", {"productFamily": "NAT Gateway"}, "NatGateway-Hours", "NAT gateway", "hour"),
    "nat_gb": Product("AmazonEC2", {"productFamily": "NAT Gateway"}, "NatGateway-Bytes", "NAT gateway, data", "GB"),
    "cluster_hour": Product(
        "AmazonEKS", {"productFamily": "Compute"}, "AmazonEKS-Hours:perCluster", "EKS control plane", "hour"
    ),
    "balancer_hour": Product(
        "AWSELB", {"productFamily": "Load Balancer-Network"}, "LoadBalancerUsage", "Network Load Balancer", "hour"
    ),
    "key_month": Product("awskms", {"productFamily": "Encryption Key"}, "KMS-Keys", "KMS key", "month"),
    "public_address_hour": Product("AmazonVPC", {}, "PublicIPv4:InUseAddress", "public IPv4 address", "hour"),
    "object_gb_month": Product(
        "AmazonS3",
        {"productFamily": "Storage", "volumeType": "Standard"},
        "TimedStorage-ByteHrs",
        "S3 Standard, first 50 TB",
        "GB-month",
    ),
    "object_write_1000": Product(
        "AmazonS3",
        {"productFamily": "API Request"},
        "Requests-Tier1",
        "S3 PUT, COPY, POST, LIST",
        "1,000 requests",
        1e-3,
    ),
    "object_read_1000": Product(
        "AmazonS3", {"productFamily": "API Request"}, "Requests-Tier2", "S3 GET", "1,000 requests", 1e-3
    ),
}


def instance_prices(pricing: Any, region: str) -> dict[str, Price]:
    """The on-demand price of each type that has one. Where a type has several products, the dearest."""
    found: dict[str, Price] = {}
    for filters in _INSTANCES:
        for item in _products(pricing, "AmazonEC2", {"regionCode": region, **filters}):
            attributes = item["product"]["attributes"]
            usd = _first_usd(item)
            name = attributes.get("instanceType")
            if usd and name and (name not in found or found[name].usd_per_hour < usd):
                model, features = attributes.get("physicalProcessor", ""), attributes.get("processorFeatures", "")
                found[name] = Price(usd, model, features)
    return found


def unit_prices(pricing: Any, region: str, as_of: str) -> tuple[dict[str, dict[str, Any]], list[str]]:
    """Unit prices as a snapshot has them, and the names of those that the price list does not give for sure.

    ``as_of`` is the day: ``2026-11-28``.
    """
    found, unknown = {}, []
    asked: dict[tuple[str, frozenset[tuple[str, str]]], list[dict[str, Any]]] = {}
    for name, product in PRODUCTS.items():
        key = (product.service, frozenset(product.filters.items()))
        if key not in asked:
            asked[key] = list(_products(pricing, product.service, {"regionCode": region, **product.filters}))
        usages = [item for item in asked[key] if _is_usage(item, product.usage)]
        usds = {usd for item in usages if (usd := _first_usd(item)) is not None and usd > 0}
        # None, or several that differ: nothing is taken for certain.
        if len(usds) == 1:
            price = UnitPrice(product.product, round(usds.pop() / product.per, 10), product.unit, as_of, SOURCE)
            found[name] = asdict(price)
        else:
            unknown.append(name)
    return found, unknown


def _is_usage(item: Mapping[str, Any], usage: str) -> bool:
    """Whether a usage type is the product's, after its region's short or full name: ``EUC1-NatGateway-Hours``."""
    told = item["product"]["attributes"].get("usagetype", "")
    return re.fullmatch(rf"(([A-Z]{{2,4}}\d?|[a-z]{{2}}(-[a-z]+)+-\d+)-)?{re.escape(usage)}", told) is not None


def _products(pricing: Any, service: str, filters: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    terms = [{"Type": "TERM_MATCH", "Field": field, "Value": value} for field, value in filters.items()]
    pages = pricing.get_paginator("get_products").paginate(
        ServiceCode=service, Filters=terms, FormatVersion="aws_v1", PaginationConfig={"PageSize": 100}
    )
    for page in pages:
        for text in page["PriceList"]:
            yield json.loads(text)


def _first_usd(item: Mapping[str, Any]) -> float | None:
    """USD of the first tier on demand; None where there is none in USD."""
    for term in item.get("terms", {}).get("OnDemand", {}).values():
        for dimension in term.get("priceDimensions", {}).values():
            usd = dimension.get("pricePerUnit", {}).get("USD")
            if usd is not None and float(dimension.get("beginRange", "0") or 0) == 0:
                return float(usd)
    return None
