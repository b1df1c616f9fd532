"""What one collection stores: its vectors, their index, and the scalar data beside them."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from pulumi_milvus.planning.consistency import DEFAULT_VECTOR_FIELD, PRIMARY_KEY, collection_problems, vector_problems
from pulumi_milvus.planning.data_types import METRICS, SCALAR_TYPES, VECTOR_TYPES, default_metric
from pulumi_milvus.planning.embedding_models import find_model
from pulumi_milvus.planning.indexes import INDEX_NAMES, SCALAR_INDEX_NAMES
from pulumi_milvus.planning.mappings import IndexParams
from pulumi_milvus.planning.milvus_limits import (
    MAX_BINARY_DIMENSION,
    MAX_PARTITIONS,
    MAX_SCALAR_BYTES,
    MAX_SHARDS,
    MAX_VECTORS,
    MIN_DIMENSION,
)
from pulumi_milvus.planning.model_name import ModelName
from pulumi_milvus.planning.problems import refuse_together
from pulumi_milvus.planning.readers import Flag, Name, OneOf, Whole

__all__ = [
    "DEFAULT_VECTOR_FIELD",
    "PRIMARY_KEY",
    "Collection",
    "Frozen",
    "ScalarIndex",
    "VectorField",
    "VectorSettings",
]

Vectors = Annotated[int, Whole(0, MAX_VECTORS)]


class Frozen(BaseModel):
    """A value that never changes and that refuses keys it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class VectorSettings(Frozen):
    """The vector keys: what a vector is and how it is indexed."""

    embedding_model: Annotated[str | None, ModelName()] = Field(
        default=None,
        description="Name of the model that makes the vectors, such as BAAI/bge-m3; fills in dimension and metric.",
    )
    dimension: Annotated[int | None, Whole(MIN_DIMENSION, MAX_BINARY_DIMENSION, optional=True)] = Field(
        default=None,
        description="Numbers in one vector (bits for BINARY_VECTOR): 2 to 32,768, binary 8 to 262,144 in steps of 8. "
        "Not for SPARSE_FLOAT_VECTOR. With embedding_model it may name a smaller dimension that the model offers.",
    )
    metric: Annotated[str | None, OneOf(METRICS, optional=True)] = Field(
        default=None,
        description="How two vectors are compared. Default: the model's, else COSINE (sparse IP, binary HAMMING).",
    )
    data_type: Annotated[str, OneOf(VECTOR_TYPES)] = Field(
        default="FLOAT_VECTOR", description="How Milvus stores one vector."
    )
    index: Annotated[str, OneOf(INDEX_NAMES)] = Field(
        default="AUTOINDEX", description="Index type. AUTOINDEX lets Milvus choose by data type and image."
    )
    index_params: Annotated[dict[str, Any], IndexParams()] = Field(
        default_factory=dict, description="Build parameters of the index with Milvus's own names, such as M or nlist."
    )

    @property
    def resolved_dimension(self) -> int | None:
        """The dimension said, or the model's; None for sparse vectors."""
        if self.dimension is not None or self.embedding_model is None:
            return self.dimension
        model = find_model(self.embedding_model)
        return model.dimension if model and self.data_type != "SPARSE_FLOAT_VECTOR" else None

    @property
    def resolved_metric(self) -> str:
        """The metric said, else the model's (dense vectors), else Milvus's default for the data type."""
        if self.metric is not None:
            return self.metric
        model = find_model(self.embedding_model) if self.embedding_model else None
        default = default_metric(self.data_type, self.index)
        return model.metric if model and default == "COSINE" else default


class VectorField(VectorSettings):
    """One of several vector fields of a row."""

    name: Annotated[str, Name()] = Field(description="Name of the field, unique in the collection.")

    @model_validator(mode="after")
    def _keys_go_together(self) -> Self:
        refuse_together(vector_problems(dict(self), self.model_fields_set, ""))
        return self


class ScalarIndex(Frozen):
    """An index of a scalar field, for filters."""

    field: Annotated[str, Name()] = Field(description="Name of the scalar field.")
    type: Annotated[str, OneOf(SCALAR_INDEX_NAMES)] = Field(
        description="Scalar index type; Milvus Lite has INVERTED only."
    )
    data_type: Annotated[str | None, OneOf(SCALAR_TYPES, optional=True)] = Field(
        default=None, description="Type of the field, where it is known; null: not said, and not judged."
    )


class Collection(VectorSettings):
    """What one collection stores."""

    name: Annotated[str, Name()] = Field(description="Name of the collection, unique in the environment.")
    vectors: Vectors = Field(description="Rows stored today, in vectors.")
    growth_vectors_per_month: Vectors = Field(default=0, description="Rows added per month, in vectors.")
    scalar_bytes_per_row: Annotated[int, Whole(0, MAX_SCALAR_BYTES)] = Field(
        default=0, description="Bytes of scalar data (texts, numbers, JSON) in one row, without the vectors."
    )
    scalar_indexes: tuple[ScalarIndex, ...] = Field(
        default=(), description="Indexes of scalar fields: [{field: brand, type: INVERTED}, ...]."
    )
    vector_fields: tuple[VectorField, ...] = Field(
        default=(),
        description="The vector fields of a row that has several (dense, BM25 sparse ...), each with a name and the "
        "vector keys, which are then not given for the collection itself.",
    )
    partition_key: Annotated[str | None, Name(optional=True)] = Field(
        default=None, description="Scalar field by whose value Milvus spreads rows over partitions, or null."
    )
    shards: Annotated[int, Whole(1, MAX_SHARDS)] = Field(
        default=1, description="Channels that take inserts in parallel, 1 to 16."
    )
    mmap: Annotated[bool, Flag()] = Field(
        default=False, description="Map data and index from local disk instead of holding them in memory."
    )
    partitions: Annotated[int, Whole(1, MAX_PARTITIONS)] = Field(
        default=1, description="Partitions of the collection, 1 to 1,024."
    )

    @model_validator(mode="after")
    def _keys_go_together(self) -> Self:
        refuse_together(collection_problems(dict(self), self.model_fields_set, ""))
        return self

    @functools.cached_property
    def fields(self) -> tuple[VectorField, ...]:
        """The vector fields of a row: those declared, or the single one named ``vector`` of the collection's keys."""
        if self.vector_fields:
            return self.vector_fields
        keys = {name: getattr(self, name) for name in VectorSettings.model_fields if name in self.model_fields_set}
        return (VectorField(name=DEFAULT_VECTOR_FIELD, **keys),)

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """As pydantic's; ``fields`` are made anew, since they follow from what may be updated."""
        copied = super().model_copy(update=update, deep=deep)
        copied.__dict__.pop("fields", None)
        return copied

    def vectors_after(self, months: int) -> int:
        """Rows after that many months of growth."""
        return self.vectors + self.growth_vectors_per_month * months
