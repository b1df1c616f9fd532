"""IVF_FLAT and IVF_SQ8: rows are grouped into nlist lists around centroids, a search reads nprobe of them."""

from __future__ import annotations

from typing import Final

from pulumi_milvus.planning.data_types import FLOATING_TYPES
from pulumi_milvus.planning.indexes.codes import (
    HEADER_BYTES,
    NLIST,
    NPROBE,
    REFINE,
    REFINE_K,
    REFINE_TYPE,
    code_bytes,
    float_bytes_per_row,
    list_slack,
    lists_of,
    norms_bytes,
    quantiser_bytes,
    refine_terms,
    row_places,
)
from pulumi_milvus.planning.indexes.model import DENSE_METRICS, EVERYWHERE, IndexSize, IndexType, Segment, Terms

SOURCE: Final = (
    "Milvus 3.0 docs, userGuide/indexes/floating-vector; Knowhere d7cfd888, src/index/ivf/ivf_config.h and "
    "include/knowhere/index/index_table.h"
)
ID_BYTES: Final = 8  # faiss keeps a 64-bit id beside each code
# What the object store keeps of the file. Measured, Milvus 2.3.5: 0.916 (128 dimensions) and 0.925 (768).
FLAT_STORED_SHARE: Final = 0.93
# Measured, Milvus 2.3.5: 0.874 at 768 dimensions.
SQ8_STORED_SHARE: Final = 0.88


def centroid_terms(segment: Segment, lists: int) -> Terms:
    """Each list has a float32 centroid and its length; once per segment, so many small segments repeat it."""
    return (("centroids", lists * (4 * segment.dimension + 8)), ("header", HEADER_BYTES))


def ivf_flat_size(segment: Segment) -> IndexSize:
    """n * (4d + 8) + nlist * (4d + 8). Measured, faiss-cpu 1.15.1: 0.00 % off."""
    lists = lists_of(segment)
    return IndexSize(
        file=(
            ("vectors", segment.rows * float_bytes_per_row(segment)),
            ("ids", segment.rows * ID_BYTES),
            ("norms", norms_bytes(segment)),
            *centroid_terms(segment, lists),
        ),
        tables=(*row_places(segment), *list_slack(lists)),
        stored_share=FLAT_STORED_SHARE,
    )


def ivf_sq8_size(segment: Segment) -> IndexSize:
    """n * (d + 8) + nlist * (4d + 8) + 8d. Measured, faiss-cpu 1.15.1: 0.01 % off."""
    lists = lists_of(segment)
    return IndexSize(
        file=(
            ("codes", segment.rows * code_bytes("SQ8", segment.dimension)),
            ("ids", segment.rows * ID_BYTES),
            ("quantiser", quantiser_bytes("SQ8", segment.dimension)),
            *refine_terms(segment),
            *centroid_terms(segment, lists),
        ),
        tables=(*row_places(segment), *list_slack(lists)),
        stored_share=SQ8_STORED_SHARE,
        has_raw_data=False,
    )


INDEXES: Final = (
    IndexType(
        "IVF_FLAT",
        "inverted file",
        FLOATING_TYPES,
        DENSE_METRICS,
        EVERYWHERE,
        SOURCE,
        (NLIST, NPROBE),
        size=ivf_flat_size,
    ),
    IndexType(
        "IVF_SQ8",
        "inverted file",
        FLOATING_TYPES,
        DENSE_METRICS,
        EVERYWHERE,
        SOURCE,
        (NLIST, REFINE, REFINE_TYPE, NPROBE, REFINE_K),
        size=ivf_sq8_size,
    ),
)
