"""Rule ``disruption-budget``: what runs in several pods says how many of them may be away at once.

Facts: replicas and labels of the pods, PodDisruptionBudgets of the same files. Callers: ``check``, the policy pack.
"""

from __future__ import annotations

from typing import Final

from pulumi_milvus.planning.findings import Finding
from pulumi_milvus.rules.milvus_facts import MilvusFacts
from pulumi_milvus.rules.pod_facts import PodFacts
from pulumi_milvus.rules.selectors import selects

RULE: Final = "disruption-budget"
LEVEL: Final = "prod"
REASON: Final = (
    "A drain of nodes, as every upgrade of a cluster is, moves all pods of a component at once where nothing says how "
    "many must stay. The operator makes no PodDisruptionBudget."
)
FIX: Final = "a PodDisruptionBudget for these pods with maxUnavailable: 1"
SOURCE: Final = "Kubernetes docs, tasks/run-application/configure-pdb; recorded of Milvus Operator 1.3.8: it makes none"


def check(facts: MilvusFacts) -> list[Finding]:
    """Judge each component that runs in more than one pod."""
    return [
        Finding(
            RULE,
            facts.prod_level,
            pod.subject,
            f"{pod.replicas} pods of {pod.component} have no PodDisruptionBudget, so a drain may take all at once",
            FIX,
            SOURCE,
        )
        for pod in facts.pods
        if (pod.replicas or 0) > 1 and not _has_budget(facts, pod)
    ]


def _has_budget(facts: MilvusFacts, pod: PodFacts) -> bool:
    namespace = pod.namespace or facts.namespace
    return any(
        (budget.namespace or "default") == (namespace or "default") and selects(budget.selector, pod.labels)
        for budget in facts.cluster.disruption_budgets
    )
