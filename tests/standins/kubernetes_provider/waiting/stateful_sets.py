"""A StatefulSet is ready when all its replicas are, at the newest revision."""

from __future__ import annotations

from collections.abc import Callable

from kubernetes_provider import objects
from kubernetes_provider.kinds import Kind
from kubernetes_provider.waiting import pods
from kubernetes_provider.waiting.loop import Look, Surroundings
from kubernetes_provider.wire import Object

_POD = Kind("", "v1", "Pod")


def awaiter(surroundings: Surroundings, live: Object) -> Callable[[], Look]:
    """What to look at."""
    last = live

    def look() -> Look:
        nonlocal last
        last = surroundings.again(live) or last
        seen = judged(last, [])
        # Pods are asked for only where they could say why.
        return seen if seen.ready else judged(last, surroundings.children(_POD, last))

    return look


def judged(live: Object, its_pods: list[Object]) -> Look:
    """What a StatefulSet and its pods show. Pure."""
    generation = objects.whole_number(live, "metadata", "generation")
    status = live.get("status") or {}
    current, updated = str(status.get("currentRevision") or ""), str(status.get("updateRevision") or "")
    wanted, have, at_revision, replicas_ready = 0, 0, False, False
    if 0 < generation <= objects.whole_number(status, "observedGeneration"):
        wanted = objects.whole_number(live, "spec", "replicas")
        counts = {
            key: objects.whole_number(status, key)
            for key in ("replicas", "readyReplicas", "currentReplicas", "updatedReplicas")
        }
        all_ready = wanted == counts["replicas"] == counts["readyReplicas"]
        if generation > 1 and objects.dig(live, "spec", "updateStrategy", "type") == "OnDelete":
            at_revision, replicas_ready = True, all_ready
        else:
            at_revision = bool(current) and current == updated
            replicas_ready = all_ready and wanted == counts["currentReplicas"]
        have = counts["readyReplicas"] if at_revision else min(counts["readyReplicas"], counts["updatedReplicas"])
    if at_revision and replicas_ready:
        return Look(True, live, progress="StatefulSet initialization complete")
    causes = []
    if not replicas_ready:
        causes.append(f"{have} out of {wanted} replicas succeeded readiness checks")
    if not at_revision:
        causes.append(f'StatefulSet controller failed to advance from revision "{current}" to revision "{updated}"')
    if generation <= 1:
        progress = f"[1/2] Waiting for StatefulSet to create Pods ({have}/{wanted} Pods ready)"
    elif not replicas_ready:
        progress = f"[1/3] Waiting for StatefulSet update to roll out ({have}/{wanted} Pods ready)"
    else:
        progress = "[2/3] Waiting for StatefulSet to update .status.currentRevision"
    return Look(False, live, [*causes, *pods.warnings(its_pods)], progress)
