"""The index types of Milvus: one file per family, one table over all of them. Adding an index is adding a row."""

from __future__ import annotations

from typing import Final

from pulumi_milvus.planning.indexes import automatic, disk, gpu, graph, inverted_file, sparse_and_binary
from pulumi_milvus.planning.indexes.automatic import resolve_autoindex
from pulumi_milvus.planning.indexes.model import IndexType, Parameter, Place, ScalarIndexType
from pulumi_milvus.planning.indexes.scalar import SCALAR_INDEXES as _SCALAR_ROWS

INDEXES: Final[dict[str, IndexType]] = {
    index.name: index
    for family in (automatic, inverted_file, graph, disk, gpu, sparse_and_binary)
    for index in family.INDEXES
}
SCALAR_INDEXES: Final[dict[str, ScalarIndexType]] = {index.name: index for index in _SCALAR_ROWS}

# Milvus also reads "Trie" (its documented spelling) and any other case.
SCALAR_INDEX_NAMES: Final = tuple(SCALAR_INDEXES)
INDEX_NAMES: Final = tuple(INDEXES)

__all__ = [
    "INDEXES",
    "INDEX_NAMES",
    "SCALAR_INDEXES",
    "SCALAR_INDEX_NAMES",
    "IndexType",
    "Parameter",
    "Place",
    "ScalarIndexType",
    "resolve_autoindex",
]
