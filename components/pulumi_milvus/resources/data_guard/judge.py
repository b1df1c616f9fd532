"""From the inputs of a DataGuard to facts, and from findings to what Pulumi shows."""

from __future__ import annotations

from pydantic.alias_generators import to_camel

from pulumi_milvus.planning.findings import Finding
from pulumi_milvus.resources.data_guard.spec import DataGuardSpec
from pulumi_milvus.resources.problems import PropertyProblem
from pulumi_milvus.rules.change_facts import DeploymentFacts, EtcdFacts, ObjectStoreFacts


def facts_of(spec: DataGuardSpec) -> DeploymentFacts:
    """The facts that the rules judge."""
    store, etcd = spec.object_store, spec.etcd
    return DeploymentFacts(
        namespace=spec.namespace,
        name=spec.name,
        topology=spec.topology,
        variant=spec.variant,
        milvus_version=spec.milvus_version.removeprefix("v"),
        wal=spec.wal,
        gpu_image=spec.gpu_image,
        mix_coordinator=spec.mix_coordinator,
        object_store=ObjectStoreFacts(**store.model_dump()) if store else None,
        etcd=EtcdFacts(kind=etcd.kind, endpoints=tuple(etcd.endpoints), root_path=etcd.root_path) if etcd else None,
        collections=spec.collections,
        disposable=spec.disposable,
    )


def own_problems(spec: DataGuardSpec) -> list[PropertyProblem]:
    """What of the inputs does not go together, whatever was before."""
    inside = spec.variant == "self_contained"
    outside = {"objectStore": spec.object_store, "etcd": spec.etcd}
    problems = [
        PropertyProblem(
            key,
            "a self-contained Milvus has it inside; leave it out"
            if inside
            else "it is missing, and a Milvus of the operator keeps its data there; say where it is",
        )
        for key, value in outside.items()
        if (value is not None) == inside
    ]
    if spec.etcd is not None and not inside and spec.etcd.kind == "external" and not spec.etcd.endpoints:
        problems.append(PropertyProblem("etcd.endpoints", "an external etcd has addresses; write [host:2379]"))
    if inside and spec.topology == "distributed":
        problems.append(PropertyProblem("variant", "self_contained: one pod; with topology distributed write operator"))
    return problems


def as_problem(finding: Finding) -> PropertyProblem:
    """A finding that refuses, at its property."""
    return PropertyProblem(property_of(finding.subject), f"{finding.message}. Instead: {finding.fix} ({finding.rule})")


def as_warning(finding: Finding) -> str:
    """A finding that only warns, as a line of the log."""
    return f"{property_of(finding.subject)}: {finding.message}; {finding.fix} ({finding.rule})"


def property_of(subject: str) -> str:
    """``object_store.root_path`` as ``objectStore.rootPath``."""
    return ".".join(to_camel(part) for part in subject.split("."))
