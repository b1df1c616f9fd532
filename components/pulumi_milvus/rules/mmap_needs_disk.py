"""Rule ``mmap-needs-disk``: what is mapped into memory, or cached in tiers, lies on local disk.

Facts: ``mmap`` of the workload's collections, queryNode.mmap.* and tieredStorage of the configuration, disks as in
``diskann-disk-size``. Callers: ``check``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from pulumi_milvus.planning.findings import Finding, Level
from pulumi_milvus.planning.hardware.fitness import gibibytes
from pulumi_milvus.planning.workload import Workload
from pulumi_milvus.rules.disk_needs import disk_needs
from pulumi_milvus.rules.milvus_facts import MilvusFacts, lacking
from pulumi_milvus.rules.stored import fields_on, stored_demand

RULE: Final = "mmap-needs-disk"
LEVEL: Final = "error"
REASON: Final = (
    "With mmap or tiered storage index files and fields stand on the query node's local disk and memory only caches "
    "them. Without that disk the pod is evicted or refuses to load."
)
SOURCE: Final = "Milvus 3.0 docs, userGuide/search-query-get/mmap.md, userGuide/storage-optimization"
FIX: Final = "an emptyDir on a disk that is large enough with limits.ephemeral-storage, or mmap: false"

_SWITCHES: Final = ("queryNode.mmap.vectorIndex", "queryNode.mmap.vectorField")
_TIERED: Final = "queryNode.segcore.tieredStorage.evictionEnabled"


def check(facts: MilvusFacts) -> list[Finding]:
    """Judge the disks for what is mapped now (error) and at the declared horizon (warning)."""
    workload = facts.workload
    if workload is None or fields_on(workload, "disk"):  # graphs on disk: diskann-disk-size counts all disk
        return []
    said = next((key for key in (*_SWITCHES, _TIERED) if facts.setting_on(key)), None)
    if said is None and not any(collection.mmap for collection in workload.collections):
        return []
    if said is not None:
        facts = replace(facts, workload=_all_mapped(workload))
    because = said or "mmap of the collections"
    found = list(_check(facts, because, 0, "error"))
    if workload.horizon_months and not any(finding.level == "error" for finding in found):
        later = _check(facts, because, workload.horizon_months, "warning")
        found += [finding for finding in later if finding.level != "advice"]
    return found


def _check(facts: MilvusFacts, because: str, months: int, level: Level) -> Iterator[Finding]:
    demand = stored_demand(facts, months)
    unknown = None
    for need in disk_needs(facts, demand) if demand is not None else ():
        if need.pod.component == "dataNode":
            continue
        if need.disk is None:
            unknown = unknown or need.pod
        elif need.is_short:
            when = f" in {months} months" if months else ""
            message = (
                f"{because}: {gibibytes(need.needed_bytes)} of local disk are needed on {need.pod.component}{when}, "
                f"and {need.disk.by} gives {gibibytes(need.disk.size_bytes)}"
            )
            yield Finding(RULE, level, f"{need.pod.subject}.resources", message, FIX, SOURCE)
    if unknown is not None:
        what = f"how much local disk {unknown.component} has is not in these files"
        yield lacking(RULE, unknown.subject, what, "limits.ephemeral-storage, or the Nodes", SOURCE)


def _all_mapped(workload: Workload) -> Workload:
    collections = tuple(collection.model_copy(update={"mmap": True}) for collection in workload.collections)
    return workload.model_copy(update={"collections": collections})
