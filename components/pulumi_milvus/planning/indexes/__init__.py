"""The index types of Milvus: one file per family in ``families``, found by itself, and one table over all of them."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from typing import Final

from pulumi_milvus.planning.indexes import families
from pulumi_milvus.planning.indexes.families.automatic import resolve_autoindex
from pulumi_milvus.planning.indexes.model import IndexSize, IndexType, Parameter, Place, ScalarIndexType, Segment
from pulumi_milvus.planning.indexes.scalar import SCALAR_INDEXES as _SCALAR_ROWS


def _all() -> Iterator[IndexType]:
    for file in sorted(module.name for module in pkgutil.iter_modules(families.__path__)):
        yield from importlib.import_module(f"{families.__name__}.{file}").INDEXES


INDEXES: Final[dict[str, IndexType]] = {index.name: index for index in _all()}
SCALAR_INDEXES: Final[dict[str, ScalarIndexType]] = {index.name: index for index in _SCALAR_ROWS}

# Milvus also reads "Trie" (its documented spelling) and any other case.
SCALAR_INDEX_NAMES: Final = tuple(SCALAR_INDEXES)
INDEX_NAMES: Final = tuple(INDEXES)

__all__ = [
    "INDEXES",
    "INDEX_NAMES",
    "SCALAR_INDEXES",
    "SCALAR_INDEX_NAMES",
    "IndexSize",
    "IndexType",
    "Parameter",
    "Place",
    "ScalarIndexType",
    "Segment",
    "resolve_autoindex",
]
