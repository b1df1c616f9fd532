"""Affinity, spread and selectors in the shapes that Kubernetes gives them; what has another shape is left out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from pulumi_milvus.inspection.shapes import at, mapping, mappings, sequence, texts

_REQUIRED: Final = "requiredDuringSchedulingIgnoredDuringExecution"
_PREFERRED: Final = "preferredDuringSchedulingIgnoredDuringExecution"


def affinity_of(value: object) -> dict[str, Any]:
    """``affinity`` of a pod."""
    found: dict[str, Any] = {}
    node = mapping(at(value, "nodeAffinity"))
    if node:
        terms = [
            {**term, "matchExpressions": expressions_of(term.get("matchExpressions"))}
            for term in mappings(at(node, _REQUIRED, "nodeSelectorTerms"))
        ]
        found["nodeAffinity"] = {_REQUIRED: {"nodeSelectorTerms": terms}} if terms else {}
    for key in ("podAffinity", "podAntiAffinity"):
        pods = mapping(at(value, key))
        if pods:
            required = [_selecting(term) for term in mappings(pods.get(_REQUIRED))]
            found[key] = {_REQUIRED: required, _PREFERRED: list(mappings(pods.get(_PREFERRED)))}
    return found


def spread_of(value: object) -> tuple[Mapping[str, Any], ...]:
    """``topologySpreadConstraints`` of a pod."""
    return tuple(_selecting(item) for item in mappings(value))


def selector_of(value: object) -> dict[str, Any]:
    """A label selector: ``matchLabels`` and ``matchExpressions``, each only where it is there."""
    found: dict[str, Any] = {}
    if at(value, "matchLabels") is not None:
        found["matchLabels"] = texts(at(value, "matchLabels"))
    if at(value, "matchExpressions") is not None:
        found["matchExpressions"] = expressions_of(at(value, "matchExpressions"))
    return found


def expressions_of(value: object) -> list[dict[str, Any]]:
    """``matchExpressions``, or the requirements of a NodePool, with texts as values."""
    return [
        {**item, "key": str(item.get("key")), "operator": str(item.get("operator")), "values": _values(item)}
        for item in mappings(value)
    ]


def _values(item: Mapping[str, Any]) -> list[str]:
    return [str(value) for value in sequence(item.get("values"))]


def _selecting(term: Mapping[str, Any]) -> dict[str, Any]:
    found = dict(term)
    if "labelSelector" in term:
        found["labelSelector"] = selector_of(term["labelSelector"])
    return found
