"""One look at everything in the cluster that says how a Milvus is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from pulumi_milvus.cluster_access.access import ClusterAccess
from pulumi_milvus.cluster_access.cluster import Json, Reader
from pulumi_milvus.cluster_access.errors import ClusterError
from pulumi_milvus.cluster_access.service_pods import NoPodError, ready_targets
from pulumi_milvus.resources.readiness.spec import ReadinessSpec


@dataclass(frozen=True)
class Observed:
    """Objects as the API server has them, all of one namespace."""

    resource: Json | None
    """The Milvus resource or the StatefulSet, None where it does not exist."""
    deployments: list[Json] = field(default_factory=list)
    """Those of the Milvus resource."""
    replica_sets: list[Json] = field(default_factory=list)
    pods: list[Json] = field(default_factory=list)
    events: list[Json] = field(default_factory=list)
    claims: list[Json] = field(default_factory=list)
    config: Json | None = None
    """The ConfigMap that Milvus reads."""
    service_problem: str = ""
    """Why no pod answers behind the Service, empty where one does."""


def observe(reader: Reader, spec: ReadinessSpec) -> Observed:
    """Look once. Raises ClusterError where the cluster gives no answer or refuses what must be seen."""
    core, apps = f"/api/v1/namespaces/{spec.namespace}", f"/apis/apps/v1/namespaces/{spec.namespace}"
    if spec.kind == "Milvus":
        resource = _maybe(
            lambda: reader.get(f"/apis/milvus.io/v1beta1/namespaces/{spec.namespace}/milvuses/{spec.name}")
        )
        selector = f"app.kubernetes.io/instance={spec.name},app.kubernetes.io/name=milvus"
    else:
        resource = _maybe(lambda: reader.get(f"{apps}/statefulsets/{spec.name}"))
        labels = (((resource or {}).get("spec") or {}).get("selector") or {}).get("matchLabels") or {}
        selector = ",".join(f"{key}={value}" for key, value in sorted(labels.items()))
    if resource is None:
        return Observed(None)
    is_milvus = spec.kind == "Milvus"
    return Observed(
        resource=resource,
        deployments=reader.items(f"{apps}/deployments", selector) if is_milvus else [],
        replica_sets=reader.items(f"{apps}/replicasets", selector) if is_milvus else [],
        pods=reader.items(f"{core}/pods", selector),
        # What only explains need not be readable for an account that waits.
        events=_if_allowed(lambda: reader.items(f"{core}/events")),
        claims=_if_allowed(lambda: reader.items(f"{core}/persistentvolumeclaims")),
        config=_maybe(lambda: reader.get(f"{core}/configmaps/{_config_name(resource, spec)}")) if is_milvus else None,
        service_problem=_service_problem(reader, resource, spec),
    )


def service_name(resource: Json, spec: ReadinessSpec) -> str:
    """The Service that clients use."""
    governing = (resource.get("spec") or {}).get("serviceName") if spec.kind == "StatefulSet" else None
    return str(spec.service or governing or f"{spec.name}-milvus")


def _config_name(resource: Json, spec: ReadinessSpec) -> str:
    components = (resource.get("spec") or {}).get("components") or {}
    return str(components.get("activeConfigMap") or spec.name)


def _service_problem(reader: Reader, resource: Json, spec: ReadinessSpec) -> str:
    access = ClusterAccess(namespace=spec.namespace, service=service_name(resource, spec), port=spec.port)
    try:
        ready_targets(reader, access)
    except NoPodError as error:
        return str(error)
    return ""


def _maybe(look: Callable[[], Json]) -> Json | None:
    try:
        return look()
    except ClusterError as error:
        if error.is_missing:
            return None
        raise


def _if_allowed(look: Callable[[], list[Json]]) -> list[Any]:
    try:
        return look()
    except ClusterError as error:
        if error.status == 403:
            return []
        raise
