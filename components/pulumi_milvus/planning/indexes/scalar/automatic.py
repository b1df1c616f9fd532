"""AUTOINDEX on a scalar field: Milvus chooses by the type and by how many values differ."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from pulumi_milvus.planning.indexes.scalar.bitmap import bitmap_size
from pulumi_milvus.planning.indexes.scalar.field import ScalarField
from pulumi_milvus.planning.indexes.scalar.rtree import rtree_size
from pulumi_milvus.planning.indexes.scalar.sort import sort_size
from pulumi_milvus.planning.indexes.scalar.tantivy import inverted_size
from pulumi_milvus.planning.scalar_data import ScalarSize

SOURCE: Final = (
    "Milvus source, pkg/util/paramtable/autoindex_param.go (scalarAutoIndex.params.build) and "
    "internal/core/src/index/HybridScalarIndex.cpp: BITMAP below 100 different values"
)
# common/Consts.h, DEFAULT_HYBRID_INDEX_BITMAP_CARDINALITY_LIMIT.
BITMAP_LIMIT: Final = 100
# true, false and none.
BOOL_VALUES: Final = 3


def automatic_size(field: ScalarField) -> ScalarSize:
    """BOOL: BITMAP. FLOAT, DOUBLE, JSON: INVERTED. GEOMETRY: RTREE. Else BITMAP below 100 different values.

    From 100 on integers become STL_SORT, texts and arrays INVERTED. A segment may hold fewer different values than the
    field has, so the larger of both is planned from 100 on, and where the number is not known.
    """
    if field.data_type == "BOOL":
        return bitmap_size(replace(field, distinct_values=BOOL_VALUES))
    if field.data_type == "GEOMETRY":
        return rtree_size(field)
    if field.data_type in ("FLOAT", "DOUBLE", "JSON"):
        return inverted_size(field)
    said = field.distinct_values
    few = bitmap_size(replace(field, distinct_values=BITMAP_LIMIT - 1 if said is None else min(said, BITMAP_LIMIT - 1)))
    if said is not None and said < BITMAP_LIMIT:
        return replace(few, source=f"{SOURCE}; {few.source}")
    many = inverted_size(field) if field.is_text else sort_size(field)
    return ScalarSize(
        memory_bytes=max(few.memory_bytes, many.memory_bytes),
        load_peak_memory_bytes=max(few.load_peak_memory_bytes, many.load_peak_memory_bytes),
        lowest_memory_bytes=min(few.lowest_memory_bytes, many.lowest_memory_bytes),
        highest_memory_bytes=max(few.highest_memory_bytes, many.highest_memory_bytes),
        # The loader counts twice the file of what was chosen (HYBRID_INDEX_TYPE in ScalarIndexLoadResource).
        reserved_memory_bytes=2 * max(few.object_store_bytes, many.object_store_bytes),
        object_store_bytes=max(few.object_store_bytes, many.object_store_bytes),
        local_disk_bytes=max(few.object_store_bytes, many.object_store_bytes),
        source=f"{SOURCE}; {many.source}",
        certainty=many.certainty,
    )
