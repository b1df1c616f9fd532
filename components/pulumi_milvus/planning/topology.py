"""Which topology and hardware a workload gets, each with its reason.

An explicit ``topology:`` is honoured; the rules then say where it cannot work. This is the first, coarse choice: rows,
redundancy and index types decide; cost and load do not yet.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from pulumi_milvus.planning.facts_of import environment_findings, field_findings
from pulumi_milvus.planning.findings import Decision
from pulumi_milvus.planning.indexes import INDEXES
from pulumi_milvus.planning.workload import Workload
from pulumi_milvus.rules.lite_limits import INTERACTIVE_ROWS, MEASURED

# "Standalone: up to 100 M given enough machine. Distributed: 100 M to tens of billions."
STANDALONE_ROWS: Final = 100_000_000
GUIDANCE: Final = "Milvus 3.0 docs, getstarted/install-overview.md"


@dataclass(frozen=True, slots=True)
class Choice:
    """Topology and hardware, with the decisions that led there."""

    topology: str
    hardware: str
    decisions: tuple[Decision, ...]


def choose_topology(workload: Workload) -> Choice:
    """The topology and hardware for a workload."""
    hardware = _hardware(workload)
    topology = _topology(workload, hardware.choice)
    if topology.choice == "lite" and hardware.choice != "memory":
        source = hardware.source
        hardware = Decision("hardware", "memory", "Milvus Lite is a process on the machine that it runs on", source)
    return Choice(topology.choice, hardware.choice, (topology, hardware))


def _hardware(workload: Workload) -> Decision:
    families = {
        INDEXES[field.index].family: field.index for collection in workload.collections for field in collection.fields
    }
    if "gpu" in families:
        because = f"{families['gpu']} is built and searched on a GPU"
        return Decision("hardware", "gpu", because, INDEXES[families["gpu"]].source)
    if "disk" in families:
        because = f"{families['disk']} keeps its graph on local disk, and only NVMe answers quickly enough"
        return Decision("hardware", "nvme", because, "Milvus 3.0 docs, reference/disk_index.md")
    because = "every declared index is held in memory"
    return Decision("hardware", "memory", because, "Milvus 3.0 docs, userGuide/indexes/index-explained.md")


def _topology(workload: Workload, hardware: str) -> Decision:
    rows = workload.vectors_at_horizon
    if workload.topology is not None:
        return Decision("topology", workload.topology, f"the workload says topology: {workload.topology}", "declared")
    if workload.availability != "none":
        because = f"availability is {workload.availability}, and only several pods of each role survive the loss of one"
        return Decision("topology", "distributed", because, GUIDANCE)
    if workload.replicas is not None and workload.replicas > 1:
        because = f"replicas is {workload.replicas}, and each needs query nodes of its own"
        return Decision("topology", "distributed", because, "Milvus 3.0 docs, reference/replica.md")
    if rows > STANDALONE_ROWS:
        because = f"{rows:,} vectors at the horizon are more than the {STANDALONE_ROWS:,} that one pod is advised for"
        return Decision("topology", "distributed", because, GUIDANCE)
    if hardware == "memory" and rows <= INTERACTIVE_ROWS and _fits_lite(workload):
        because = (
            f"{rows:,} vectors at the horizon, no production, no redundancy: an embedded Milvus Lite answers up to "
            f"about {INTERACTIVE_ROWS:,} at interactive speed and needs no server"
        )
        return Decision("topology", "lite", because, MEASURED)
    because = f"{rows:,} vectors at the horizon and no redundancy asked: one pod up to {STANDALONE_ROWS:,}"
    return Decision("topology", "standalone", because, GUIDANCE)


def _fits_lite(workload: Workload) -> bool:
    findings = [*environment_findings(workload, "lite"), *field_findings(workload, "lite")]
    return not any(finding.level in ("error", "warning") and finding.rule == "lite-limits" for finding in findings)
