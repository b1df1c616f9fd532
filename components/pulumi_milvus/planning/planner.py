"""From a workload to its plan: the one entry for every caller."""

from __future__ import annotations

from pulumi_milvus.planning.hardware.aws_catalogue import aws_catalogue
from pulumi_milvus.planning.hardware.catalogue import Catalogue
from pulumi_milvus.planning.hardware.node_shapes import cluster_catalogue, read_node_shapes
from pulumi_milvus.planning.lite_plan import lite_plan
from pulumi_milvus.planning.plan import Plan
from pulumi_milvus.planning.server_plan import managed_plan, server_plan
from pulumi_milvus.planning.topology import choose_hardware, lite_choice
from pulumi_milvus.planning.workload import Workload


def make_plan(workload: Workload, catalogue: Catalogue | None = None) -> Plan:
    """The plan for a workload. Never raises for a workload that was read: what is impossible is a finding.

    ``catalogue``: the nodes to choose from. None: the workload's ``node_shapes``, or AWS in us-east-1.
    """
    hardware = choose_hardware(workload)
    lite = lite_choice(workload, hardware)
    if lite is not None:
        return lite_plan(workload, lite)
    if workload.topology == "managed":
        return managed_plan(workload, hardware)
    return server_plan(workload, hardware, catalogue or catalogue_of(workload))


def catalogue_of(workload: Workload) -> Catalogue:
    """The nodes that a workload may have: its own cluster's, or the cloud's."""
    if workload.node_shapes:
        return cluster_catalogue(read_node_shapes(list(workload.node_shapes)))
    return aws_catalogue()
