"""Check: fills in what the program left out, and brings inputs into the server's shape. Pure but for two questions."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field

from kubernetes_provider import objects
from kubernetes_provider.errors import ProviderError
from kubernetes_provider.kinds import Kind
from kubernetes_provider.wire import UNKNOWN, Object, annotate, strip

SUFFIX_DIGITS = 8


@dataclass(frozen=True)
class Autonaming:
    """What the engine's `pulumi:autonaming` asks for; `mode` is "default", "propose", "enforce" or "disable"."""

    mode: str = "default"
    proposed_name: str = ""


@dataclass(frozen=True)
class Question:
    """What is to be checked. Objects may hold secrets and unknowns."""

    urn_name: str
    kind: Kind
    old_inputs: Object
    new_inputs: Object
    random_seed: bytes = b""
    autonaming: Autonaming = field(default_factory=Autonaming)
    default_namespace: str = "default"


def checked(
    question: Question, is_namespaced: Callable[[Kind], bool], normalized: Callable[[Object], Object]
) -> Object:
    """The inputs to keep, secrets marked. Raises ProviderError."""
    kind, old = question.kind, strip(question.old_inputs)
    identity = {"apiVersion": kind.api_version, "kind": kind.name, "metadata": {}}
    inputs = normalized(identity | strip(question.new_inputs))
    if not objects.is_named(inputs) and objects.metadata(inputs).get("generateName"):
        raise ProviderError("the `.metadata.generateName` field is not supported in Server-Side Apply mode")
    if not objects.is_named(inputs):
        inputs = _named(question, old, inputs)
    if (
        question.default_namespace
        and not objects.namespace(inputs)
        and objects.metadata(inputs).get("namespace") is not UNKNOWN
        and is_namespaced(kind)
    ):
        inputs = objects.with_metadata(inputs, namespace=question.default_namespace)
    return annotate(inputs, question.new_inputs)


def _named(question: Question, old: Object, inputs: Object) -> Object:
    """A name of our own: kept while the resource lives, so that it is not replaced at each run."""
    if old:
        if not objects.is_annotated(old, objects.AUTONAMED):
            return inputs
        name = objects.name(old)
    elif question.autonaming.mode == "disable":
        raise ProviderError("autonaming is disabled, resource requires the .metadata.name field to be set")
    elif question.autonaming.mode in ("propose", "enforce"):
        name = question.autonaming.proposed_name
    else:
        digits = random.Random(question.random_seed or None).choices("0123456789abcdef", k=SUFFIX_DIGITS)
        name = f"{question.urn_name}-{''.join(digits)}"
    return objects.with_annotation(objects.with_metadata(inputs, name=name), objects.AUTONAMED, "true")
