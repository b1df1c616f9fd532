"""What a real API server fills into a Deployment: the operator's endless rolls come of it."""

from __future__ import annotations

from typing import Any

from .documents import Document, value_at

_DEFAULT_MODE = 0o644


def complete(deployment: Document) -> None:
    """Fill in, in place. Recorded: the five endless rolls of query nodes."""
    deployment["spec"].setdefault("replicas", 1)
    pod = deployment["spec"]["template"]["spec"]
    for volume in pod.get("volumes") or []:
        _complete_volume(volume)
    for container in [*(pod.get("containers") or []), *(pod.get("initContainers") or [])]:
        container.setdefault("terminationMessagePath", "/dev/termination-log")
        container.setdefault("terminationMessagePolicy", "File")
        for variable in container.get("env") or []:
            field = value_at(variable, "valueFrom", "fieldRef")
            if isinstance(field, dict):
                field.setdefault("apiVersion", "v1")
    pod.setdefault("restartPolicy", "Always")
    pod.setdefault("dnsPolicy", "ClusterFirst")
    pod.setdefault("securityContext", {})
    pod.setdefault("schedulerName", "default-scheduler")
    if pod.get("serviceAccountName"):
        pod.setdefault("serviceAccount", pod["serviceAccountName"])


def _complete_volume(volume: dict[str, Any]) -> None:
    if isinstance(volume.get("hostPath"), dict):
        volume["hostPath"].setdefault("type", "")
    if isinstance(volume.get("projected"), dict):
        volume["projected"].setdefault("defaultMode", _DEFAULT_MODE)
    claim = value_at(volume, "ephemeral", "volumeClaimTemplate", "spec")
    if isinstance(claim, dict):
        claim.setdefault("volumeMode", "Filesystem")
