"""Why a deployment looks as it does: each decision with its numbers and its source."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from pulumi_milvus.planning.capacity.collection_size import DISK_SEGMENT_BYTES, SEGMENT_BYTES
from pulumi_milvus.planning.capacity.search import DEFAULT_RECALL
from pulumi_milvus.planning.deployment.deployment import Deployment
from pulumi_milvus.planning.findings import Decision
from pulumi_milvus.planning.hardware.catalogue import Catalogue
from pulumi_milvus.planning.load.gpu_advice import advise_gpu
from pulumi_milvus.planning.load.ranges import Range
from pulumi_milvus.planning.load.wal import write_ahead_log

# The newest 2.6 release when this was written (2026-09-16); 3.0 is chosen, not slipped in.
MILVUS_VERSION: Final = "2.6.24"
_GIB: Final = 2**30


def decisions_of(deployment: Deployment, catalogue: Catalogue) -> Iterator[Decision]:
    """The decisions of a deployment, from Milvus down to nodes."""
    yield Decision(
        "milvus_version",
        MILVUS_VERSION,
        "the newest release of 2.6; a new major is chosen, not slipped in",
        "github.com/milvus-io/milvus releases, 2026-09-16",
    )
    log = write_ahead_log("woodpecker")
    yield Decision(
        "wal",
        "woodpecker",
        "the write-ahead log in the object store, without further pods, the default of Milvus from 2.6 on; an insert "
        f"is acknowledged after {log.acknowledgement_ms.lowest:.0f} to {log.acknowledgement_ms.highest:.0f} ms",
        log.source,
    )
    yield _segments(deployment)
    yield from _indexes(deployment)
    yield from _search(deployment)
    if deployment.query is not None:
        yield from _query_nodes(deployment)
    yield from _roles(deployment)
    yield from deployment.decisions
    yield _prices(deployment, catalogue)


def _segments(deployment: Deployment) -> Decision:
    demand = deployment.demand
    source = "dataCoord.segment.maxSize, Milvus 3.0 docs, reference/sys_config/configure_datacoord.md"
    if demand.segment_bytes is None:
        sizes = {size.segment_bytes for size in demand.sizes}
        choice = " and ".join(f"{size // _GIB} GiB" for size in sorted(sizes))
        because = f"Milvus's default, {SEGMENT_BYTES // _GIB} GiB and {DISK_SEGMENT_BYTES // _GIB} for an index on disk"
        if demand.workload.queries_per_second:
            because += ": larger segments would not make the whole cheaper"
    else:
        choice = f"{demand.segment_bytes // _GIB} GiB"
        because = "a query visits fewer segments, and the whole is cheaper than with Milvus's default"
    segments = sum(size.segments for size in demand.sizes)
    return Decision("segment_bytes", choice, f"{because}; {segments:,} segments at the horizon", source)


def _indexes(deployment: Deployment) -> Iterator[Decision]:
    for position, size in enumerate(deployment.demand.sizes):
        if position >= 20:  # enough to read; each collection's own entry has its index
            break
        for place, field in enumerate(size.fields):
            path = f"collections[{position}]" + (f".vector_fields[{place}]" if size.collection.vector_fields else "")
            if field.field.index == "AUTOINDEX":
                params = ", ".join(f"{name}={value}" for name, value in field.params.items() if value is not None)
                because = f"what AUTOINDEX becomes for {field.field.data_type} on this image: {params}"
                yield Decision(
                    f"{path}.index", field.index.name, because, "Milvus source, paramtable/autoindex_param.go"
                )
            if field.index.size is not None and not field.size(1).has_raw_data and not size.collection.mmap:
                because = (
                    f"{field.index.name} cannot give the vectors back, so Milvus keeps them beside it: from local disk "
                    "and not from memory, which would undo what the index saves"
                )
                yield Decision(
                    f"{path}.mmap", "vector field", because, "queryNode.mmap.vectorField, Milvus 3.0 docs, mmap.md"
                )


def _search(deployment: Deployment) -> Iterator[Decision]:
    workload, search = deployment.demand.workload, deployment.demand.search
    if search is None:
        return
    load = search.load
    recall = workload.recall_target or DEFAULT_RECALL
    name = search.size.collection.name
    if load.parameter is not None:
        got = load.expected_recall
        reached = f"; recall {got.lowest:.3f} to {got.highest:.3f}" if got else "; its recall was not measured"
        yield Decision(
            "search",
            f"{load.parameter.name} = {load.parameter.value:g}",
            f"for a recall of {recall:g} in {name} ({search.field.index.name}){reached}. A start: the data decide",
            "docs/load.md",
        )
    if workload.queries_per_second:
        cores = load.query_node_cores if deployment.query is not None else load.cores
        yield Decision(
            "queries_per_second",
            f"{cores.expected:,.1f} cores",
            f"{workload.queries_per_second:g} queries a second at {load.core_ms_per_query.expected:,.2f} core-ms each, "
            f"if all go to {name}, {load.utilisation:.0%} busy: {_range(cores)} cores"
            + ("" if load.measured else f"; not measured: {'; '.join(load.reasons)}"),
            "docs/load.md",
        )
    wish = workload.latency_p99_ms
    choice = f"{load.p99_ms.expected:,.1f} ms"
    because = f"p99 under that load {_range(load.p99_ms)} ms, alone {_range(load.unloaded_p99_ms)} ms"
    if wish is not None and not load.reachable:
        choice, because = "not reachable", f"{wish:g} ms and a recall of {recall:g} cannot be had: {load.reach.why}"
    elif wish is not None:
        because = f"wished {wish:g} ms; {because}"
    yield Decision("latency_p99_ms", choice, because, "docs/load.md")
    if search.field.index.family == "gpu" and search.field.dimension:
        milliseconds = max(0.001, load.unloaded_p99_ms.expected)
        advice = advise_gpu(
            search.field.index.name,
            workload.queries_per_second,
            milliseconds,
            search.size.rows,
            search.field.dimension,
            1.0,
            {key: value for key, value in search.field.params.items() if value is not None},
        )
        yield Decision(
            "gpu", "pays" if advice.pays else "does not pay", advice.because, "measured: cuVS 26.10, one H100 80 GB"
        )


def _range(value: Range) -> str:
    return f"{value.lowest:,.1f} to {value.highest:,.1f}"


def _query_nodes(deployment: Deployment) -> Iterator[Decision]:
    query, demand = deployment.query, deployment.demand
    assert query is not None
    availability = demand.workload.availability
    by = {"queries": "the queries", "data": "the data", "one pod": "one pod, which holds all of it"}[query.by]
    spare = query.pods - query.holding
    if deployment.replicas > 1:
        served = (
            f"{deployment.replicas} in-memory replicas: with a pod gone another copy answers everything, at once"
            + (", if each replica has a zone of its own (resource groups)" if availability == "zone" else "")
        )
    elif availability == "none":
        served = "with a pod gone its segments are not searched until another has loaded them: minutes"
    else:
        served = (
            f"with a {'pod' if availability == 'pod' else 'zone'} gone the rest holds everything below 90 %; until it "
            "has loaded what was lost (minutes), searches of those segments fail. replicas: 2 would answer at once"
        )
    yield Decision(
        "roles.query_node.pods",
        f"{query.pods} on {query.nodes} x {query.node.name}",
        f"decided by {by}: {query.holding} hold {demand.data.resident_bytes / _GIB:,.1f} GiB, the fullest its share "
        f"and one whole segment ({demand.segment.resident_bytes / _GIB:,.1f} GiB) below 90 % of "
        f"{query.memory_bytes / _GIB:,.1f} GiB; {spare} more for availability {availability}. {served}",
        "Milvus 3.0 docs, about/limitations.md: loaded data below 90 % of query nodes' memory",
    )


def _roles(deployment: Deployment) -> Iterator[Decision]:
    for path, figure in deployment.figures.items():
        if not path.endswith("memory_bytes") or path == "roles.query_node.memory_bytes":
            continue
        parts = ", ".join(f"{term.name} {_gib(term.value)}" for term in figure.terms if term.value)
        yield Decision(path, _gib(figure.value), f"{parts}; {figure.because}", figure.terms[0].source)


def _gib(value_bytes: float) -> str:
    return f"{value_bytes / _GIB:,.1f} GiB"


def _prices(deployment: Deployment, catalogue: Catalogue) -> Decision:
    if deployment.cheapest_usd_per_month is None:
        return Decision("cost", "not priced", f"no prices are known: {catalogue.source}", catalogue.source)
    return Decision(
        "cost",
        f"{deployment.bill.usd_per_month:,.0f} USD a month",
        f"on demand in {catalogue.region}, prices of {catalogue.prices_as_of}; the cheapest that was found costs "
        f"{deployment.cheapest_usd_per_month:,.0f}. Reserved instances and savings plans cost less; spot is no place "
        "for query nodes",
        catalogue.source,
    )
