"""The plan for a server topology: its deployment, told in the plan's words."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

from pulumi_milvus.planning.deployment.alternatives import alternatives_of
from pulumi_milvus.planning.deployment.choose import (
    GUIDANCE,
    STANDALONE_ROWS,
    Chosen,
    Setting,
    choose_deployment,
    why_not_standalone,
)
from pulumi_milvus.planning.deployment.decisions import decisions_of
from pulumi_milvus.planning.deployment.deployment import Deployment
from pulumi_milvus.planning.deployment.growth import outgrown
from pulumi_milvus.planning.facts_of import environment_findings, field_findings
from pulumi_milvus.planning.findings import Decision, Finding
from pulumi_milvus.planning.hardware.catalogue import Catalogue
from pulumi_milvus.planning.plan import Cost, Outgrown, Plan
from pulumi_milvus.planning.workload import Workload
from pulumi_milvus.rules import check_cost
from pulumi_milvus.rules.facts import CostFacts


def server_plan(workload: Workload, hardware: Decision, catalogue: Catalogue) -> Plan:
    """The plan of a workload on servers. What is impossible is a finding, and such a plan has no roles."""
    topology = workload.topology or "distributed"
    of_fields = list(field_findings(workload, topology, workload.resolved_version, hardware.choice == "gpu"))
    findings = [*of_fields, *environment_findings(workload, topology)]
    unsized = [
        f"{item.index}" for collection in workload.collections for item in collection.fields if item.index == "FAISS"
    ]
    if (
        any(finding.level == "error" and finding.rule in ("index-pair", "gpu-metric") for finding in findings)
        or unsized
    ):
        reason = (
            "FAISS depends on its factory string: name the index type that it makes"
            if unsized
            else "a collection cannot be as it is declared: see the findings"
        )
        return _unsized(workload, hardware, findings, reason)
    findings += list(_standalone_limits(workload))
    refused = [finding for finding in findings if finding.rule == "standalone-limits" and finding.level == "error"]
    if refused:
        return _unsized(workload, hardware, findings, refused[0].message)
    setting = Setting(workload, hardware.choice, catalogue)
    chosen = choose_deployment(setting)
    if chosen.deployment is None:
        findings += list(_impossible(chosen))
        return _unsized(workload, hardware, findings, chosen.impossible[-1].reason, chosen)
    if chosen.deployment.topology != topology:
        findings = [*of_fields, *environment_findings(workload, chosen.deployment.topology)]
    later = tuple(outgrown(chosen.deployment, setting))
    return _sized(workload, hardware, chosen, chosen.deployment, catalogue, findings, later)


def managed_plan(workload: Workload, hardware: Decision) -> Plan:
    """The plan of a workload that asks for a managed service: nothing of it is ours to size."""
    findings = [
        *field_findings(workload, "managed", None, hardware.choice == "gpu"),
        *environment_findings(workload, "managed"),
    ]
    decision = Decision("topology", "managed", "the workload says topology: managed", "declared")
    return Plan(
        topology="managed",
        hardware=hardware.choice,
        milvus_version="the service's",
        wal="the service's",
        workload=workload,
        cost=Cost(unpriced=("the managed service",)),
        decisions=(decision, hardware),
        findings=tuple(findings),
    )


def _sized(
    workload: Workload,
    hardware: Decision,
    chosen: Chosen,
    deployment: Deployment,
    catalogue: Catalogue,
    findings: list[Finding],
    later: tuple[Outgrown, ...],
) -> Plan:
    priced = deployment.cheapest_usd_per_month is not None
    bill = deployment.bill
    cost = CostFacts(
        usd_per_month=round(bill.usd_per_month, 2) if priced else None,
        budget_usd_per_month=workload.budget_usd_per_month,
        unpriced=bill.unpriced,
    )
    return Plan(
        topology=deployment.topology,
        hardware=hardware.choice,
        milvus_version=workload.resolved_version,
        wal=workload.resolved_wal,
        workload=workload,
        roles=deployment.roles,
        node_pools=tuple(pool.to_json() for pool in deployment.placement.pools),
        dependencies=deployment.dependencies,
        object_store_bytes=deployment.object_store_bytes,
        cost=Cost(
            usd_per_month=round(bill.usd_per_month, 2) if priced else None,
            cheapest_usd_per_month=_cents(deployment.cheapest_usd_per_month),
            items=tuple(item.to_json() for item in bill.items),
            unpriced=bill.unpriced,
            prices_as_of=catalogue.prices_as_of,
            region=catalogue.region,
        ),
        decisions=(chosen.decision, hardware, *decisions_of(deployment, catalogue)),
        alternatives=tuple(alternatives_of(chosen)),
        findings=(*findings, *check_cost(cost)),
        outgrown=later,
        collection_plans=tuple(_collections(deployment)),
        figures=deployment.figures,
    )


def _cents(usd: float | None) -> float | None:
    # Rounded down, so that the cheapest never reads dearer than what was chosen.
    return None if usd is None else math.floor(usd * 100) / 100


def _collections(deployment: Deployment) -> Iterator[Mapping[str, Any]]:
    for size in deployment.demand.sizes:
        yield MappingProxyType(
            {
                "replicas": deployment.replicas,
                "segment_bytes": size.segment_bytes,
                "segments": size.segments,
                "index_bytes": size.index_bytes,
                "loaded_bytes": size.loaded.resident_bytes,
                "local_disk_bytes": size.loaded.disk_bytes,
                "gpu_bytes": size.loaded.gpu_bytes,
                "object_store_bytes": size.object_store_bytes,
                "resolved_indexes": [
                    {
                        "field": field.field.name,
                        "index": field.index.name,
                        "params": {name: value for name, value in field.params.items() if value is not None},
                    }
                    for field in size.fields
                ],
            }
        )


def _standalone_limits(workload: Workload) -> Iterator[Finding]:
    """What a declared standalone is asked that one pod cannot give, and what it is not advised for."""
    if workload.topology != "standalone":
        return
    reason, rows = why_not_standalone(workload), workload.vectors_at_horizon
    if reason is not None:
        because, source = reason
        fix = "take topology distributed, or availability: none and replicas: null"
        subject = "availability" if workload.availability != "none" else "replicas"
        yield Finding("standalone-limits", "error", subject, because, fix, source)
    elif rows > STANDALONE_ROWS:
        message = f"{rows:,} vectors at the horizon are more than the {STANDALONE_ROWS:,} that one pod is advised for"
        yield Finding("standalone-limits", "warning", "topology", message, "take topology distributed", GUIDANCE)


def _impossible(chosen: Chosen) -> Iterator[Finding]:
    # Where nothing is declared the last topology that was tried says it; the others are alternatives that lost.
    for impossible in chosen.impossible[-1:]:
        reason, source = impossible.reason, "docs/planning.md"
        yield Finding(impossible.rule, "error", impossible.subject, reason, impossible.nearest, source)


def _unsized(
    workload: Workload, hardware: Decision, findings: list[Finding], reason: str, chosen: Chosen | None = None
) -> Plan:
    topology = (
        chosen.decision
        if chosen
        else Decision(
            "topology",
            workload.topology or "distributed",
            f"the workload says topology: {workload.topology}" if workload.topology else "a server, not chosen further",
            "declared" if workload.topology else "pulumi-milvus",
        )
    )
    return Plan(
        topology=topology.choice,
        hardware=hardware.choice,
        milvus_version=workload.resolved_version,
        wal=workload.resolved_wal,
        workload=workload,
        cost=Cost(unpriced=("everything: nothing was sized",)),
        decisions=(topology, hardware, Decision("roles", "not sized", reason, "pulumi-milvus")),
        alternatives=tuple(alternatives_of(chosen)) if chosen else (),
        findings=tuple(findings),
    )
