"""How clients reach a Milvus: Services and Ingresses before its proxy or standalone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from pulumi_milvus.rules.milvus_facts import MilvusFacts

SPEAKS: Final = ("standalone", "proxy")
MILVUS_PORT: Final = 19530
# What makes a load balancer an internal one (AWS Load Balancer Controller, Azure, Google, Alibaba, OpenStack).
_INTERNAL: Final[Mapping[str, tuple[str, ...]]] = {
    "service.beta.kubernetes.io/aws-load-balancer-scheme": ("internal",),
    "service.beta.kubernetes.io/aws-load-balancer-internal": ("true", "0.0.0.0/0"),
    "service.beta.kubernetes.io/azure-load-balancer-internal": ("true",),
    "networking.gke.io/load-balancer-type": ("internal",),
    "cloud.google.com/load-balancer-type": ("internal",),
    "service.beta.kubernetes.io/alibaba-cloud-loadbalancer-address-type": ("intranet",),
    "service.beta.kubernetes.io/openstack-internal-load-balancer": ("true",),
}
# The load balancer itself ends TLS with this certificate.
_CERTIFICATE: Final = ("service.beta.kubernetes.io/aws-load-balancer-ssl-cert",)


@dataclass(frozen=True, slots=True, kw_only=True)
class Exposure:
    """One way from outside the cluster: a LoadBalancer, NodePort or Ingress. ``source_ranges`` None: not said."""

    subject: str
    kind: str
    annotations: Mapping[str, str] = field(default_factory=dict)
    source_ranges: tuple[str, ...] | None = None
    has_tls: bool = False

    @property
    def is_internal(self) -> bool:
        """Whether the load balancer has no address outside its own network."""
        return any(self.annotations.get(key, "").lower() in values for key, values in _INTERNAL.items())

    @property
    def ends_tls(self) -> bool:
        """Whether clients speak TLS up to here."""
        return self.has_tls or any(self.annotations.get(key) for key in _CERTIFICATE)


def exposures(facts: MilvusFacts) -> tuple[Exposure, ...]:
    """All ways from outside the cluster that files show."""
    return (*_of_resource(facts), *_services(facts), *_ingresses(facts))


def _of_resource(facts: MilvusFacts) -> Iterator[Exposure]:
    """What a Milvus resource asks of the operator's own Service and Ingress."""
    if facts.source != "resource":
        return
    components = _map(_map(_resource(facts).get("spec")).get("components"))
    component = "standalone" if facts.mode == "standalone" else "proxy"
    own = _map(components.get(component))
    subject = f"{facts.subject}: spec.components.{component}"
    kind = own.get("serviceType")
    annotations = {str(key): str(value) for key, value in _map(own.get("serviceAnnotations")).items()}
    if kind in ("LoadBalancer", "NodePort"):
        # The operator's Service has no field for source ranges.
        yield Exposure(subject=f"{subject}.serviceType", kind=str(kind), annotations=annotations)
    ingress = own.get("ingress")
    if isinstance(ingress, Mapping) and ingress.get("hosts"):
        tls = ingress.get("tlsSecretRefs")
        yield Exposure(subject=f"{subject}.ingress", kind="Ingress", has_tls=bool(tls))


def _services(facts: MilvusFacts) -> Iterator[Exposure]:
    for service in facts.cluster.services:
        if service.type in ("LoadBalancer", "NodePort") and _selected(facts, service.selector, service.namespace):
            yield Exposure(
                subject=service.subject,
                kind=service.type,
                annotations=service.annotations,
                source_ranges=service.source_ranges,
            )


def _ingresses(facts: MilvusFacts) -> Iterator[Exposure]:
    names = {
        service.name
        for service in facts.cluster.services
        if _selected(facts, service.selector, service.namespace) and MILVUS_PORT in service.ports
    }
    names.add(f"{facts.name}-milvus" if facts.source == "resource" else facts.name)
    for item in facts.cluster.objects.get("Ingress", ()):
        metadata, spec = _map(item.get("metadata")), _map(item.get("spec"))
        if (metadata.get("namespace") or "") == facts.namespace and names & set(_backends(spec)):
            yield Exposure(
                subject=f"Ingress {facts.namespace + '/' if facts.namespace else ''}{metadata.get('name')}",
                kind="Ingress",
                has_tls=bool(spec.get("tls")),
            )


def _selected(facts: MilvusFacts, selector: Mapping[str, str], namespace: str) -> bool:
    """Whether a Service is before the pods that speak to clients; those carry the operator's mark of a service too."""
    if not selector or (namespace or "default") != (facts.namespace or "default"):
        return False
    marks = {"milvus.io/service": "true"} if facts.source == "resource" else {}
    return any(
        all({**pod.labels, **marks}.get(key) == value for key, value in selector.items())
        for pod in facts.pods
        if pod.component in SPEAKS
    )


def _resource(facts: MilvusFacts) -> Mapping[str, Any]:
    for kind in ("Milvus", "MilvusCluster"):
        for item in facts.cluster.objects.get(kind, ()):
            metadata = _map(item.get("metadata"))
            if metadata.get("name") == facts.name and (metadata.get("namespace") or "") == facts.namespace:
                return item
    return {}


def _backends(spec: Mapping[str, Any]) -> Iterator[str]:
    for rule in _list(spec.get("rules")):
        for path in _list(_map(_map(rule).get("http")).get("paths")):
            yield str(_map(_map(_map(path).get("backend")).get("service")).get("name"))


def _list(value: Any) -> Sequence[Any]:
    return value if isinstance(value, (list, tuple)) else ()


def _map(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
