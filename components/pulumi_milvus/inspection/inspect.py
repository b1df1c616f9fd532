"""Files in, facts out: every Milvus of the files with what is around it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from pulumi_milvus.inspection import milvus_reader, workload_reader
from pulumi_milvus.inspection.cluster_reader import cluster_of, subject_of
from pulumi_milvus.inspection.collection_reader import DeclaredCollection, collections_of, stored_by
from pulumi_milvus.inspection.documents import read_contents
from pulumi_milvus.inspection.etcd_reader import with_etcd
from pulumi_milvus.inspection.pod_reader import with_claims
from pulumi_milvus.inspection.shapes import at, mapping
from pulumi_milvus.planning.problems import Problem
from pulumi_milvus.planning.workload import Workload
from pulumi_milvus.rules.cluster_facts import INSTANCE_TYPE_LABELS, ClusterFacts, NodeFacts, ResourceFacts
from pulumi_milvus.rules.milvus_facts import MilvusFacts

OURS: Final = "milvus:index:"
# Resources that the rules on a cluster judge, whether a Milvus is there or not.
JUDGED_ALONE: Final = ("aws:s3/", "aws:iam/", "aws:ebs/", "aws:ec2/", "aws:eks/", "aws:vpc/")


@dataclass(frozen=True, slots=True)
class Inspection:
    """What files show. ``seen`` names all that was found, ``problems`` what cannot be read.

    ``collections``: those that a program declares; where no workload is given, they say what is stored.
    """

    milvuses: tuple[MilvusFacts, ...]
    cluster: ClusterFacts
    seen: tuple[str, ...]
    problems: tuple[Problem, ...]
    collections: tuple[DeclaredCollection, ...] = ()

    @property
    def has_milvus(self) -> bool:
        """Whether there is anything of Milvus: one that runs, or a resource of this package."""
        return bool(self.milvuses) or any(item.type.startswith(OURS) for item in self.cluster.resources)

    @property
    def checked(self) -> tuple[str, ...]:
        """What was judged: without a Milvus, the resources of a cloud that rules judge by themselves, and no more."""
        if self.has_milvus:
            return self.seen
        judged = {item.subject for item in self.cluster.resources if item.type.startswith(JUDGED_ALONE)}
        return tuple(name for name in self.seen if name.partition(": ")[2] in judged)


def inspect(
    files: Iterable[tuple[str, bytes]], workload: Workload | None = None, *, production: bool = False
) -> Inspection:
    """The facts of files given as (name, content); ``workload``: what is stored."""
    objects: dict[str, list[Mapping[str, Any]]] = {}
    resources: list[ResourceFacts] = []
    problems: list[Problem] = []
    seen: list[str] = []
    for name, content in files:
        contents = read_contents(content, name)
        if contents.problem is not None:
            problems.append(contents.problem)
        for item in contents.objects:
            objects.setdefault(str(item["kind"]), []).append(item)
            seen.append(f"{name}: {subject_of(item)}")
        resources.extend(contents.resources)
        seen.extend(f"{name}: {item.subject}" for item in contents.resources)
    cluster = cluster_of(objects, resources)
    collections = collections_of(resources)
    declared = workload is not None
    found = _milvuses(objects)
    if workload is None and len(found) == 1:  # of several, none says which collections it holds
        workload = stored_by(collections)
    if workload is not None:
        cluster = replace(cluster, nodes=(*cluster.nodes, *_declared(workload)))
    production = production or (workload is not None and workload.production)
    found = [
        replace(facts, cluster=cluster, workload=workload, workload_declared=declared, production=production)
        for facts in found
    ]
    milvuses = tuple(replace(facts, others=tuple(one for one in found if one is not facts)) for facts in found)
    return Inspection(milvuses, cluster, tuple(seen), tuple(problems), collections)


def _milvuses(objects: Mapping[str, Sequence[Mapping[str, Any]]]) -> list[MilvusFacts]:
    workloads = [item for kind in workload_reader.KINDS for item in objects.get(kind, ())]
    found = [
        milvus_reader.milvus_of(item)
        for kind in milvus_reader.KINDS
        for item in objects.get(kind, ())
        if str(item.get("apiVersion", "")).startswith("milvus.io/")
    ]
    found += workload_reader.milvuses_of(workloads, objects.get("ConfigMap", ()))
    claims = objects.get("PersistentVolumeClaim", ())
    return [with_etcd(_with_claims(facts, claims), workloads) for facts in found]


def _with_claims(facts: MilvusFacts, claims: Sequence[Mapping[str, Any]]) -> MilvusFacts:
    """The volumes with what the PersistentVolumeClaims that they name say."""
    specs = {
        str(at(item, "metadata", "name")): mapping(item.get("spec"))
        for item in claims
        if (at(item, "metadata", "namespace") or facts.namespace) in (facts.namespace, "")
    }
    pods = tuple(replace(pod, volumes=with_claims(pod.volumes, specs)) for pod in facts.pods)
    return replace(facts, pods=pods)


def _declared(workload: Workload) -> Iterable[NodeFacts]:
    """The nodes of a cluster that the workload declares: what is said of them counts as seen."""
    for shape in workload.cluster_nodes:
        instance = shape.as_instance_type()
        yield NodeFacts(
            subject=f"node shape {shape.name}",
            instance_type=shape.name,
            instance=instance,
            labels={INSTANCE_TYPE_LABELS[0]: shape.name},
            labels_known=False,
            count=instance.max_nodes,
            array=instance.local_nvme_bytes > 0,
        )
