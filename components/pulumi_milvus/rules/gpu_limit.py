"""Rule ``gpu-limit``: with a GPU index, every pod that loads or builds it asks for a GPU.

Facts: limits of query nodes, data nodes and standalone; the workload's indexes (--workload). Callers: ``check``.
"""

from __future__ import annotations

from typing import Final

from pulumi_milvus.planning.findings import Finding
from pulumi_milvus.rules.milvus_facts import MilvusFacts
from pulumi_milvus.rules.stored import fields_on

RULE: Final = "gpu-limit"
LEVEL: Final = "error"
REASON: Final = (
    "GPU indexes are built on data nodes and searched on query nodes. Kubernetes gives a pod a GPU only where its "
    "limits name nvidia.com/gpu."
)
SOURCE: Final = "Milvus 3.0 docs, getstarted/run-milvus-gpu/install_cluster-helm-gpu.md"
FIX: Final = 'resources: {requests: {nvidia.com/gpu: "1"}, limits: {nvidia.com/gpu: "1"}}'


def check(facts: MilvusFacts) -> list[Finding]:
    """Judge the limits of every pod that loads or builds."""
    fields = fields_on(facts.workload, "gpu")
    return [
        Finding(
            RULE,
            LEVEL,
            f"{pod.subject}.resources.limits",
            f"{fields[0]} needs a GPU, and {pod.component} asks for none",
            FIX,
            SOURCE,
        )
        for pod in facts.hardware_pods
        if fields and not pod.gpus
    ]
