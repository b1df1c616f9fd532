"""Which hardware a workload's indexes need, and whether Milvus Lite serves it; servers are chosen by ``deployment``.

An explicit ``topology:`` is honoured; the rules then say where it cannot work.
"""

from __future__ import annotations

from dataclasses import dataclass

from pulumi_milvus.planning.facts_of import environment_findings, field_findings
from pulumi_milvus.planning.findings import Decision
from pulumi_milvus.planning.indexes import INDEXES
from pulumi_milvus.planning.workload import Workload
from pulumi_milvus.rules.lite_limits import INTERACTIVE_ROWS, MEASURED


@dataclass(frozen=True, slots=True)
class Choice:
    """Topology and hardware, with the decisions that led there."""

    topology: str
    hardware: str
    decisions: tuple[Decision, ...]


def lite_choice(workload: Workload, hardware: Decision) -> Choice | None:
    """Topology ``lite`` with its reasons where it is said, or where an embedded process serves; else None."""
    rows = workload.vectors_at_horizon
    if workload.topology == "lite":
        topology = Decision("topology", "lite", "the workload says topology: lite", "declared")
    elif (
        workload.topology is None
        and workload.availability == "none"
        and (workload.replicas or 1) == 1
        and not workload.node_shapes
        and hardware.choice == "memory"
        and rows <= INTERACTIVE_ROWS
        and _fits_lite(workload)
    ):
        because = (
            f"{rows:,} vectors at the horizon, no production, no redundancy: an embedded Milvus Lite answers up to "
            f"about {INTERACTIVE_ROWS:,} at interactive speed and needs no server"
        )
        topology = Decision("topology", "lite", because, MEASURED)
    else:
        return None
    if hardware.choice != "memory":
        source = hardware.source
        hardware = Decision("hardware", "memory", "Milvus Lite is a process on the machine that it runs on", source)
    return Choice("lite", hardware.choice, (topology, hardware))


def choose_hardware(workload: Workload) -> Decision:
    """Memory, nvme or gpu, by the indexes that are declared."""
    # In an order of their own: that of the collections does not matter.
    names = sorted({field.index for collection in workload.collections for field in collection.fields})
    families = {INDEXES[name].family: name for name in names}
    if "gpu" in families:
        because = f"{families['gpu']} is built and searched on a GPU"
        return Decision("hardware", "gpu", because, INDEXES[families["gpu"]].source)
    if "disk" in families:
        because = f"{families['disk']} keeps its graph on local disk, and only NVMe answers quickly enough"
        return Decision("hardware", "nvme", because, "Milvus 3.0 docs, reference/disk_index.md")
    because = "every declared index is held in memory"
    return Decision("hardware", "memory", because, "Milvus 3.0 docs, userGuide/indexes/index-explained.md")


def _fits_lite(workload: Workload) -> bool:
    findings = [*environment_findings(workload, "lite"), *field_findings(workload, "lite")]
    return not any(finding.level in ("error", "warning") and finding.rule == "lite-limits" for finding in findings)
