"""Whether a Kubernetes label selector matches labels."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def selects(selector: Mapping[str, Any], labels: Mapping[str, str]) -> bool:
    """``selector`` has ``matchLabels`` and ``matchExpressions``; an empty one matches everything (policy/v1)."""
    wanted = selector.get("matchLabels") or {}
    if any(labels.get(key) != value for key, value in wanted.items()):
        return False
    return all(_fits(item, labels) for item in selector.get("matchExpressions") or ())


def _fits(wanted: Mapping[str, Any], labels: Mapping[str, str]) -> bool:
    key, operator = str(wanted.get("key")), wanted.get("operator")
    values = [str(value) for value in wanted.get("values") or ()]
    if operator == "In":
        return labels.get(key) in values
    if operator == "NotIn":
        return labels.get(key) not in values
    return (key in labels) is (operator == "Exists")
