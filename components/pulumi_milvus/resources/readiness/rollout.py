"""Whether Deployments and StatefulSets have rolled out what stands in their spec."""

from __future__ import annotations

from collections.abc import Sequence

from pulumi_milvus.cluster_access.cluster import Json
from pulumi_milvus.cluster_access.pod_troubles import claim_trouble, last_warning, owner_trouble, pod_trouble
from pulumi_milvus.resources.readiness.observed import Observed


def rollout_gap(owner: Json) -> str:
    """What a Deployment or StatefulSet still has to do, or nothing.

    Its controller has seen the newest spec (observedGeneration), every pod is of that spec (updatedReplicas), none of
    an older one is left (replicas), and each has been ready for minReadySeconds (availableReplicas).
    """
    metadata, spec, status = owner["metadata"], owner.get("spec") or {}, owner.get("status") or {}
    if status.get("observedGeneration", 0) < metadata.get("generation", 0):
        return "its newest change has not been looked at yet"
    wanted = spec.get("replicas", 1)
    if status.get("updatedReplicas", 0) < wanted:
        return f"{status.get('updatedReplicas', 0)} of {wanted} pods are of the newest version"
    if status.get("replicas", 0) > wanted:
        return f"{status.get('replicas', 0) - wanted} pods of an older version are still there"
    if status.get("availableReplicas", 0) < wanted:
        return f"{status.get('availableReplicas', 0)} of {wanted} pods are available"
    current, update = status.get("currentRevision"), status.get("updateRevision")
    if update and current != update and owner.get("kind") == "StatefulSet" and wanted:
        return "a revision is still being rolled out"
    return ""


def available(owner: Json) -> int:
    """Pods that are available."""
    return int((owner.get("status") or {}).get("availableReplicas", 0) or 0)


def explanation(owner: Json, observed: Observed) -> str:
    """Why an owner's pods are not there or not ready, in the words of whoever refused them; or nothing."""
    uid = owner["metadata"].get("uid")
    sets = sorted((item for item in observed.replica_sets if _is_owned(item, uid)), key=_revision, reverse=True)
    # A Deployment repeats what was said of any of its ReplicaSets, also of an older one.
    for refused, kind in [*((item, "ReplicaSet") for item in sets[:1]), (owner, owner.get("kind") or "Deployment")]:
        if not _lacks_pods(refused):
            continue
        said = owner_trouble(refused) or _failed_create(observed.events, kind, refused["metadata"]["name"])
        if said:
            return said
    owners = {uid, *(item["metadata"].get("uid") for item in sets)}
    pods = [pod for pod in observed.pods if any(_is_owned(pod, one) for one in owners)]
    troubles = [(pod, pod_trouble(pod, observed.events)) for pod in pods]
    worst = next(((pod, said) for pod, said in troubles if said and said != "being deleted"), None)
    if worst is None:
        return ""
    pod, said = worst
    unbound = _unbound_claims(pod, observed)
    others = sum(1 for _, trouble in troubles if trouble) - 1
    return f"pod {pod['metadata']['name']} {said}{unbound}{f' (and {others} more like it)' if others > 0 else ''}"


def _failed_create(events: Sequence[Json], kind: str, name: str) -> str:
    """A controller's own warning that it cannot make pods: StatefulSets have no condition for it."""
    return last_warning([event for event in events if event.get("reason") == "FailedCreate"], kind, name)


def _unbound_claims(pod: Json, observed: Observed) -> str:
    wanted = {
        (volume.get("persistentVolumeClaim") or {}).get("claimName")
        for volume in (pod.get("spec") or {}).get("volumes") or []
    }
    said = [
        trouble
        for claim in observed.claims
        if claim["metadata"]["name"] in wanted and (trouble := claim_trouble(claim, observed.events))
    ]
    return f"; {'; '.join(said)}" if said else ""


def _lacks_pods(owner: Json) -> bool:
    made = (owner.get("status") or {}).get("replicas", 0) or 0
    return bool(made < (owner.get("spec") or {}).get("replicas", 1))


def _revision(replica_set: Json) -> int:
    annotations = replica_set["metadata"].get("annotations") or {}
    return int(annotations.get("deployment.kubernetes.io/revision") or 0)


def _is_owned(item: Json, uid: object) -> bool:
    return any(owner.get("uid") == uid for owner in item["metadata"].get("ownerReferences") or [])
