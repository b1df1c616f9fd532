"""A controller of Deployments: one pod after another, ready at once, available after minReadySeconds."""

from __future__ import annotations

import json
from dataclasses import dataclass, field

from .documents import Document, section, value_at


@dataclass
class _Pod:
    template: str
    born: float


@dataclass
class Pods:
    """The pods of one Deployment."""

    pods: list[_Pod] = field(default_factory=list)
    complete_template: str = ""
    _read: tuple[int, str] = (0, "")

    def move(self, deployment: Document, now: float) -> Document:
        """Take all steps that are due; the Deployment's new status."""
        own = deployment["spec"]
        template = self._text(deployment)
        wished, pause = int(own["replicas"]), float(own.get("minReadySeconds") or 0)
        known = any(pod.template == template for pod in self.pods)
        if not own.get("paused") or known:
            self._move(template, wished, pause, now, recreate=own["strategy"]["type"] == "Recreate")
        return self._status(deployment, template, wished, pause, now)

    def manifests(self, deployment: Document) -> list[Document]:
        """The pods as the API server would list them."""
        metadata = deployment["metadata"]
        labels = section(deployment, "spec", "template", "metadata", "labels")
        name, namespace = metadata["name"], metadata["namespace"]
        head = {"apiVersion": "v1", "kind": "Pod"}
        return [
            {**head, "metadata": {"name": f"{name}-{number}", "namespace": namespace, "labels": labels}}
            for number in range(len(self.pods))
        ]

    def _text(self, deployment: Document) -> str:
        """The template as text; a Deployment of the same generation has the same."""
        generation = int(deployment["metadata"]["generation"])
        if self._read[0] != generation:
            self._read = generation, json.dumps(deployment["spec"]["template"], sort_keys=True)
        return self._read[1]

    def _move(self, template: str, wished: int, pause: float, now: float, *, recreate: bool) -> None:
        new = [pod for pod in self.pods if pod.template == template]
        old = [pod for pod in self.pods if pod.template != template]
        if recreate:
            old = []
        surge = 1 if old else 0
        while len(new) > wished:
            new.pop()
        while len(new) < wished and len(new) + len(old) < wished + surge:
            new.append(_Pod(template, now))
        available = sum(now - pod.born >= pause for pod in [*new, *old])
        while old and available > wished:
            old.pop()
            available -= 1
        self.pods = [*old, *new]

    def _status(self, deployment: Document, template: str, wished: int, pause: float, now: float) -> Document:
        updated = sum(pod.template == template for pod in self.pods)
        available = sum(now - pod.born >= pause for pod in self.pods)
        whole = updated == wished == len(self.pods) and available >= wished
        if whole:
            self.complete_template = template
        complete = self.complete_template == template
        at_once = value_at(deployment, "spec", "strategy", "rollingUpdate", "maxUnavailable") == "100%"
        progressing = ("True", "NewReplicaSetAvailable" if complete else "ReplicaSetUpdated", "")
        if deployment["spec"].get("paused"):
            progressing = ("Unknown", "DeploymentPaused", "Deployment is paused")
        fine = available >= wished or at_once
        availability = ("True", "MinimumReplicasAvailable", "Deployment has minimum availability.")
        if not fine:
            availability = ("False", "MinimumReplicasUnavailable", "Deployment does not have minimum availability.")
        return {
            "observedGeneration": deployment["metadata"]["generation"],
            "replicas": len(self.pods),
            "updatedReplicas": updated,
            "readyReplicas": len(self.pods),
            "availableReplicas": available,
            "conditions": [_condition("Available", availability), _condition("Progressing", progressing)],
        }


def _condition(kind: str, told: tuple[str, str, str]) -> Document:
    status, reason, message = told
    return {"type": kind, "status": status, "reason": reason, "message": message}
