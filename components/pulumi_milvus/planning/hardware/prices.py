"""Unit prices of what stands beside the nodes, each with its source and day.

us-east-1 only: prices of another region are unknown here, and never scaled from these.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final


@dataclass(frozen=True, slots=True)
class UnitPrice:
    """USD for one unit of a product. ``as_of`` is the day or month that the source gives."""

    product: str
    usd: float
    unit: str
    as_of: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceList:
    """Unit prices by the name that the planner uses for them; empty where nothing is known."""

    region: str | None = None
    prices: Mapping[str, UnitPrice] = field(default_factory=lambda: MappingProxyType({}))

    def get(self, name: str) -> UnitPrice | None:
        """The price of that name, or None where it is unknown."""
        return self.prices.get(name)

    @property
    def oldest(self) -> str | None:
        """The day of the oldest price, or None for an empty list."""
        return min((price.as_of for price in self.prices.values()), default=None)


# infracost keeps answers of AWS's Pricing API as golden files of its tests: commit 95ba4f49, the day is the file's.
_INFRACOST: Final = "AWS Pricing API, as in infracost's golden files (95ba4f49)"
_IO2: Final = "AWS price list, usage types EBS:VolumeP-IOPS.io2, .tier2, .tier3"
# The golden file shows 20,000 GETs as 0.01: 0.0004 for 1,000 is inferred from that rounding.
_GET: Final = f"{_INFRACOST}; inferred from a rounded figure"
_EXTENDED: Final = f"{_INFRACOST}; AWS announcement of EKS extended support"

_US_EAST_1: Final = {
    "volume_gb_month": UnitPrice("EBS gp3", 0.08, "GB-month", "2024-07-01", _INFRACOST),
    "volume_iops_month": UnitPrice("EBS gp3 IOPS above 3,000", 0.005, "IOPS-month", "2024-07-01", _INFRACOST),
    "volume_mibps_month": UnitPrice("EBS gp3 above 125 MiB/s", 0.04, "MiBps-month", "2024-07-01", _INFRACOST),
    "fast_volume_gb_month": UnitPrice("EBS io2", 0.125, "GB-month", "2024-07-01", _INFRACOST),
    "fast_volume_iops_month": UnitPrice("EBS io2 IOPS to 32,000", 0.065, "IOPS-month", "2024-07-01", _INFRACOST),
    "fast_volume_iops_month_tier_2": UnitPrice("EBS io2 IOPS to 64,000", 0.0455, "IOPS-month", "2024-07-01", _IO2),
    "fast_volume_iops_month_tier_3": UnitPrice("EBS io2 IOPS above 64,000", 0.03185, "IOPS-month", "2024-07-01", _IO2),
    "snapshot_gb_month": UnitPrice("EBS snapshot", 0.05, "GB-month", "2024-07-01", _INFRACOST),
    "object_gb_month": UnitPrice("S3 Standard, first 50 TB", 0.023, "GB-month", "2024-07-01", _INFRACOST),
    "object_write_1000": UnitPrice("S3 PUT, COPY, POST, LIST", 0.005, "1,000 requests", "2024-07-01", _INFRACOST),
    "object_read_1000": UnitPrice("S3 GET", 0.0004, "1,000 requests", "2024-07-01", _GET),
    "nat_hour": UnitPrice("NAT gateway", 0.045, "hour", "2024-07-01", _INFRACOST),
    "nat_gb": UnitPrice("NAT gateway, data", 0.045, "GB", "2024-07-01", _INFRACOST),
    "endpoint_hour": UnitPrice("interface endpoint", 0.01, "zone-hour", "2024-10", _INFRACOST),
    "endpoint_gb": UnitPrice("interface endpoint, data", 0.01, "GB", "2024-10", _INFRACOST),
    "cluster_hour": UnitPrice("EKS control plane", 0.10, "hour", "2025-07", _INFRACOST),
    "cluster_extended_hour": UnitPrice("EKS control plane, extended support", 0.60, "hour", "2025-07", _EXTENDED),
    "balancer_hour": UnitPrice("Network Load Balancer", 0.0225, "hour", "2024-07-01", _INFRACOST),
    "balancer_unit_month": UnitPrice("load balancer capacity unit (NLCU)", 4.38, "month", "2024-07-01", _INFRACOST),
    "public_address_hour": UnitPrice("public IPv4 address", 0.005, "hour", "2024-07-01", _INFRACOST),
    "key_month": UnitPrice("KMS key", 1.00, "month", "2024-07-01", _INFRACOST),
    "key_10000": UnitPrice("KMS requests", 0.03, "10,000 requests", "2024-07-01", _INFRACOST),
    "secret_month": UnitPrice("Secrets Manager secret", 0.40, "month", "2024-07-01", _INFRACOST),
    "dns_zone_month": UnitPrice("Route 53 hosted zone", 0.50, "month", "2024-07-01", _INFRACOST),
    "log_gb": UnitPrice("CloudWatch Logs, ingested", 0.50, "GB", "2024-07-01", _INFRACOST),
    "log_gb_month": UnitPrice("CloudWatch Logs, stored", 0.03, "GB-month", "2024-07-01", _INFRACOST),
    # Billed on each side: a byte that crosses zones is paid twice.
    "zone_gb": UnitPrice("transfer between zones, each side", 0.01, "GB", "2024-09", _INFRACOST),
    "internet_gb": UnitPrice("transfer to the internet, first 10 TB", 0.09, "GB", "2024-09", _INFRACOST),
}

NO_PRICES: Final = PriceList()
AWS_PRICES: Final = MappingProxyType({"us-east-1": PriceList(region="us-east-1", prices=MappingProxyType(_US_EAST_1))})


def aws_prices(region: str) -> PriceList:
    """AWS's unit prices of a region; an empty list where they are unknown."""
    return AWS_PRICES.get(region, PriceList(region=region))
