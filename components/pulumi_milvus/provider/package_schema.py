"""The Pulumi schema of the package: resources from their models, components from their annotated arguments."""

from __future__ import annotations

import json
from collections.abc import Collection
from functools import cache
from typing import Any

from pydantic import BaseModel
from pydantic.alias_generators import to_camel

from pulumi_milvus.collection_schema.spec import CollectionSpec
from pulumi_milvus.resources.alias.handler import AliasSpec
from pulumi_milvus.resources.data_guard.spec import DataGuardSpec
from pulumi_milvus.resources.generated_keys.spec import OUTPUTS as KEYS_OUTPUTS
from pulumi_milvus.resources.generated_keys.spec import GeneratedKeysSpec
from pulumi_milvus.resources.operator_guard.spec import OperatorGuardSpec
from pulumi_milvus.resources.readiness.spec import OUTPUTS as READINESS_OUTPUTS
from pulumi_milvus.resources.readiness.spec import ReadinessSpec
from pulumi_milvus.resources.root_password.spec import OUTPUTS as PASSWORD_OUTPUTS
from pulumi_milvus.resources.root_password.spec import RootPasswordSpec
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
    "cluster": {
        "$ref": "#/types/milvus:index:ClusterAccess",
        "description": "A Kubernetes cluster, and the Service in front of a Milvus inside it, which is reached through "
        "a port-forward of the provider's own. In the place of `uri`. By default the kubeconfig's current context.",
    },
}
_CLUSTER_ACCESS = {
    "type": "object",
    "description": "A cluster, and the Service in front of a Milvus in it.",
    "properties": {
        "kubeconfig": {
            "type": "string",
            "secret": True,
            "description": "A kubeconfig, its path or its content. By default KUBECONFIG, ~/.kube/config, or the "
            "account of the pod that Pulumi runs in. Kept as a secret.",
        },
        "context": {"type": "string", "description": "The kubeconfig's context. By default its current one."},
        "namespace": {"type": "string", "description": "The Service's namespace."},
        "service": {
            "type": "string",
            "description": "The Service in front of Milvus; the operator calls that of a Milvus resource NAME-milvus.",
        },
        "port": {"type": "integer", "description": "The Service's port. By default 19530."},
        "tlsSecret": {
            "type": "string",
            "description": "Where Milvus speaks TLS: the Secret of that namespace whose ca.crt says which certificate "
            "to trust.",
        },
        "tlsServerName": {
            "type": "string",
            "description": "The name that the certificate must have. By default SERVICE.NAMESPACE.svc.",
        },
    },
}


_RESOURCE_NAMES = {"Alias", "Collection", "ClusterAccess", "DataGuard", "Field", "Function", "Index"}
"""Names of resources, and of their types, that are no component's."""


@cache
def package_schema() -> str:
    """The schema as JSON."""
    from pulumi_milvus.provider.component_host import component_provider

    schema = _named_for_go(json.loads(component_provider().schema or "{}"))
    types = schema.setdefault("types", {})
    _describe_outputs(schema)
    # Otherwise Go's SDK lacks the inputs of types that stand in lists alone, and does not compile (Pulumi 3.259.0).
    schema["language"]["go"]["generateExtraInputTypes"] = True
    schema |= {
        "name": "milvus",
        "displayName": "Milvus",
        "version": PACKAGE_VERSION,
        "description": "Milvus sized from what you store and ask: components, and collections and aliases as resources",
        "license": "Apache-2.0",
        "config": {"variables": _PROVIDER_SETTINGS},
        "provider": {
            "description": "One Milvus, the token that opens it, and the cluster that it may stand in.",
            "inputProperties": _PROVIDER_SETTINGS,
            "properties": {"uri": _PROVIDER_SETTINGS["uri"]},
        },
    }
    resources = schema.setdefault("resources", {})
    resources["milvus:index:Collection"] = _resource(CollectionSpec, types, required={"fields"})
    resources["milvus:index:Alias"] = _resource(AliasSpec, types, required={"collection"})
    types["milvus:index:ClusterAccess"] = _CLUSTER_ACCESS
    resources["milvus:index:Readiness"] = _resource(
        ReadinessSpec, types, required={"name", "namespace"}, outputs=READINESS_OUTPUTS
    )
    resources["milvus:index:OperatorGuard"] = _resource(OperatorGuardSpec, types, required=(), outputs=("clusterId",))
    resources["milvus:index:RootPassword"] = _resource(RootPasswordSpec, types, required=(), outputs=PASSWORD_OUTPUTS)
    resources["milvus:index:GeneratedKeys"] = _resource(GeneratedKeysSpec, types, required=(), outputs=KEYS_OUTPUTS)
    guarded = {"milvusVersion", "name", "namespace", "topology", "wal"}
    resources["milvus:index:DataGuard"] = _resource(DataGuardSpec, types, required=guarded, outputs=())
    return json.dumps(schema)


def _named_for_go(schema: dict[str, Any]) -> dict[str, Any]:
    """The components' types without the Args of their Python names.

    Go's SDK calls the inputs of a type X and of a resource X both XArgs, and drops what it takes for one of them: with
    types that end so themselves it does not compile. Where X is a resource or a type of its own, it is XSettings.
    """
    taken = {token.rpartition(":")[2] for token in schema["resources"]} | _RESOURCE_NAMES
    text = json.dumps(schema)
    for token in schema["types"]:
        stem = token.rpartition(":")[2].removesuffix("Args")
        if token.endswith("Args"):
            text = text.replace(f'{token}"', f'milvus:index:{stem + "Settings" if stem in taken else stem}"')
    renamed: dict[str, Any] = json.loads(text)
    return renamed


def _describe_outputs(schema: dict[str, Any]) -> None:
    """The words on outputs that components inherit; Pulumi's analyzer reads those of a class itself alone."""
    from pulumi.provider.experimental.analyzer import Analyzer

    from pulumi_milvus.kubernetes.component import ServerComponent

    analyzer = Analyzer("milvus")
    words = {to_camel(name): analyzer.get_docstring(ServerComponent, name) for name in ServerComponent.__annotations__}
    for component in ServerComponent.__subclasses__():
        for name, described in schema["resources"][f"milvus:index:{component.__name__}"]["properties"].items():
            described["description"] = words[name]


def _resource(
    model: type[BaseModel], types: dict[str, Any], required: Collection[str], outputs: Collection[str] = ("endpoint",)
) -> dict[str, Any]:
    """A resource; `outputs` are those of its model's fields that nobody may give."""
    document = model.model_json_schema(by_alias=True)
    for name, definition in document.get("$defs", {}).items():
        types[_token(name)] = {
            "type": "object",
            "description": definition.get("description", ""),
            "properties": _properties(definition),
            "required": sorted(definition.get("required", [])),
        }
    properties = _properties(document)
    inputs = {key: value for key, value in properties.items() if key not in outputs}
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
        key: _property(value)
        | {"description": value.get("description", "")}
        | ({"secret": True} if value.get("secret") else {})
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
