"""A claim is ready when it is bound, or when it waits for its first pod as its class says; a volume when it is free."""

from __future__ import annotations

from collections.abc import Callable

from kubernetes_provider import objects
from kubernetes_provider.kinds import Kind
from kubernetes_provider.waiting.loop import Look, Surroundings
from kubernetes_provider.wire import Object

TIMEOUT_SECONDS = 300.0
"""customTimeouts do not reach this wait in the official provider."""

_CLASS = Kind("storage.k8s.io", "v1", "StorageClass")


def claim_awaiter(surroundings: Surroundings, live: Object) -> Callable[[], Look]:
    """What to look at."""

    def look() -> Look:
        now = surroundings.again(live) or live
        phase = objects.dig(now, "status", "phase")
        storage_class = objects.dig(now, "spec", "storageClassName")
        found = surroundings.read(_CLASS, "", storage_class) if storage_class else None
        waits = objects.dig(found, "volumeBindingMode") == "WaitForFirstConsumer"
        # The official provider takes a claim that waits for its first pod as ready while Pending, and would then wait
        # in vain for one that a pod binds at once; here both count.
        return Look(phase == "Bound" or (waits and phase == "Pending"), now)

    return look


def volume_awaiter(surroundings: Surroundings, live: Object) -> Callable[[], Look]:
    """What to look at."""

    def look() -> Look:
        now = surroundings.again(live) or live
        phase = objects.dig(now, "status", "phase")
        return Look(phase in ("Available", "Bound"), now, progress=f"PV {phase}" if phase else "")

    return look
