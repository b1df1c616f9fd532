"""Reads a collection that exists into the names in which it is declared."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from pulumi_milvus.collection_schema.spec import MAX_VARCHAR_LENGTH_BYTES, CollectionSpec, FieldSpec
from pulumi_milvus.collection_schema.values import parameter_value, same_stored, single_precision
from pulumi_milvus.resources.connection import Connected

OWNER_PROPERTY = "pulumi-milvus.urn"
"""Marks who created a collection, so that a create that was cut off finds its own work again."""

_FIELD_PARAMS: dict[str, tuple[str, Callable[[Any], Any]]] = {
    "dim": ("dimension", int),
    "max_length": ("maxLength", int),
    "max_capacity": ("maxCapacity", int),
    "enable_analyzer": ("enableAnalyzer", lambda value: str(value).lower() == "true"),
    "enable_match": ("enableMatch", lambda value: str(value).lower() == "true"),
    "analyzer_params": ("analyzerParams", lambda value: json.loads(value) if isinstance(value, str) else value),
}
_INDEX_BOOKKEEPING = {
    "index_type",
    "metric_type",
    "field_name",
    "index_name",
    "total_rows",
    "indexed_rows",
    "pending_index_rows",
    "state",
    "params",
    "search_params",
}
# Properties that a server adds by itself; they are no drift.
_SERVER_PROPERTIES = ("timezone", "max_field_id", "collection.allow")


def describe(connected: Connected, name: str) -> dict[str, Any] | None:
    """pymilvus's description of a collection, or None where no collection has that name.

    Raises the client's exception for anything but a missing collection.
    """
    if not connected.client.has_collection(name):
        return None
    description: dict[str, Any] = connected.client.describe_collection(name)
    return description


def owner(description: dict[str, Any]) -> str | None:
    """The URN that created the collection, where it was one of ours."""
    found = description.get("properties", {}).get(OWNER_PROPERTY)
    return str(found) if found else None


def read(connected: Connected, description: dict[str, Any], declared: CollectionSpec | None) -> dict[str, Any]:
    """The live collection as inputs; what Milvus does not report (Lite: most notes and levels) is as declared."""
    name = description["collection_name"]
    indexes = live_indexes(connected, name)
    found: dict[str, Any] = {
        "collectionName": name,
        "fields": [_field(connected, field, indexes, declared) for field in description["fields"]],
        "functions": [_function(function) for function in description.get("functions", [])],
        "enableDynamicField": bool(description.get("enable_dynamic_field")),
        "properties": _properties(description, declared),
        "loaded": _loaded(connected, name, declared),
    }
    if not connected.is_lite:
        found["shards"] = int(description.get("num_shards") or 1)
        found["description"] = description.get("description", "")
        found["consistencyLevel"] = description.get("consistency_level_name", "Bounded")
        if any(field.get("isPartitionKey") for field in found["fields"]):
            found["partitions"] = int(description.get("num_partitions") or 1)
    elif declared:
        found |= {
            "shards": declared.shards,
            "description": declared.description,
            "consistencyLevel": declared.consistency_level,
        }
    if declared and (connected.is_lite or declared.partitions is None):
        found["partitions"] = declared.partitions
    return found


def live_indexes(connected: Connected, name: str) -> dict[str, dict[str, Any]]:
    """Index by field name: indexType, metricType (None for scalars) and params."""
    indexes = {}
    for index_name in connected.client.list_indexes(name):
        raw = connected.client.describe_index(name, index_name)
        if not raw:
            continue
        # Servers answer with flat parameters, Lite with a nested map.
        params = {key: value for key, value in raw.items() if key not in _INDEX_BOOKKEEPING}
        params |= raw.get("params") or {}
        metric = raw.get("metric_type")
        indexes[raw["field_name"]] = {
            "indexType": raw["index_type"],
            "metricType": None if metric in (None, "", "NONE") else metric,
            "params": {key: parameter_value(value) for key, value in params.items()},
            "name": raw.get("index_name") or index_name,
        }
    return indexes


def is_loaded(connected: Connected, name: str) -> bool:
    """Whether a collection is loaded, or on the way."""
    return _load_state(connected, name) in ("loaded", "loading")


def _load_state(connected: Connected, name: str) -> str:
    return str(connected.client.get_load_state(name)["state"]).lower()


def row_count(connected: Connected, name: str) -> int:
    """Rows that a collection holds, unflushed ones included."""
    if not connected.is_lite:
        if _load_state(connected, name) == "loaded":
            rows = connected.client.query(name, output_fields=["count(*)"], consistency_level="Strong")
            return int(rows[0]["count(*)"])
        # What is not loaded cannot be counted by a query; a server's statistics count flushed rows only.
        connected.client.flush(name)
    return int(connected.client.get_collection_stats(name)["row_count"])


def _field(
    connected: Connected, raw: dict[str, Any], indexes: dict[str, dict[str, Any]], declared: CollectionSpec | None
) -> dict[str, Any]:
    before = declared.field(raw["name"]) if declared else None
    field: dict[str, Any] = {"name": raw["name"], "dataType": _type_name(raw["type"])}
    for flag, key in (
        ("is_primary", "isPrimary"),
        ("auto_id", "autoId"),
        ("nullable", "nullable"),
        ("is_partition_key", "isPartitionKey"),
        ("is_clustering_key", "isClusteringKey"),
    ):
        if raw.get(flag):
            field[key] = True
    for param, value in raw.get("params", {}).items():
        if param in _FIELD_PARAMS:
            key, convert = _FIELD_PARAMS[param]
            field[key] = convert(value)
    if field["dataType"] == "ARRAY" and raw.get("element_type"):
        field["elementType"] = _type_name(raw["element_type"])
    default = _default_value(field["dataType"], raw.get("default_value"), before)
    if default is not None:
        field["defaultValue"] = default
    if connected.is_lite and before:
        # Milvus Lite forgets notes, clustering keys and the length of an ARRAY's strings.
        forgotten = before.to_wire(defaults=True)
        field = {
            key: forgotten[key] for key in ("description", "isClusteringKey", "maxLength") if key in forgotten
        } | field
    elif connected.is_lite and field.get("elementType") == "VARCHAR":
        field["maxLength"] = MAX_VARCHAR_LENGTH_BYTES
    elif raw.get("description"):
        field["description"] = raw["description"]
    index = indexes.get(raw["name"])
    if index:
        field["index"] = _index(index, before.index.params if before and before.index else None)
    return field


def _index(live: dict[str, Any], declared_params: dict[str, Any] | None) -> dict[str, Any]:
    params = live["params"]
    if live["indexType"] == "AUTOINDEX" and declared_params is not None:
        # What AUTOINDEX stands for is the server's choice, not a drift.
        params = {key: value for key, value in params.items() if key in declared_params}
    return {"indexType": live["indexType"], "metricType": live["metricType"], "params": params}


def _properties(description: dict[str, Any], declared: CollectionSpec | None) -> dict[str, str]:
    wanted = declared.properties if declared else {}
    return {
        key: str(value)
        for key, value in description.get("properties", {}).items()
        if key in wanted or not (key == OWNER_PROPERTY or key.startswith(_SERVER_PROPERTIES))
    }


def _loaded(connected: Connected, name: str, declared: CollectionSpec | None) -> bool:
    if connected.is_lite_file:
        # Load state lives in the process that opened the file, which is this one, only now.
        return declared.loaded if declared else True
    return is_loaded(connected, name)


def _function(raw: dict[str, Any]) -> dict[str, Any]:
    kind = raw["type"]
    return {
        "name": raw["name"],
        "functionType": kind.name if hasattr(kind, "name") else str(kind),
        "inputFields": list(raw["input_field_names"]),
        "outputFields": list(raw["output_field_names"]),
        "params": dict(raw.get("params") or {}),
    }


def _type_name(raw: Any) -> str:
    from pymilvus import DataType

    return str(DataType(int(raw)).name)


def _default_value(data_type: str, raw: Any, before: FieldSpec | None) -> Any:
    if raw is not None and not isinstance(raw, bool | int | float | str):
        which = raw.WhichOneof("data")
        raw = getattr(raw, which) if which else None
    if raw is None:
        return None
    declared = before.default_value if before else None
    if data_type == "TIMESTAMPTZ" and declared is not None:
        return declared  # declared as a text, kept as microseconds
    if data_type == "FLOAT":
        return declared if declared is not None and same_stored(declared, raw) else single_precision(raw)
    return raw
