"""Scalar data beside the vectors, and the indexes on it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from pulumi_milvus.planning.indexes import SCALAR_INDEXES
from pulumi_milvus.planning.indexes.scalar import scalar_index_size
from pulumi_milvus.planning.nearest import nearest_word
from pulumi_milvus.planning.problems import InvalidValues, Problem, key_in_path, shown
from pulumi_milvus.planning.scalar_data import ScalarSize, scalar_data_size

# The type of a field that nobody said: the first that the index takes. Texts weigh most, so they are tried first.
_LIKELY: Final = ("VARCHAR", "INT64", "GEOMETRY", "JSON")
INDEX_KEYS: Final = frozenset({"field", "type", "data_type", "value_bytes", "distinct_values", "values_per_row"})
MOST_INDEXES: Final = 64


@dataclass(frozen=True, slots=True)
class ScalarParts:
    """Bytes of scalar data: loaded columns, their indexes, and what loading and growing add.

    ``reserved_bytes``: what the loader sets aside for all of it. ``lowest_memory_bytes`` and ``highest_memory_bytes``
    say between which figures the truth lies: nothing of it was measured on a server.
    """

    column_bytes: int = 0
    index_memory_bytes: int = 0
    index_file_bytes: int = 0
    index_disk_bytes: int = 0
    reserved_bytes: int = 0
    loading_bytes: int = 0
    growing_bytes: int = 0
    lowest_memory_bytes: int = 0
    highest_memory_bytes: int = 0
    source: str = ""
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
            "lowest_memory_bytes": self.lowest_memory_bytes,
            "highest_memory_bytes": self.highest_memory_bytes,
            "source": self.source,
            "indexes": [dict(item) for item in self.indexes],
        }


def scalar_parts(rows: int, bytes_per_row: int, indexes: tuple[Mapping[str, Any], ...]) -> ScalarParts:
    """The scalar side of some rows; ``indexes`` have passed ``read_scalar_indexes`` or the workload's reader.

    Where an index can give the values back Milvus does not load the column beside it; which column that is among the
    declared bytes is not known, so all of them are counted.
    """
    columns = scalar_data_size(rows, bytes_per_row)
    sizes = [(item, _index_size(rows, item)) for item in indexes]
    every = [columns, *[size for _, size in sizes]]
    return ScalarParts(
        column_bytes=columns.memory_bytes,
        index_memory_bytes=sum([size.memory_bytes for _, size in sizes]),
        index_file_bytes=sum([size.object_store_bytes for _, size in sizes]),
        index_disk_bytes=sum([size.local_disk_bytes for _, size in sizes]),
        reserved_bytes=sum([max(size.reserved_memory_bytes, size.memory_bytes) for size in every]),
        loading_bytes=max([size.load_peak_memory_bytes - size.memory_bytes for size in every]),
        growing_bytes=columns.memory_bytes,
        lowest_memory_bytes=sum([size.lowest_memory_bytes for size in every]),
        highest_memory_bytes=sum([size.highest_memory_bytes for size in every]),
        source=columns.source,
        indexes=tuple([_shown(item, size) for item, size in sizes]),
    )


def _index_size(rows: int, item: Mapping[str, Any]) -> ScalarSize:
    kind = str(item["type"]).upper()
    taken = SCALAR_INDEXES[kind].data_types
    data_type = item.get("data_type") or next((likely for likely in _LIKELY if likely in taken), min(taken))
    return scalar_index_size(
        kind, rows, data_type, item.get("value_bytes"), item.get("distinct_values"), item.get("values_per_row")
    )


def _shown(item: Mapping[str, Any], size: ScalarSize) -> Mapping[str, Any]:
    named = {key: item[key] for key in ("field", "type", "data_type") if item.get(key) is not None}
    return {
        **named,
        "memory_bytes": size.memory_bytes,
        "lowest_memory_bytes": size.lowest_memory_bytes,
        "highest_memory_bytes": size.highest_memory_bytes,
        "file_bytes": size.object_store_bytes,
        "source": size.source,
        "certainty": size.certainty,
    }


def read_scalar_indexes(value: object, problems: list[Problem]) -> tuple[Mapping[str, Any], ...]:
    """The declared scalar indexes; what is wrong goes to ``problems``."""
    path = "scalar_indexes"
    if not isinstance(value, list):
        problems.append(Problem(path, shown(value), "is no list", '[{"type": "INVERTED", "data_type": "VARCHAR"}]'))
        return ()
    if len(value) > MOST_INDEXES:
        problems.append(
            Problem(path, "", f"has {len(value)} entries, and a collection has at most {MOST_INDEXES} fields")
        )
        return ()
    return tuple([item for place, item in enumerate(value) if _is_fine(item, f"{path}[{place}]", problems)])


def _is_fine(item: object, path: str, problems: list[Problem]) -> bool:
    if not isinstance(item, dict):
        problems.append(Problem(path, shown(item), "is no object", '{"type": "INVERTED", "data_type": "VARCHAR"}'))
        return False
    before = len(problems)
    for key in item:
        if key not in INDEX_KEYS:
            near = nearest_word(key, INDEX_KEYS) if isinstance(key, str) else None
            near = near or ", ".join(sorted(INDEX_KEYS))
            problems.append(Problem(f"{path}.{key_in_path(key)}", "", "is no key of a scalar index", near))
    kind = item.get("type")
    if not isinstance(kind, str) or kind.upper() not in SCALAR_INDEXES:
        near = nearest_word(kind, SCALAR_INDEXES) if isinstance(kind, str) else None
        problems.append(Problem(f"{path}.type", shown(kind), "is no scalar index of Milvus", near or "INVERTED"))
        return False
    try:
        _index_size(1, item)
    except InvalidValues as error:
        problems += [
            Problem(f"{path}.{problem.path}", problem.value, problem.reason, problem.nearest)
            for problem in error.problems
        ]
    return len(problems) == before
