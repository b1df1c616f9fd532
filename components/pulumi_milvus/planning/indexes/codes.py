"""Bytes of one vector in an index: as it is, as a scalar-quantised code, and with what the metric adds."""

from __future__ import annotations

from typing import Final

from pulumi_milvus.planning.indexes.model import Parameter, Segment, Terms

# faiss ScalarQuantizer: bits of one dimension. SQ4U is uniform: one range for all dimensions.
# Confirmed by measurement, faiss-cpu 1.15.1: 0.02 % of the file.
CODE_BITS: Final = {"SQ4U": 4, "SQ6": 6, "SQ8": 8, "BF16": 16, "FP16": 16, "FP32": 32}
# The code that keeps a vector of half precision as it is (Knowhere, has_lossless_quant in refine_utils.cc).
HALF_PRECISION_CODE: Final = {"FLOAT16_VECTOR": "FP16", "BFLOAT16_VECTOR": "BF16"}

NLIST: Final = Parameter("nlist", "int", 1, 65_536, default=128)
NPROBE: Final = Parameter("nprobe", "int", 1, 65_536, default=8, search=True)
REFINE: Final = Parameter("refine", "bool", default=False)
REFINE_TYPE: Final = Parameter("refine_type", "choice", choices=("SQ6", "SQ8", "FP16", "BF16", "FP32"))
REFINE_K: Final = Parameter("refine_k", "float", 1, search=True)

# A faiss header and the alignment of what follows: 33 bytes (BIN_FLAT) to 170 (HNSW) in the measured files.
HEADER_BYTES: Final = 128
# Reading a file back leaves some allocator slack, and each inverted list is two allocations of its own. Measured with
# faiss-cpu 1.15.1: 8 to 50 kB for graphs and FLAT; 86..303 kB at nlist 1024 and 0.65 MB at nlist 4096; the process as a
# whole, with what it maps, 0.4 to 2.5 MiB.
SLACK_BYTES: Final = 1024 * 1024
SLACK_BYTES_PER_LIST: Final = 256


def float_bytes_per_row(segment: Segment) -> int:
    """FLAT and the inverted-file family keep every vector as float32, whatever its declared type.

    Source: Knowhere d7cfd888, KNOWHERE_MOCK_REGISTER_DENSE_FLOAT_ALL_GLOBAL in src/index/ivf/ivf.cc and flat.cc.
    """
    return 4 * segment.dimension


def code_bytes(kind: str, dimension: int) -> int:
    """One vector as a scalar-quantised code."""
    return (CODE_BITS[kind] * dimension + 7) // 8


def quantiser_bytes(kind: str, dimension: int) -> int:
    """The trained ranges of a scalar quantiser, once per index: two floats a dimension; uniform ones two in all."""
    if kind in ("SQ6", "SQ8"):
        return 8 * dimension
    return 8 if kind == "SQ4U" else 0


def norms_bytes(segment: Segment) -> int:
    """COSINE keeps the length of each vector, 4 bytes a row (Knowhere, faiss/cppcontrib/knowhere/IndexCosine.h)."""
    return 4 * segment.rows if segment.metric == "COSINE" else 0


def refine_code(segment: Segment) -> str | None:
    """The type of the second copy of the vectors that ranks candidates again; None where there is none.

    ``refine`` and ``refine_type`` must both be said, else no copy is made. Source: Knowhere d7cfd888,
    src/index/hnsw/faiss_hnsw.cc, ivf/ivf_wrapper.cc and ivf/ivfrbq_wrapper.cc.
    """
    kind = segment.params.get("refine_type") if segment.params.get("refine") else None
    return str(kind) if kind else None


def refine_terms(segment: Segment) -> Terms:
    """The second copy of the vectors and its quantiser (Knowhere, pick_refine_index in src/index/refine)."""
    kind = refine_code(segment)
    if kind is None:
        return ()
    codes = segment.rows * code_bytes(kind, segment.dimension)
    return (("refine codes", codes + quantiser_bytes(kind, segment.dimension)),)


def gives_vectors_back(segment: Segment, code: str | None = None) -> bool:
    """Whether an HNSW index of codes holds the vectors without loss, as its ``code`` or in its refine copy.

    Source: Knowhere d7cfd888, StaticHasRawData in src/index/hnsw/faiss_hnsw.cc. The inverted-file family never says so,
    whatever its refine copy (ivf/ivf.cc).
    """
    own, refined = HALF_PRECISION_CODE.get(segment.data_type), refine_code(segment)
    return refined == "FP32" or (own is not None and own in (code, refined))


def lists_of(segment: Segment) -> int:
    """The number of inverted lists: nlist, and never more than there are rows to train them with.

    Milvus lowers nlist to rows / 39 by itself (Knowhere, MatchNlist in src/index/ivf/ivf.cc); the declared number is
    the upper end, which grows into truth as the segment fills.
    """
    return max(1, min(int(segment.params["nlist"]), segment.rows))


def row_places(segment: Segment) -> Terms:
    """Where in the lists each row stands, 8 bytes a row: made at load, in memory only.

    Source: Knowhere d7cfd888, make_direct_map in src/index/ivf/ivf.cc, ivf_wrapper.cc and ivfrbq_wrapper.cc. SCANN has
    none (ShouldMakeDirectMapAfterDeserialize).
    """
    return (("places of the rows", 8 * segment.rows),)


def list_slack(lists: int) -> Terms:
    """What the allocator keeps beside inverted lists once they are loaded."""
    return (("allocator slack", SLACK_BYTES + SLACK_BYTES_PER_LIST * lists),)


ALLOCATOR_SLACK: Final[Terms] = (("allocator slack", SLACK_BYTES),)
