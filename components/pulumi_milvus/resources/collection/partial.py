"""Inputs of which a preview does not know every part, with the defaults of what it knows.

Without them a preview would show every default as removed.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ValidationError

from pulumi_milvus.collection_schema.spec import CollectionSpec, FieldSpec, FunctionSpec, IndexSpec, with_index
from pulumi_milvus.resources.wire import UNKNOWN, Plain, has_unknown


def filled(values: Plain) -> Plain:
    """The values with every default that does not depend on something unknown."""
    result = _with_defaults(CollectionSpec, values)
    functions, fields = result["functions"], result.get("fields")
    if isinstance(functions, list):
        result["functions"] = [_known_or(FunctionSpec, function) for function in functions]
    if isinstance(fields, list):
        result["fields"] = [_field(field, _filled_by_bm25(functions)) for field in fields]
    return result


def _field(value: Any, filled_by_bm25: set[str] | None) -> Any:
    if not isinstance(value, Mapping):
        return value
    field = _parsed(FieldSpec, value)
    if isinstance(field, FieldSpec):
        metric_is_unknown = filled_by_bm25 is None and field.is_sparse and not (field.index and field.index.metric_type)
        written = with_index(field, field.name in (filled_by_bm25 or ())).to_wire(defaults=True)
        if metric_is_unknown:
            written["index"]["metricType"] = UNKNOWN
        return written
    result = _with_defaults(FieldSpec, value)
    data_type = result.get("dataType")
    if "index" in result:
        result["index"] = _known_or(IndexSpec, result["index"])
    elif data_type is UNKNOWN or str(data_type).upper().endswith("_VECTOR"):
        result["index"] = UNKNOWN
    return result


def _filled_by_bm25(functions: Any) -> set[str] | None:
    if has_unknown(functions) or not isinstance(functions, list):
        return None
    parsed = [_parsed(FunctionSpec, function) for function in functions]
    return {
        name
        for function in parsed
        if isinstance(function, FunctionSpec) and function.function_type == "BM25"
        for name in function.output_fields
    }


def _known_or(model: type[BaseModel], value: Any) -> Any:
    if not isinstance(value, Mapping):
        return value
    parsed = _parsed(model, value)
    return _dumped(parsed) if parsed else _with_defaults(model, value)


def _parsed(model: type[BaseModel], value: Any) -> BaseModel | None:
    if has_unknown(value):
        return None
    try:
        return model.model_validate(value)
    except ValidationError:
        return None


def _with_defaults(model: type[BaseModel], value: Mapping[str, Any]) -> Plain:
    defaults = {
        info.alias or key: info.get_default(call_default_factory=True, validated_data={})
        for key, info in model.model_fields.items()
        if not info.is_required()
    }
    return {key: default for key, default in defaults.items() if default is not None} | dict(value)


def _dumped(model: BaseModel) -> Plain:
    return model.model_dump(by_alias=True, exclude_none=True)
