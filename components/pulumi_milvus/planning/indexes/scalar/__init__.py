"""Indexes of scalar fields, for filters: which fields they take, and what they weigh."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from pulumi_milvus.planning.data_types import SCALAR_TYPES
from pulumi_milvus.planning.indexes.model import EVERYWHERE, SERVERS, ScalarIndexType
from pulumi_milvus.planning.indexes.scalar.automatic import automatic_size
from pulumi_milvus.planning.indexes.scalar.bitmap import bitmap_size
from pulumi_milvus.planning.indexes.scalar.field import ScalarField, scalar_field
from pulumi_milvus.planning.indexes.scalar.rtree import rtree_size
from pulumi_milvus.planning.indexes.scalar.sort import sort_size
from pulumi_milvus.planning.indexes.scalar.tantivy import inverted_size, ngram_size
from pulumi_milvus.planning.indexes.scalar.trie import trie_size
from pulumi_milvus.planning.nearest import nearest_word
from pulumi_milvus.planning.problems import InvalidValues, Problem, shown
from pulumi_milvus.planning.scalar_data import ScalarSize

SOURCE: Final = "Milvus 3.0 docs, userGuide/indexes/scalar"
_NUMBERS: Final = frozenset({"INT8", "INT16", "INT32", "INT64", "FLOAT", "DOUBLE", "TIMESTAMPTZ"})
_INTEGERS: Final = frozenset({"INT8", "INT16", "INT32", "INT64"})

SCALAR_INDEXES: Final = (
    ScalarIndexType("INVERTED", frozenset(SCALAR_TYPES) - {"GEOMETRY"}, EVERYWHERE, SOURCE),
    ScalarIndexType("BITMAP", _INTEGERS | {"BOOL", "VARCHAR", "ARRAY"}, SERVERS, SOURCE),
    ScalarIndexType("STL_SORT", _NUMBERS | {"VARCHAR"}, SERVERS, SOURCE),
    ScalarIndexType("TRIE", frozenset({"VARCHAR"}), SERVERS, SOURCE),
    ScalarIndexType("NGRAM", frozenset({"VARCHAR", "JSON"}), SERVERS, SOURCE),
    ScalarIndexType("RTREE", frozenset({"GEOMETRY"}), SERVERS, SOURCE),
    ScalarIndexType("AUTOINDEX", frozenset(SCALAR_TYPES), SERVERS, SOURCE),
)
_TYPES: Final = {index.name: index for index in SCALAR_INDEXES}
_SIZES: Final[dict[str, Callable[[ScalarField], ScalarSize]]] = {
    "INVERTED": inverted_size,
    "BITMAP": bitmap_size,
    "STL_SORT": sort_size,
    "TRIE": trie_size,
    "NGRAM": ngram_size,
    "RTREE": rtree_size,
    "AUTOINDEX": automatic_size,
}


def scalar_index_size(
    kind: str,
    rows: int,
    data_type: str,
    value_bytes: float | None = None,
    distinct_values: int | None = None,
    values_per_row: float | None = None,
    min_gram: int | None = None,
    max_gram: int | None = None,
) -> ScalarSize:
    """What one scalar index weighs in one segment of ``rows``; without mmap, as Milvus loads it by default.

    ``value_bytes``: of one text, or of one element of an array. ``values_per_row``: elements of an array. What is not
    said is taken on the safe side: see ``scalar_field`` and each index's file. ``kind`` in any case. Raises
    ``InvalidValues`` for an index or a field type that do not exist or do not go together.
    """
    index = _TYPES.get(kind.upper()) if isinstance(kind, str) else None
    if index is None:
        known = nearest_word(kind, _TYPES) if isinstance(kind, str) else None
        raise InvalidValues([Problem("type", shown(kind), "is no scalar index", known or "AUTOINDEX")])
    if not isinstance(data_type, str) or data_type not in index.data_types:
        near = nearest_word(str(data_type), index.data_types) or min(index.data_types)
        reason = f"is no field type that {index.name} takes"
        raise InvalidValues([Problem("data_type", shown(data_type), reason, near)])
    field = scalar_field(rows, data_type, value_bytes, distinct_values, values_per_row, min_gram, max_gram)
    return _SIZES[index.name](field)


__all__ = ["SCALAR_INDEXES", "ScalarField", "ScalarSize", "scalar_index_size"]
