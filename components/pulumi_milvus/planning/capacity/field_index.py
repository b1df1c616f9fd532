"""The index of a vector field as it will be built."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from pulumi_milvus.planning.collection import Collection, VectorField
from pulumi_milvus.planning.estimates.request import ASSUMED_NONZEROS, completed
from pulumi_milvus.planning.indexes import INDEXES, IndexSize, IndexType, Segment, resolve_autoindex


@dataclass(frozen=True, slots=True)
class FieldIndex:
    """A vector field's index as it will be: AUTOINDEX resolved, parameters complete.

    ``key``: all that decides what it weighs.
    """

    field: VectorField
    index: IndexType
    params: dict[str, object]
    dimension: int
    nonzeros_per_vector: float
    key: tuple[object, ...] = ()

    @property
    def said(self) -> tuple[tuple[str, object], ...]:
        """The parameters that have a value, in an order of their own."""
        return tuple(sorted([(name, value) for name, value in self.params.items() if value is not None]))

    @property
    def raw_bytes_per_row(self) -> int:
        """One vector as stored."""
        return self.segment(1).raw_bytes_per_row

    def segment(self, rows: int) -> Segment:
        """A segment of so many rows."""
        return Segment(
            rows,
            self.dimension,
            self.field.data_type,
            self.field.resolved_metric,
            self.params,
            self.nonzeros_per_vector,
        )

    def size(self, rows: int) -> IndexSize:
        """What the index of such a segment weighs."""
        if self.index.size is None:
            raise ValueError(f"{self.index.name} has no size")
        return self.index.size(self.segment(rows))


def field_indexes(collection: Collection, place: str) -> tuple[FieldIndex, ...]:
    """The indexes of a collection's fields at a place: ``server`` or ``gpu``."""
    return tuple(_field_index(field, place) for field in collection.fields)


def _field_index(field: VectorField, place: str) -> FieldIndex:
    name, resolved = field.index, cast("dict[str, int]", {})
    if name == "AUTOINDEX":
        name, resolved = resolve_autoindex(field.data_type, place)
    index = INDEXES[name]
    params = {} if field.index == "AUTOINDEX" else field.index_params
    sparse = field.data_type == "SPARSE_FLOAT_VECTOR"
    complete = completed(index, params, resolved)
    dimension, nonzeros = field.resolved_dimension or 0, ASSUMED_NONZEROS if sparse else 0.0
    key = name, field.data_type, field.resolved_metric, dimension, nonzeros, *complete.items()
    return FieldIndex(field, index, complete, dimension, nonzeros, key)
