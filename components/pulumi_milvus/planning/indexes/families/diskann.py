"""DISKANN: a graph with the vectors on local NVMe, and only short codes in memory to choose what to read."""

from __future__ import annotations

from typing import Final

from pulumi_milvus.planning.data_types import FLOATING_TYPES
from pulumi_milvus.planning.indexes.model import (
    DENSE_METRICS,
    SERVERS,
    IndexSize,
    IndexType,
    Parameter,
    Segment,
)

SOURCE: Final = (
    "Milvus 3.0 docs, userGuide/indexes/floating-vector/diskann.md; Knowhere d7cfd888, src/index/diskann/diskann.cc "
    "and thirdparty/DiskANN/src/aux_utils.cpp"
)
MAX_DEGREE: Final = Parameter("max_degree", "int", 1, 512, default=56)
SEARCH_LIST: Final = Parameter("search_list", "int", 1, search=True)
CODE_BUDGET: Final = Parameter("pq_code_budget_gb_ratio", "float", 0, 0.25, default=0.125, above_minimum=True)

SECTOR_BYTES: Final = 4096
LARGEST_CODE_BYTES: Final = 512  # thirdparty/DiskANN/include/diskann/defaults.h: MAX_PQ_CHUNKS
# Measured, diskannpy 0.7.0: a cached node costs its vector, its links and 150 to 700 bytes of hash table.
CACHED_NODE_BYTES: Final = 700
# Measured: searching adds 2.6..3.6 MiB at 128..384 dimensions and 6 MiB at 768..1536: pivots (4 * 256 * d), scratch.
SCRATCH_BYTES: Final = 4 * 1024**2
# The loader sets a quarter of the file aside (StaticEstimateLoadResource in diskann.cc).
RESERVED_PART: Final = 4


def graph_file_bytes(rows: int, node_bytes: int) -> int:
    """Nodes in whole sectors: several to a sector, or several sectors to a node; one more for the header.

    Measured, diskannpy 0.7.0: exact in every run.
    """
    if not rows:
        return 0
    if node_bytes <= SECTOR_BYTES:
        sectors = -(-rows // (SECTOR_BYTES // node_bytes))
    else:
        sectors = rows * -(-node_bytes // SECTOR_BYTES)
    return SECTOR_BYTES * (1 + sectors)


def pq_code_bytes(segment: Segment, ratio: float) -> int:
    """One vector's code: a share of the float32 vector, at most a byte a dimension and 512 bytes."""
    return max(1, min(segment.dimension, LARGEST_CODE_BYTES, int(ratio * 4 * segment.dimension)))


def diskann_size(segment: Segment) -> IndexSize:
    """node = vector + 4 + 4 * max_degree; the file is whole sectors of nodes, then the codes and their pivots."""
    vector = segment.raw_bytes_per_row
    degree = int(segment.params["max_degree"])
    graph = graph_file_bytes(segment.rows, vector + 4 + 4 * degree)
    codes = segment.rows * pq_code_bytes(segment, float(segment.params["pq_code_budget_gb_ratio"]))
    pivots = 4 * 256 * segment.dimension + 12 * segment.dimension
    cached_rows = int(segment.rows * float(segment.params["search_cache_budget_gb_ratio"]))
    cached_rows = cached_rows * vector // (vector + 4 * degree)
    cache = cached_rows * (vector + 4 * (degree + 1) + CACHED_NODE_BYTES)
    file = (("graph in whole sectors", graph), ("PQ codes", codes), ("pivots", pivots))
    return IndexSize(
        file=file,
        memory=(("PQ codes", codes), ("pivots", pivots), ("cached nodes", cache), ("scratch", SCRATCH_BYTES)),
        can_map=False,
        reserved_bytes=-(-(graph + codes + pivots) // RESERVED_PART),
        local_disk_bytes=graph,
    )


INDEXES: Final = (
    IndexType(
        "DISKANN",
        "disk",
        FLOATING_TYPES,
        DENSE_METRICS,
        SERVERS,
        SOURCE,
        (
            MAX_DEGREE,
            Parameter("search_list_size", "int", 1, default=100),
            CODE_BUDGET,
            Parameter("search_cache_budget_gb_ratio", "float", 0, 0.3, default=0.10),
            SEARCH_LIST,
            Parameter("beam_width_ratio", "float", 1, default=4, search=True),
        ),
        size=diskann_size,
    ),
)
