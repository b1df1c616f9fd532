"""What searching takes: its parameter, cores, latency, reads of the disks; and whether wishes can be had."""

from __future__ import annotations

from collections.abc import Iterator

from pulumi_milvus.planning.capacity.search import DEFAULT_RECALL, Search, answered_on
from pulumi_milvus.planning.deployment.deployment import Deployment
from pulumi_milvus.planning.findings import Decision
from pulumi_milvus.planning.load.acknowledge import acknowledge_reach
from pulumi_milvus.planning.load.disk_reads import READS_SOURCE
from pulumi_milvus.planning.load.gpu_advice import advise_gpu
from pulumi_milvus.planning.load.ranges import Range
from pulumi_milvus.planning.load.search import SearchLoad
from pulumi_milvus.planning.load.wal import acknowledged_after
from pulumi_milvus.planning.workload import Workload

_LOAD: str = "docs/load.md"


def search_decisions(deployment: Deployment) -> Iterator[Decision]:
    """The decisions on what is wished of inserts, and on the costliest search where there is something to search."""
    workload, search = deployment.demand.workload, deployment.demand.search
    yield from _acknowledged(workload, deployment.topology)
    if search is None:
        return
    query = deployment.query
    # A copy's segments lie on several query nodes, which search side by side.
    nodes = 1 if query is None else query.holding
    load = search.load if nodes == 1 else answered_on(workload, search, nodes)
    yield from _parameter(workload, search)
    yield from _cores(deployment, search)
    yield _latency(workload, load)
    yield from _gpu(workload, search)


def _acknowledged(workload: Workload, topology: str) -> Iterator[Decision]:
    wished = workload.insert_acknowledge_ms
    if wished is None:
        return
    reach = acknowledge_reach(wished, workload.resolved_wal, topology)
    choice = "kept" if reach.kept else "not always kept" if reach.ever else "not reachable"
    because = reach.why if reach.why else f"an insert is acknowledged after {acknowledged_after(workload.resolved_wal)}"
    more = f"; quicker: {reach.nearest}" if reach.nearest else ""
    yield Decision("insert_acknowledge_ms", choice, f"wished {wished:g} ms; {because}{more}", reach.source)


def _parameter(workload: Workload, search: Search) -> Iterator[Decision]:
    load, recall = search.load, workload.recall_target or DEFAULT_RECALL
    if load.parameter is None:
        return
    got = load.expected_recall
    reached = f"; recall {got.lowest:.3f} to {got.highest:.3f}" if got else "; its recall was not measured"
    yield Decision(
        "search",
        f"{load.parameter.name} = {load.parameter.value:g}",
        f"for a recall of {recall:g} in {search.size.collection.name} ({search.field.index.name}){reached}. A start: "
        "the data decide",
        _LOAD,
    )


def _cores(deployment: Deployment, search: Search) -> Iterator[Decision]:
    workload, load = deployment.demand.workload, search.load
    if not workload.queries_per_second:
        return
    cores = load.query_node_cores if deployment.query is not None else load.cores
    yield Decision(
        "queries_per_second",
        f"{cores.expected:,.1f} cores",
        f"{workload.queries_per_second:g} queries a second at {load.core_ms_per_query.expected:,.2f} core-ms each, "
        f"if all go to {search.size.collection.name}, {load.utilisation:.0%} busy: {_range(cores)} cores"
        + ("" if load.measured else f"; not measured: {'; '.join(load.reasons)}"),
        _LOAD,
    )
    if load.reads is not None:
        yield Decision(
            "disk_reads",
            f"{load.reads.reads_per_second.expected:,.0f} reads a second",
            f"of 4 KB, {_range(load.reads.reads_per_query)} for each query with nothing cached; the local disks of all "
            "query nodes together give them",
            READS_SOURCE,
        )


def _latency(workload: Workload, load: SearchLoad) -> Decision:
    wish = workload.latency_p99_ms
    choice = f"{load.p99_ms.expected:,.1f} ms"
    because = f"p99 under that load {_range(load.p99_ms)} ms, alone {_range(load.unloaded_p99_ms)} ms"
    recall = workload.recall_target or DEFAULT_RECALL
    if not load.reachable and (wish is not None or workload.recall_target is not None):
        wished = f"a p99 of {wish:g} ms and a recall of {recall:g}" if wish is not None else f"a recall of {recall:g}"
        what = "latency_p99_ms" if wish is not None else "recall_target"
        return Decision(what, "not reachable", f"{wished} cannot be had: {load.reach.why}", _LOAD)
    if wish is not None:
        because = f"wished {wish:g} ms; {because}"
    return Decision("latency_p99_ms", choice, because, _LOAD)


def _gpu(workload: Workload, search: Search) -> Iterator[Decision]:
    if search.field.index.family != "gpu" or not search.field.dimension:
        return
    advice = advise_gpu(
        search.field.index.name,
        workload.queries_per_second,
        max(0.001, search.load.unloaded_p99_ms.expected),
        search.size.rows,
        search.field.dimension,
        1.0,
        dict(search.field.said),
    )
    pays = "pays" if advice.pays else "does not pay"
    yield Decision("gpu", pays, advice.because, "measured: cuVS 26.10, one H100 80 GB")


def _range(value: Range) -> str:
    return f"{value.lowest:,.1f} to {value.highest:,.1f}"
