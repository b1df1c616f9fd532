"""Two Deployments that take turns: a change goes into the idle one, then pods move over.

Recorded: image-26-to-30 (one up, one down), querynode-memory (changed limits bring all new pods up first),
querynode-scale (up at once, down one by one), querynode-hostpath-loop.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .components import Workload
from .documents import Document, section, value_at
from .pod_template import same


@dataclass(frozen=True)
class Pair:
    """The slot that runs (or shall run), and the one that ran before it."""

    current: Document
    other: Document


@dataclass(frozen=True)
class Step:
    """A change of a slot's number of pods; 0 is no step."""

    of_current: bool = True
    pods: int = 0


def replicas(deployment: Mapping[str, Any]) -> int:
    """The wished pods of a Deployment."""
    wished = value_at(deployment, "spec", "replicas")
    return 1 if wished is None else int(wished)


def is_stable(deployment: Mapping[str, Any]) -> bool:
    """Whether all wished pods are there, new and available, and no others."""
    status = section(deployment, "status")
    counts = {int(status.get(key) or 0) for key in ("replicas", "updatedReplicas", "availableReplicas")}
    return is_observed(deployment) and counts == {replicas(deployment)}


def is_observed(deployment: Mapping[str, Any]) -> bool:
    """Whether the Deployment's own controller has seen its newest version."""
    seen = value_at(deployment, "status", "observedGeneration") or 0
    return bool(seen == (value_at(deployment, "metadata", "generation") or 0))


def roll_is_over(pair: Pair, wished: int) -> bool:
    """Whether all pods have moved over."""
    least = 1 if wished < 0 else wished
    empty = replicas(pair.other) == 0 and not value_at(pair.other, "status", "replicas") and is_observed(pair.other)
    return is_stable(pair.current) and empty and replicas(pair.current) >= least


def next_step(pair: Pair, wished: int, *, at_once: bool) -> Step:
    """The next change of pods towards what is wished.

    Args:
        wished: The declared replicas; -1 leaves them to an autoscaler.
        at_once: imageUpdateMode force.
    """
    current, other = replicas(pair.current), replicas(pair.other)
    if at_once:
        return Step(pods=wished - current) if current != wished else Step(of_current=False, pods=-other)
    if wished < 0:
        return Step(pods=1 if current == 0 else 0)
    if other == 0:
        # Up at once, down one by one.
        return Step(pods=-1 if current > wished else wished - current)
    if _same_limits(pair):
        total = current + other
        if total > wished:
            return Step(of_current=False, pods=-1)
        return Step(pods=1 if total == wished else wished - total)
    if current < max(other, wished):
        return Step(pods=max(other, wished) - current)
    return Step(of_current=False, pods=-1)


def _same_limits(pair: Pair) -> bool:
    return _limits(pair.current) == _limits(pair.other)


def _limits(deployment: Mapping[str, Any]) -> dict[str, Any]:
    containers = value_at(deployment, "spec", "template", "spec", "containers") or []
    return {each["name"]: section(each, "resources", "limits") for each in containers}


def equal_templates(deployment: Mapping[str, Any], template: Mapping[str, Any], workload: Workload) -> bool:
    """Whether a slot already has a template, but for the label that tells the slots apart."""
    return same(_without_slot(section(deployment, "spec", "template"), workload), _without_slot(template, workload))


def _without_slot(template: Mapping[str, Any], workload: Workload) -> Document:
    bare = copy.deepcopy(dict(template))
    section_of_labels = value_at(bare, "metadata", "labels")
    if isinstance(section_of_labels, dict):
        section_of_labels.pop(workload.slot_label, None)
    return bare
