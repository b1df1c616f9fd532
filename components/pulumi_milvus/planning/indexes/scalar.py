"""Indexes of scalar fields, for filters."""

from __future__ import annotations

from typing import Final

from pulumi_milvus.planning.data_types import SCALAR_TYPES
from pulumi_milvus.planning.indexes.model import EVERYWHERE, SERVERS, ScalarIndexType

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
