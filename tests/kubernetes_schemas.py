"""Whether an object has only fields that Kubernetes knows, by the models of its official Python client."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from kubernetes.client import models

_CLASSES: Final[Mapping[str, str]] = {
    "Namespace": "V1Namespace",
    "ServiceAccount": "V1ServiceAccount",
    "Service": "V1Service",
    "ConfigMap": "V1ConfigMap",
    "CronJob": "V1CronJob",
    "Job": "V1Job",
    "StatefulSet": "V1StatefulSet",
    "NetworkPolicy": "V1NetworkPolicy",
    "PodDisruptionBudget": "V1PodDisruptionBudget",
    "PriorityClass": "V1PriorityClass",
    "HorizontalPodAutoscaler": "V2HorizontalPodAutoscaler",
}
_PLAIN: Final[Mapping[str, tuple[type, ...]]] = {
    "str": (str,),
    "int": (int,),
    "bool": (bool,),
    "float": (int, float),
    "object": (object,),
    "datetime": (str,),
}


def wrong_fields(body: Mapping[str, Any]) -> list[str]:
    """Paths of unknown fields and of values of another type; empty where all is well."""
    return list(_of(body, _CLASSES[body["kind"]], body["kind"]))


def _of(value: Any, kind: str, path: str) -> Iterator[str]:
    if match := re.fullmatch(r"List\[(.+)\]", kind):
        if not isinstance(value, list):
            yield f"{path}: no list"
            return
        for place, item in enumerate(value):
            yield from _of(item, match[1], f"{path}[{place}]")
    elif match := re.fullmatch(r"Dict\[str, (.+)\]", kind):
        if not isinstance(value, dict):
            yield f"{path}: no mapping"
            return
        for key, item in value.items():
            yield from _of(item, match[1], f"{path}.{key}")
    elif kind in _PLAIN:
        if not isinstance(value, _PLAIN[kind]) or (kind == "int" and isinstance(value, bool)):
            yield f"{path}: {value!r} is no {kind}"
    else:
        model = getattr(models, kind)
        known = {name: model.openapi_types[attribute] for attribute, name in model.attribute_map.items()}
        if not isinstance(value, dict):
            yield f"{path}: no {kind}"
            return
        for key, item in value.items():
            if key not in known:
                yield f"{path}.{key}: unknown to {kind}"
            else:
                yield from _of(item, known[key], f"{path}.{key}")
