"""What lives inside a Milvus, and what watches over one in a cluster, as real Pulumi resources."""

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
    from pulumi_milvus.resources.data_guard.resource import DataGuard, DataGuardArgs
    from pulumi_milvus.resources.generated_keys.resource import GeneratedKeys, GeneratedKeysArgs
    from pulumi_milvus.resources.operator_guard.resource import OperatorGuard, OperatorGuardArgs
    from pulumi_milvus.resources.provider_resource import ClusterArgs, Provider, ProviderArgs
    from pulumi_milvus.resources.readiness.resource import Readiness, ReadinessArgs
    from pulumi_milvus.resources.root_password.resource import RootPassword, RootPasswordArgs

__all__ = [
    "Alias",
    "AliasArgs",
    "ClusterArgs",
    "Collection",
    "CollectionArgs",
    "DataGuard",
    "DataGuardArgs",
    "FieldArgs",
    "FunctionArgs",
    "GeneratedKeys",
    "GeneratedKeysArgs",
    "IndexArgs",
    "OperatorGuard",
    "OperatorGuardArgs",
    "Provider",
    "ProviderArgs",
    "Readiness",
    "ReadinessArgs",
    "RootPassword",
    "RootPasswordArgs",
]

_HOMES = {
    "Alias": "alias.resource",
    "AliasArgs": "alias.resource",
    "ClusterArgs": "provider_resource",
    "DataGuard": "data_guard.resource",
    "DataGuardArgs": "data_guard.resource",
    "GeneratedKeys": "generated_keys.resource",
    "GeneratedKeysArgs": "generated_keys.resource",
    "OperatorGuard": "operator_guard.resource",
    "OperatorGuardArgs": "operator_guard.resource",
    "Provider": "provider_resource",
    "ProviderArgs": "provider_resource",
    "Readiness": "readiness.resource",
    "ReadinessArgs": "readiness.resource",
    "RootPassword": "root_password.resource",
    "RootPasswordArgs": "root_password.resource",
}


def __getattr__(name: str) -> Any:
    """Load a resource class when it is first asked for, so that the pure parts never pay for Pulumi."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"pulumi_milvus.resources.{_HOMES.get(name, 'collection.resource')}"), name)
