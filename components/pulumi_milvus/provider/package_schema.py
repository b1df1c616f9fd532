"""The Pulumi schema of the package: resources from their models, components from their annotated arguments."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from pydantic import BaseModel

from pulumi_milvus.resources.alias.handler import AliasSpec
from pulumi_milvus.resources.collection.spec import CollectionSpec
from pulumi_milvus.version import PACKAGE_VERSION

_PROVIDER_SETTINGS = {
    "uri": {
        "type": "string",
        "description": "The Milvus: a path ending in .db for Milvus Lite, relative to the folder of Pulumi.yaml, or "
        "http://host:19530, https://... for a server or Zilliz Cloud. By default the environment variable MILVUS_URI.",
    },
    "token": {"type": "string", "secret": True, "description": "`user:password` or an API key. Kept as a secret."},
    "waitSeconds": {
        "type": "number",
        "description": "How long to wait for Milvus to answer, or for a Lite file that another process holds. By "
        "default 120 s to create or change something, 20 s to read or delete, and 15 s for a file.",
    },
}


@cache
def package_schema() -> str:
    """The schema as JSON."""
    from pulumi_milvus.provider.component_host import component_provider

    schema: dict[str, Any] = json.loads(component_provider().schema or "{}")
    types = schema.setdefault("types", {})
    schema |= {
        "name": "milvus",
        "displayName": "Milvus",
        "version": PACKAGE_VERSION,
        "description": "Milvus sized from what you store and ask: components, and collections and aliases as resources",
        "license": "Apache-2.0",
        "config": {"variables": _PROVIDER_SETTINGS},
        "provider": {
            "description": "One Milvus and the token that opens it.",
            "inputProperties": _PROVIDER_SETTINGS,
            "properties": {"uri": _PROVIDER_SETTINGS["uri"]},
        },
    }
    resources = schema.setdefault("resources", {})
    resources["milvus:index:Collection"] = _resource(CollectionSpec, types, required={"fields"})
    resources["milvus:index:Alias"] = _resource(AliasSpec, types, required={"collection"})
    return json.dumps(schema)


def _resource(model: type[BaseModel], types: dict[str, Any], required: set[str]) -> dict[str, Any]:
    document = model.model_json_schema(by_alias=True)
    for name, definition in document.get("$defs", {}).items():
        types[_token(name)] = {
            "type": "object",
            "description": definition.get("description", ""),
            "properties": _properties(definition),
            "required": sorted(definition.get("required", [])),
        }
    properties = _properties(document)
    inputs = {key: value for key, value in properties.items() if key != "endpoint"}
    return {
        "description": (model.__doc__ or "").strip(),
        "inputProperties": inputs,
        "requiredInputs": sorted(required),
        "properties": properties,
        "required": sorted(required),
    }


def _token(definition: str) -> str:
    return f"milvus:index:{definition.removesuffix('Spec')}"


def _properties(definition: dict[str, Any]) -> dict[str, Any]:
    return {
        key: _property(value) | {"description": value.get("description", "")}
        for key, value in definition.get("properties", {}).items()
    }


def _property(schema: dict[str, Any]) -> dict[str, Any]:
    """A JSON Schema type in Pulumi's words; what is more than one type is left open."""
    if "$ref" in schema:
        return {"$ref": f"#/types/{_token(schema['$ref'].rpartition('/')[2])}"}
    if "anyOf" in schema:
        others = [part for part in schema["anyOf"] if part.get("type") != "null"]
        return _property(others[0]) if len(others) == 1 else {"$ref": "pulumi.json#/Any"}
    kind = schema.get("type")
    if kind == "array":
        return {"type": "array", "items": _property(schema["items"])}
    if kind == "object":
        inner = schema.get("additionalProperties")  # `true` where anything goes
        return {"type": "object", "additionalProperties": _property(inner if isinstance(inner, dict) else {})}
    return {"type": kind} if isinstance(kind, str) else {"$ref": "pulumi.json#/Any"}
