"""Rule ``spread``: replicas stand on different nodes, and in different zones, where the availability asks for it.

Facts: replicas, topologySpreadConstraints and affinity of the pods, the declared availability. Callers: ``check``, the
policy pack.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from pulumi_milvus.planning.findings import Finding
from pulumi_milvus.rules.milvus_facts import MilvusFacts, lacking
from pulumi_milvus.rules.pod_facts import PodFacts
from pulumi_milvus.rules.selectors import selects

RULE: Final = "spread"
LEVEL: Final = "prod"
REASON: Final = (
    "Replicas protect from the loss of a node or a zone only where they stand on different ones. The scheduler may put "
    "all of them on one node unless it is told not to; a wish is not enough, since it gives way when nodes are full."
)
FIX: Final = "topologySpreadConstraints with whenUnsatisfiable: DoNotSchedule"
SOURCE: Final = "Kubernetes docs, concepts/scheduling-eviction/topology-spread-constraints"
_NODE: Final = ("kubernetes.io/hostname",)
_ZONE: Final = ("topology.kubernetes.io/zone", "failure-domain.beta.kubernetes.io/zone")
_KEYS: Final[Mapping[str, tuple[str, ...]]] = {"pod": _NODE + _ZONE, "zone": _ZONE}
_WORDS: Final[Mapping[str, str]] = {"pod": "node", "zone": "zone"}


def check(facts: MilvusFacts) -> list[Finding]:
    """Judge each component that runs in more than one pod against the declared availability."""
    several = [pod for pod in facts.pods if (pod.replicas or 0) > 1]
    availability = facts.availability
    if availability is None:
        loose = [pod for pod in several if not _kept_apart(pod, _NODE + _ZONE)]
        if not loose:
            return []
        what = f"{loose[0].component} has {loose[0].replicas} pods, and what may be lost is not in these files"
        return [lacking(RULE, loose[0].subject, what, "--workload FILE with availability: none, pod or zone", SOURCE)]
    if availability not in _KEYS:
        return []
    word, keys = _WORDS[availability], _KEYS[availability]
    return [
        Finding(
            RULE,
            facts.prod_level,
            f"{pod.subject}.topologySpreadConstraints",
            f"all {pod.replicas} pods of {pod.component} may stand on one {word}, and availability is {availability}",
            f"{FIX} and topologyKey: {(_ZONE if availability == 'zone' else _NODE)[0]}",
            SOURCE,
        )
        for pod in several
        if not _kept_apart(pod, keys)
    ]


def _kept_apart(pod: PodFacts, keys: tuple[str, ...]) -> bool:
    """Whether the scheduler must put the pods on different ones of these."""
    for constraint in pod.spread:
        # DoNotSchedule is what Kubernetes takes where nothing is said.
        is_must = (constraint.get("whenUnsatisfiable") or "DoNotSchedule") == "DoNotSchedule"
        if is_must and constraint.get("topologyKey") in keys and _means(constraint.get("labelSelector"), pod):
            return True
    apart = (pod.affinity.get("podAntiAffinity") or {}).get("requiredDuringSchedulingIgnoredDuringExecution") or ()
    return any(term.get("topologyKey") in keys and _means(term.get("labelSelector"), pod) for term in apart)


def _means(selector: Any, pod: PodFacts) -> bool:
    """Whether a selector is of these very pods; without one, a constraint is of none."""
    return isinstance(selector, Mapping) and (not pod.labels or selects(selector, pod.labels))
