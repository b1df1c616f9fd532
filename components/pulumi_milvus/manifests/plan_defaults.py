"""What the settings leave open and the plan has decided."""

from __future__ import annotations

from dataclasses import replace

from pulumi_milvus.manifests.setting_values import ClusterSettings, ObjectStore
from pulumi_milvus.planning.plan import Plan

# The bucket of a store that is made here, where none is named; Milvus makes it.
IN_CLUSTER_BUCKET = "milvus"


def with_plan(plan: Plan, settings: ClusterSettings) -> ClusterSettings:
    """The settings, with the object store in the cluster where the workload asks for it and none is named."""
    if settings.object_store is not None or plan.workload.object_store != "in_cluster":
        return settings
    return replace(settings, object_store=ObjectStore(kind="in_cluster", bucket=IN_CLUSTER_BUCKET, use_ssl=False))


def variant_of(plan: Plan, settings: ClusterSettings) -> str:
    """``self_contained`` or ``operator``: as set, else as planned."""
    if plan.topology != "standalone":
        return "operator"
    if settings.variant is not None:
        return settings.variant
    return "self_contained" if plan.workload.object_store == "local" else "operator"
