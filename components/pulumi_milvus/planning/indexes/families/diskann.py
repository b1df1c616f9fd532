"""DISKANN: a graph with the vectors on local NVMe, and only short codes in memory to choose what to read."""

from __future__ import annotations

from typing import Final

from pulumi_milvus.planning.data_types import FLOATING_TYPES
from pulumi_milvus.planning.indexes.codes import norms_bytes
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
# aux_utils.h and build_disk_index: a tenth of the vectors, at most 100,000, are kept as sample queries.
SAMPLED_PART: Final = 10
MOST_SAMPLED_ROWS: Final = 100_000
# The product quantiser: 256 floats a dimension, with its centroid, order and offsets; in memory twice, as they are and
# transposed (pq_flash_index.cpp, cal_size).
PIVOT_BYTES_PER_DIMENSION: Final = 4 * 256 + 12
TABLE_BYTES_PER_DIMENSION: Final = 2 * 4 * 256 + 8
# Measured, diskannpy 0.7.0: a cached node costs its vector, its links and 150 to 700 bytes of hash table.
CACHED_NODE_BYTES: Final = 700
# diskann.cc: GetCachedNodeNum counts 1.2 of a node for each (kCacheExpansionRate), Deserialize refuses more than a
# third of the rows.
CACHE_EXPANSION: Final = 1.2
MOST_CACHED_PART: Final = 3
# Each search thread keeps, for every loaded segment, distances to the pivots (256 floats a code byte), nodes visited
# and sectors just read (pq_flash_index.cpp, setup_thread_data, called by diskann.cc with the size of the search pool):
# what of it a search touches, 0.3 to 0.7 MB. 16 threads are 4 cores times queryNode.segcore.knowhereThreadPoolNumRatio,
# whose default is 4. Reasoned; measured with 2 threads (diskannpy 0.7.0): 2.6 to 6 MiB beyond the codes, with pivots.
SEARCH_THREADS: Final = 16
THREAD_BYTES_PER_CODE_BYTE: Final = 4 * 256
THREAD_BYTES: Final = 192 * 1024
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
    """One vector's code: a share of the vector in its own type, at most a byte a dimension and 512 bytes.

    Source: Milvus, pkg/util/indexparams, SetDiskIndexBuildParams; Knowhere, build_disk_index in aux_utils.cpp.
    """
    return max(1, min(segment.dimension, LARGEST_CODE_BYTES, int(ratio * segment.raw_bytes_per_row)))


def diskann_size(segment: Segment) -> IndexSize:
    """node = vector + 4 + 4 * max_degree; the file is whole sectors of nodes, codes, pivots and sample queries.

    IP stores one dimension more, which makes lengths comparable (prepare_base_for_inner_products), and cannot give
    vectors back; COSINE keeps the length of each, 4 bytes a row. ``local_disk_bytes`` is the graph's file alone.
    """
    rows = segment.rows
    if not rows:
        return IndexSize(file=(), memory=(), can_map=False, reserved_bytes=0)
    raw = segment.raw_bytes_per_row
    more_dimensions = 1 if segment.metric == "IP" else 0
    dimension = segment.dimension + more_dimensions
    vector = raw + more_dimensions * raw // segment.dimension
    node = vector + 4 * (int(segment.params["max_degree"]) + 1)
    graph = graph_file_bytes(rows, node)
    code = pq_code_bytes(segment, float(segment.params["pq_code_budget_gb_ratio"]))
    codes = rows * code
    lengths = norms_bytes(segment)
    samples = raw * min(MOST_SAMPLED_ROWS, -(-rows // SAMPLED_PART))
    pivots = PIVOT_BYTES_PER_DIMENSION * dimension
    return IndexSize(
        file=(
            ("graph in whole sectors", graph),
            ("PQ codes", codes),
            ("pivots", pivots),
            ("lengths", lengths),
            ("sample queries", samples),
        ),
        memory=(
            ("PQ codes", codes),
            ("pivots", TABLE_BYTES_PER_DIMENSION * dimension),
            ("lengths", lengths),
            ("cached nodes", _cached_bytes(segment, vector, node)),
            ("buffers of the search threads", SEARCH_THREADS * (THREAD_BYTES + THREAD_BYTES_PER_CODE_BYTE * code)),
        ),
        has_raw_data=segment.metric != "IP",
        can_map=False,
        reserved_bytes=-(-(graph + codes + pivots + lengths + samples) // RESERVED_PART),
        local_disk_bytes=graph,
    )


def _cached_bytes(segment: Segment, vector_bytes: int, node_bytes: int) -> int:
    """Nodes that loading puts into memory, and the hash tables beside them.

    The budget is a share of float32 vectors whatever their type (Milvus, pkg/util/indexparams, SetDiskIndexLoadParams).
    It holds fewer nodes of more links; their tables are counted for as many as fit with one link each, so that more
    links never need less.
    """
    ratio = float(segment.params["search_cache_budget_gb_ratio"])
    budget = ratio * 4 * segment.dimension * segment.rows / CACHE_EXPANSION
    most = segment.rows // MOST_CACHED_PART
    nodes = min(most * node_bytes, int(budget))
    return nodes + CACHED_NODE_BYTES * min(most, int(budget / (vector_bytes + 8)))


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
