"""Which pod answers behind a Service, or why none does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pulumi_milvus.cluster_access.access import ClusterAccess
from pulumi_milvus.cluster_access.cluster import Json, Reader
from pulumi_milvus.cluster_access.errors import ClusterError
from pulumi_milvus.cluster_access.pod_troubles import pod_trouble

_OWNER = "kubernetes.io/service-name"
"""The label by which an EndpointSlice names its Service."""


@dataclass(frozen=True, slots=True)
class Target:
    """One pod and the port it serves."""

    namespace: str
    pod: str
    port: int

    def __str__(self) -> str:
        return f"pod {self.pod}, port {self.port}"


class NoPodError(ClusterError):
    """No pod of the Service can be talked to, with the reason."""


def ready_targets(reader: Reader, access: ClusterAccess) -> list[Target]:
    """The ready pods behind the Service, in order of their names. Raises NoPodError or ClusterError."""
    core = f"/api/v1/namespaces/{access.namespace}"
    try:
        service = reader.get(f"{core}/services/{access.service}")
    except ClusterError as error:
        if not error.is_missing:
            raise
        raise NoPodError(_no_service(reader, access), 404) from None
    port = service_port(service, access)
    discovery = f"/apis/discovery.k8s.io/v1/namespaces/{access.namespace}/endpointslices"
    slices = reader.items(discovery, f"{_OWNER}={access.service}")
    found = targets(slices, access, port)
    if not found:
        raise NoPodError(_why_none(reader, service, access))
    return found


def service_port(service: Json, access: ClusterAccess) -> Mapping[str, Any]:
    """The Service's port of the access. Raises NoPodError, naming those that it has."""
    ports = (service.get("spec") or {}).get("ports") or []
    for port in ports:
        if port.get("port") == access.port:
            return dict(port)
    offered = ", ".join(f"{port.get('port')}" + (f" ({port['name']})" if port.get("name") else "") for port in ports)
    raise NoPodError(
        f"the Service {access.namespace}/{access.service} has no port {access.port}; it has {offered or 'none'}. "
        "Set milvus:cluster.port to the one that leads to Milvus's 19530"
    )


def targets(slices: Sequence[Json], access: ClusterAccess, port: Mapping[str, Any]) -> list[Target]:
    """The ready pods that EndpointSlices list for one port of a Service."""
    found = set()
    for piece in slices:
        number = next(
            (p.get("port") for p in piece.get("ports") or [] if p.get("name", "") == port.get("name", "")), None
        )
        for endpoint in piece.get("endpoints") or [] if number else []:
            reference = endpoint.get("targetRef") or {}
            conditions = endpoint.get("conditions") or {}
            # "ready: null" counts as ready, by the API's own words.
            if (
                reference.get("kind") == "Pod"
                and conditions.get("ready") is not False
                and not conditions.get("terminating")
            ):
                found.add(Target(reference.get("namespace") or access.namespace, reference["name"], int(number or 0)))
    return sorted(found, key=lambda target: target.pod)


def _no_service(reader: Reader, access: ClusterAccess) -> str:
    others = [item["metadata"]["name"] for item in reader.items(f"/api/v1/namespaces/{access.namespace}/services")]
    shown = f"its Services are {', '.join(sorted(others)[:8])}" if others else "it has none, or does not exist"
    return (
        f"there is no Service {access.service} in namespace {access.namespace}; {shown}. The operator calls the "
        "Service of a Milvus resource NAME-milvus"
    )


def _why_none(reader: Reader, service: Json, access: ClusterAccess) -> str:
    name = f"the Service {access.namespace}/{access.service}"
    selector = (service.get("spec") or {}).get("selector") or {}
    if not selector:
        return f"{name} selects no pods, so there is none to forward to; name the Service of Milvus itself"
    wanted = ",".join(f"{key}={value}" for key, value in sorted(selector.items()))
    pods = reader.items(f"/api/v1/namespaces/{access.namespace}/pods", wanted)
    if not pods:
        return f"{name} has no pods: none carries {wanted}. Is Milvus scaled to 0, or is it not deployed yet?"
    events = reader.items(f"/api/v1/namespaces/{access.namespace}/events")
    troubles = [f"{pod['metadata']['name']}: {pod_trouble(pod, events) or 'not ready yet'}" for pod in pods[:3]]
    more = f", and {len(pods) - 3} more" if len(pods) > 3 else ""
    return f"none of the {len(pods)} pods of {name} is ready: {'; '.join(troubles)}{more}"
