"""What the rules on declarations say of files: the log, releases that stand side by side, indexes of what is stored."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Final

from pulumi_milvus.planning.facts_of import environment_facts, field_findings
from pulumi_milvus.planning.findings import Finding
from pulumi_milvus.planning.versions import parse_version
from pulumi_milvus.rules import check_environment
from pulumi_milvus.rules.container_images import container_images
from pulumi_milvus.rules.facts import EnvironmentFacts
from pulumi_milvus.rules.image_names import ImageName
from pulumi_milvus.rules.milvus_facts import MilvusFacts
from pulumi_milvus.rules.stored import runs_gpu_image

_TOPOLOGIES: Final[Mapping[str, str]] = {"standalone": "standalone", "cluster": "distributed"}


def declared_findings(facts: MilvusFacts) -> Iterator[Finding]:
    """The findings of one Milvus; nothing where its mode is not known."""
    topology = _TOPOLOGIES.get(facts.mode or "")
    if topology is None:
        return
    for finding in check_environment(_environment(facts, topology)):
        yield replace(finding, subject=f"{facts.subject}: {finding.subject}")
    if facts.workload is not None and facts.workload_declared:  # collections are judged one by one
        # That the image is no GPU build is for the rule gpu-image to say, once.
        yield from field_findings(facts.workload, topology, facts.version, runs_gpu_image(facts) or None)


def _environment(facts: MilvusFacts, topology: str) -> EnvironmentFacts:
    declared = (
        EnvironmentFacts(topology=topology, production=facts.production)
        if facts.workload is None
        else environment_facts(facts.workload, topology)
    )
    index_format = facts.setting("dataCoord.targetVecIndexVersion")
    return replace(
        declared,
        wal=_wal(facts),
        milvus_version=facts.version,
        gpu_image=runs_gpu_image(facts),
        index_format_version=int(index_format) if str(index_format).isdecimal() else None,
        operator_version=_operator_version(facts),
    )


def _wal(facts: MilvusFacts) -> str | None:
    """The log by the names of the rule ``wal-allowed``; a cluster that names none is another rule's."""
    said = (facts.dependencies.message_stream or "").lower()
    if said.startswith("woodpecker"):
        external = facts.dependencies.declared.get("woodpecker")
        if isinstance(external, Mapping) and external.get("external"):
            return "woodpecker-service"
        if facts.setting("woodpecker.storage.type") in ("local", "service"):
            return f"woodpecker-{facts.setting('woodpecker.storage.type')}"
        return "woodpecker"
    if said:
        return said
    if facts.source == "resource" and facts.mode == "standalone":
        version = parse_version(facts.version)
        return None if version is None else "woodpecker" if version >= (2, 6) else "rocksmq"
    return None


def _operator_version(facts: MilvusFacts) -> str | None:
    """The release of an operator's Deployment in the same files."""
    for item in facts.cluster.objects.get("Deployment", ()):
        for image in container_images(item):
            name = ImageName.of(image)
            if name.repository.rsplit("/", 1)[-1] == "milvus-operator":
                return name.release
    return None
