"""Rule ``diskann-disk-size``: the local disk of each pod holds its share of the graphs, in whole sectors.

Facts: the workload (--workload), replicas, ephemeral-storage limits, sizes of volumes, LOCAL_STORAGE_SIZE, the nodes'
NVMe. Callers: ``check``.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from pulumi_milvus.planning.capacity.query_nodes import DISK_LIMIT
from pulumi_milvus.planning.findings import Finding, Level
from pulumi_milvus.planning.hardware.fitness import gibibytes
from pulumi_milvus.rules.disk_needs import disk_needs
from pulumi_milvus.rules.milvus_facts import MilvusFacts, lacking
from pulumi_milvus.rules.stored import fields_on, stored_demand

RULE: Final = "diskann-disk-size"
LEVEL: Final = "error"
REASON: Final = (
    "A graph on disk takes whole sectors of 4 KiB for its nodes, and its PQ codes beside; Milvus fills at most 95 % of "
    "the disk, and a segment that is handed over is there twice. Nodes that build need room for the files meanwhile."
)
SOURCE: Final = "Knowhere d7cfd888, thirdparty/DiskANN aux_utils.cpp; queryNode.maxDiskUsagePercentage"
FIX: Final = "more local disk a pod (limits.ephemeral-storage, LOCAL_STORAGE_SIZE, a larger type), or more query nodes"


def check(facts: MilvusFacts) -> list[Finding]:
    """Judge the disks for what is stored now (error) and at the declared horizon (warning)."""
    workload = facts.workload
    fields = fields_on(workload, "disk")
    if workload is None or not fields:
        return []
    found = list(_check(facts, fields[0], 0, "error"))
    if workload.horizon_months and not any(finding.level == "error" for finding in found):
        found += [
            item for item in _check(facts, fields[0], workload.horizon_months, "warning") if item.level != "advice"
        ]
    return found


def _check(facts: MilvusFacts, field: str, months: int, level: Level) -> Iterator[Finding]:
    demand = stored_demand(facts, months)
    unknown = None
    for need in disk_needs(facts, demand) if demand is not None else ():
        if need.disk is None:
            unknown = unknown or need.pod
        elif need.is_short:
            when = f" in {months} months" if months else ""
            message = (
                f"{field} needs {gibibytes(need.needed_bytes)} of local disk on {need.pod.component}{when} (at most "
                f"{DISK_LIMIT:.0%} of it is used), and {need.disk.by} gives {gibibytes(need.disk.size_bytes)}"
            )
            fix = f"{gibibytes(need.needed_bytes)} of local disk a pod, or more query nodes"
            yield Finding(RULE, level, f"{need.pod.subject}.resources", message, fix, SOURCE)
    if unknown is not None:
        what = f"how much local disk {unknown.component} has is not in these files"
        yield lacking(RULE, unknown.subject, what, "limits.ephemeral-storage, or the Nodes", SOURCE)
