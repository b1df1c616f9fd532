"""What lives inside a Milvus, as real Pulumi resources: collections with their indexes, and aliases."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pulumi_milvus.resources.alias.resource import Alias, AliasArgs
    from pulumi_milvus.resources.collection.resource import (
        Collection,
        CollectionArgs,
        FieldArgs,
        FunctionArgs,
        IndexArgs,
    )
    from pulumi_milvus.resources.provider_resource import Provider, ProviderArgs

__all__ = [
    "Alias",
    "AliasArgs",
    "Collection",
    "CollectionArgs",
    "FieldArgs",
    "FunctionArgs",
    "IndexArgs",
    "Provider",
    "ProviderArgs",
]

_HOMES = {
    "Alias": "pulumi_milvus.resources.alias.resource",
    "AliasArgs": "pulumi_milvus.resources.alias.resource",
    "Provider": "pulumi_milvus.resources.provider_resource",
    "ProviderArgs": "pulumi_milvus.resources.provider_resource",
}


def __getattr__(name: str) -> Any:
    """Load a resource class when it is first asked for, so that the pure parts never pay for Pulumi."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_HOMES.get(name, "pulumi_milvus.resources.collection.resource")), name)
