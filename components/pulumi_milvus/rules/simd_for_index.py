"""Rule ``simd-for-index``: Milvus's images, and SCANN above all, need the vector instructions of the CPU.

Facts: nodes that the pods land on, by catalogue, labels or declared shapes; the workload's indexes. Callers: ``check``.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from pulumi_milvus.planning.capacity.query_pool import SIMD
from pulumi_milvus.planning.findings import Finding
from pulumi_milvus.rules.cluster_facts import NodeFacts
from pulumi_milvus.rules.landing import landing_is_sure, landing_nodes
from pulumi_milvus.rules.milvus_facts import MilvusFacts
from pulumi_milvus.rules.stored import index_names

RULE: Final = "simd-for-index"
LEVEL: Final = "error"
REASON: Final = (
    "Images of Milvus stop with an illegal instruction on CPUs without AVX2, and SCANN is refused without AVX2 or "
    "NEON; they are built for x86_64 and arm64 only."
)
SOURCE: Final = "milvus-io/milvus#27552, #29217; Knowhere d7cfd888, src/index/ivf/ivf_config.h, src/simd/hook.cc"
FIX: Final = "nodes of x86_64 with AVX2, or arm64"
_ARCHITECTURES: Final = ("amd64", "arm64")


def check(facts: MilvusFacts) -> list[Finding]:
    """Judge the CPUs of visible nodes."""
    found: dict[str, Finding] = {}
    for pod in facts.pods:
        nodes = landing_nodes(pod, facts.cluster) if pod.replicas != 0 else ()
        judged = [(node, reason) for node in nodes for reason in _why_not(facts, node)]
        if judged and (landing_is_sure(pod, nodes) or len(judged) == len(nodes)):
            for node, reason in judged:
                subject = node.subject
                found.setdefault(
                    subject, Finding(RULE, LEVEL, subject, f"{pod.component} lands there, and {reason}", FIX, SOURCE)
                )
    return list(found.values())


def _why_not(facts: MilvusFacts, node: NodeFacts) -> Iterator[str]:
    architecture = node.labels.get("kubernetes.io/arch")
    if architecture is not None and architecture not in _ARCHITECTURES:
        yield f"Milvus has no image for {architecture}"
        return
    simd = node.instance.simd if node.instance is not None else None
    if simd is None or not simd.isdisjoint(SIMD):
        return
    has = ", ".join(sorted(simd)) or "none of them"
    names = [name for _, name in index_names(facts.workload)] if facts.workload is not None else []
    who = "SCANN and Milvus's images need" if "SCANN" in names else "Milvus's images need"
    yield f"{who} one of {', '.join(SIMD)}, and its CPU has {has}"
