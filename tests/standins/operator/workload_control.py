"""Brings the Deployments of one workload a step nearer to what is wished."""

from __future__ import annotations

import copy

from .api import Api
from .components import Workload, common_labels, has_slots, is_manual, replicas_of
from .configuration import checksum
from .deployments import MIN_READY_SECONDS, single_deployment, slot_deployment, slot_name
from .documents import Document, section, value_at
from .merging import merged_settings
from .objects import unchanged
from .pod_template import pod_template
from .slots import Pair, equal_templates, is_stable, next_step, replicas, roll_is_over
from .status import rolling_id
from .surroundings import Surroundings
from .turns import has_its_turn
from .waits import Waits

_GENERATION = "milvus.io/generation"


class LookAgainError(Exception):
    """A step was taken and the next has to wait; `seconds` None: until the resource's own change comes back."""

    def __init__(self, seconds: float | None = None) -> None:
        super().__init__("look again")
        self.seconds = seconds


class WorkloadControl:
    """The hands of the operator on one workload of one resource that has its defaults."""

    def __init__(
        self, api: Api, resource: Document, workload: Workload, surroundings: Surroundings, waits: Waits
    ) -> None:
        self._api = api
        self._resource = resource
        self._workload = workload
        self._surroundings = surroundings
        self._waits = waits
        self._namespace = resource["metadata"]["namespace"]
        self._name = resource["metadata"]["name"]

    def current(self) -> Document | None:
        """The Deployment that counts: the only one, or the slot that runs."""
        if not has_slots(self._resource["spec"], self._workload.component):
            return self._get(self._workload.deployment_name(self._name))
        return self._get(slot_name(self._name, self._workload, int(self._current_slot() or 0)))

    def reconcile(self) -> None:
        """Take the next step.

        Raises:
            LookAgainError: there is another one.
            ApiError: the API server refused.
        """
        if has_slots(self._resource["spec"], self._workload.component):
            self._reconcile_slots()
        else:
            self._reconcile_single()

    def _reconcile_single(self) -> None:
        present = self._get(self._workload.deployment_name(self._name))
        if present is not None and self._has_terminating_pods():
            return
        wished = single_deployment(
            self._resource,
            self._workload,
            self._surroundings,
            current=present,
            new_image=has_its_turn(self._resource, self._workload.component),
            checksum=checksum(self._resource),
        )
        self._write(present, wished)

    def _reconcile_slots(self) -> None:
        spec = self._resource["spec"]
        if self._current_slot() is None:
            self._mark(current_slot="0")
        first, second = self._slot(0), self._slot(1)
        pair = Pair(first, second) if self._current_slot() == "0" else Pair(second, first)
        if is_manual(spec):
            self._renew_generation(pair.current)
            return
        if merged_settings(spec, self._workload)["paused"]:
            return
        if replicas_of(spec, self._workload) == 0:
            self._scale(pair.current, -replicas(pair.current))
            self._scale(pair.other, -replicas(pair.other))
            return
        self._roll(pair)
        self._move_pods(pair)

    def _slot(self, slot: int) -> Document:
        """A slot's Deployment; made where it is not there."""
        present = self._get(slot_name(self._name, self._workload, slot))
        if present is not None:
            return present
        digest = checksum(self._resource)
        return self._write(
            None, slot_deployment(self._resource, self._workload, self._surroundings, slot, checksum=digest)
        )

    def _roll(self, pair: Pair) -> None:
        template = pod_template(
            self._resource,
            self._workload,
            self._surroundings,
            current=value_at(pair.current, "spec", "template"),
            everything=False,
            new_image=has_its_turn(self._resource, self._workload.component),
            checksum=checksum(self._resource),
        )
        changed = not equal_templates(pair.current, template, self._workload)
        if changed and equal_templates(pair.other, template, self._workload):
            self._start_roll(pair.other, template)
        if rolling_id(self._resource, self._workload):
            if roll_is_over(pair, replicas_of(self._resource["spec"], self._workload)):
                self._mark(rolling="")
                raise LookAgainError
        elif changed:
            self._start_roll(pair.other if replicas(pair.current) > 0 else pair.current, template)

    def _start_roll(self, into: Document, template: Document) -> None:
        """Write the new template into a slot and make that slot the one that runs."""
        wished = copy.deepcopy(into)
        slot = wished["metadata"]["labels"][self._workload.slot_label]
        wished["spec"]["template"] = template
        template["metadata"]["labels"][self._workload.slot_label] = slot
        self._renew_generation(wished, into)
        self._mark(current_slot=slot, rolling=str(self._generation()))
        raise LookAgainError

    def _move_pods(self, pair: Pair) -> None:
        forced = value_at(self._resource, "spec", "components", "imageUpdateMode") == "force"
        wished = replicas_of(self._resource["spec"], self._workload)
        moving = replicas(pair.other) > 0 and not forced and wished >= 0
        if moving and not (is_stable(pair.current) and is_stable(pair.other)):
            raise LookAgainError(self._waits.requeue_seconds)
        step = next_step(pair, wished, at_once=forced)
        if step.pods:
            self._scale(pair.current if step.of_current else pair.other, step.pods)
            raise LookAgainError(self._waits.requeue_seconds)

    def _scale(self, deployment: Document, by: int) -> None:
        if by:
            wished = copy.deepcopy(deployment)
            wished["spec"]["replicas"] = replicas(deployment) + by
            self._write(deployment, wished)

    def _renew_generation(self, wished: Document, present: Document | None = None) -> None:
        before = present or copy.deepcopy(wished)
        wished["metadata"].setdefault("annotations", {})[_GENERATION] = str(self._generation())
        self._write(before, wished)

    def _write(self, present: Document | None, wished: Document) -> Document:
        own = wished["spec"]
        if "minReadySeconds" in own:
            own["minReadySeconds"] = self._waits.min_ready_seconds(MIN_READY_SECONDS)
        # What is nothing is not written, so that the comparison below sees no change where there is none.
        for key in ("minReadySeconds", "paused"):
            if not own.get(key):
                own.pop(key, None)
        if present is None:
            return self._api.create(wished)
        return present if unchanged(present, wished) else self._api.update(wished)

    def _mark(self, *, current_slot: str | None = None, rolling: str | None = None) -> None:
        """Write the state of the slots into the resource; the operator keeps it nowhere else."""
        metadata = self._resource["metadata"] = copy.deepcopy(self._resource["metadata"])
        key = self._workload.state_key
        if current_slot is not None:
            metadata.setdefault("annotations", {})[f"milvus.io/{key}-current-group-id"] = current_slot
        if rolling:
            metadata.setdefault("labels", {})[f"milvus.io/{key}-rolling-id"] = rolling
        elif rolling == "":
            metadata.get("labels", {}).pop(f"milvus.io/{key}-rolling-id", None)
        self._resource["metadata"] = self._api.update(self._resource)["metadata"]

    def _current_slot(self) -> str | None:
        annotations = section(self._resource, "metadata", "annotations")
        return annotations.get(f"milvus.io/{self._workload.state_key}-current-group-id")

    def _generation(self) -> int:
        return int(self._resource["metadata"].get("generation") or 0)

    def _has_terminating_pods(self) -> bool:
        wanted = self._workload.labels(self._name).items()
        pods = self._api.list("Pod", self._namespace, common_labels(self._name))
        own = [pod for pod in pods if wanted <= section(pod, "metadata", "labels").items()]
        return any(value_at(pod, "metadata", "deletionTimestamp") for pod in own)

    def _get(self, name: str) -> Document | None:
        return self._api.get("Deployment", self._namespace, name)
