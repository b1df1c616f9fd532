"""What makes a Milvus reachable from outside its pods: the Service, the Ingress, and the scraping of its metrics."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

from .components import common_labels
from .containers import MILVUS_PORT, service_port, serving_settings
from .documents import Document, section, value_at
from .ownership import owned
from .probes import METRICS_PORT

_SCRAPE_INTERVAL = "30s"  # recorded: standalone-26


def service(resource: Mapping[str, Any], *, current: Mapping[str, Any] | None = None) -> Document:
    """The only Service; it selects proxies and standalone pods by one label. Recorded: cluster-26, cluster-service-lb.

    Labels, annotations and ports that are there stay there (recorded: metadata-remove).
    """
    spec, name = resource["spec"], resource["metadata"]["name"]
    settings = serving_settings(spec)
    manifest = copy.deepcopy(dict(current)) if current else owned(resource, "v1", "Service", f"{name}-milvus", {})
    metadata = manifest["metadata"]
    metadata["labels"] = {**section(metadata, "labels"), **common_labels(name), **(settings.get("serviceLabels") or {})}
    annotations = {**section(metadata, "annotations"), **(settings.get("serviceAnnotations") or {})}
    if annotations:
        metadata["annotations"] = annotations
    own = manifest["spec"] = section(manifest, "spec")
    own["ports"] = _merged_ports(list(own.get("ports") or []), _service_ports(spec, settings))
    own["selector"] = {**common_labels(name), "milvus.io/service": "true"}
    own["type"] = settings.get("serviceType") or "ClusterIP"
    return manifest


def _service_ports(spec: Mapping[str, Any], settings: Mapping[str, Any]) -> list[Document]:
    """Milvus, metrics, the sidecars' ports, REST. Recorded: cluster-service-lb; facts on standalone-sidecar-init."""
    by_number = value_at(spec, "components", "targetPortType") == "integer"

    def port(name: str, number: int, target: str, protocol: str = "TCP") -> Document:
        return {"name": name, "protocol": protocol, "port": number, "targetPort": number if by_number else target}

    ports = [port("milvus", service_port(spec), "milvus"), port("metrics", METRICS_PORT, "metrics")]
    target = "metrics"
    for sidecar in settings.get("sidecars") or []:
        for declared in sidecar.get("ports") or []:
            # A port without a name aims where the one before it aims.
            target = declared.get("name") or target
            number = int(declared["containerPort"])
            ports.append(port(declared.get("name", ""), number, target, declared.get("protocol", "TCP")))
    if rest := settings.get("serviceRestfulPort"):
        ports.append(port("restful", int(rest), "restful"))
    return ports


def _merged_ports(present: list[Document], wished: list[Document]) -> list[Document]:
    """Ports that are there stay; one of the same name, or of the same number, is renewed."""
    merged = copy.deepcopy(present)
    for port in wished:
        place = next((index for index, old in enumerate(present) if _same_port(old, port)), None)
        if place is None:
            merged.append(port)
        else:
            merged[place] = {**merged[place], **port}
    return merged


def _same_port(old: Mapping[str, Any], new: Mapping[str, Any]) -> bool:
    same_number = (old.get("protocol", "TCP"), old.get("port")) == (new["protocol"], new["port"])
    return old.get("name") == new["name"] or same_number


def ingress(resource: Mapping[str, Any]) -> Document | None:
    """The Ingress, where one is asked for: always to the port 19530. Facts: standalone-nodeport-ingress."""
    name = resource["metadata"]["name"]
    declared = serving_settings(resource["spec"]).get("ingress")
    if declared is None:
        return None
    manifest = owned(resource, "networking.k8s.io/v1", "Ingress", f"{name}-milvus", declared.get("labels") or {})
    if declared.get("annotations"):
        manifest["metadata"]["annotations"] = dict(declared["annotations"])
    backend = {"service": {"name": f"{name}-milvus", "port": {"number": MILVUS_PORT}}}
    own: Document = {
        "rules": [
            {"host": host, "http": {"paths": [{"path": "/", "pathType": "Prefix", "backend": copy.deepcopy(backend)}]}}
            for host in declared.get("hosts") or []
        ]
    }
    if declared.get("ingressClassName") is not None:
        own["ingressClassName"] = declared["ingressClassName"]
    if declared.get("tlsSecretRefs"):
        own["tls"] = [{"hosts": hosts, "secretName": secret} for secret, hosts in declared["tlsSecretRefs"].items()]
    manifest["spec"] = own
    return manifest


def pod_monitor(resource: Mapping[str, Any], namespace: str) -> Document | None:
    """The PodMonitor, unless metrics are off. Recorded: standalone-26, cluster-metrics-off."""
    spec, name = resource["spec"], resource["metadata"]["name"]
    if value_at(spec, "components", "disableMetric"):
        return None
    manifest = owned(resource, "monitoring.coreos.com/v1", "PodMonitor", name, common_labels(name))
    manifest["spec"] = {
        "namespaceSelector": {"matchNames": [namespace]},
        "podMetricsEndpoints": [
            {
                "honorLabels": True,
                "interval": value_at(spec, "components", "metricInterval") or _SCRAPE_INTERVAL,
                "path": "/metrics",
                "port": "metrics",
            }
        ],
        "podTargetLabels": [
            "app.kubernetes.io/instance",
            "app.kubernetes.io/name",
            "app.kubernetes.io/component",
            "milvus.io/deployment-group",
        ],
        "selector": {
            "matchLabels": {"app.kubernetes.io/instance": name, "app.kubernetes.io/name": "milvus"},
        },
    }
    return manifest
