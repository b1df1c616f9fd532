"""One pod that does everything: holds the data, takes inserts, builds indexes and answers."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

from pulumi_milvus.planning.capacity.collection_size import CollectionSize
from pulumi_milvus.planning.capacity.loaded import Loaded
from pulumi_milvus.planning.capacity.query_nodes import (
    DISK_ALLOWANCE,
    DISK_LIMIT,
    GPU_CONTEXT_BYTES,
    GPU_POOL_BYTES,
    LOAD_LIMIT,
)
from pulumi_milvus.planning.capacity.rounding import GIB, whole_gib
from pulumi_milvus.planning.capacity.search import Search
from pulumi_milvus.planning.capacity.terms import Figure, Term, bytes_term
from pulumi_milvus.planning.capacity.writing import RoleNeed, build_disk_bytes, building_cores, growing_bytes
from pulumi_milvus.planning.estimates import server_memory
from pulumi_milvus.planning.load.ingest import INGEST_IN_WORDS, ingest_cores
from pulumi_milvus.planning.workload import Workload

# 240..270 MB idle, 550 MB and more after building (Milvus 2.3.5 standalone); coordinators and proxy in one process.
PROCESS_BYTES: Final = 1_000_000_000
# etcd as a part of the process: what the official sizing tool gives a standalone's etcd (1 GiB below 1 million rows).
EMBEDDED_ETCD_BYTES: Final = GIB
PREREQUISITES: Final = "Milvus 3.0 docs, getstarted/run-milvus-k8s/prerequisite-helm.md: at least 4 cores and 8 GB"
FEWEST_CORES: Final = 4
FEWEST_BYTES: Final = 8 * GIB


def standalone_need(
    workload: Workload, sizes: Sequence[CollectionSize], data: Loaded, segment: Loaded, search: Search | None
) -> RoleNeed:
    """What the one pod needs: all of it at rest, and while a segment's index is built and another is handed over."""
    growing, growing_terms = growing_bytes(workload, sizes)
    etcd = EMBEDDED_ETCD_BYTES if workload.object_store == "local" else 0
    own = PROCESS_BYTES + server_memory.INSERT_BUFFER_BYTES + etcd
    resident = own + data.resident_bytes + growing
    reserved = own + data.reserved_bytes + growing
    building = max([size.build_peak_bytes for size in sizes], default=0)
    cores, cpu = _cores(workload, sizes, search)
    handing_over = segment.loading_bytes + segment.resident_bytes
    beside = max(segment.resident_bytes, segment.admitted_bytes)
    at_rest = max(resident + beside, reserved + segment.reserved_bytes)
    needed = max(resident + building + handing_over, at_rest / LOAD_LIMIT, FEWEST_BYTES)
    terms = (
        bytes_term("process and write buffers", own - etcd, server_memory.MEASURED),
        *([bytes_term("etcd inside the process", etcd, "milvus.io sizing tool f57ab62")] if etcd else ()),
        bytes_term("loaded indexes, rows and scalar data", data.resident_bytes, "the sizes of the collections"),
        *growing_terms,
        bytes_term("building the largest index", building, server_memory.MEASURED),
        bytes_term("loading a segment beside the one it replaces", handing_over, server_memory.MEASURED),
    )
    because = (
        f"rounded up to whole GiB; at rest, with a segment that is handed over, below {LOAD_LIMIT:.0%}, and at least "
        f"{FEWEST_BYTES // GIB} GiB"
    )
    memory = Figure(whole_gib(needed), "bytes", terms, because)
    disk = math.ceil(DISK_ALLOWANCE * (data.disk_bytes + segment.disk_bytes) / DISK_LIMIT) if data.disk_bytes else 0
    disk += max([build_disk_bytes(size) for size in sizes], default=0)
    gpu = data.gpu_bytes + max([size.gpu_build_peak_bytes for size in sizes], default=0)
    if gpu:
        gpu += segment.gpu_bytes + GPU_POOL_BYTES + GPU_CONTEXT_BYTES
    return RoleNeed(1, cores, cpu, memory, resident, disk, gpu)


def _cores(workload: Workload, sizes: Sequence[CollectionSize], search: Search | None) -> tuple[int, Figure]:
    asked = search.load.cores.expected if search else 0.0
    row_bytes = max([size.raw_bytes_per_row + size.collection.scalar_bytes_per_row for size in sizes], default=0)
    inserting = ingest_cores(workload.inserts_per_second, row_bytes).expected
    building, building_terms = building_cores(workload, sizes)
    cores = max(FEWEST_CORES, math.ceil(asked + inserting + building))
    terms = (
        Term("searching", asked, "cores", "the load model"),
        Term("inserting", inserting, "cores", INGEST_IN_WORDS),
        *building_terms,
    )
    because = f"whole cores, at least {FEWEST_CORES} ({PREREQUISITES})"
    return cores, Figure(cores, "cores", terms, because, search.load.terms if asked and search else ())
