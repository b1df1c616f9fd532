"""The sums behind the sizes of Milvus Lite, term by term; the plan itself has their totals."""

from __future__ import annotations

from collections.abc import Iterator

from pulumi_milvus.planning import lite
from pulumi_milvus.planning.capacity.terms import Figure, Term, bytes_term
from pulumi_milvus.planning.lite import LiteSize
from pulumi_milvus.planning.workload import Workload


def lite_figures(workload: Workload) -> dict[str, Figure]:
    """Path -> figure, of the plan for a workload whose topology is ``lite``."""
    sizes = dict(_sizes(workload))
    reading = max([size.transient_bytes for size in sizes.values()], default=0)
    flushing = lite.FLUSH_BYTES + max([size.flush_bytes for size in sizes.values()], default=0)
    loaded = (
        bytes_term("the idle process with an open database", lite.IDLE_BYTES, lite.MEASURED),
        bytes_term("threads and caches of the first load", lite.FIRST_LOAD_BYTES, lite.MEASURED),
        *[
            bytes_term(f"{name}: vectors, index and bookkeeping", size.loaded_bytes, lite.MEASURED)
            for name, size in sizes.items()
        ],
        bytes_term("further copies of one segment while it is read", reading, lite.MEASURED),
    )
    peak = (*loaded, bytes_term("one write buffer that is flushed", flushing, lite.MEASURED))
    disk = tuple(
        bytes_term(f"{name}: Parquet and index files", size.disk_bytes, lite.MEASURED) for name, size in sizes.items()
    )
    upper = "the upper end of what was measured; it is part of the client's process"
    cores = (Term("as measured: one serves Python, all build indexes", lite.CPU_CORES, "cores", lite.MEASURED),)
    process = (Term("the client's own process", 1, "pods", "Milvus Lite is a library"),)
    return {
        "roles.lite.pods": Figure(1, "pods", process, "one process on one file"),
        "roles.lite.cpu_cores": Figure(lite.CPU_CORES, "cores", cores, "everything was measured on two cores"),
        "roles.lite.memory_bytes": _figure(peak, f"while rows are written: {upper}"),
        "roles.lite.loaded_bytes_per_pod": _figure(loaded, f"loaded and searched: {upper}"),
        "roles.lite.peak_bytes_per_pod": _figure(peak, f"while rows are written: {upper}"),
        "roles.lite.local_disk_bytes": _figure(disk, "the log and a compaction come on top while rows are written"),
    }


def _figure(terms: tuple[Term, ...], because: str) -> Figure:
    return Figure(sum([term.value for term in terms]), "bytes", terms, because)


def _sizes(workload: Workload) -> Iterator[tuple[str, LiteSize]]:
    """The dense fields, as the plan counts them: the scalar data of a row once, at the horizon."""
    for collection in workload.collections:
        scalars, rows = collection.scalar_bytes_per_row, collection.vectors_after(workload.horizon_months)
        for field in collection.fields:
            if field.resolved_dimension is not None and field.data_type == "FLOAT_VECTOR":
                name = f"{collection.name}.{field.name}"
                dimension = field.resolved_dimension
                yield name, lite.field_size(field.index, rows, dimension, field.index_params, scalars)
                scalars = 0
