"""What a collection is declared to be, as one frozen value in the names that Pulumi shows."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from pydantic.alias_generators import to_camel

from pulumi_milvus.collection_schema.values import parameter_value
from pulumi_milvus.planning.data_types import ScalarType, VectorType, default_metric
from pulumi_milvus.planning.milvus_limits import MAX_BINARY_DIMENSION, MAX_PARTITIONS, MAX_SHARDS

DataType = Literal[ScalarType, VectorType]
MAX_VARCHAR_LENGTH_BYTES = 65_535
"""`proxy.maxVarCharLength` (Milvus 3.0 docs, userGuide/schema)."""

ConsistencyLevel = Literal["Strong", "Session", "Bounded", "Eventually"]
FunctionType = Literal["BM25", "TEXTEMBEDDING", "MINHASH"]


def _upper(value: Any) -> Any:
    return value.strip().upper() if isinstance(value, str) else value


def _as_parameters(value: Any) -> Any:
    return {key: parameter_value(item) for key, item in value.items()} if isinstance(value, dict) else value


def _as_strings(value: Any) -> Any:
    """Milvus keeps properties as strings; numbers and bools may be written as such."""
    if not isinstance(value, dict):
        return value
    return {key: str(item).lower() if isinstance(item, bool) else str(item) for key, item in value.items()}


Upper = BeforeValidator(_upper)


class _Spec(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", alias_generator=to_camel)

    def to_wire(self, *, defaults: bool) -> dict[str, Any]:
        """As a dict in wire names; without defaults it is the shortest text that means the same."""
        return self.model_dump(by_alias=True, exclude_none=True, exclude_defaults=not defaults)


class IndexSpec(_Spec):
    """The index of one field."""

    index_type: Annotated[str, Upper] = Field(
        default="AUTOINDEX", description="An index type such as HNSW, IVF_FLAT, DISKANN, INVERTED; AUTOINDEX by default"
    )
    metric_type: Annotated[str | None, Upper] = Field(
        default=None,
        description="COSINE, L2, IP, BM25, HAMMING, JACCARD, MHJACCARD; by default COSINE for dense vectors, IP for "
        "sparse ones, BM25 where a BM25 function fills the field, HAMMING for binary ones; null for scalar fields",
    )
    params: Annotated[dict[str, bool | int | float | str], BeforeValidator(_as_parameters)] = Field(
        default_factory=dict, description="The index's own build parameters, by Milvus's names, such as M or nlist"
    )


class FieldSpec(_Spec):
    """One field of a collection."""

    name: str = Field(description="The field's name: a letter or underscore, then letters, digits, underscores")
    data_type: Annotated[DataType, Upper] = Field(description="Milvus's data type, such as INT64 or FLOAT_VECTOR")
    is_primary: bool = Field(default=False, description="Whether this is the primary key (INT64 or VARCHAR)")
    auto_id: bool = Field(default=False, description="Whether Milvus makes the primary key itself")
    dimension: int | None = Field(
        default=None, ge=1, le=MAX_BINARY_DIMENSION, description="Elements (bits, where binary) of a vector"
    )
    max_length: int | None = Field(
        default=None, ge=1, le=MAX_VARCHAR_LENGTH_BYTES, description="Longest VARCHAR, in bytes"
    )
    element_type: Annotated[ScalarType | None, Upper] = Field(default=None, description="What an ARRAY holds")
    max_capacity: int | None = Field(default=None, ge=1, le=4_096, description="Most elements of an ARRAY")
    nullable: bool = Field(default=False, description="Whether rows may leave the field out")
    default_value: bool | int | float | str | None = Field(default=None, description="What rows get that leave it out")
    is_partition_key: bool = Field(default=False, description="Whether rows are spread over partitions by this field")
    is_clustering_key: bool = Field(default=False, description="Whether compaction clusters rows by this field")
    enable_analyzer: bool = Field(default=False, description="Whether a VARCHAR is split into words (for BM25)")
    enable_match: bool = Field(default=False, description="Whether TEXT_MATCH may be used on a VARCHAR")
    analyzer_params: dict[str, Any] | None = Field(default=None, description="The analyzer's settings")
    description: str = Field(default="", description="A note for people; Milvus Lite does not keep it")
    index: IndexSpec | None = Field(
        default=None,
        description="The field's index; a vector field without one gets AUTOINDEX, a sparse one SPARSE_INVERTED_INDEX",
    )

    @property
    def is_vector(self) -> bool:
        """Whether the field holds vectors, dense or sparse."""
        return self.data_type.endswith("_VECTOR")

    @property
    def is_sparse(self) -> bool:
        """Whether the field holds sparse vectors, which have no dimension."""
        return self.data_type == "SPARSE_FLOAT_VECTOR"


class FunctionSpec(_Spec):
    """A function by which Milvus fills one field from others."""

    name: str = Field(description="The function's name")
    function_type: Annotated[FunctionType, Upper] = Field(description="BM25, TEXTEMBEDDING or MINHASH")
    input_fields: list[str] = Field(min_length=1, description="The fields it reads")
    output_fields: list[str] = Field(min_length=1, description="The fields it fills")
    params: dict[str, Any] = Field(default_factory=dict, description="The function's settings")


class CollectionSpec(_Spec):
    """A collection, its indexes and its load state, and what the environment allows to be done to it."""

    collection_name: str = Field(description="The name in Milvus: a letter or underscore, then letters, digits, _")
    database: str = Field(default="default", description="The database that holds it; it must exist")
    fields: list[FieldSpec] = Field(min_length=1, description="The fields: one primary key, at least one vector field")
    functions: list[FunctionSpec] = Field(default_factory=list, description="Functions such as BM25")
    enable_dynamic_field: bool = Field(default=False, description="Whether rows may carry fields not declared here")
    shards: int = Field(default=1, ge=1, le=MAX_SHARDS, description="Shards, each with a write channel of its own")
    partitions: int | None = Field(
        default=None, ge=1, le=MAX_PARTITIONS, description="Partitions that a partition key spreads rows over"
    )
    consistency_level: ConsistencyLevel = Field(default="Bounded", description="What a search sees if it does not say")
    loaded: bool = Field(default=True, description="Whether it is loaded, so that searches find it")
    replicas: int = Field(default=1, ge=1, le=1_024, description="In-memory replicas on a cluster's query nodes")
    properties: Annotated[dict[str, str], BeforeValidator(_as_strings)] = Field(
        default_factory=dict, description="Further properties by Milvus's names, such as collection.ttl.seconds"
    )
    description: str = Field(default="", description="A note for people; Milvus Lite does not keep it")
    disposable: bool = Field(
        default=False,
        description="Says ahead that rows may be deleted with the collection; without it a delete is refused while "
        "the collection holds rows",
    )
    production: bool = Field(
        default=False, description="Whether people depend on it: then nothing that takes search away happens unasked"
    )
    acknowledge_search_gap: bool = Field(
        default=False, description="Permits, in production, an index rebuild during which searches fail"
    )
    expected_rows: int | None = Field(
        default=None, ge=0, description="Rows planned for it, to say how long a rebuild takes"
    )
    endpoint: str | None = Field(default=None, description="The Milvus that holds it; filled in by the provider")

    def field(self, name: str) -> FieldSpec | None:
        """The field of that name."""
        return next((field for field in self.fields if field.name == name), None)

    @property
    def resource_id(self) -> str:
        """What `pulumi import` takes: the name, after `database/` where that is not the default one."""
        return resource_id(self.database, self.collection_name)

    def with_defaults(self) -> CollectionSpec:
        """The same with every vector field's index and metric written out."""
        filled_by_bm25 = {
            name for function in self.functions if function.function_type == "BM25" for name in function.output_fields
        }
        fields = [with_index(field, field.name in filled_by_bm25) for field in self.fields]
        return self.model_copy(update={"fields": fields})


def with_index(field: FieldSpec, filled_by_bm25: bool) -> FieldSpec:
    """A vector field with the index and metric that it gets where none is said."""
    if not field.is_vector:
        return field
    # A sparse AUTOINDEX is SPARSE_INVERTED_INDEX on a server, and Milvus Lite knows only that name.
    index = field.index or IndexSpec.model_validate(
        {"indexType": "SPARSE_INVERTED_INDEX" if field.is_sparse else "AUTOINDEX"}
    )
    metric = index.metric_type or ("BM25" if filled_by_bm25 else default_metric(field.data_type, index.index_type))
    return field.model_copy(update={"index": index.model_copy(update={"metric_type": metric})})


def resource_id(database: str, name: str) -> str:
    """The id of a collection or alias in a database."""
    return name if database in ("", "default") else f"{database}/{name}"


def split_id(identifier: str) -> tuple[str, str]:
    """(database, name) of an id."""
    database, _, name = identifier.rpartition("/")
    return database or "default", name
