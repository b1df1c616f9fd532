"""What stands around Milvus: namespace, service accounts, priority class, a load balancer, budgets, autoscalers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from pulumi_milvus.manifests.manifest import Manifest
from pulumi_milvus.manifests.names import COMPONENTS, MILVUS_PORT, REST_PORT, SERVICE_LABEL, labels, metadata, selector
from pulumi_milvus.manifests.setting_values import Autoscale, ClusterSettings
from pulumi_milvus.planning.plan import Plan

# Each cloud's way to say that a load balancer has no public address; another cloud's is not read.
_INTERNAL: Final = {
    "service.beta.kubernetes.io/aws-load-balancer-type": "external",
    "service.beta.kubernetes.io/aws-load-balancer-nlb-target-type": "ip",
    "service.beta.kubernetes.io/aws-load-balancer-scheme": "internal",
    "service.beta.kubernetes.io/aws-load-balancer-internal": "true",
    "service.beta.kubernetes.io/azure-load-balancer-internal": "true",
    "networking.gke.io/load-balancer-type": "Internal",
}
# Scaling down slowly: a query node that goes hands its segments over first. Upstream's sample (Milvus Operator a6dcc63,
# config/samples/hpa.yaml) has these numbers.
_BEHAVIOR: Final = {
    "scaleUp": {"policies": [{"type": "Pods", "value": 1, "periodSeconds": 30}]},
    "scaleDown": {
        "stabilizationWindowSeconds": 300,
        "policies": [{"type": "Pods", "value": 1, "periodSeconds": 60}],
    },
}


def namespace(settings: ClusterSettings) -> Manifest:
    """The namespace: baseline is enforced; what goes beyond restricted is warned of (operator pods do)."""
    levels = {"enforce": "baseline", "audit": "restricted", "warn": "restricted"}
    body = {
        "apiVersion": "v1",
        "kind": "Namespace",
        "metadata": {
            "name": settings.namespace,
            "labels": {
                "app.kubernetes.io/managed-by": "pulumi-milvus",
                **{f"pod-security.kubernetes.io/{mode}": level for mode, level in levels.items()},
            },
        },
    }
    return Manifest(key="namespace", body=body, holds_data=True)


def service_account(
    settings: ClusterSettings, component: str, annotations: dict[str, str] | None, after: tuple[str, ...]
) -> Manifest:
    """A service account without a token of the API server: no pod here talks to it."""
    body: dict[str, Any] = {
        "apiVersion": "v1",
        "kind": "ServiceAccount",
        "metadata": metadata(settings, f"{settings.name}-{component}", component, component),
        "automountServiceAccountToken": False,
    }
    if annotations:
        body["metadata"]["annotations"] = annotations
    return Manifest(key=f"service-account-{component}", body=body, after=after)


def priority_class(settings: ClusterSettings) -> Manifest | None:
    """The priority class, where it shall be made."""
    declared = settings.priority_class
    if declared is None or declared.value is None:
        return None
    body = {
        "apiVersion": "scheduling.k8s.io/v1",
        "kind": "PriorityClass",
        "metadata": {"name": declared.name, "labels": {"app.kubernetes.io/managed-by": "pulumi-milvus"}},
        "value": declared.value,
        "preemptionPolicy": "PreemptLowerPriority",
        "description": "Milvus and what it depends on.",
    }
    return Manifest(key="priority-class", body=body)


def load_balancer(settings: ClusterSettings, after: tuple[str, ...]) -> Manifest | None:
    """An internal load balancer, where asked, beside the operator's Service.

    The operator's own cannot say source ranges, and would open the port of metrics and management too.
    """
    if settings.service.type != "LoadBalancer":
        return None
    ports = {"milvus": MILVUS_PORT} | ({"rest": REST_PORT} if settings.tls_secret is not None else {})
    body = {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": metadata(settings, f"{settings.name}-internal", "internal")
        | {"annotations": _INTERNAL | dict(settings.service.annotations)},
        "spec": {
            "type": "LoadBalancer",
            "loadBalancerSourceRanges": list(settings.service.source_ranges),
            "externalTrafficPolicy": "Local",
            "selector": {
                "app.kubernetes.io/name": "milvus",
                "app.kubernetes.io/instance": settings.name,
                SERVICE_LABEL: "true",
            },
            "ports": [
                {"name": name, "port": port, "targetPort": port, "protocol": "TCP"} for name, port in ports.items()
            ],
        },
    }
    return Manifest(key="load-balancer", body=body, after=after)


def disruption_budget(
    settings: ClusterSettings, component: str, after: tuple[str, ...], name: str = "milvus"
) -> Manifest:
    """A budget that lets one pod of a component go at a time, and a broken one at any time."""
    body = {
        "apiVersion": "policy/v1",
        "kind": "PodDisruptionBudget",
        "metadata": metadata(settings, f"{settings.name}-{component}", component, name),
        "spec": {
            "maxUnavailable": 1,
            "unhealthyPodEvictionPolicy": "AlwaysAllow",
            "selector": {"matchLabels": selector(settings, component, name)},
        },
    }
    return Manifest(key=f"disruption-budget-{component}", body=body, after=after)


def disruption_budgets(plan: Plan, settings: ClusterSettings, after: tuple[str, ...]) -> Iterator[Manifest]:
    """A budget for every role with more than one pod."""
    for name, role in plan.roles.items():
        if role.pods > 1 or name in settings.autoscale:
            yield disruption_budget(settings, COMPONENTS[name].label, after)


def autoscalers(plan: Plan, settings: ClusterSettings) -> Iterator[Manifest]:
    """Horizontal autoscalers. Query nodes have two: the operator keeps two Deployments of them, one of which is idle.

    An autoscaler rests while its Deployment has no pods (Kubernetes docs, Horizontal Pod Autoscaling, implicit
    maintenance-mode deactivation), so the one of the idle Deployment does nothing.
    """
    for name, scale in settings.autoscale.items():
        label = COMPONENTS[name].label
        targets = (f"{label}-0", f"{label}-1") if name == "query_node" else (label,)
        for target in targets:
            yield _autoscaler(settings, target, label, scale, plan.roles[name].pods)


def _autoscaler(settings: ClusterSettings, target: str, component: str, scale: Autoscale, planned: int) -> Manifest:
    body = {
        "apiVersion": "autoscaling/v2",
        "kind": "HorizontalPodAutoscaler",
        "metadata": {
            "name": f"{settings.name}-{target}",
            "namespace": settings.namespace,
            "labels": labels(settings, component),
        },
        "spec": {
            "scaleTargetRef": {
                "apiVersion": "apps/v1",
                "kind": "Deployment",
                "name": f"{settings.name}-milvus-{target}",
            },
            "minReplicas": scale.min_pods or planned,
            "maxReplicas": scale.max_pods,
            "metrics": [
                {
                    "type": "Resource",
                    "resource": {
                        "name": "cpu",
                        "target": {"type": "Utilization", "averageUtilization": scale.cpu_percent},
                    },
                }
            ],
            "behavior": _BEHAVIOR,
        },
    }
    return Manifest(key=f"autoscaler-{target}", body=body, after=("milvus",))
