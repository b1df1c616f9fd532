"""A Job is ready when it has succeeded; one that has failed for good is not waited for."""

from __future__ import annotations

from collections.abc import Callable

from kubernetes_provider import objects
from kubernetes_provider.kinds import Kind
from kubernetes_provider.waiting import pods
from kubernetes_provider.waiting.loop import Look, Surroundings
from kubernetes_provider.wire import Object

_POD = Kind("", "v1", "Pod")
_FINAL_REASONS = ("BackoffLimitExceeded", "DeadlineExceeded")


def awaiter(surroundings: Surroundings, live: Object) -> Callable[[], Look]:
    """What to look at."""
    last = live

    def look() -> Look:
        nonlocal last
        last = surroundings.again(live) or last
        seen = judged(last, [])
        return seen if seen.ready else judged(last, surroundings.children(_POD, last))

    return look


def judged(live: Object, its_pods: list[Object]) -> Look:
    """What a Job and its pods show. Pure."""
    namespace, name = objects.namespace(live), objects.name(live)
    shown = f"{namespace}/{name}" if namespace not in ("", "default") else name
    causes = pods.warnings(its_pods)
    for condition in objects.dig(live, "status", "conditions") or []:
        if condition.get("status") != "True":
            continue
        if condition.get("type") == "Complete":
            return Look(True, live)
        if condition.get("type") == "Failed" and condition.get("reason") in _FINAL_REASONS:
            causes = [f"[{condition['reason']}] {condition.get('message', '')}", *causes]
            return Look(False, live, causes, failed=f"Resource '{name}' was created but failed to initialize")
    if not objects.dig(live, "status", "startTime"):
        return Look(False, live, causes, f'Waiting for Job "{shown}" to start')
    active, succeeded, failed = (objects.whole_number(live, "status", key) for key in ("active", "succeeded", "failed"))
    counts = f"(Active: {active} | Succeeded: {succeeded} | Failed: {failed})"
    return Look(False, live, causes, f'Waiting for Job "{shown}" to succeed {counts}')
