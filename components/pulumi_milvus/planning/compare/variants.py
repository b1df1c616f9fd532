"""The variants of a workload: each index on each vector field that takes it, with and without mmap and replicas."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from pulumi_milvus.planning.collection import Collection, VectorSettings
from pulumi_milvus.planning.compare.recipes import RECIPES, Recipe, Shape
from pulumi_milvus.planning.data_types import raw_bytes_per_row
from pulumi_milvus.planning.indexes import INDEXES
from pulumi_milvus.planning.load.segments import DEFAULT_SEGMENT_BYTES
from pulumi_milvus.planning.workload import Workload

# In-memory replicas that are tried beside what the workload says.
MORE_REPLICAS: Final = 2
AS_DECLARED: Final = "as declared"


@dataclass(frozen=True, slots=True)
class Variant:
    """One way to serve a workload. ``recipe`` None: the indexes and mmap that it declares.

    ``replicas`` None: what the workload says, where that is null what the planner decides.
    """

    recipe: Recipe | None = None
    mmap: bool = False
    replicas: int | None = None

    @property
    def name(self) -> str:
        """The variant in a few words, unique among the variants of a workload."""
        parts = [AS_DECLARED if self.recipe is None else self.recipe.title]
        if self.mmap:
            parts.append("mmap")
        if self.replicas is not None:
            parts.append(f"{self.replicas} replica{'s' if self.replicas > 1 else ''}")
        return ", ".join(parts)

    @property
    def is_plain(self) -> bool:
        """Whether it changes nothing but the index."""
        return not self.mmap and self.replicas is None


def variants_of(workload: Workload) -> Iterator[Variant]:
    """The workload as declared, then every recipe: plain, with mmap, with another number of in-memory replicas."""
    yield Variant()
    replicas = MORE_REPLICAS if workload.replicas != MORE_REPLICAS else 1
    for recipe in RECIPES:
        yield Variant(recipe)
        if recipe.can_map:
            yield Variant(recipe, mmap=True)
        yield Variant(recipe, replicas=replicas)


def takes(recipe: Recipe, field: VectorSettings) -> bool:
    """Whether the index takes the data type of a field."""
    return field.data_type in INDEXES[recipe.index].data_types


def has_place(variant: Variant, workload: Workload) -> bool:
    """Whether any field of the workload takes the index."""
    recipe = variant.recipe
    return recipe is None or any(takes(recipe, field) for item in workload.collections for field in item.fields)


def rows_per_default_segment(workload: Workload) -> list[int]:
    """Rows of one segment of Milvus's default size, for each collection, at the horizon."""
    return [_rows_per_segment(item, item.vectors_after(workload.horizon_months)) for item in workload.collections]


def with_variant(workload: Workload, variant: Variant, rows_per_segment: Sequence[int]) -> Workload:
    """The workload of a variant. Fields that do not take the index keep theirs.

    ``rows_per_segment``: for each collection, what nlist follows from.
    """
    changes: dict[str, Any] = {}
    if variant.recipe is not None:
        changes["collections"] = tuple(
            _with_recipe(item, variant.recipe, variant.mmap, rows)
            for item, rows in zip(workload.collections, rows_per_segment, strict=True)
        )
    if variant.replicas is not None:
        changes["replicas"] = variant.replicas
    return workload.model_copy(update=changes)


def _with_recipe(collection: Collection, recipe: Recipe, mmap: bool, rows_per_segment: int) -> Collection:
    changes: dict[str, Any] = {"mmap": mmap}
    if collection.vector_fields:
        changes["vector_fields"] = tuple(
            field.model_copy(update=_index_of(field, recipe, rows_per_segment)) for field in collection.vector_fields
        )
    else:
        changes |= _index_of(collection, recipe, rows_per_segment)
    return collection.model_copy(update=changes)


def _index_of(field: VectorSettings, recipe: Recipe, rows_per_segment: int) -> dict[str, Any]:
    if not takes(recipe, field):
        return {}
    shape = Shape(field.resolved_dimension or 0, rows_per_segment)
    return {"index": recipe.index, "index_params": recipe.params(shape)}


def _rows_per_segment(collection: Collection, rows: int) -> int:
    row_bytes = collection.scalar_bytes_per_row + sum(
        raw_bytes_per_row(field.data_type, field.resolved_dimension)
        for field in collection.fields
        if field.resolved_dimension is not None
    )
    return min(rows, DEFAULT_SEGMENT_BYTES // max(1, row_bytes))
