"""A Service is ready when its endpoints have not changed for ten seconds, and a load balancer's has an address."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from kubernetes_provider import objects
from kubernetes_provider.kinds import Kind
from kubernetes_provider.waiting.loop import Look, Surroundings, haste
from kubernetes_provider.wire import Object

SETTLING_SECONDS = 10.0
_ENDPOINTS = Kind("", "v1", "Endpoints")


def awaiter(surroundings: Surroundings, live: Object, *, at_once: bool = False) -> Callable[[], Look]:
    """What to look at; `at_once` takes the endpoints as settled, as a refresh does."""
    last, version, since = live, None, time.monotonic()
    if not at_once:
        surroundings.tell("progress", "[1/3] Finding Pods to direct traffic to")

    def look() -> Look:
        nonlocal last, version, since
        last = surroundings.again(live) or last
        endpoints = surroundings.read(_ENDPOINTS, objects.namespace(last), objects.name(last)) if _waits(last) else None
        now = objects.metadata(endpoints or {}).get("resourceVersion")
        if now != version:
            version, since = now, time.monotonic()
        settled = at_once or (endpoints is not None and time.monotonic() - since >= SETTLING_SECONDS / haste())
        return judged(last, endpoints, settled=settled)

    return look


def judged(live: Object, endpoints: Object | None, *, settled: bool) -> Look:
    """What a Service and its endpoints show. Pure."""
    kind = objects.dig(live, "spec", "type") or "ClusterIP"
    has_address = kind != "LoadBalancer" or bool(objects.dig(live, "status", "loadBalancer", "ingress"))
    if not _waits(live):
        return Look(has_address, live, [] if has_address or _is_headless(live) else _causes(True, has_address))
    subsets: list[dict[str, Any]] = (endpoints or {}).get("subsets") or []
    targets = any(subset.get("addresses") for subset in subsets)
    pending = any(subset.get("notReadyAddresses") for subset in subsets)
    if has_address and settled and not pending:
        return Look(True, live, progress="Service initialization complete")
    progress = "[2/3] Attempting to allocate IP address to Service" if settled and targets else ""
    return Look(False, live, _causes(targets, has_address), progress)


def _causes(targets: bool, has_address: bool) -> list[str]:
    causes = []
    if not targets:
        causes.append(
            "Service does not target any Pods. Selected Pods may not be ready, or field '.spec.selector' may not "
            "match labels on any Pods"
        )
    if not has_address:
        causes.append("Service was not allocated an IP address; does your cloud provider support this?")
    return causes


def _is_headless(live: Object) -> bool:
    return bool(objects.dig(live, "spec", "clusterIP") == "None")


def _waits(live: Object) -> bool:
    external = objects.dig(live, "spec", "type") == "ExternalName"
    return not external and not _is_headless(live) and bool(objects.dig(live, "spec", "selector"))
