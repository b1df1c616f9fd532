"""Proxies and the coordinator: what does not hold data."""

from __future__ import annotations

import math
from typing import Final

from pulumi_milvus.planning.capacity.copies import with_spare
from pulumi_milvus.planning.capacity.rounding import GIB
from pulumi_milvus.planning.capacity.search import Search
from pulumi_milvus.planning.capacity.terms import Figure, Term, bytes_term
from pulumi_milvus.planning.capacity.writing import RoleNeed, fewest_left
from pulumi_milvus.planning.load.cores import PROXY_SOURCE
from pulumi_milvus.planning.load.ingest import RAW_BYTES_PER_CORE_SECOND
from pulumi_milvus.planning.workload import Workload

# The official sizing tool's pods for small clusters: 1 core and 4 GiB each (milvus-io/milvus.io f57ab62).
TOOL: Final = "milvus.io sizing tool, milvus-io/milvus.io f57ab62: 1 core and 4 GiB for a proxy or coordinator"
FEWEST_BYTES: Final = 4 * GIB
PROXY_CORES: Final = 2
MOST_PROXY_CORES: Final = 8
COORDINATOR_CORES: Final = 2
# Beyond a thousand collections the coordinator's metadata is felt: our allowance of 1 MiB each, not measured.
COLLECTION_BYTES: Final = 1024**2
INCLUDED_COLLECTIONS: Final = 1_000
LARGEST_COORDINATOR_BYTES: Final = 64 * GIB
# A proxy passes rows on; a quarter of what inserting takes is put on it: our allowance, not measured.
INSERT_SHARE: Final = 0.25


def proxies(workload: Workload, search: Search | None, at_least_left: int | None = None) -> RoleNeed:
    """Proxies: 0.6 core-ms for each query, as busy as the latency wish allows, and a share of inserting.

    ``at_least_left``: pods left at the worst moment; None: the fewest.
    """
    asked = search.load.proxy_cores.expected if search else 0.0
    row_bytes = search.size.raw_bytes_per_row + search.size.collection.scalar_bytes_per_row if search else 0
    inserting = INSERT_SHARE * workload.inserts_per_second * row_bytes / RAW_BYTES_PER_CORE_SECOND
    cores = asked + inserting
    fewest = at_least_left or fewest_left(workload.availability)
    left = max(fewest, math.ceil(cores / MOST_PROXY_CORES))
    pods = with_spare(left, workload.availability)
    each = MOST_PROXY_CORES if left > fewest else max(PROXY_CORES, math.ceil(cores / left))
    cpu = Figure(
        each,
        "cores",
        (
            Term(f"queries, 1/{left}", asked / left, "cores", PROXY_SOURCE),
            Term(f"passing inserts on, 1/{left}", inserting / left, "cores", "our allowance, not measured"),
        ),
        f"at least {PROXY_CORES}",
    )
    memory = Figure(FEWEST_BYTES, "bytes", (bytes_term("a proxy", FEWEST_BYTES, TOOL),), "the tool's smallest pod")
    return RoleNeed(pods, each, cpu, memory, 0)


def coordinators(workload: Workload) -> RoleNeed:
    """The coordinator: one that works, and one that stands by where a pod may be lost."""
    more = max(0, len(workload.collections) - INCLUDED_COLLECTIONS) * COLLECTION_BYTES
    memory_bytes = min(LARGEST_COORDINATOR_BYTES, FEWEST_BYTES + math.ceil(more / GIB) * GIB)
    memory = Figure(
        memory_bytes,
        "bytes",
        (
            bytes_term("a coordinator", FEWEST_BYTES, TOOL),
            bytes_term("collections beyond 1,000", more, "our allowance of 1 MiB each, not measured"),
        ),
        "rounded up to whole GiB",
    )
    cpu = Figure(COORDINATOR_CORES, "cores", (Term("a coordinator", COORDINATOR_CORES, "cores", TOOL),), "at least 2")
    return RoleNeed(1 if workload.availability == "none" else 2, COORDINATOR_CORES, cpu, memory, 0)
