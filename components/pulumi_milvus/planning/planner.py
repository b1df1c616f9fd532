"""From a workload to its plan: the one entry for every caller."""

from __future__ import annotations

from pulumi_milvus.planning.lite_plan import lite_plan
from pulumi_milvus.planning.plan import Plan
from pulumi_milvus.planning.server_plan import server_plan
from pulumi_milvus.planning.topology import choose_topology
from pulumi_milvus.planning.workload import Workload


def make_plan(workload: Workload) -> Plan:
    """The plan for a workload. Never raises for a workload that was read: what is impossible is a finding."""
    choice = choose_topology(workload)
    return lite_plan(workload, choice) if choice.topology == "lite" else server_plan(workload, choice)
