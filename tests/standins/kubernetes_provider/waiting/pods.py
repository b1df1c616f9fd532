"""Why a pod is not ready, in the words of the official provider. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from kubernetes_provider import objects

_RUNTIME_PREFIX = "rpc error: code = Unknown desc = Error response from daemon: "


def warnings(pods: Sequence[Mapping[str, Any]]) -> list[str]:
    """One line a pod that was scheduled and is not ready for a reason that it states."""
    found = (_warning(pod) for pod in pods)
    return [line for line in found if line]


def _warning(pod: Mapping[str, Any]) -> str:
    if _status(pod, "PodScheduled") != "True":
        return ""  # the scheduler may yet place it: told as progress, not as a cause
    for kind in ("Initialized", "Ready"):
        condition = _condition(pod, kind)
        if condition is None:
            return ""
        ended_well = kind == "Ready" and objects.dig(pod, "status", "phase") == "Succeeded"
        if condition.get("status") == "True" or ended_well:
            continue
        containers = "\n".join(_container_problems(pod))
        message = str(condition.get("message") or "") if condition.get("reason") else ""
        if not containers and not condition.get("message"):
            return ""
        namespace, name = objects.namespace(pod), objects.name(pod)
        shown = f"{namespace}/{name}" if namespace not in ("", "default") else name
        return f"[Pod {shown}]: {message}{containers}"
    return ""


def _container_problems(pod: Mapping[str, Any]) -> list[str]:
    found: list[str] = []
    for container in objects.dig(pod, "status", "containerStatuses") or []:
        if container.get("ready"):
            continue
        waiting = objects.dig(container, "state", "waiting")
        if waiting is not None and waiting.get("reason") != "ContainerCreating":
            found.append(f"[{waiting.get('reason', '')}] {_short(waiting.get('message', ''))}")
        ended = objects.dig(container, "state", "terminated")
        if ended is not None and ended.get("reason"):
            if ended.get("message"):
                found.append(f"[{ended['reason']}] {_short(ended['message'])}")
            else:
                found.append(f'container "{container.get("name")}" completed with exit code {ended.get("exitCode")}')
        before = objects.dig(container, "lastState", "terminated")
        if before is not None:
            found.append(
                f'container "{container.get("name")}" terminated at {before.get("finishedAt")} '
                f"({before.get('reason', '')}: exit code {before.get('exitCode')})"
            )
    return found


def _short(message: str) -> str:
    return message.removeprefix(_RUNTIME_PREFIX).removesuffix(": manifest unknown")


def _condition(pod: Mapping[str, Any], kind: str) -> Mapping[str, Any] | None:
    for condition in objects.dig(pod, "status", "conditions") or []:
        if condition.get("type") == kind:
            found: Mapping[str, Any] = condition
            return found
    return None


def _status(pod: Mapping[str, Any], kind: str) -> str:
    return str((_condition(pod, kind) or {}).get("status") or "")
