"""AISAQ: DISKANN with its codes on the disk as well, for vectors in numbers that no memory holds."""

from __future__ import annotations

from typing import Final

from pulumi_milvus.planning.data_types import FLOATING_TYPES
from pulumi_milvus.planning.indexes.families.diskann import (
    CACHED_NODE_BYTES,
    CODE_BUDGET,
    LARGEST_CODE_BYTES,
    MAX_DEGREE,
    SEARCH_LIST,
    SECTOR_BYTES,
    graph_file_bytes,
)
from pulumi_milvus.planning.indexes.model import (
    DENSE_METRICS,
    SERVERS,
    IndexSize,
    IndexType,
    Parameter,
    Segment,
    Terms,
)

SOURCE: Final = (
    "Milvus 3.0 docs, userGuide/indexes/floating-vector/aisaq.md; Knowhere d7cfd888, src/index/diskann/diskann_aisaq.cc"
    " and thirdparty/DiskANN/src/{aux_utils,aisaq_utils,pq_flash_aisaq_index}.cpp"
)

# thirdparty/DiskANN/include/diskann/aux_utils.h: a tenth of the vectors, at most 100,000, are kept as sample queries.
SAMPLED_PART: Final = 10
MOST_SAMPLED_ROWS: Final = 100_000
# Pivots of a product quantiser: 256 floats a dimension, and its centroid, order and offsets; in memory twice, as they
# are and transposed (pq_flash_aisaq_index.cpp, aisaq_cal_size).
PIVOT_BYTES_PER_DIMENSION: Final = 4 * 256 + 12
TABLE_BYTES_PER_DIMENSION: Final = 2 * 4 * 256 + 8
# Each search thread keeps, for every loaded segment, distances to the pivots (256 floats a code byte), candidates and
# sectors just read (pq_flash_index.cpp, setup_thread_data): what of it a search touches. 16 threads are 4 cores times
# queryNode.segcore.knowhereThreadPoolNumRatio, whose default is 4. Reasoned, not measured.
SEARCH_THREADS: Final = 16
THREAD_BYTES_PER_CODE_BYTE: Final = 4 * 256
THREAD_BYTES: Final = 192 * 1024
# diskann_aisaq.cc: StaticEstimateLoadResource sets a 1024th of the file aside; GetCachedNodeNum counts 1.2 a node.
RESERVED_PART: Final = 1024
CACHE_EXPANSION: Final = 1.2
MOST_CACHED_PART: Final = 3


def codes_beside_node(inline_pq: int, degree: int, node_bytes: int, code_bytes: int) -> int:
    """How many neighbours' codes a node carries.

    -1 is none, 0 what fits without a larger file, more is that many and what still fits (aux_utils.cpp,
    aisaq_calc_inline_layout; the documentation has -1 and 0 the other way round, which changes no file's size).
    """
    if inline_pq < 0:
        return 0
    inline_pq = min(inline_pq, degree)
    node_bytes += inline_pq * code_bytes
    nodes = max(1, SECTOR_BYTES // node_bytes)
    room = -(-nodes * node_bytes // SECTOR_BYTES) * SECTOR_BYTES - nodes * node_bytes
    return inline_pq + min(degree - inline_pq, room // (nodes * code_bytes))


def aisaq_size(segment: Segment) -> IndexSize:
    """node = vector or its disk code + 4 + 4 * max_degree + codes of neighbours, in whole sectors; then the codes.

    10,000,000 x 768 floats with Milvus's defaults: a disk code of 768 bytes, node 996, 4 to a sector: 10.2 GB; codes of
    384, 10 to a page: 4.1 GB. In memory: where each code went (``rearrange``, 4 bytes a row), lengths of vectors
    (COSINE, 4 bytes a row), pivots and the search threads' buffers. Layout from the source; not measured.
    """
    params, rows = segment.params, segment.rows
    if not rows:
        return IndexSize(file=(), memory=(), can_map=False, reserved_bytes=0)
    degree = int(params["max_degree"])
    vector = segment.raw_bytes_per_row
    number_bytes = vector // segment.dimension
    # IP adds a dimension to make lengths comparable (prepare_base_for_inner_products).
    dimension = segment.dimension + (1 if segment.metric == "IP" else 0)
    disk_code = min(dimension, int(float(params["disk_pq_code_budget_gb_ratio"]) * vector))
    stored = disk_code or dimension * number_bytes
    code = max(1, min(dimension, LARGEST_CODE_BYTES, int(float(params["pq_code_budget_gb_ratio"]) * vector)))
    links = 4 * (degree + 1)
    inline = codes_beside_node(int(params["inline_pq"]), degree, stored + links, code)
    node = stored + links + inline * code
    graph = graph_file_bytes(rows, node)
    # With all codes in the nodes the rearranged copy is not made (aux_utils.cpp, aisaq_calc_inline_layout).
    rearranged = bool(params["rearrange"]) and inline < degree
    pages = 1 + -(-rows // (SECTOR_BYTES // code))
    tables = 2 if disk_code else 1
    lengths = 4 * rows if segment.metric == "COSINE" else 0
    entries = min(rows, int(params["num_entry_points"]))
    file: Terms = (
        ("graph in whole sectors", graph),
        ("PQ codes", SECTOR_BYTES * pages if rearranged else 8 + rows * code),
        ("order of the PQ codes", 4 * rows if rearranged else 0),
        ("lengths", lengths),
        ("sample queries", vector * min(MOST_SAMPLED_ROWS, -(-rows // SAMPLED_PART))),
        ("entry points", 4 * entries),
        ("pivots", tables * PIVOT_BYTES_PER_DIMENSION * dimension),
    )
    cached = _cached_nodes(segment, node)
    return IndexSize(
        file=file,
        memory=(
            ("order of the PQ codes", 4 * rows if rearranged else 0),
            ("lengths", lengths),
            ("entry points", entries * (4 + code)),
            ("pivots", tables * TABLE_BYTES_PER_DIMENSION * dimension),
            ("cached nodes", cached * (node + CACHED_NODE_BYTES)),
            ("cached PQ codes", min(int(params["pq_cache_size"]), rows * code) if inline < degree else 0),
            ("buffers of the search threads", SEARCH_THREADS * (THREAD_BYTES + THREAD_BYTES_PER_CODE_BYTE * code)),
        ),
        has_raw_data=segment.metric != "IP",
        can_map=False,
        reserved_bytes=-(-sum([size for _, size in file]) // RESERVED_PART),
        local_disk_bytes=graph,
    )


def _cached_nodes(segment: Segment, node_bytes: int) -> int:
    """Nodes that loading puts into memory; the share is of float32 vectors whatever their type (Milvus,
    pkg/util/indexparams, SetDiskIndexLoadParams). More than a third of the rows are refused."""
    ratio = float(segment.params["search_cache_budget_gb_ratio"])
    wanted = int(ratio * 4 * segment.dimension * segment.rows / (CACHE_EXPANSION * node_bytes))
    return min(segment.rows // MOST_CACHED_PART, wanted)


INDEXES: Final = (
    IndexType(
        "AISAQ",
        "disk",
        FLOATING_TYPES,
        DENSE_METRICS,
        SERVERS,
        SOURCE,
        (
            MAX_DEGREE,
            Parameter("search_list_size", "int", 1, 512, default=100),
            Parameter("inline_pq", "int", -1, 512, default=-1),
            CODE_BUDGET,
            Parameter("disk_pq_code_budget_gb_ratio", "float", 0, 0.25, default=0.25),
            Parameter("num_entry_points", "int", 0, 1_000, default=100),
            Parameter("rearrange", "bool", default=True),
            Parameter("pq_cache_size", "int", 0, 1024**3, default=0),
            Parameter("search_cache_budget_gb_ratio", "float", 0, 0.3, default=0.0),
            SEARCH_LIST,
        ),
        since=(2, 6, 4),
        size=aisaq_size,
    ),
)
