"""The tool's whole answer to a filled form."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pulumi_milvus.planning.official.capacity import Capacity, capacity_of
from pulumi_milvus.planning.official.dependencies import dependencies_of
from pulumi_milvus.planning.official.helm_values import helm_values
from pulumi_milvus.planning.official.mode import Mode, modes_of
from pulumi_milvus.planning.official.nodes import distributed_nodes, standalone_node
from pulumi_milvus.planning.official.numbers import plain
from pulumi_milvus.planning.official.operator_resource import operator_resource
from pulumi_milvus.planning.official.pods import Pods
from pulumi_milvus.planning.official.reading import read_form
from pulumi_milvus.planning.official.totals import displayed, totals_of


def official_size(form: Mapping[str, object]) -> dict[str, Any]:
    """What the tool computes and shows for a filled form: plain data, units in the names of the keys.

    The keys of the form and their defaults: docs/official.md. A cluster's answer has the two files that the page offers
    then, parsed. Raises ``InvalidValues`` with every mistake in the form, and nothing else.
    """
    filled = read_form(form)
    capacity = capacity_of(filled)
    modes = modes_of(filled, capacity.raw_data_bytes)
    standalone = standalone_node(capacity.loading_memory_bytes)
    nodes = distributed_nodes(capacity.loading_memory_bytes, filled.tool_version)
    dependencies = dependencies_of(capacity, modes.effective, filled.message_queue)
    running = nodes.values() if modes.effective == "distributed" else (standalone,)
    totals = totals_of(running, dependencies.all())
    answer: dict[str, Any] = {
        "raw_data_bytes": plain(capacity.raw_data_bytes),
        "loading_memory_bytes": plain(capacity.loading_memory_bytes),
        "local_disk_bytes": plain(capacity.local_disk_bytes),
        "mode_automatic": modes.automatic,
        "standalone_selectable": modes.standalone_selectable,
        "mode_effective": modes.effective,
        "out_of_range_results_hidden": modes.results_hidden,
        "milvus": _milvus(modes.effective, standalone, nodes, capacity),
        "dependencies": dependencies.to_json(),
        "totals": totals.to_json(),
        "displayed": displayed(capacity, totals, hidden=modes.results_hidden),
        "both_topologies_computed": {
            "standalone_node": standalone.to_json(),
            **{role: pods.to_json() for role, pods in nodes.items()},
        },
    }
    if modes.effective == "distributed":
        answer["generated_helm_values"] = {"value": helm_values(nodes, dependencies)}
        resource = operator_resource(nodes, dependencies, filled.tool_version)
        answer["generated_operator_resource"] = {"value": resource}
    return answer


def _milvus(mode: Mode, standalone: Pods, nodes: Mapping[str, Pods], capacity: Capacity) -> dict[str, Any]:
    # A defect of the page that is kept: standalone's card, too, divides the disk by a cluster's query nodes.
    disk_bytes = plain(capacity.local_disk_bytes / nodes["query_node"].pod_count)
    if mode == "standalone":
        return {"standalone": {**standalone.to_json(), "local_disk_bytes_displayed": disk_bytes}}
    roles: dict[str, Any] = {role: pods.to_json() for role, pods in nodes.items()}
    roles["query_node"]["local_disk_bytes_per_pod"] = disk_bytes
    return roles
