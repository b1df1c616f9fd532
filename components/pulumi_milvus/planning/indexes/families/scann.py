"""SCANN: 4-bit codes of small parts, in blocks of 32 rows for SIMD registers, and the vectors to rank again."""

from __future__ import annotations

from typing import Final

from pulumi_milvus.planning.data_types import FLOATING_TYPES
from pulumi_milvus.planning.indexes.codes import NLIST, NPROBE, float_bytes_per_row, list_slack, lists_of, norms_bytes
from pulumi_milvus.planning.indexes.families.ivf import ID_BYTES, SOURCE, centroid_terms
from pulumi_milvus.planning.indexes.model import DENSE_METRICS, SERVERS, IndexSize, IndexType, Parameter, Segment

BLOCK_ROWS: Final = 32
# The last block of each list is filled up. With lists of unequal size that is more than half a block: 19.1..25.0 rows a
# list in the measured files (faiss-cpu 1.15.1; nlist 1024 and 4096, 24 to 977 rows a list, 96 to 1536 dimensions).
PADDING_ROWS_PER_LIST: Final = 22
# 16 centroids for each part: 4 bits.
CENTROIDS_PER_PART: Final = 16
# Each list's codes are one allocation of a power of two, of which a part beyond the codes becomes resident. Measured:
# 0.4 kB of 1.0 kB a list (20k x 96), 1.5 of 4.7 (100k x 384), 2.5 of 12 and 2.8 of 24 (x 96), 4.1 of 47 (100k x 1536).
ALLOCATED_SHARE: Final = 0.45
MOST_ALLOCATED_BYTES: Final = 4096 + 1024
# Measured, Milvus 2.3.5: 0.922 (128 dimensions) and 0.930 (768), with the vectors.
STORED_SHARE: Final = 0.94


def scann_size(segment: Segment) -> IndexSize:
    """n * (m/2 + 8 + 4d) + nlist * (4d + 8) + 4 * 16 * d + padding, m = d / sub_dim; without raw data no 4d.

    Measured, faiss-cpu 1.15.1: within 0.6 % with the vectors, 2 % without. A last part that is smaller counts as one
    (Knowhere, src/index/ivf/ivf.cc); the rule ``index-pair`` refuses it.
    """
    lists = lists_of(segment)
    parts = -(-segment.dimension // int(segment.params["sub_dim"]))
    code = (parts + 1) // 2
    padding_rows = max(PADDING_ROWS_PER_LIST * lists, BLOCK_ROWS * lists - segment.rows) if segment.rows else 0
    raw = bool(segment.params["with_raw_data"])
    slack = round(min(MOST_ALLOCATED_BYTES * lists, ALLOCATED_SHARE * (segment.rows + padding_rows) * code))
    return IndexSize(
        file=(
            ("codes", segment.rows * code),
            ("ids", segment.rows * ID_BYTES),
            ("padding to blocks of 32 rows", padding_rows * code),
            ("codebooks", 4 * CENTROIDS_PER_PART * segment.dimension),
            ("vectors", segment.rows * float_bytes_per_row(segment) if raw else 0),
            ("norms", norms_bytes(segment)),
            *centroid_terms(segment, lists),
        ),
        tables=(("pages of the lists", slack), *list_slack(lists)),
        stored_share=STORED_SHARE,
        has_raw_data=raw,
    )


INDEXES: Final = (
    IndexType(
        "SCANN",
        "inverted file",
        FLOATING_TYPES,
        DENSE_METRICS,
        SERVERS,
        SOURCE,
        (
            NLIST,
            Parameter("with_raw_data", "bool", default=True),
            Parameter("sub_dim", "int", 1, default=2, divides=True),
            NPROBE,
            Parameter("reorder_k", "int", 1, search=True),
        ),
        size=scann_size,
    ),
)
