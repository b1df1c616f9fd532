"""Whether the StatefulSet of a self-contained standalone has rolled out."""

from __future__ import annotations

from pulumi_milvus.resources.readiness.in_force import declared_gaps
from pulumi_milvus.resources.readiness.observed import Observed, service_name
from pulumi_milvus.resources.readiness.parts import Part, Verdict
from pulumi_milvus.resources.readiness.rollout import available, explanation, rollout_gap
from pulumi_milvus.resources.readiness.spec import ReadinessSpec


def judge_stateful_set(observed: Observed, spec: ReadinessSpec) -> Verdict:
    """What one look says about a StatefulSet."""
    owner = observed.resource
    if owner is None:
        return Verdict((Part("StatefulSet", f"{spec.namespace}/{spec.name} does not exist"),))
    wanted = int((owner.get("spec") or {}).get("replicas", 1))
    ready = min(available(owner), wanted)
    gap = rollout_gap(owner)
    why = explanation(owner, observed) if gap else ""
    missing = declared_gaps(spec.spec, owner.get("spec") or {}) if spec.spec else []
    if owner["metadata"].get("deletionTimestamp"):
        gap, why = "it is being deleted", ""
    parts = [Part("standalone", f"{gap}{'; ' + why if why else ''}", ready, wanted)]
    if missing:
        parts.append(Part("declared spec", f"the StatefulSet does not have it: {', '.join(missing[:3])}"))
    if wanted:
        parts.append(Part("Service", observed.service_problem))
    status = "RolledOut" if not gap else "RollingOut"
    return Verdict(tuple(parts), f"{service_name(owner, spec)}.{spec.namespace}:{spec.port}", status)
