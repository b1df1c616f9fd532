"""What the rules say of collections that a program declares, and what they cannot say of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from pulumi_milvus.inspection.collection_reader import DeclaredCollection
from pulumi_milvus.inspection.inspect import Inspection
from pulumi_milvus.planning.findings import Finding
from pulumi_milvus.rules import check_field, check_scalar_index, index_pair, lite_limits, memory_index_fits
from pulumi_milvus.rules.facts import EnvironmentFacts
from pulumi_milvus.rules.milvus_facts import MilvusFacts, lacking
from pulumi_milvus.rules.stored import runs_gpu_image, topology_of

_ROWS: Final = "how many rows it is to hold"


def collection_findings(inspection: Inspection) -> Iterator[Finding]:
    """Findings on every declared collection; the Milvus of the same files holds it where there is exactly one."""
    holder = inspection.milvuses[0] if len(inspection.milvuses) == 1 else None
    for item in inspection.collections:
        yield from _of(item, None if item.is_lite else holder)


def _of(item: DeclaredCollection, holder: MilvusFacts | None) -> Iterator[Finding]:
    topology = "lite" if item.is_lite else topology_of(holder) if holder is not None else None
    version = holder.version if holder is not None else None
    gpu_image = runs_gpu_image(holder) if holder is not None else None
    for _, facts in item.vector_fields:
        # That the image is no GPU build is for the rule gpu-image to say, once.
        yield from check_field(replace(facts, topology=topology, milvus_version=version, gpu_image=gpu_image or None))
    for _, index in item.scalar_indexes:
        yield from check_scalar_index(replace(index, topology=topology))
    if item.is_lite:
        environment = EnvironmentFacts(
            topology="lite", production=item.production, replicas=item.replicas, shards=item.shards, rows=item.rows
        )
        for finding in lite_limits.check(environment):
            yield replace(finding, subject=f"{item.subject}.{finding.subject}")
    if item.unknown:
        what = f"{', '.join(item.unknown)} not known yet"
        yield lacking(index_pair.RULE, item.subject, what, "judge the stack export after the update", index_pair.SOURCE)
    if holder is not None and not holder.workload_declared and item.rows is None:
        where = "expectedRows of the collection, or --workload FILE"
        what = f"{_ROWS} is not in these files, so is what it needs"
        yield lacking(memory_index_fits.RULE, item.subject, what, where, memory_index_fits.SOURCE)
