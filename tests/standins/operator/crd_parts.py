"""Pieces of the custom resource definition's schema: values, and what it takes from Kubernetes' own pods."""

from __future__ import annotations

from typing import Any

Schema = dict[str, Any]

TEXT: Schema = {"type": "string"}
FLAG: Schema = {"type": "boolean"}
INT32: Schema = {"type": "integer", "format": "int32"}
INT64: Schema = {"type": "integer", "format": "int64"}
TEXTS: Schema = {"type": "array", "items": TEXT}
ATOMIC_TEXTS: Schema = {**TEXTS, "x-kubernetes-list-type": "atomic"}
TEXT_MAP: Schema = {"type": "object", "additionalProperties": TEXT}
# Anything may stand there; the operator looks at it later.
FREE: Schema = {"type": "object", "x-kubernetes-preserve-unknown-fields": True}
FREE_OR_NULL: Schema = {**FREE, "nullable": True}
FREE_ITEMS: Schema = {"type": "array", "items": {"type": "object"}, "x-kubernetes-preserve-unknown-fields": True}
FLAG_OR_NULL: Schema = {**FLAG, "nullable": True}
# A number or text as Kubernetes' quantities are spelt (apimachinery, resource.Quantity).
QUANTITY: Schema = {
    "anyOf": [{"type": "integer"}, {"type": "string"}],
    "x-kubernetes-int-or-string": True,
    "pattern": r"^(\+|-)?(([0-9]+(\.[0-9]*)?)|(\.[0-9]+))(([KMGTPE]i)|[numkMGTPE]|"
    r"([eE](\+|-)?(([0-9]+(\.[0-9]*)?)|(\.[0-9]+))))?$",
}


def record(properties: Schema, required: tuple[str, ...] = (), **more: Any) -> Schema:
    """An object with these fields and no others: the API server drops or refuses the rest."""
    needed = {"required": list(required)} if required else {}
    return {"type": "object", "properties": properties, **needed, **more}


def array(items: Schema, **more: Any) -> Schema:
    """A list."""
    return {"type": "array", "items": items, **more}


def choice(*values: str, default: str | None = None) -> Schema:
    """One of some texts."""
    return {**TEXT, "enum": list(values), **({} if default is None else {"default": default})}


def atomic(schema: Schema) -> Schema:
    """A list that server-side apply takes as a whole."""
    return {**schema, "x-kubernetes-list-type": "atomic"}


def _whole(properties: Schema, required: tuple[str, ...] = ()) -> Schema:
    return record(properties, required, **{"x-kubernetes-map-type": "atomic"})


_REQUIREMENT = record({"key": TEXT, "operator": TEXT, "values": ATOMIC_TEXTS}, ("key", "operator"))
LABEL_SELECTOR = _whole({"matchExpressions": atomic(array(_REQUIREMENT)), "matchLabels": TEXT_MAP})
_NODE_TERM = _whole({"matchExpressions": atomic(array(_REQUIREMENT)), "matchFields": atomic(array(_REQUIREMENT))})
_POD_TERM = record(
    {
        "labelSelector": LABEL_SELECTOR,
        "matchLabelKeys": ATOMIC_TEXTS,
        "mismatchLabelKeys": ATOMIC_TEXTS,
        "namespaceSelector": LABEL_SELECTOR,
        "namespaces": ATOMIC_TEXTS,
        "topologyKey": TEXT,
    },
    ("topologyKey",),
)
_PREFERRED, _REQUIRED = (
    "preferredDuringSchedulingIgnoredDuringExecution",
    "requiredDuringSchedulingIgnoredDuringExecution",
)
_POD_AFFINITY = record(
    {
        _PREFERRED: atomic(
            array(record({"podAffinityTerm": _POD_TERM, "weight": INT32}, ("podAffinityTerm", "weight")))
        ),
        _REQUIRED: atomic(array(_POD_TERM)),
    }
)
AFFINITY = record(
    {
        "nodeAffinity": record(
            {
                _PREFERRED: atomic(
                    array(record({"preference": _NODE_TERM, "weight": INT32}, ("preference", "weight")))
                ),
                _REQUIRED: _whole({"nodeSelectorTerms": atomic(array(_NODE_TERM))}, ("nodeSelectorTerms",)),
            }
        ),
        "podAffinity": _POD_AFFINITY,
        "podAntiAffinity": _POD_AFFINITY,
    }
)
TOLERATIONS = array(
    record({"effect": TEXT, "key": TEXT, "operator": TEXT, "tolerationSeconds": INT64, "value": TEXT}),
)
TOPOLOGY_SPREAD = array(
    record(
        {
            "labelSelector": LABEL_SELECTOR,
            "matchLabelKeys": ATOMIC_TEXTS,
            "maxSkew": INT32,
            "minDomains": INT32,
            "nodeAffinityPolicy": TEXT,
            "nodeTaintsPolicy": TEXT,
            "topologyKey": TEXT,
            "whenUnsatisfiable": TEXT,
        },
        ("maxSkew", "topologyKey", "whenUnsatisfiable"),
    )
)
_NAME = {**TEXT, "default": ""}
_KEY = _whole({"key": TEXT, "name": _NAME, "optional": FLAG}, ("key",))
ENVIRONMENT = array(
    record(
        {
            "name": TEXT,
            "value": TEXT,
            "valueFrom": record(
                {
                    "configMapKeyRef": _KEY,
                    "fieldRef": _whole({"apiVersion": TEXT, "fieldPath": TEXT}, ("fieldPath",)),
                    "resourceFieldRef": _whole(
                        {"containerName": TEXT, "divisor": QUANTITY, "resource": TEXT}, ("resource",)
                    ),
                    "secretKeyRef": _KEY,
                }
            ),
        },
        ("name",),
    )
)
VOLUME_MOUNTS = array(
    record(
        {
            "mountPath": TEXT,
            "mountPropagation": TEXT,
            "name": TEXT,
            "readOnly": FLAG,
            "recursiveReadOnly": TEXT,
            "subPath": TEXT,
            "subPathExpr": TEXT,
        },
        ("mountPath", "name"),
    )
)
_QUANTITIES: Schema = {"type": "object", "additionalProperties": QUANTITY}
RESOURCES = record(
    {
        "claims": array(
            record({"name": TEXT, "request": TEXT}, ("name",)),
            **{"x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["name"]},
        ),
        "limits": _QUANTITIES,
        "requests": _QUANTITIES,
    }
)
PULL_SECRETS = array(_whole({"name": _NAME}))
