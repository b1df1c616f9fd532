"""What is dangerous in a change: data lost, clients cut off, pods restarted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from pydantic import ValidationError

from pulumi_milvus.collection_schema.search_away import takes_search_away
from pulumi_milvus.collection_schema.spec import CollectionSpec
from pulumi_milvus.inspection.shapes import at, whole, whole_numbers
from pulumi_milvus.report.environment import Environment
from pulumi_milvus.report.roles import role_of_component, role_words
from pulumi_milvus.report.steps import Step
from pulumi_milvus.report.systems import System
from pulumi_milvus.rules.milvus_facts import MilvusFacts
from pulumi_milvus.rules.pod_facts import PodFacts

# In the order of the comment.
KINDS: Final = ("lost", "unavailable", "access", "restart", "warning")
# What goes with a resource that is deleted or replaced. Resources that hold nothing are not here.
_HOLDERS: Final[Mapping[str, str]] = {
    "milvus:index:RootPassword": "the password of root, which the stack alone knows",
    "milvus:index:GeneratedKeys": "the keys that were drawn for it",
    "kubernetes:core/v1:Namespace": "everything that is in the namespace",
    "kubernetes:core/v1:PersistentVolumeClaim": "its volume, unless the storage class retains volumes",
    "kubernetes:milvus.io/v1beta1:Milvus": "the Milvus that serves; files in the object store stay",
    "kubernetes:milvus.io/v1beta1:MilvusCluster": "the Milvus that serves; files in the object store stay",
    "aws:ec2/instance:Instance": "the machine and the disks that go with it",
    "aws:ebs/volume:Volume": "what is on the volume",
    "aws:eks/cluster:Cluster": "the cluster and everything that runs in it",
    "aws:kms/key:Key": "what is encrypted with the key cannot be read any more",
}
_BUCKETS: Final = ("aws:s3/bucket:Bucket", "aws:s3/bucketV2:BucketV2")
_PODS: Final = ("kubernetes:apps/v1:StatefulSet", "kubernetes:apps/v1:Deployment")


@dataclass(frozen=True, slots=True)
class Danger:
    """One thing to know before `up`. ``kind`` is one of ``KINDS``; ``subject`` a resource or role, ``words`` what."""

    kind: str
    subject: str
    words: str

    def to_json(self) -> dict[str, str]:
        """The danger as plain data."""
        return {"kind": self.kind, "subject": self.subject, "words": self.words}


def dangers_of(
    environment: Environment, before: Mapping[str, System], after: Mapping[str, System]
) -> tuple[Danger, ...]:
    """Everything dangerous, each once, the worst first, then by subject."""
    found = [danger for step in environment.steps for danger in _of_step(step)]
    for name in before.keys() & after.keys():
        found += _restarts(before[name], after[name])
        found += _rotation(before[name], after[name])
    found += _warnings(environment)
    warned = {danger.subject for danger in found if danger.kind == "warning"}
    # The provider's own warning says it better, with how long it takes.
    found = [danger for danger in found if danger.kind != "unavailable" or danger.subject not in warned]
    return tuple(sorted(dict.fromkeys(found), key=lambda one: (KINDS.index(one.kind), one.subject, one.words)))


def _of_step(step: Step) -> Iterator[Danger]:
    if step.operation in ("delete", "replace"):
        yield from _gone(step)
    elif step.operation == "update" and step.type == "milvus:index:Collection":
        yield from _search_gap(step)
    elif step.operation == "update" and step.type in _PODS:
        yield from _rolled(step)
    elif step.operation == "update" and step.type == "milvus:index:Alias":
        was, becomes = step.old.get("collection"), step.new.get("collection")
        if was != becomes and was is not None:
            yield Danger("access", step.name, f"searches by the alias find {becomes} from then on, no longer {was}")


def _rolled(step: Step) -> Iterator[Danger]:
    """Pods beside Milvus, such as etcd's; of Milvus itself the roles are told."""
    template = at(step.new, "spec", "template")
    milvus = at(template, "metadata", "labels", "app.kubernetes.io/name") == "milvus"
    if milvus or template == at(step.old, "spec", "template"):
        return
    if (whole(at(step.new, "spec", "replicas")) or 1) > 1:
        yield Danger("restart", step.name, "its pods restart one after another, the rest goes on (another template)")
    else:
        words = "its pod restarts (another template): nothing takes its place until it is ready again"
        yield Danger("unavailable", step.name, words)


def _gone(step: Step) -> Iterator[Danger]:
    what = "is replaced" if step.operation == "replace" else "is deleted"
    forced = f" (forced by {', '.join(step.forced_by)})" if step.forced_by else ""
    if step.kept and step.operation == "delete":
        if step.type in _HOLDERS or step.type in _PODS or step.type in _BUCKETS:
            yield Danger("access", step.name, f"{_kind(step)} is forgotten by the stack and stays where it is")
    elif step.type == "milvus:index:Collection":
        rows = whole(step.old.get("expectedRows"))
        holds = "its rows" if rows is None else f"its rows, {rows:,} as declared"
        if step.old.get("disposable") is True:
            words = f"{holds}, are lost: the data was declared disposable"
        else:
            words = f"{holds}, would be lost; `up` refuses while there are any"
        yield Danger("lost", step.name, f"collection {step.old.get('collectionName')} {what}{forced}: {words}")
    elif step.type == "milvus:index:Alias":
        if step.operation == "delete":
            yield Danger("unavailable", step.name, f"searches by the alias {step.old.get('alias')} fail from then on")
    elif step.type in _BUCKETS:
        emptied = step.old.get("forceDestroy") is True
        words = "all files in it are lost" if emptied else "AWS refuses while there are files in it"
        yield Danger("lost", step.name, f"bucket {what}{forced}: {words}")
    elif step.type in _HOLDERS:
        yield Danger("lost", step.name, f"{_kind(step)} {what}{forced}: {_HOLDERS[step.type]}")
    elif step.type in _PODS:
        yield Danger("unavailable", step.name, f"{_kind(step)} {what}{forced}: its pods go, its volume claims stay")


def _kind(step: Step) -> str:
    return step.type.rsplit(":", 1)[-1]


def _search_gap(step: Step) -> Iterator[Danger]:
    try:
        old, new = (CollectionSpec.model_validate(whole_numbers(one)).with_defaults() for one in (step.old, step.new))
    except (ValidationError, TypeError, ValueError):
        return
    if takes_search_away(old, new):
        words = "fails until the changed index is built and the collection loaded again"
        yield Danger("unavailable", step.name, f"search on {old.collection_name} {words}")


def _rotation(before: System, after: System) -> Iterator[Danger]:
    if before.rotation is not None and after.rotation is not None and before.rotation != after.rotation:
        words = f"becomes number {after.rotation}: who logs in with number {before.rotation} is refused from then on"
        yield Danger("access", "password of root", words)


def _restarts(before: System, after: System) -> Iterator[Danger]:
    for milvus in after.facts:
        was = next((one for one in before.facts if (one.namespace, one.name) == (milvus.namespace, milvus.name)), None)
        if was is not None:
            yield from _restarted_roles(was, milvus)


def _restarted_roles(was: MilvusFacts, becomes: MilvusFacts) -> Iterator[Danger]:
    configured = was.config != becomes.config or was.dependencies != becomes.dependencies
    old = {pod.subject: pod for pod in was.pods}
    for pod in becomes.pods:
        before = old.get(pod.subject)
        if before is None or pod.replicas == 0 or before.replicas == 0:
            continue
        if not configured and replace(before, replicas=pod.replicas) == pod:
            continue
        why = ", ".join(_reasons(before, pod, configured=configured))
        role = role_words(role_of_component(pod.component))
        if pod.component == "standalone" or (pod.replicas or 0) < 2:
            words = f"restart ({why}): nothing takes their place until they are ready again"
            yield Danger("unavailable", role, words)
        else:
            yield Danger("restart", role, f"restart one after another, the rest goes on ({why})")


def _reasons(before: PodFacts, pod: PodFacts, *, configured: bool) -> Iterator[str]:
    if before.image != pod.image:
        yield "another image"
    if (before.memory_limit_bytes, before.memory_request_bytes) != (pod.memory_limit_bytes, pod.memory_request_bytes):
        yield "another memory size"
    if (before.cpu_limit_cores, before.cpu_request_cores) != (pod.cpu_limit_cores, pod.cpu_request_cores):
        yield "other cores"
    if before.node_selector != pod.node_selector or before.spread != pod.spread or before.affinity != pod.affinity:
        yield "another place"
    if before.volumes != pod.volumes or before.disk_limit_bytes != pod.disk_limit_bytes:
        yield "other disks"
    if configured:
        yield "another configuration"
    if before.env != pod.env:
        yield "other variables"


def _warnings(environment: Environment) -> Iterator[Danger]:
    for message in environment.messages:
        if message.severity == "warning":
            yield Danger("warning", message.urn.rsplit("::", 1)[-1] or "the stack", message.text)
