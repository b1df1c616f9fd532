"""Rule ``requests-equal-limits``: a Milvus pod asks for the memory that it may use, neither less nor nothing.

Facts: requests and limits of the pods. Callers: ``check``.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from pulumi_milvus.planning.findings import Finding
from pulumi_milvus.planning.hardware.fitness import gibibytes
from pulumi_milvus.rules.milvus_facts import MilvusFacts
from pulumi_milvus.rules.pod_facts import PodFacts

RULE: Final = "requests-equal-limits"
LEVEL: Final = "error"
REASON: Final = (
    "Milvus sizes its caches and refuses loads by its memory limit. A pod that asks for less is placed where that "
    "memory is not, and is the first to be killed; one without a limit counts the whole node as its own."
)
SOURCE: Final = "Kubernetes docs, concepts/workloads/pods/pod-qos; Milvus 3.0 docs, about/limitations.md"
FIX: Final = "resources: the same memory in requests and limits"


def check(facts: MilvusFacts) -> list[Finding]:
    """Judge the memory of every pod that runs."""
    return [finding for pod in facts.pods if pod.replicas != 0 and pod.resources_known for finding in _pod(pod)]


def _pod(pod: PodFacts) -> Iterator[Finding]:
    request, limit = pod.memory_request_bytes, pod.memory_limit_bytes
    subject = f"{pod.subject}.resources"
    if limit is None:
        what = "no memory at all" if request is None else f"{gibibytes(request)} of memory and sets no limit"
        size = "48Gi" if request is None else gibibytes(request)
        fix = FIX if request is None else f"limits.memory and requests.memory both {size}"
        yield Finding(RULE, LEVEL, subject, f"{pod.component} asks for {what}", fix, SOURCE)
    elif request is not None and request != limit:  # Kubernetes takes the limit where no request is set
        message = f"{pod.component} asks for {gibibytes(request)} of memory and may use {gibibytes(limit)}"
        yield Finding(RULE, LEVEL, subject, message, f"requests.memory {gibibytes(limit)}, as the limit", SOURCE)
