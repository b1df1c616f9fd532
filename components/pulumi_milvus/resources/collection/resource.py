"""`milvus:index:Collection` for Python programs."""

from collections.abc import Mapping, Sequence
from typing import Any, NotRequired, TypedDict, cast

import pulumi

from pulumi_milvus.resources.names import wire_properties


class IndexArgs(TypedDict):
    """The index of one field."""

    index_type: NotRequired[str]
    """An index type such as HNSW, IVF_FLAT, DISKANN or INVERTED; AUTOINDEX by default."""
    metric_type: NotRequired[str]
    """COSINE, L2, IP, BM25, HAMMING, JACCARD or MHJACCARD; by default what suits the field's type."""
    params: NotRequired[Mapping[str, bool | int | float | str]]
    """The index's own build parameters, by Milvus's names, such as M or nlist."""


class FieldArgs(TypedDict):
    """One field of a collection."""

    name: str
    """A letter or underscore, then letters, digits and underscores."""
    data_type: str
    """Milvus's data type, such as INT64, VARCHAR or FLOAT_VECTOR."""
    is_primary: NotRequired[bool]
    """Whether this is the primary key (INT64 or VARCHAR)."""
    auto_id: NotRequired[bool]
    """Whether Milvus makes the primary key itself."""
    dimension: NotRequired[int]
    """Elements of a vector, bits of a binary one."""
    max_length: NotRequired[int]
    """Longest VARCHAR, in bytes."""
    element_type: NotRequired[str]
    """What an ARRAY holds."""
    max_capacity: NotRequired[int]
    """Most elements of an ARRAY."""
    nullable: NotRequired[bool]
    """Whether rows may leave the field out."""
    default_value: NotRequired[bool | int | float | str]
    """What rows get that leave it out."""
    is_partition_key: NotRequired[bool]
    """Whether rows are spread over partitions by this field."""
    is_clustering_key: NotRequired[bool]
    """Whether compaction clusters rows by this field."""
    enable_analyzer: NotRequired[bool]
    """Whether a VARCHAR is split into words, as BM25 needs."""
    enable_match: NotRequired[bool]
    """Whether TEXT_MATCH may be used on a VARCHAR."""
    analyzer_params: NotRequired[Mapping[str, Any]]
    """The analyzer's settings, by Milvus's names."""
    description: NotRequired[str]
    """A note for people; Milvus Lite does not keep it."""
    index: NotRequired[IndexArgs]
    """The field's index; a vector field without one gets AUTOINDEX, a sparse one SPARSE_INVERTED_INDEX."""


class FunctionArgs(TypedDict):
    """A function by which Milvus fills one field from others."""

    name: str
    """The function's name."""
    function_type: str
    """BM25, TEXTEMBEDDING or MINHASH."""
    input_fields: Sequence[str]
    """The fields it reads."""
    output_fields: Sequence[str]
    """The fields it fills."""
    params: NotRequired[Mapping[str, Any]]
    """The function's settings."""


class CollectionArgs(TypedDict):
    """A collection with its fields, indexes, functions and load state."""

    fields: pulumi.Input[Sequence[FieldArgs]]
    """The fields: one primary key, at least one vector field. The type or dimension of a field never changes."""
    collection_name: NotRequired[pulumi.Input[str]]
    """The name in Milvus; by default the resource's name with underscores for dashes. To rename, add an Alias."""
    database: NotRequired[pulumi.Input[str]]
    """The database that holds it; it must exist. `default` by default."""
    functions: NotRequired[pulumi.Input[Sequence[FunctionArgs]]]
    """Functions such as BM25, fixed at creation."""
    enable_dynamic_field: NotRequired[pulumi.Input[bool]]
    """Whether rows may carry fields that are not declared."""
    shards: NotRequired[pulumi.Input[int]]
    """Shards, each with a write channel of its own, fixed at creation. 1 by default."""
    partitions: NotRequired[pulumi.Input[int]]
    """Partitions that the partition key spreads rows over, fixed at creation."""
    consistency_level: NotRequired[pulumi.Input[str]]
    """What a search sees that does not say: Strong, Session, Bounded (default) or Eventually."""
    loaded: NotRequired[pulumi.Input[bool]]
    """Whether it is loaded, so that searches find it. True by default."""
    replicas: NotRequired[pulumi.Input[int]]
    """In-memory replicas on a cluster's query nodes. 1 by default."""
    properties: NotRequired[pulumi.Input[Mapping[str, str]]]
    """Further properties by Milvus's names, such as collection.ttl.seconds."""
    description: NotRequired[pulumi.Input[str]]
    """A note for people; Milvus Lite does not keep it."""
    disposable: NotRequired[pulumi.Input[bool]]
    """Says ahead that rows may be deleted with the collection. False by default: then a delete is refused."""
    production: NotRequired[pulumi.Input[bool]]
    """Whether people depend on it: then nothing that takes search away happens unasked. False by default."""
    acknowledge_search_gap: NotRequired[pulumi.Input[bool]]
    """Permits, in production, an index rebuild during which searches fail."""
    expected_rows: NotRequired[pulumi.Input[int]]
    """Rows planned for it, to say how long a rebuild takes."""


class Collection(pulumi.CustomResource):
    """A collection in the Milvus that the provider is configured for.

    Its id, for `pulumi import`, is its name, after `database/` where that is not the default one.
    """

    collection_name: pulumi.Output[str]
    """The name in Milvus."""
    database: pulumi.Output[str]
    """The database that holds it."""
    endpoint: pulumi.Output[str]
    """The URI of the Milvus that holds it."""

    def __init__(
        self,
        resource_name: str,
        args: CollectionArgs | None = None,
        opts: pulumi.ResourceOptions | None = None,
        **properties: Any,
    ) -> None:
        """`args`, or the same keys as keywords, as `pulumi import` writes them."""
        known_outputs = {"collection_name": None, "database": None, "endpoint": None}
        given = wire_properties({**cast(Mapping[str, Any], args or {}), **properties})
        # Two collections of one name cannot be, so a replacement that the user demands must delete first.
        first = pulumi.ResourceOptions(delete_before_replace=True)
        options = pulumi.ResourceOptions.merge(first, opts)
        super().__init__("milvus:index:Collection", resource_name, known_outputs | given, options)

    def translate_input_property(self, prop: str) -> str:
        """Wire names outside, Python names inside."""
        return _WIRE_NAMES.get(prop, prop)

    def translate_output_property(self, prop: str) -> str:
        """Wire names outside, Python names inside."""
        return _PYTHON_NAMES.get(prop, prop)


_WIRE_NAMES = {"collection_name": "collectionName"}
_PYTHON_NAMES = {wire: python for python, wire in _WIRE_NAMES.items()}
