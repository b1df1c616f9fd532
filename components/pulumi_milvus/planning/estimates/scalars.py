"""Scalar data beside the vectors, and the indexes on it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pulumi_milvus.planning.problems import Problem, shown


@dataclass(frozen=True, slots=True)
class ScalarParts:
    """Bytes of scalar data: columns, their indexes, and what loading and growing add."""

    column_bytes: int = 0
    index_memory_bytes: int = 0
    index_file_bytes: int = 0
    loading_bytes: int = 0
    growing_bytes: int = 0
    indexes: tuple[Mapping[str, Any], ...] = ()

    @property
    def memory_bytes(self) -> int:
        """Columns and indexes once loaded."""
        return self.column_bytes + self.index_memory_bytes

    def to_json(self) -> dict[str, Any]:
        """Plain data."""
        return {
            "column_bytes": self.column_bytes,
            "index_memory_bytes": self.index_memory_bytes,
            "index_file_bytes": self.index_file_bytes,
            "indexes": [dict(item) for item in self.indexes],
        }


def scalar_parts(rows: int, bytes_per_row: int, indexes: tuple[Mapping[str, Any], ...]) -> ScalarParts:
    """The scalar side of a request."""
    return ScalarParts(column_bytes=rows * bytes_per_row, growing_bytes=rows * bytes_per_row)


def read_scalar_indexes(value: object, problems: list[Problem]) -> tuple[Mapping[str, Any], ...]:
    """The declared scalar indexes."""
    if not isinstance(value, list):
        problems.append(Problem("scalar_indexes", shown(value), "is no list", '[{"type": "INVERTED"}]'))
    return ()
