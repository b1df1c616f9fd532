"""Why a deployment looks as it does: each decision with its numbers and its source."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from pulumi_milvus.planning.capacity.collection_size import DISK_SEGMENT_BYTES, SEGMENT_BYTES
from pulumi_milvus.planning.capacity.query_nodes import LOAD_LIMIT, LOADING_AT_ONCE
from pulumi_milvus.planning.deployment.deployment import Deployment
from pulumi_milvus.planning.deployment.hints import hints_of
from pulumi_milvus.planning.deployment.search_decisions import search_decisions
from pulumi_milvus.planning.findings import Decision
from pulumi_milvus.planning.hardware.catalogue import Catalogue
from pulumi_milvus.planning.load.wal import acknowledged_after, write_ahead_log
from pulumi_milvus.planning.milvus_version import SOURCE as RELEASES
from pulumi_milvus.planning.workload import Workload

_GIB: Final = 2**30
# A share that rounds to 0.0 %.
_NOTHING_MORE: Final = 5e-4


def decisions_of(deployment: Deployment, catalogue: Catalogue) -> Iterator[Decision]:
    """The decisions of a deployment, from Milvus down to nodes."""
    yield _version(deployment.demand.workload)
    yield _log(deployment.demand.workload)
    yield _segments(deployment)
    yield from _indexes(deployment)
    yield from search_decisions(deployment)
    yield from hints_of(deployment.demand)
    if deployment.query is not None:
        yield from _query_nodes(deployment)
    yield from _roles(deployment)
    if catalogue.single_machine:
        yield _machine()
    yield from [item for item in deployment.decisions if item.what != "node_pools.usd_per_month"]
    for note in deployment.placement.notes:
        yield Decision("node_pools", "as far as they go", note, catalogue.source)
    if deployment.demand.workload.production:
        yield _production(deployment)
    yield _prices(deployment, catalogue)


def _machine() -> Decision:
    because = "it runs the Compose file: no control plane is paid, and while it is replaced none stands beside it"
    return Decision("platform", "one machine", because, "declared")


def _version(workload: Workload) -> Decision:
    chosen = workload.resolved_version
    if workload.milvus_version is not None:
        return Decision("milvus_version", chosen, f"the workload says milvus_version: {chosen}", "declared")
    return Decision(
        "milvus_version", chosen, "the newest release of 2.6; a new major is chosen, not slipped in", RELEASES
    )


def _log(workload: Workload) -> Decision:
    wal = workload.resolved_wal
    waits = f"an insert is acknowledged after {acknowledged_after(wal)}"
    if workload.wal is not None:
        return Decision("wal", wal, f"the workload says wal: {wal}; {waits}", write_ahead_log(wal).source)
    if workload.object_store == "local":
        because = f"the write-ahead log on the volume of the pod, without further pods; {waits}"
    else:
        because = f"the write-ahead log in the object store, without further pods, the default from 2.6 on; {waits}"
    return Decision("wal", wal, because, write_ahead_log(wal).source)


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


def _query_nodes(deployment: Deployment) -> Iterator[Decision]:
    query, demand, held = deployment.query, deployment.demand, deployment.held
    assert query is not None
    assert held is not None
    availability = demand.workload.availability
    by = {"data": "the data", "one pod": "one pod, which holds all of it"}.get(query.by, f"the {query.by}")
    yield Decision(
        "roles.query_node.pods",
        f"{query.pods} on {query.nodes} x {query.node.name}",
        f"decided by {by}: {query.holding} hold {demand.data.resident_bytes / _GIB:,.1f} GiB, the fullest its share "
        f"and one whole segment ({demand.segment.resident_bytes / _GIB:,.1f} GiB) below {LOAD_LIMIT:.0%} of "
        f"{query.memory_bytes / _GIB:,.1f} GiB; {query.pods - query.copies.answering} more for availability "
        f"{availability}. {_served(deployment)}",
        "Milvus 3.0 docs, about/limitations.md: loaded data below 90 % of query nodes' memory",
    )
    yield Decision(
        "roles.query_node.peak_bytes_per_pod",
        f"{held.lowest_peak_bytes / _GIB:,.1f} to {held.highest_peak_bytes / _GIB:,.1f} GiB",
        f"of the fullest pod at the worst moment: {held.resident_bytes / _GIB:,.1f} GiB at rest; while one segment is "
        f"handed over its index is there twice; while the pod starts its {query.cpu_cores} cores load as many segments "
        "at once, until Milvus admits no more. It has "
        f"{query.memory_bytes / _GIB:,.1f} GiB",
        LOADING_AT_ONCE,
    )
    yield Decision("replicas", f"{query.replicas}", _why_replicas(deployment), "Milvus 3.0 docs, reference/replica.md")


def _served(deployment: Deployment) -> str:
    query, availability = deployment.query, deployment.demand.workload.availability
    assert query is not None
    if availability == "none" and query.replicas == 1:
        return "With a pod gone its segments are not searched until another has loaded them: minutes"
    if query.replicas > 1 and (query.copies.at_once or availability == "none"):
        what = "a pod" if availability == "none" else f"a {availability}"
        zones = ""
        if availability == "zone" and query.replicas < query.copies.zones:
            zones = ", if one has a zone of its own and the other the two others (resource groups)"
        elif availability == "zone" and query.holding > 1:
            zones = ", if each has a zone of its own (resource groups)"
        return f"With {what} gone another in-memory replica answers, at once{zones}"
    return (
        f"With a {availability} gone the rest holds everything below {LOAD_LIMIT:.0%}; until it has loaded what was "
        "lost (minutes), searches of those segments fail. replicas: 2 would answer at once"
    )


def _why_replicas(deployment: Deployment) -> str:
    query, workload = deployment.query, deployment.demand.workload
    assert query is not None
    if workload.replicas is not None:
        because = f"the workload says replicas: {workload.replicas}"
        search = deployment.demand.search
        if search and query.replicas * search.size.segments < query.needed_pods:
            because += (
                f"; a copy of {search.size.segments} segments cannot keep more pods busy, and the queries ask for "
                f"{query.needed_pods}: replicas: null lets the planner take more"
            )
        return because
    if query.replicas == 1:
        return "the pods hold one copy of the data between them; a second one would take as much memory again"
    return f"{query.pods} pods hold as many copies, at no further cost; few nodes for each copy answer quickest"


def _roles(deployment: Deployment) -> Iterator[Decision]:
    for path, figure in deployment.figures.items():
        if not path.endswith("memory_bytes") or path == "roles.query_node.memory_bytes":
            continue
        parts = ", ".join(f"{term.name} {_gib(term.value)}" for term in figure.terms if term.value)
        yield Decision(path, _gib(figure.value), f"{parts}; {figure.because}", figure.terms[0].source)


def _gib(value_bytes: float) -> str:
    return f"{value_bytes / _GIB:,.1f} GiB"


def _production(deployment: Deployment) -> Decision:
    availability = deployment.demand.workload.availability
    because = "never Milvus Lite, and the rules for production are errors and not warnings"
    if availability == "none":
        because += "; availability is none, so a lost pod or node stops the service until it is back"
    return Decision("production", "true", because, "declared")


def _prices(deployment: Deployment, catalogue: Catalogue) -> Decision:
    cheapest = deployment.cheapest_usd_per_month
    if cheapest is None:
        return Decision("cost", "not priced", f"no prices are known: {catalogue.source}", catalogue.source)
    where = f"on demand in {catalogue.region}, prices of {catalogue.prices_as_of}"
    if not catalogue.creates_nodes:
        where = "as its owner prices the nodes"
    more = deployment.bill.usd_per_month / cheapest - 1 if cheapest else 0.0
    over = f"and this one {more:.1%} more, to be easier to run" if more > _NOTHING_MORE else "and it is this one"
    because = f"{where}; the cheapest feasible choice costs {cheapest:,.2f}, {over}"
    if catalogue.creates_nodes:
        because += ". Reserved instances and savings plans cost less; spot is no place for query nodes"
    return Decision("cost", f"{deployment.bill.usd_per_month:,.0f} USD a month", because, catalogue.source)
