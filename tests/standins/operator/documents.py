"""Kubernetes manifests are plain JSON here; what every other file needs to read and merge them."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

Document = dict[str, Any]


def value_at(document: Any, *path: str) -> Any:
    """The value under a path of keys, or None where the path ends early."""
    for key in path:
        if not isinstance(document, Mapping):
            return None
        document = document.get(key)
    return document


def section(document: Mapping[str, Any], *path: str) -> Document:
    """The object under a path of keys; empty where there is none."""
    found = value_at(document, *path)
    return dict(found) if isinstance(found, Mapping) else {}


def set_at(document: Document, value: Any, *path: str) -> None:
    """Set a value, making the objects on the way; what is in the way and is no object gives way."""
    *parents, last = path
    for key in parents:
        if not isinstance(document.get(key), dict):
            document[key] = {}
        document = document[key]
    document[last] = value


def drop_at(document: Document, *path: str) -> None:
    """Take a value out where it is there; the objects around it stay, even empty."""
    *parents, last = path
    parent = value_at(document, *parents) if parents else document
    if isinstance(parent, dict):
        parent.pop(last, None)


def merged_deeply(under: Mapping[str, Any], over: Mapping[str, Any]) -> Document:
    """Both, key by key; where both have a value that is no object, `over` wins."""
    merged = copy.deepcopy(dict(under))
    for key, value in over.items():
        if isinstance(value, Mapping) and isinstance(merged.get(key), Mapping):
            merged[key] = merged_deeply(merged[key], value)
        else:
            merged[key] = copy.deepcopy(value)
    return merged


def without_empty(value: Any) -> Any:
    """Without null, empty objects and empty lists: what Kubernetes' own comparison of two objects takes for equal."""
    if isinstance(value, Mapping):
        kept = {key: without_empty(inner) for key, inner in value.items()}
        return {key: inner for key, inner in kept.items() if inner is not None and inner not in ({}, [])}
    if isinstance(value, list):
        return [without_empty(inner) for inner in value]
    return value


def index_of(items: list[Document], key: str, wanted: Any) -> int:
    """The place of the first item whose key has the wanted value, or -1."""
    return next((place for place, item in enumerate(items) if item.get(key) == wanted), -1)


def put_by(items: list[Document], key: str, item: Document) -> None:
    """Replace the item with the same key, or append."""
    place = index_of(items, key, item.get(key))
    if place < 0:
        items.append(item)
    else:
        items[place] = item
