"""Affinities, spreading, an Ingress and an operator beside a Milvus: shapes that are nested deeply."""

from __future__ import annotations

from typing import Any

from .case import Objects, changed
from .right_systems import diskann

TYPE = "node.kubernetes.io/instance-type"
HOST = "kubernetes.io/hostname"


def with_affinity() -> Objects:
    """The right DISKANN system, its nodes chosen by required affinities instead of selectors, and kept apart."""
    objects = diskann()
    for component in ("queryNode", "dataNode"):
        labels = {"app.kubernetes.io/instance": "vectors", "app.kubernetes.io/component": component.lower()}
        selector = {
            "matchLabels": labels,
            "matchExpressions": [{"key": "app.kubernetes.io/name", "operator": "In", "values": ["milvus"]}],
        }
        wanted = {"key": TYPE, "operator": "In", "values": ["r6id.4xlarge"]}
        affinity = {
            "nodeAffinity": {
                "requiredDuringSchedulingIgnoredDuringExecution": {
                    "nodeSelectorTerms": [{"matchExpressions": [wanted]}]
                }
            },
            "podAntiAffinity": {
                "requiredDuringSchedulingIgnoredDuringExecution": [{"topologyKey": HOST, "labelSelector": selector}]
            },
        }
        constraint = {"maxSkew": 1, "topologyKey": HOST, "labelSelector": selector}
        where = f"spec/components/{component}"
        objects = changed(objects, f"{where}/nodeSelector", {})
        objects = changed(objects, f"{where}/affinity", affinity)
        objects = changed(objects, f"{where}/topologySpreadConstraints", [constraint])
        objects = changed(objects, f"{where}/tolerations", [{"key": "team", "operator": "Equal", "value": "search"}])
    budgets = changed(
        objects,
        "spec/selector/matchExpressions",
        [{"key": "app.kubernetes.io/instance", "operator": "Exists"}],
        kind="PodDisruptionBudget",
    )
    return [*budgets, ingress(), operator()]


def ingress() -> dict[str, Any]:
    """An Ingress of something else."""
    backend = {"service": {"name": "shop", "port": {"number": 80}}}
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "Ingress",
        "metadata": {"name": "shop", "namespace": "search"},
        "spec": {
            "tls": [{"hosts": ["shop.example.com"], "secretName": "shop-tls"}],
            "rules": [
                {
                    "host": "shop.example.com",
                    "http": {"paths": [{"path": "/", "pathType": "Prefix", "backend": backend}]},
                }
            ],
        },
    }


def operator() -> dict[str, Any]:
    """The operator's own Deployment."""
    container = {"name": "manager", "image": "milvusdb/milvus-operator:v1.3.10", "args": ["--leader-elect"]}
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "milvus-operator", "namespace": "milvus-operator"},
        "spec": {"replicas": 1, "template": {"spec": {"containers": [container]}}},
    }
