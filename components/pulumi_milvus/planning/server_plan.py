"""The plan for a server topology as far as this release goes: what will run, not yet how large.

Sizes are not guessed: ``roles`` stays empty, and a decision says so.
"""

from __future__ import annotations

from typing import Final

from pulumi_milvus.planning.facts_of import environment_findings, field_findings
from pulumi_milvus.planning.findings import Decision
from pulumi_milvus.planning.plan import Cost, Plan
from pulumi_milvus.planning.topology import Choice
from pulumi_milvus.planning.workload import Workload

# The newest 2.6 release when this was written (2026-09-16); 3.0 is chosen, not slipped in.
MILVUS_VERSION: Final = "2.6.24"
NOT_SIZED: Final = "not sized in this release"


def server_plan(workload: Workload, choice: Choice) -> Plan:
    """The plan of a workload whose topology is a server: topology, hardware, version, rules; no sizes."""
    gpu_image = choice.hardware == "gpu"
    decisions = (
        *choice.decisions,
        Decision(
            "milvus_version",
            MILVUS_VERSION,
            "the newest release of 2.6; a new major is chosen, not slipped in",
            "github.com/milvus-io/milvus releases, 2026-09-16",
        ),
        Decision(
            "wal",
            "woodpecker",
            "the write-ahead log in the object store, without further pods; the default of Milvus from 2.6 on",
            "Milvus 3.0 docs, adminGuide/mqtype-overview.md and woodpecker.md",
        ),
        Decision(
            "roles",
            NOT_SIZED,
            f"this release sizes Milvus Lite only: pods, nodes and cost of {choice.topology} are not computed, and no "
            "number is better than an invented one",
            "pulumi-milvus",
        ),
    )
    findings = [
        *field_findings(workload, choice.topology, MILVUS_VERSION, gpu_image),
        *environment_findings(workload, choice.topology),
    ]
    return Plan(
        topology=choice.topology,
        hardware=choice.hardware,
        milvus_version=MILVUS_VERSION,
        wal="woodpecker",
        workload=workload,
        cost=Cost(unpriced=(f"everything: {choice.topology} is {NOT_SIZED}",)),
        decisions=decisions,
        findings=tuple(findings),
    )
