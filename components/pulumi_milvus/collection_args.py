"""From a collection of the workload to the collection that is created."""

from typing import Any

from pulumi_milvus.planning.collection import PRIMARY_KEY, Collection, VectorField

_KEY_LENGTH_BYTES = 512
"""Enough for the ids and labels that rows are filtered and spread by; a Collection of your own may say otherwise."""
_TEXT_LENGTH_BYTES = 65_535
"""The most that Milvus takes, since a text is cut nowhere else."""


def collection_args(collection: Collection, *, production: bool, disposable: bool, gap_allowed: bool) -> dict[str, Any]:
    """Arguments of `milvus:index:Collection` for what a workload declares.

    A row has an INT64 `id`, its vector fields, the scalar fields that are indexed or spread rows, a VARCHAR
    `<field>_text` for each BM25 field, and, by the dynamic field, whatever else a client sends.
    """
    texts = [field for field in collection.fields if field.resolved_metric == "BM25"]
    args: dict[str, Any] = {
        "collection_name": collection.name,
        "fields": [
            {"name": PRIMARY_KEY, "data_type": "INT64", "is_primary": True},
            *_scalar_fields(collection),
            *(_text_field(field) for field in texts),
            *(_vector_field(field) for field in collection.fields),
        ],
        "functions": [_bm25(field) for field in texts],
        "enable_dynamic_field": True,
        "shards": collection.shards,
        "disposable": disposable,
        "production": production,
        "acknowledge_search_gap": gap_allowed,
        "expected_rows": collection.vectors,
    }
    if collection.partition_key and collection.partitions > 1:
        args["partitions"] = collection.partitions
    return args


def _vector_field(field: VectorField) -> dict[str, Any]:
    described: dict[str, Any] = {
        "name": field.name,
        "data_type": field.data_type,
        "index": {"index_type": _index_type(field), "metric_type": field.resolved_metric, "params": field.index_params},
    }
    if field.resolved_dimension is not None:
        described["dimension"] = field.resolved_dimension
    return described


def _index_type(field: VectorField) -> str:
    # A sparse AUTOINDEX is SPARSE_INVERTED_INDEX on a server, and Milvus Lite knows only that name.
    if field.data_type == "SPARSE_FLOAT_VECTOR" and field.index == "AUTOINDEX":
        return "SPARSE_INVERTED_INDEX"
    return field.index


def _scalar_fields(collection: Collection) -> list[dict[str, Any]]:
    fields: dict[str, dict[str, Any]] = {}
    for index in collection.scalar_indexes:
        field = fields.setdefault(index.field, _scalar_field(index.field, index.data_type or "VARCHAR"))
        field["index"] = {"index_type": index.type}
        field["nullable"] = True
    if collection.partition_key:
        key = fields.setdefault(collection.partition_key, _scalar_field(collection.partition_key, "VARCHAR"))
        key["is_partition_key"] = True
        key.pop("nullable", None)  # Milvus refuses a partition key that may be missing
    return list(fields.values())


def _scalar_field(name: str, data_type: str) -> dict[str, Any]:
    field: dict[str, Any] = {"name": name, "data_type": data_type}
    if data_type == "VARCHAR":
        field["max_length"] = _KEY_LENGTH_BYTES
    return field


def _text_field(field: VectorField) -> dict[str, Any]:
    return {
        "name": f"{field.name}_text",
        "data_type": "VARCHAR",
        "max_length": _TEXT_LENGTH_BYTES,
        "enable_analyzer": True,
    }


def _bm25(field: VectorField) -> dict[str, Any]:
    return {
        "name": f"{field.name}_bm25",
        "function_type": "BM25",
        "input_fields": [f"{field.name}_text"],
        "output_fields": [field.name],
    }
