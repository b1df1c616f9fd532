"""HNSW and its compressed forms: a graph of neighbours that a search walks."""

from __future__ import annotations

from typing import Final

from pulumi_milvus.planning.data_types import DENSE_TYPES
from pulumi_milvus.planning.indexes.codes import (
    ALLOCATOR_SLACK,
    HEADER_BYTES,
    REFINE,
    REFINE_K,
    REFINE_TYPE,
    code_bytes,
    gives_vectors_back,
    norms_bytes,
    quantiser_bytes,
    refine_terms,
)
from pulumi_milvus.planning.indexes.model import (
    DENSE_METRICS,
    EVERYWHERE,
    SERVERS,
    IndexSize,
    IndexType,
    Measure,
    Parameter,
    Segment,
    Terms,
)

SOURCE: Final = (
    "Milvus 3.0 docs, userGuide/indexes/floating-vector/hnsw*.md; Knowhere d7cfd888, "
    "src/index/hnsw/faiss_hnsw_config.h and include/knowhere/index/index_table.h"
)
M: Final = Parameter("M", "int", 2, 2_048, default=30)
EF_CONSTRUCTION: Final = Parameter("efConstruction", "int", 1, default=360)
EF: Final = Parameter("ef", "int", 1, search=True)
NBITS: Final = Parameter("nbits", "int", 1, 24, default=8)
# Measured, Milvus 2.3.5: 0.754 at 128 dimensions and M=16, where the links are a third; vectors alone keep 0.93.
STORED_SHARE: Final = 0.93
LINKS_STORED_SHARE: Final = 0.75


def graph_terms(segment: Segment) -> Terms:
    """Links of 4 bytes: 2M on the ground level, M on each level above, which one row in M reaches, one in M^2 ...

    4 * (2M + M / (M - 1)) + 12 a row; the 12 are its level and where its links begin. Measured, faiss-cpu 1.15.1:
    0.01 % of the file.
    """
    m = int(segment.params["M"])
    links = segment.rows * 4 * (2 * m * (m - 1) + m) // (m - 1)
    return (("links", links), ("levels and offsets", segment.rows * 12), ("header", HEADER_BYTES))


def hnsw_size(segment: Segment) -> IndexSize:
    """The vectors in their own type and the graph."""
    vectors = segment.rows * segment.raw_bytes_per_row
    graph = graph_terms(segment)
    share = STORED_SHARE if vectors >= 4 * graph[0][1] else (STORED_SHARE + LINKS_STORED_SHARE) / 2
    return IndexSize(
        file=(("vectors", vectors), ("norms", norms_bytes(segment)), *graph),
        tables=ALLOCATOR_SLACK,
        stored_share=share,
    )


def hnsw_sq_size(segment: Segment) -> IndexSize:
    """A scalar-quantised code for each vector and the graph. Measured, faiss-cpu 1.15.1: 0.02 % off.

    SQ4U over IP keeps the length of each vector as COSINE does: l2_norms_sqr in Knowhere, index_write.cpp.
    """
    kind = str(segment.params["sq_type"])
    norms = 4 * segment.rows if kind == "SQ4U" and segment.metric == "IP" else norms_bytes(segment)
    return IndexSize(
        file=(
            ("codes", segment.rows * code_bytes(kind, segment.dimension)),
            ("quantiser", quantiser_bytes(kind, segment.dimension)),
            ("norms", norms),
            *refine_terms(segment),
            *graph_terms(segment),
        ),
        tables=ALLOCATOR_SLACK,
        stored_share=STORED_SHARE,
        has_raw_data=gives_vectors_back(segment, kind),
    )


def hnsw_pq_size(segment: Segment) -> IndexSize:
    """A product-quantised code for each vector and the graph; in memory also distances between code words,
    4 * m * 2^(2 * nbits), which no file shows (25 MB at m=96). Measured with L2, faiss-cpu 1.15.1: 0.02 % off.

    For COSINE that table is not made: Knowhere d7cfd888, "IHNp" in faiss/cppcontrib/knowhere/impl/index_read.cpp.
    """
    m, nbits = int(segment.params["m"]), int(segment.params["nbits"])
    table = 4 * m * 4**nbits if segment.rows and segment.metric != "COSINE" else 0
    return IndexSize(
        file=(
            ("codes", segment.rows * ((m * nbits + 7) // 8)),
            ("codebooks", 4 * 2**nbits * segment.dimension),
            ("norms", norms_bytes(segment)),
            *refine_terms(segment),
            *graph_terms(segment),
        ),
        tables=(("distances between code words", table), *ALLOCATOR_SLACK),
        stored_share=STORED_SHARE,
        has_raw_data=gives_vectors_back(segment),
    )


def hnsw_prq_size(segment: Segment) -> IndexSize:
    """Each of m parts is quantised nrq times, each time what the last left over; L2 keeps a 4-byte norm a row.

    The codebooks are written twice, as a whole and part by part. In memory also a part's code words times those of
    earlier rounds, 4 * m * 2^(2 * nbits) * nrq * (nrq - 1) / 2, and their lengths; no file shows them.
    Layout: Knowhere d7cfd888, IndexProductResidualQuantizer in src/index/hnsw/faiss_hnsw.cc, read_ResidualQuantizer in
    index_read.cpp, compute_codebook_tables in faiss/impl/AdditiveQuantizer.cpp; not measured.
    """
    m, nbits, rounds = int(segment.params["m"]), int(segment.params["nbits"]), int(segment.params["nrq"])
    bits = m * rounds * nbits + (32 if segment.metric == "L2" else 0)
    products = 2 * m * 4**nbits * rounds * (rounds - 1) if segment.rows else 0
    lengths = 4 * m * rounds * 2**nbits if segment.rows else 0
    return IndexSize(
        file=(
            ("codes", segment.rows * ((bits + 7) // 8)),
            ("codebooks", 2 * 4 * rounds * 2**nbits * segment.dimension),
            ("norms", norms_bytes(segment)),
            *refine_terms(segment),
            *graph_terms(segment),
        ),
        tables=(("products of code words", products), ("lengths of code words", lengths), *ALLOCATOR_SLACK),
        stored_share=STORED_SHARE,
        has_raw_data=gives_vectors_back(segment),
    )


def _index(name: str, size: Measure, *parameters: Parameter, lite: bool = False) -> IndexType:
    return IndexType(
        name,
        "graph",
        DENSE_TYPES,
        DENSE_METRICS,
        EVERYWHERE if lite else SERVERS,
        SOURCE,
        (M, EF_CONSTRUCTION, *parameters, EF),
        undocumented_data_types=frozenset({"BINARY_VECTOR"}) if name == "HNSW" else frozenset(),
        size=size,
    )


INDEXES: Final = (
    _index("HNSW", hnsw_size, lite=True),
    _index(
        "HNSW_SQ",
        hnsw_sq_size,
        Parameter("sq_type", "choice", choices=("SQ4U", "SQ6", "SQ8", "BF16", "FP16"), default="SQ8"),
        REFINE,
        REFINE_TYPE,
        REFINE_K,
        lite=True,
    ),
    _index(
        "HNSW_PQ",
        hnsw_pq_size,
        Parameter("m", "int", 1, 65_536, default=32, divides=True),
        NBITS,
        REFINE,
        REFINE_TYPE,
        REFINE_K,
    ),
    _index(
        "HNSW_PRQ",
        hnsw_prq_size,
        Parameter("m", "int", 1, 65_536, default=2, divides=True),
        NBITS,
        Parameter("nrq", "int", 1, 16, default=2),
        REFINE,
        REFINE_TYPE,
        REFINE_K,
    ),
)
