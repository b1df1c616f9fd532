"""Rule ``gpu-nodes``: pods that ask for a GPU land on a node that has one which Milvus supports.

Facts: GPUs, selectors and tolerations of the pods; nodes, node groups and pools. Callers: ``check``.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from pulumi_milvus.planning.capacity.query_pool import COMPUTE_CAPABILITIES
from pulumi_milvus.planning.findings import Finding
from pulumi_milvus.rules.cluster_facts import NodeFacts
from pulumi_milvus.rules.landing import landing_nodes, named_types, selects, tolerates
from pulumi_milvus.rules.milvus_facts import MilvusFacts, lacking
from pulumi_milvus.rules.pod_facts import PodFacts

RULE: Final = "gpu-nodes"
LEVEL: Final = "error"
REASON: Final = (
    "A pod that asks for a GPU waits for ever where no node that it may land on offers one: a selector, a taint that "
    "is not tolerated, a type without a GPU, no device plugin. Milvus's documentation names the GPUs that it supports."
)
SOURCE: Final = "Milvus 3.0 docs, getstarted/run-milvus-gpu/prerequisite-gpu.md"
FIX: Final = f"nodes with a GPU of compute capability {', '.join(COMPUTE_CAPABILITIES)}, such as g5 (8.6) or g4dn (7.5)"


def check(facts: MilvusFacts) -> list[Finding]:
    """Judge where pods with a GPU can land."""
    found = [finding for pod in facts.hardware_pods if pod.gpus for finding in _pod(facts, pod)]
    advice = [finding for finding in found if finding.level == "advice"]
    return [finding for finding in found if finding.level != "advice"] + advice[:1]


def _pod(facts: MilvusFacts, pod: PodFacts) -> Iterator[Finding]:
    landing = landing_nodes(pod, facts.cluster)
    if not landing or _all_of_the_type_refuse(facts, pod):
        yield from _nowhere(facts, pod)
        return
    offering = [node for node in landing if _offers(pod, node) is not False]
    if not offering:
        names = ", ".join(dict.fromkeys(_named(pod, node) for node in landing))
        yield Finding(RULE, LEVEL, pod.subject, f"{pod.component} asks for a GPU and lands on {names}", FIX, SOURCE)
    said: set[str | None] = set()
    for node in offering:
        capability = node.instance.gpu_compute_capability if node.instance is not None else None
        if capability is not None and capability not in said:
            said.add(capability)
            yield from _capability(pod, node, capability)


def _all_of_the_type_refuse(facts: MilvusFacts, pod: PodFacts) -> bool:
    """Whether nodes of the type that the pod names are in the files, and each has a taint or label against it."""
    names = named_types(pod)
    named = [node for node in facts.cluster.nodes if node.instance_type in names]
    return bool(named) and not any(selects(pod, node) and tolerates(pod, node) for node in named)


def _offers(pod: PodFacts, node: NodeFacts) -> bool | None:
    """Whether the node offers as many GPUs as the pod asks for; None where its type is not known."""
    if node.gpus_allocatable is not None:
        return node.gpus_allocatable >= pod.gpus
    return None if node.instance is None else node.instance.gpus >= pod.gpus


def _named(pod: PodFacts, node: NodeFacts) -> str:
    kind = node.instance_type or "an unknown type"
    if node.instance is not None and node.instance.gpus and node.gpus_allocatable == 0:
        return f"{node.subject} ({kind}), which offers no nvidia.com/gpu: its device plugin is missing"
    if node.instance is not None and node.instance.gpus:
        return f"{node.subject} ({kind}), which has {node.instance.gpus} GPUs for a pod that asks for {pod.gpus}"
    return f"{node.subject} ({kind}), which has no GPU"


def _nowhere(facts: MilvusFacts, pod: PodFacts) -> Iterator[Finding]:
    """No visible node takes the pod: an error where one with a GPU is seen to refuse it, or its own node has none."""
    names = named_types(pod)
    for node in sorted(facts.cluster.nodes, key=lambda node: node.instance_type not in names):
        if node.instance is None or not node.instance.gpus:
            continue
        if not tolerates(pod, node):
            taints = ", ".join(f"{taint.get('key')}:{taint.get('effect')}" for taint in node.taints)
            message = f"{node.subject} ({node.instance_type}) has a GPU and the taint {taints}, not tolerated"
            fix = f"{pod.component}.tolerations for {taints}"
            yield Finding(RULE, LEVEL, f"{pod.subject}.tolerations", message, fix, SOURCE)
        elif not selects(pod, node):
            message = f"{node.subject} ({node.instance_type}) has a GPU, and the pod's selector or affinity is another"
            fix = f"nodeSelector: {dict(node.labels)}"
            yield Finding(RULE, LEVEL, f"{pod.subject}.nodeSelector", message, fix, SOURCE)
        else:
            message = f"{node.subject} ({node.instance_type}) has {node.instance.gpus} GPUs, too little for the pod"
            yield Finding(RULE, LEVEL, f"{pod.subject}.resources", message, "a larger type, or a smaller pod", SOURCE)
        return
    meant = [node for node in facts.cluster.nodes if selects(pod, node) and (pod.node_selector or named_types(pod))]
    if meant and all(node.instance is not None for node in meant):
        words = ", ".join(dict.fromkeys(_named(pod, node) for node in meant))
        yield Finding(RULE, LEVEL, pod.subject, f"{pod.component} asks for a GPU and lands on {words}", FIX, SOURCE)
        return
    what = f"the nodes that {pod.component} lands on are not in these files"
    yield lacking(RULE, pod.subject, what, "give the Nodes, node groups or NodePools too", SOURCE)


def _capability(pod: PodFacts, node: NodeFacts, capability: str) -> Iterator[Finding]:
    if capability in COMPUTE_CAPABILITIES:
        return
    oldest = _numbers(COMPUTE_CAPABILITIES[0])
    is_older = _numbers(capability) < oldest
    words = "is too old for Milvus" if is_older else "is not among those that Milvus's documentation names"
    message = f"{pod.component} lands on {node.instance_type}, whose compute capability {capability} {words}"
    yield Finding(RULE, "error" if is_older else "warning", pod.subject, message, FIX, SOURCE)


def _numbers(capability: str) -> tuple[int, ...]:
    return tuple(int(part) for part in capability.split(".") if part.isdecimal())
