"""A Deployment is ready when it is available and the replicas of its newest revision are."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from kubernetes_provider import objects
from kubernetes_provider.kinds import Kind
from kubernetes_provider.waiting import pods
from kubernetes_provider.waiting.loop import Look, Surroundings
from kubernetes_provider.wire import Object

_REVISION = "deployment.kubernetes.io/revision"
_REPLICA_SET = Kind("apps", "v1", "ReplicaSet")
_POD = Kind("", "v1", "Pod")
_CLAIM = Kind("", "v1", "PersistentVolumeClaim")


def awaiter(surroundings: Surroundings, live: Object) -> Callable[[], Look]:
    """What to look at."""
    last = live

    def look() -> Look:
        nonlocal last
        last = surroundings.again(live) or last
        if objects.whole_number(last, "status", "observedGeneration") != objects.whole_number(
            last, "metadata", "generation"
        ):
            return Look(False, last, ("Minimum number of live Pods was not attained",))
        sets = {objects.annotation(each, _REVISION): each for each in surroundings.children(_REPLICA_SET, last)}
        current = sets.get(objects.annotation(last, _REVISION))
        of_current = surroundings.children(_POD, current) if current else []
        claims = _unbound_claims(surroundings, last)
        return judged(last, current, of_current, claims)

    return look


def judged(live: Object, current: Object | None, of_current: list[Object], unbound_claims: list[str]) -> Look:
    """What a Deployment with its current ReplicaSet, that one's pods and the unbound claims shows. Pure."""
    revision = objects.annotation(live, _REVISION)
    available, rolled_out, causes = False, False, []
    for condition in objects.dig(live, "status", "conditions") or [] if revision else []:
        holds = condition.get("status") == "True"
        if condition.get("type") == "Progressing":
            rolled_out = holds and condition.get("reason") == "NewReplicaSetAvailable"
        elif condition.get("type") == "Available":
            available = holds
        else:
            continue
        if not holds and condition.get("reason") and condition.get("message"):
            causes.append(f"[{condition['reason']}] {condition['message']}")
    wanted = objects.dig(current, "spec", "replicas")
    wanted = 1 if wanted is None else int(wanted)
    have = objects.whole_number(current, "status", "readyReplicas")
    updated = current is not None and have >= wanted
    first = revision == "1"
    ready = available and updated and (first or rolled_out) and not unbound_claims
    if ready:
        return Look(True, live, progress="Deployment initialization complete")
    if unbound_claims:
        causes.append(f'Failed to bind PersistentVolumeClaim(s): "{",".join(unbound_claims)}"')
    if not available:
        causes.append("Minimum number of live Pods was not attained")
    elif (first and not updated) or (not first and not rolled_out):
        causes.append("Minimum number of Pods to consider the application live was not attained")
    elif not updated:
        causes.append("Attempted to roll forward to new ReplicaSet, but minimum number of Pods did not become live")
    progress = f"Waiting for app ReplicaSet to be available ({have}/{wanted} Pods available)" if current else ""
    return Look(False, live, [*causes, *pods.warnings(of_current)], progress)


def _unbound_claims(surroundings: Surroundings, live: Object) -> list[str]:
    volumes: list[Mapping[str, Any]] = objects.dig(live, "spec", "template", "spec", "volumes") or []
    names = {objects.dig(volume, "persistentVolumeClaim", "claimName") for volume in volumes} - {None}
    if not names:
        return []
    return [
        objects.name(claim)
        for claim in surroundings.all_of(_CLAIM, objects.namespace(live))
        if objects.name(claim) in names and objects.dig(claim, "status", "phase") != "Bound"
    ]
