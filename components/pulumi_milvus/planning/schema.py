"""The JSON Schemas that editors use: of a bare workload, and of a stack's values file that holds one.

They are made from the models, so they say the same. What a schema cannot say (a model's dimensions, names that exist
twice) is said by ``reading``.
"""

from __future__ import annotations

import json
from typing import Any, Final

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
}


def workload_schema() -> dict[str, Any]:
    """The JSON Schema of a bare workload (YAML or JSON)."""
    schema = Workload.model_json_schema(mode="validation")
    definitions = schema["$defs"]
    definitions["Collection"]["anyOf"] = [*_ONE_FIELD, {"required": ["vector_fields"]}]
    definitions["VectorField"]["anyOf"] = list(_ONE_FIELD)
    schema["properties"]["collections"]["minItems"] = 1
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
    settings = {key: {"description": DESCRIPTIONS[key], **schema} for key, schema in _SETTINGS.items()}
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
