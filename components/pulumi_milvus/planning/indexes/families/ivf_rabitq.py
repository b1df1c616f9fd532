"""IVF_RABITQ: one bit a dimension and a few correction factors, with an optional second, finer copy."""

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
from pulumi_milvus.planning.indexes.model import DENSE_METRICS, SERVERS, IndexSize, IndexType, Parameter, Segment

# Measured, faiss-cpu 1.15.1: two factors of 4 bytes a row with one bit, 20 bytes with more.
FACTOR_BYTES: Final = 8
FACTOR_BYTES_OF_MORE_BITS: Final = 20


def ivf_rabitq_size(segment: Segment) -> IndexSize:
    """n * (ceil(d/8) + 8 + 8) + nlist * (4d + 8). Measured, faiss-cpu 1.15.1: 0.02 % off.

    ``rbq_bits`` above 1 adds d * (bits - 1) / 8 and 12 bytes of factors. Codes are bits of random rotations and do not
    compress: a reasoned figure, not a measured one.

    Knowhere d7cfd888 rotates the vectors first, by a matrix of d * d floats, and writes 4 bytes a row more with one bit
    (ivfrbq_wrapper.cc, index_write.cpp). The measured files are faiss's own and have neither, so that ``file`` has
    neither; memory has the matrix.
    """
    lists = lists_of(segment)
    bits = int(segment.params["rbq_bits"])
    code = (segment.dimension + 7) // 8
    factors = FACTOR_BYTES
    if bits > 1:
        code += (segment.dimension * (bits - 1) + 7) // 8
        factors = FACTOR_BYTES_OF_MORE_BITS
    rotation = 4 * segment.dimension**2 if segment.rows else 0
    return IndexSize(
        file=(
            ("codes", segment.rows * code),
            ("factors", segment.rows * factors),
            ("ids", segment.rows * ID_BYTES),
            *refine_terms(segment),
            *centroid_terms(segment, lists),
        ),
        tables=(("rotation", rotation), *row_places(segment), *list_slack(lists)),
        stored_share=1.0,
        has_raw_data=False,
    )


INDEXES: Final = (
    IndexType(
        "IVF_RABITQ",
        "inverted file",
        FLOATING_TYPES,
        DENSE_METRICS,
        SERVERS,
        SOURCE,
        (
            NLIST,
            REFINE,
            REFINE_TYPE,
            Parameter("rbq_bits", "int", 1, 9, default=1),
            NPROBE,
            Parameter("rbq_query_bits", "int", 0, 8, default=0, search=True),
            REFINE_K,
        ),
        since=(2, 6),
        size=ivf_rabitq_size,
    ),
)
