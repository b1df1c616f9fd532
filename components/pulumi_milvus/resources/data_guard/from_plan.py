"""What a DataGuard is told of a plan in a cluster."""

from __future__ import annotations

from typing import cast

from pulumi_milvus.manifests.agreement import variant_of
from pulumi_milvus.manifests.names import root_path
from pulumi_milvus.manifests.outside import dependency, etcd_endpoints, store_endpoint, wal_of
from pulumi_milvus.manifests.setting_values import ClusterSettings
from pulumi_milvus.manifests.storage_classes import fixed_fields
from pulumi_milvus.manifests.traces import traces_of
from pulumi_milvus.planning.plan import Plan
from pulumi_milvus.resources.data_guard.resource import DataGuardArgs

_WALS = {"woodpecker_service": "woodpecker-service"}
_INSIDE = "woodpecker-local"


def data_guard_args(
    plan: Plan, settings: ClusterSettings, *, disposable: bool = False, password_rotation: int = 1
) -> DataGuardArgs:
    """Arguments of the DataGuard of a deployment, everything that is left to a default said."""
    variant = variant_of(plan, settings)
    kind = wal_of(plan, settings).kind
    found: dict[str, object] = {
        "namespace": settings.namespace,
        "name": settings.name,
        "topology": plan.topology,
        "variant": variant,
        "milvus_version": plan.milvus_version,
        "gpu_image": plan.hardware == "gpu",
        "wal": _INSIDE if variant == "self_contained" else _WALS.get(kind, kind),
        "collections": {collection.name: collection.vectors for collection in plan.collections},
        "tls": settings.tls_secret is not None,
        "password_rotation": password_rotation,
        "disposable": disposable,
    }
    if settings.storage_classes:
        found["storage_classes"] = {item.name: fixed_fields(item) for item in settings.storage_classes}
    if traces := traces_of(plan, settings):
        found["traces"] = list(traces)
    store = settings.object_store
    if variant == "operator" and store is not None:
        pods = {"pods": dependency(plan, "object store")["pods"]} if store.kind == "in_cluster" else {}
        found["object_store"] = {
            "kind": store.kind,
            "bucket": store.bucket,
            "endpoint": store_endpoint(store, settings),
            "root_path": store.root_path or root_path(settings),
            **pods,
        }
        found["etcd"] = {
            "kind": settings.etcd.kind,
            "endpoints": etcd_endpoints(plan, settings),
            "root_path": settings.etcd.root_path or root_path(settings),
        }
    return cast(DataGuardArgs, found)
