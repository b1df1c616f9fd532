"""Inputs as a provider's check takes them: Pulumi writes whole numbers as floats."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def whole_numbers(value: object) -> Any:
    """Plain data in which whole numbers are ints."""
    if isinstance(value, Mapping):
        return {str(key): whole_numbers(item) for key, item in value.items()}
    if isinstance(value, list):
        return [whole_numbers(item) for item in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value
