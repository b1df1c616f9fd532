"""A resource's state: the live object, the inputs, and two notes of the provider's. Pure."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any

from kubernetes_provider import objects
from kubernetes_provider.wire import Object, annotate, strip

INPUTS = "__inputs"
FIELD_MANAGER = "__fieldManager"
INITIAL_API_VERSION = "__initialApiVersion"
CREATING_MANAGER = "pulumi-kubernetes"
"""Under this name objects are created; the first update moves its fields to the resource's own manager."""


def state_of(inputs: Object, live: Object, marks: Mapping[str, Any], api_version: str, manager: str) -> Object:
    """The state to keep; `marks` are the inputs with their secrets marked, which outputs inherit."""
    return {
        **annotate(live, marks),
        INPUTS: annotate(inputs, marks),
        INITIAL_API_VERSION: api_version,
        FIELD_MANAGER: manager,
    }


def parsed(state: Mapping[str, Any]) -> tuple[Object, Object]:
    """Old inputs and last live object of a state, without marks of secrets."""
    live = strip(state)
    inputs = live.pop(INPUTS, None) or {}
    return inputs, live


def field_manager(state: Mapping[str, Any], inputs: Mapping[str, Any]) -> str:
    """The manager of this resource's fields: as its annotation says, as its state remembers, or a new one."""
    remembered = strip(state).get(FIELD_MANAGER)
    return (
        objects.annotation(inputs, objects.PATCH_FIELD_MANAGER)
        or (remembered if isinstance(remembered, str) else "")
        or f"{CREATING_MANAGER}-{secrets.token_hex(4)}"
    )


def initial_api_version(state: Mapping[str, Any], inputs: Mapping[str, Any]) -> str:
    """The apiVersion that the object was created with."""
    remembered = strip(state).get(INITIAL_API_VERSION)
    return remembered if isinstance(remembered, str) else str(inputs.get("apiVersion") or "")
