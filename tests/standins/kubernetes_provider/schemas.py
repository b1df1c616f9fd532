"""Inputs in the shape that the API server would give them.

The official provider takes objects of built-in kinds through its typed structures before it compares or sends them:
fields that the kind does not have vanish, quantities get their one spelling. Here the server's own OpenAPI says what a
kind has. Objects of custom kinds stay as the program wrote them.
"""

from __future__ import annotations

import base64
import binascii
import threading
from collections.abc import Mapping
from typing import Any

from kubernetes_provider import kinds, objects
from kubernetes_provider.api import Api
from kubernetes_provider.errors import ApiError
from kubernetes_provider.kinds import Kind
from kubernetes_provider.quantities import canonical
from kubernetes_provider.wire import Object, has_unknown

_QUANTITY = "io.k8s.apimachinery.pkg.api.resource.Quantity"
_REFERENCE = "#/components/schemas/"

_SERVERS_OWN = (
    "creationTimestamp",
    "deletionGracePeriodSeconds",
    "deletionTimestamp",
    "generation",
    "managedFields",
    "resourceVersion",
    "uid",
)


class Schemas:
    """The OpenAPI documents of the server, one a group and version, fetched when first needed."""

    def __init__(self, api: Api) -> None:
        self._api = api
        self._found: dict[tuple[str, str], Mapping[str, Any]] = {}
        self._lock = threading.Lock()

    def normalized(self, document: Object) -> Object:
        """The inputs as the official provider normalizes them. Raises UnreachableError."""
        kind = kinds.of_object(document)
        if kind.is_built_in and not has_unknown(document):
            if kind.name == "Secret" and not kind.group:
                document = _secret(document)
            elif kind.name == "CustomResourceDefinition":
                document = {key: item for key, item in document.items() if key != "status"}
            else:
                document = self._typed(kind, document)
        return without_servers_own(document)

    def _typed(self, kind: Kind, document: Object) -> Object:
        schemas = self._schemas(kind)
        for schema in schemas.values():
            for named in schema.get("x-kubernetes-group-version-kind") or []:
                if named == {"group": kind.group, "version": kind.version, "kind": kind.name}:
                    try:
                        found: Object = _shaped(schemas, schema, document)
                    except ValueError:
                        return document  # it does not fit the kind: the server shall say so
                    return found
        return document

    def _schemas(self, kind: Kind) -> Mapping[str, Any]:
        with self._lock:
            key = (kind.group, kind.version)
            if key not in self._found:
                root = f"apis/{kind.group}/{kind.version}" if kind.group else f"api/{kind.version}"
                try:
                    answer = self._api.get(f"/openapi/v3/{root}")
                except ApiError:  # a server without OpenAPI 3: nothing is known of the kind
                    answer = {}
                self._found[key] = objects.dig(answer, "components", "schemas") or {}
            return self._found[key]


def normalized_offline(document: Object) -> Object:
    """As much of it as can be done without the server: Secrets, and quantities where they usually stand."""
    kind = kinds.of_object(document)
    if kind.is_built_in and not has_unknown(document):
        document = _secret(document) if kind == Kind("", "v1", "Secret") else _with_quantities(document)
    return without_servers_own(document)


def without_servers_own(document: Object) -> Object:
    """Without the metadata that only the server writes."""
    if not any(key in objects.metadata(document) for key in _SERVERS_OWN):
        return document
    return objects.with_metadata(document, **dict.fromkeys(_SERVERS_OWN))


def _with_quantities(value: Any) -> Any:
    if isinstance(value, list):
        return [_with_quantities(item) for item in value]
    if not isinstance(value, Mapping):
        return value
    shaped = {key: _with_quantities(item) for key, item in value.items()}
    for key in ("requests", "limits", "hard", "capacity"):
        if isinstance(shaped.get(key), Mapping):
            try:
                shaped[key] = {name: canonical(item) for name, item in shaped[key].items()}
            except ValueError:
                continue
    return shaped


def _shaped(schemas: Mapping[str, Any], schema: Mapping[str, Any], value: Any) -> Any:
    reference = schema.get("$ref")
    wrapped = schema.get("allOf")
    if reference is None and isinstance(wrapped, list) and len(wrapped) == 1:
        reference = wrapped[0].get("$ref")
    if reference is not None:
        name = str(reference).removeprefix(_REFERENCE)
        return canonical(value) if name == _QUANTITY else _shaped(schemas, schemas.get(name, {}), value)
    _check_type(schema, value)
    if isinstance(value, Mapping):
        declared, others = schema.get("properties"), schema.get("additionalProperties")
        if isinstance(declared, Mapping):
            return {
                key: _shaped(schemas, declared[key], item)
                for key, item in value.items()
                if key in declared
                and (key in (schema.get("required") or ()) or not _vanishes(schemas, declared[key], item))
            }
        if isinstance(others, Mapping):
            return {key: _shaped(schemas, others, item) for key, item in value.items()}
    if isinstance(value, list) and isinstance(schema.get("items"), Mapping):
        return [_shaped(schemas, schema["items"], item) for item in value]
    return value


_PYTHON_TYPES: Mapping[str, type | tuple[type, ...]] = {
    "string": str,
    "boolean": bool,
    "integer": int,
    "number": (int, float),
    "array": list,
    "object": Mapping,
}


def _check_type(schema: Mapping[str, Any], value: Any) -> None:
    declared = str(schema.get("type") or "")
    wanted = _PYTHON_TYPES.get(declared, object)
    if not isinstance(value, wanted) or (isinstance(value, bool) and declared in ("integer", "number")):
        raise ValueError(f"{value!r} is no {declared}")


def _vanishes(schemas: Mapping[str, Any], schema: Mapping[str, Any], value: Any) -> bool:
    """Whether a field is left out because it is an empty map or list; an empty structure, emptyDir: {}, stays."""
    if value == []:
        return True
    if value != {}:
        return False
    reference = schema.get("$ref") or next((part.get("$ref") for part in schema.get("allOf") or []), None)
    named = schemas.get(str(reference).removeprefix(_REFERENCE), {}) if reference else schema
    return "properties" not in named and "additionalProperties" in named


def _secret(document: Object) -> Object:
    """stringData moves into data, and base64 gets its one spelling: so does the server."""
    text = document.get("stringData")
    data = dict(document["data"]) if isinstance(document.get("data"), Mapping) else {}
    if isinstance(text, Mapping) and text:
        data |= {key: base64.b64encode(str(item).encode()).decode() for key, item in text.items()}
        return {key: item for key, item in document.items() if key != "stringData"} | {"data": data}
    if not data:
        return document
    return document | {"data": {key: _respelled(item) for key, item in data.items()}}


def _respelled(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    try:
        # Line breaks inside are allowed, as they are for the server.
        one_line = value.replace("\n", "").replace("\r", "")
        return base64.b64encode(base64.b64decode(one_line, validate=True)).decode()
    except (binascii.Error, ValueError):
        return value
