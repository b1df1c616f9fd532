"""Clients of boto3 whose answers a test gives: botocore's Stubber checks every parameter, and nothing is sent."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from typing import Any

import boto3
from botocore.stub import ANY, Stubber

__all__ = ["ANY", "StubbedAws", "described", "product"]


class StubbedAws:
    """Clients by service and region; what is asked must have been announced, of each operation in that order.

    Operations have queues of their own, since checks may ask them at the same time.
    """

    def __init__(self) -> None:
        self._made: dict[tuple[str, str, str], tuple[Any, Stubber]] = {}
        self._making = threading.Lock()

    def client(self, service: str, region: str) -> Any:
        """The client that the code under test gets."""
        return _Client(lambda operation: self._pair(service, region, operation)[0])

    def answers(self, service: str, region: str, operation: str, answer: dict[str, Any], **expected: Any) -> None:
        """The next call of the operation has just these parameters (``ANY`` for any value)."""
        self._pair(service, region, operation)[1].add_response(operation, answer, expected)

    def tells(self, service: str, region: str, operation: str, answer: dict[str, Any]) -> None:
        """The answer to the next call of the operation, whatever its parameters are."""
        self._pair(service, region, operation)[1].add_response(operation, answer)

    def refuses(self, service: str, region: str, operation: str, code: str, times: int = 1) -> None:
        """The next call of the operation is refused with this code."""
        for _ in range(times):
            self._pair(service, region, operation)[1].add_client_error(operation, code, "as AWS says it")

    def all_was_asked(self) -> None:
        """Fail where something that was announced was not asked."""
        for _, stubber in self._made.values():
            stubber.assert_no_pending_responses()

    def _pair(self, service: str, region: str, operation: str) -> tuple[Any, Stubber]:
        with self._making:
            if (service, region, operation) not in self._made:
                client = boto3.client(
                    service, region_name=region, aws_access_key_id="fake", aws_secret_access_key="fake"
                )
                stubber = Stubber(client)
                stubber.activate()
                self._made[service, region, operation] = (client, stubber)
            return self._made[service, region, operation]


class _Client:
    """One client to who asks it: boto3's own of each operation."""

    def __init__(self, of: Callable[[str], Any]) -> None:
        self._of = of

    def __getattr__(self, operation: str) -> Any:
        return getattr(self._of(operation), operation)

    def get_paginator(self, operation: str) -> Any:
        """boto3's paginator of an operation."""
        return self._of(operation).get_paginator(operation)


def described(name: str, vcpus: int = 8, memory_mib: int = 65_536, **more: Any) -> dict[str, Any]:
    """A type as DescribeInstanceTypes tells it, cut to what is read."""
    return {
        "InstanceType": name,
        "BareMetal": False,
        "Hypervisor": "nitro",
        "BurstablePerformanceSupported": False,
        "ProcessorInfo": {"SupportedArchitectures": ["x86_64"]},
        "VCpuInfo": {"DefaultVCpus": vcpus},
        "MemoryInfo": {"SizeInMiB": memory_mib},
        "EbsInfo": {
            "EbsOptimizedInfo": {
                "BaselineBandwidthInMbps": 2_500,
                "MaximumBandwidthInMbps": 10_000,
                "MaximumIops": 40_000,
            }
        },
        "NetworkInfo": {
            "DefaultNetworkCardIndex": 0,
            "Ipv4AddressesPerInterface": 15,
            "NetworkCards": [{"NetworkCardIndex": 0, "MaximumNetworkInterfaces": 4}],
        },
        **more,
    }


def product(usd: float | None, tiers: int = 1, currency: str = "USD", **attributes: str) -> str:
    """An item of ``PriceList``: JSON in a text. Further tiers are cheaper; None: no price on demand."""
    dimensions = {
        f"SKU.TERM.{tier}": {
            "unit": "Hrs",
            "beginRange": str(tier * 51_200),
            "pricePerUnit": {currency: f"{(usd or 0) / (tier + 1):.10f}"},
        }
        for tier in reversed(range(tiers))
    }
    terms = {} if usd is None else {"OnDemand": {"SKU.TERM": {"priceDimensions": dimensions}}}
    return json.dumps({"product": {"attributes": attributes}, "serviceCode": "AmazonEC2", "terms": terms})
