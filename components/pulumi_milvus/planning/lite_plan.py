"""The plan for Milvus Lite: one process on one file, sized from measurements."""

from __future__ import annotations

from collections.abc import Iterator
from types import MappingProxyType

from pulumi_milvus.planning import lite
from pulumi_milvus.planning.collection import Collection
from pulumi_milvus.planning.deployment.choose import GUIDANCE, STANDALONE_ROWS
from pulumi_milvus.planning.facts_of import environment_findings, field_findings
from pulumi_milvus.planning.findings import Decision
from pulumi_milvus.planning.indexes.families.automatic import LITE_SOURCE
from pulumi_milvus.planning.lite import LiteSize
from pulumi_milvus.planning.plan import Cost, Outgrown, Plan, Role
from pulumi_milvus.planning.topology import Choice
from pulumi_milvus.planning.workload import MAX_HORIZON_MONTHS, Workload
from pulumi_milvus.rules.lite_limits import INTERACTIVE_ROWS, WORKING_ROWS

# What the model leaves between the smallest and the largest measured figure, as shares of the planned one.
_LOWEST_LOADED = 0.75
_LOWEST_PEAK = 0.70


def lite_plan(workload: Workload, choice: Choice) -> Plan:
    """The plan of a workload whose topology is ``lite``."""
    months = workload.horizon_months
    sizes = [size for collection in workload.collections for size in _sizes(collection, months)]
    loaded = lite.IDLE_BYTES + lite.FIRST_LOAD_BYTES + sum(size.loaded_bytes for size in sizes)
    # One segment is read at a time, and one write buffer is flushed at a time: the largest of each.
    loaded += max((size.transient_bytes for size in sizes), default=0)
    peak = loaded + lite.FLUSH_BYTES + max((size.flush_bytes for size in sizes), default=0)
    disk = sum(size.disk_bytes for size in sizes)
    role = Role(
        pods=1,
        cpu_cores=lite.CPU_CORES,
        memory_bytes=peak,
        local_disk_bytes=disk,
        loaded_bytes_per_pod=loaded,
        peak_bytes_per_pod=peak,
    )
    findings = [*field_findings(workload, "lite"), *environment_findings(workload, "lite")]
    return Plan(
        topology="lite",
        hardware=choice.hardware,
        milvus_version=f"milvus-lite {lite.LITE_VERSION}",
        wal="embedded",
        workload=workload,
        roles=MappingProxyType({"lite": role}),
        object_store_bytes=0,
        cost=Cost(
            usd_per_month=0,
            cheapest_usd_per_month=0,
            unpriced=("the machine on which the process runs",),
        ),
        decisions=(*choice.decisions, *_size_decisions(workload, loaded, peak, disk), *_index_decisions(workload)),
        alternatives=(
            {
                "topology": "standalone",
                "because": f"one pod with a server's features, up to {STANDALONE_ROWS:,} vectors",
            },
        ),
        findings=tuple(findings),
        outgrown=tuple(_outgrown(workload)),
    )


def _sizes(collection: Collection, months: int) -> Iterator[LiteSize]:
    """The sizes of the dense fields; the scalar data of a row counts once."""
    scalars = collection.scalar_bytes_per_row
    for field in collection.fields:
        if field.resolved_dimension is None or field.data_type != "FLOAT_VECTOR":
            continue  # sparse vectors were not measured; other types are refused by lite-limits
        rows = collection.vectors_after(months)
        yield lite.field_size(field.index, rows, field.resolved_dimension, field.index_params, scalars)
        scalars = 0


def _size_decisions(workload: Workload, loaded: int, peak: int, disk: int) -> Iterator[Decision]:
    rows, months = workload.vectors_at_horizon, workload.horizon_months
    yield Decision(
        "milvus_version",
        f"milvus-lite {lite.LITE_VERSION}",
        "the release that the sizes and the rule lite-limits were measured with and tested against",
        "milvus-lite 3.2.2",
    )
    yield Decision(
        "roles.lite.memory_bytes",
        _mb(peak),
        f"while {rows:,} vectors (after {months} months) are written: {_mb(loaded)} loaded, of these "
        f"{_mb(lite.IDLE_BYTES)} for the idle process, plus one write buffer that is flushed. The upper end of what "
        f"was measured: {_mb(_LOWEST_PEAK * peak)} to {_mb(peak)} while writing, {_mb(_LOWEST_LOADED * loaded)} to "
        f"{_mb(loaded)} loaded. It is part of the client's process",
        lite.MEASURED,
    )
    yield Decision(
        "roles.lite.local_disk_bytes",
        _mb(disk),
        f"Parquet files and index files of {rows:,} vectors; while rows are written the log adds up to "
        f"{_mb(lite.WRITE_AHEAD_LOG_BYTES)} for each collection, and compaction a second copy of what it merges",
        lite.MEASURED + "; milvus_lite/constants.py",
    )
    yield Decision(
        "roles.lite.cpu_cores",
        str(lite.CPU_CORES),
        "everything was measured on two cores: one serves Python, all build indexes",
        lite.MEASURED,
    )
    largest = max(collection.vectors_after(months) for collection in workload.collections)
    quick, slow = lite.search_ms(largest)
    yield Decision(
        "search",
        f"{quick:,.0f} to {slow:,.0f} ms",
        f"median of one search over the largest collection, {largest:,} vectors, by index; one search at a time",
        lite.MEASURED,
    )


def _index_decisions(workload: Workload) -> Iterator[Decision]:
    for position, collection in enumerate(workload.collections):
        for place, field in enumerate(collection.fields):
            path = f"collections[{position}]" + (f".vector_fields[{place}]" if collection.vector_fields else "")
            if field.data_type == "SPARSE_FLOAT_VECTOR":
                because = "memory and disk of sparse vectors in Milvus Lite were not measured and are not in the sums"
                yield Decision(f"{path}.index", field.index, because, "not measured")
            elif field.index == "AUTOINDEX":
                because = "Milvus Lite makes it faiss's HNSW with M=16, efConstruction=200; a server takes M=18 and 240"
                yield Decision(f"{path}.index", "HNSW", because, LITE_SOURCE)


def _outgrown(workload: Workload) -> Iterator[Outgrown]:
    for limit, what, then in (
        (
            INTERACTIVE_ROWS,
            "interactive speed of Milvus Lite",
            "a search takes 160 ms and more: take topology standalone",
        ),
        (WORKING_ROWS, "what was seen to work in Milvus Lite", "take topology standalone"),
        (STANDALONE_ROWS, "what one pod is advised for", f"take topology distributed ({GUIDANCE})"),
    ):
        month = _month_beyond(workload, limit)
        if month is not None:
            yield Outgrown(what=f"{what}, {limit:,} vectors", month=month, then=then)


def _month_beyond(workload: Workload, limit: int) -> int | None:
    """The first month in which there are more vectors than ``limit``; None if none within ten years."""
    now = sum(collection.vectors for collection in workload.collections)
    growth = sum(collection.growth_vectors_per_month for collection in workload.collections)
    if now > limit:
        return 0
    month = (limit - now) // growth + 1 if growth else MAX_HORIZON_MONTHS + 1
    return month if month <= MAX_HORIZON_MONTHS else None


def _mb(size_bytes: float) -> str:
    return f"{size_bytes / 1e6:,.0f} MB" if size_bytes < 1e10 else f"{size_bytes / 1e9:,.1f} GB"
