"""IVF_PQ: each vector is cut into m parts, and each part is a number of one of 2^nbits centroids of its own."""

from __future__ import annotations

from typing import Final

from pulumi_milvus.planning.data_types import FLOATING_TYPES
from pulumi_milvus.planning.indexes.codes import (
    NLIST,
    NPROBE,
    REFINE,
    REFINE_K,
    REFINE_TYPE,
    list_slack,
    lists_of,
    refine_terms,
    row_places,
)
from pulumi_milvus.planning.indexes.families.ivf import ID_BYTES, SOURCE, centroid_terms
from pulumi_milvus.planning.indexes.model import DENSE_METRICS, SERVERS, IndexSize, IndexType, Parameter, Segment, Terms

# faiss, IndexIVFPQ.cpp: precomputed_table_max_bytes. A larger table is not made at all, and searches compute it.
LARGEST_TABLE_BYTES: Final = 2 * 1024**3
# Measured, Milvus 2.3.5: 0.78 at 128 dimensions.
STORED_SHARE: Final = 0.80


def precomputed_table(segment: Segment, lists: int) -> Terms:
    """Distances between every list's centroid and every part's centroids, for L2 only, in memory only.

    4 * nlist * m * 2^nbits; measured to about 1 MiB (201 MB at nlist 1024, m 192). Once per segment.
    """
    if segment.metric != "L2" or not segment.rows:
        return ()
    bytes_per_list = 4 * int(segment.params["m"]) * 2 ** int(segment.params["nbits"])
    if bytes_per_list * int(segment.params["nlist"]) > LARGEST_TABLE_BYTES:
        return ()
    return (("precomputed distances", bytes_per_list * lists),)


def ivf_pq_size(segment: Segment) -> IndexSize:
    """n * (ceil(m * nbits / 8) + 8) + nlist * (4d + 8) + 4 * 2^nbits * d. Measured, faiss-cpu 1.15.1: 0.02 % off."""
    lists = lists_of(segment)
    nbits = int(segment.params["nbits"])
    return IndexSize(
        file=(
            ("codes", segment.rows * ((int(segment.params["m"]) * nbits + 7) // 8)),
            ("ids", segment.rows * ID_BYTES),
            ("codebooks", 4 * 2**nbits * segment.dimension),
            *refine_terms(segment),
            *centroid_terms(segment, lists),
        ),
        tables=(*precomputed_table(segment, lists), *row_places(segment), *list_slack(lists)),
        stored_share=STORED_SHARE,
        has_raw_data=False,
    )


INDEXES: Final = (
    IndexType(
        "IVF_PQ",
        "inverted file",
        FLOATING_TYPES,
        DENSE_METRICS,
        SERVERS,
        SOURCE,
        (
            NLIST,
            Parameter("m", "int", 1, 65_536, divides=True, required=True),
            Parameter("nbits", "int", 1, 24, default=8),
            REFINE,
            REFINE_TYPE,
            NPROBE,
            REFINE_K,
        ),
        size=ivf_pq_size,
    ),
)
