"""What stands in a cluster that is made here before Milvus: storage class, device plugin, autoscaler."""

from __future__ import annotations

from typing import Final

from pulumi_milvus.cloud_aws.autoscaler import autoscaler
from pulumi_milvus.cloud_aws.declared import Environment
from pulumi_milvus.cloud_aws.in_cluster import device_plugin, storage_class
from pulumi_milvus.manifests.manifest import Manifest

# The role's name ends in letters that only `up` knows.
AUTOSCALER_ROLE: Final = "ARN-OF-THE-AUTOSCALERS-ROLE"


def cluster_manifests(found: Environment, registry: str | None) -> tuple[Manifest, ...]:
    """Its objects, in order. The autoscaler's ServiceAccount has ``AUTOSCALER_ROLE`` where its role's ARN belongs."""
    plugin = device_plugin(found.groups, registry)
    version = str(found.settings.kubernetes_version)
    return (
        Manifest(key="storage-class", body=storage_class()),
        *([Manifest(key="device-plugin", body=plugin)] if plugin is not None else []),
        *autoscaler(found.settings.name, found.region, AUTOSCALER_ROLE, version, registry),
    )
