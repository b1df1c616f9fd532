"""The whole sums behind the query nodes: their memory, their cores and their number."""

from __future__ import annotations

from collections.abc import Mapping

from pulumi_milvus.planning.capacity.collection_size import LOADING_FACTOR
from pulumi_milvus.planning.capacity.query_nodes import LOAD_LIMIT, PROCESS_BYTES, fullest
from pulumi_milvus.planning.capacity.query_pool import QueryChoice
from pulumi_milvus.planning.capacity.terms import Figure, Term, bytes_term
from pulumi_milvus.planning.deployment.demand import Demand
from pulumi_milvus.planning.estimates import server_memory


def query_figures(demand: Demand, choice: QueryChoice) -> Mapping[str, Figure]:
    """Path of a figure of the query nodes -> its sum."""
    return {
        "roles.query_node.memory_bytes": _memory(demand, choice),
        "roles.query_node.cpu_cores": _cores(demand, choice),
        "roles.query_node.pods": _pods(demand, choice),
    }


def _memory(demand: Demand, choice: QueryChoice) -> Figure:
    data, segment, holding = demand.data, demand.segment, choice.holding
    rows = demand.rows * server_memory.ROW_BYTES
    scalars = sum([size.scalar_bytes for size in demand.sizes if not size.collection.mmap])
    share = f"1/{holding} of the data" if holding > 1 else "all data"
    terms = (
        bytes_term("the query node's own process", PROCESS_BYTES, server_memory.MEASURED),
        bytes_term(
            f"indexes, {share}",
            (data.resident_bytes - rows - scalars) / holding,
            "sizes of the indexes, docs/sizing.md",
        ),
        bytes_term(f"rows: key, timestamp, row id, {share}", rows / holding, server_memory.MEASURED),
        bytes_term(f"scalar data and their indexes, {share}", scalars / holding, "docs/sizing.md"),
        bytes_term("one whole segment above the share, or being handed over", segment.resident_bytes, "whole segments"),
        bytes_term("loading that segment", segment.loading_bytes, server_memory.MEASURED),
    )
    held = fullest(data, segment, holding, choice.size, choice.cpu_cores)
    because = (
        f"what is left of a {choice.node.name}, in whole GiB; at rest the pod must stay below {LOAD_LIMIT:.0%} of it, "
        f"a segment is only admitted while {LOADING_FACTOR} times its index does too, and a pod that starts, on all "
        f"cores, peaks at {held.highest_peak_bytes:,} bytes"
    )
    return Figure(choice.memory_bytes, "bytes", terms, because)


def _cores(demand: Demand, choice: QueryChoice) -> Figure:
    search, workload = demand.search, demand.workload
    steps: tuple[Term, ...] = ()
    if search is None or not workload.queries_per_second:
        terms: tuple[Term, ...] = (
            Term("what the node has", choice.cpu_cores, "cores", "no queries_per_second declared"),
        )
    else:
        load = search.load
        each = load.query_node_cores.expected / choice.pods
        steps = load.terms
        terms = (Term(f"answering the queries, 1/{choice.pods}", each, "cores", "the steps above"),)
    return Figure(choice.cpu_cores, "cores", terms, f"whole cores that are left of a {choice.node.name}", steps)


def _pods(demand: Demand, choice: QueryChoice) -> Figure:
    availability = demand.workload.availability
    if choice.replicas > 1:
        because = f"{choice.replicas} in-memory replicas, each on its own pods"
    else:
        because = {
            "none": "as many as hold the data",
            "pod": "one more than hold the data, so that one may be lost",
            "zone": "so many that two of three zones hold the data",
        }[availability]
    terms = (
        Term(f"pods that hold one copy, by {choice.by}", choice.holding, "pods", "roles.query_node.memory_bytes"),
        Term("further pods", choice.pods - choice.holding, "pods", because),
    )
    return Figure(choice.pods, "pods", terms, because)
