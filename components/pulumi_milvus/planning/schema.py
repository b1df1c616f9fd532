"""The JSON Schemas that editors use: of a bare workload, and of a stack's values file that holds one.

They are made from the models, so they say the same. What a schema cannot say (a model's dimensions, names that exist
twice) is said by ``reading``.
"""

from __future__ import annotations

import json
from typing import Any, Final

from pulumi_milvus.cloud_aws.settings import aws_settings_schema
from pulumi_milvus.manifests.settings import cluster_settings_schema
from pulumi_milvus.planning.milvus_limits import NAME_PATTERN
from pulumi_milvus.planning.settings import DESCRIPTIONS
from pulumi_milvus.planning.values_file import WORKLOAD_KEY
from pulumi_milvus.planning.workload import Workload

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
WORKLOAD_ID: Final = "urn:pulumi-milvus:workload"
VALUES_ID: Final = "urn:pulumi-milvus:values"

_NAME: Final = {"type": "string", "pattern": NAME_PATTERN}
_SPARSE: Final = {"properties": {"data_type": {"const": "SPARSE_FLOAT_VECTOR"}}, "required": ["data_type"]}
_ONE_FIELD: Final = [{"required": ["dimension"]}, {"required": ["embedding_model"]}, _SPARSE]


def _said(key: str) -> dict[str, Any]:
    """The key stands there and is not null, which means not said."""
    return {"required": [key], "properties": {key: {"not": {"type": "null"}}}}


_NO_NUMBER: Final = {"anyOf": [{"type": "null"}, {"const": 0}, {"type": "string", "pattern": "^[0_]+$"}]}
_GPU_KEYS: Final = ("gpu_name", "gpu_memory_bytes", "gpu_compute_capability")
# What a shape needs beside its name and cores; which key is larger than which is said by ``node_shapes``.
_ONE_SHAPE: Final = [
    {"oneOf": [_said("memory_gib"), _said("memory_bytes")]},
    {"anyOf": [_said("count"), _said("max_count")]},
    {
        "if": {"required": ["gpus"], "properties": {"gpus": {"not": _NO_NUMBER}}},
        "then": _said("gpu_memory_bytes"),
        "else": {"properties": {key: {"type": "null"} for key in _GPU_KEYS}},
    },
]
_SETTINGS: Final[dict[str, dict[str, Any]]] = {
    "milvus:uri": {"type": "string", "minLength": 1},
    "milvus:token": {
        "anyOf": [{"type": "object", "properties": {"secure": {"type": "string"}}, "required": ["secure"]}]
    },
    # `pulumi config set` writes values at this level as strings.
    "milvus:disposableData": {"enum": [True, False, "true", "false"]},
    "milvus:aliases": {"type": "object", "propertyNames": _NAME, "additionalProperties": _NAME},
    "milvus:waitSeconds": {"type": ["number", "string"], "minimum": 0, "pattern": r"^[0-9]+(\.[0-9]+)?$"},
    "milvus:acknowledgeSearchGap": {"type": "array", "items": _NAME},
    "milvus:createCollections": {"enum": [True, False, "true", "false"]},
    "milvus:readyTimeoutSeconds": {"type": ["integer", "string"], "minimum": 0, "pattern": r"^[0-9]+$"},
    "milvus:catalogue": {"type": "string", "minLength": 1},
    "milvus:passwordRotation": {"type": ["integer", "string"], "minimum": 1, "pattern": r"^[0-9]+$"},
}


def workload_schema() -> dict[str, Any]:
    """The JSON Schema of a bare workload (YAML or JSON)."""
    schema = Workload.model_json_schema(mode="validation")
    definitions = schema["$defs"]
    definitions["Collection"]["anyOf"] = [*_ONE_FIELD, {"required": ["vector_fields"]}]
    definitions["VectorField"]["anyOf"] = list(_ONE_FIELD)
    schema["properties"]["collections"]["minItems"] = 1
    shapes = schema["properties"]["node_shapes"]
    definitions["NodeShape"] = {**shapes["items"], "allOf": _ONE_SHAPE}
    shapes["items"] = {"$ref": "#/$defs/NodeShape"}
    for part in (schema, *definitions.values()):
        for key in part["properties"].values():
            key.pop("title", None)  # pydantic repeats the name of the key, which helps nobody
    return {"$schema": DIALECT, "$id": WORKLOAD_ID, **schema}


def values_schema() -> dict[str, Any]:
    """The JSON Schema of a stack's values file: ``config:`` with ``milvus:workload`` and the settings beside it."""
    workload = workload_schema()
    definitions = workload.pop("$defs")
    for key in ("$schema", "$id"):
        del workload[key]
    definitions["Workload"] = workload
    shapes = _SETTINGS | {"milvus:aws": aws_settings_schema(), "milvus:kubernetes": cluster_settings_schema()}
    settings = {key: {"description": DESCRIPTIONS[key], **schema} for key, schema in shapes.items()}
    return {
        "$schema": DIALECT,
        "$id": VALUES_ID,
        "title": "Values file of a stack",
        "description": "Configuration of one environment. Keys of other programs and providers are allowed.",
        "type": "object",
        "required": ["config"],
        "properties": {
            "config": {
                "description": "The configuration of the stack.",
                "type": "object",
                "required": [WORKLOAD_KEY],
                "properties": {
                    WORKLOAD_KEY: {"description": "What will be stored and asked.", "$ref": "#/$defs/Workload"},
                    **settings,
                },
            }
        },
        "$defs": definitions,
    }


def schema_text(schema: dict[str, Any]) -> str:
    """A schema as it stands in its file."""
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"
