"""The chart milvus-operator as objects: what its templates of version 1.3.8 give for the values that tests set.

Read in zilliztech/milvus-operator at a6dcc6386f, charts/milvus-operator (templates and values.yaml). The webhook, the
Prometheus monitor and cert-manager, which are off by default, are not there, and of its three definitions only Milvus,
in the form that the stand-in operator's tests have it. As in the chart, the value `securityContext` reaches nothing.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from tests.standins.operator.crd import milvus_crd

from kubernetes_provider.errors import ProviderError
from kubernetes_provider.wire import Object

CHART: Final = "milvus-operator"
APP_VERSION: Final = "1.3.8"
"""Of the chart that was read: what it writes on its objects when no version is asked for."""

# values.yaml, as far as templates read it and this stand-in serves it.
_DEFAULTS: Final[Mapping[str, Any]] = {
    "image": {"repository": "milvusdb/milvus-operator", "pullPolicy": "IfNotPresent", "tag": f"v{APP_VERSION}"},
    "installCRDs": True,
    "imagePullSecrets": [],
    "replicaCount": 1,
    "resources": {"limits": {"cpu": "1000m", "memory": "1Gi"}, "requests": {"cpu": "100m", "memory": "100Mi"}},
    "podAnnotations": {},
    "podSecurityContext": {"runAsUser": 65532, "runAsNonRoot": True},
    "allowPrivilegeEscalation": False,
    "nodeSelector": {},
    "tolerations": [],
    "affinity": {},
}
# Templates read these too, and here nobody would see what they change.
_UNSERVED: Final = frozenset(
    {
        "cert-manager",
        "enableWebhook",
        "fullnameOverride",
        "monitoringEnabled",
        "nameOverride",
        "rbac",
        "serviceAccount",
        "watchNamespace",
        "watchNamespaceEnabled",
    }
)
_EVERYTHING: Final = ["create", "delete", "get", "list", "patch", "update", "watch"]
# API group, resources: what the manager may do everything with, in the chart's ClusterRole.
_MANAGED: Final = (
    ("", ["*"]),
    ("apps", ["*"]),
    ("batch", ["jobs"]),
    ("milvus.io", ["milvusclusters", "milvuses", "milvusupgrades"]),
    ("monitoring.coreos.com", ["podmonitors", "servicemonitors"]),
    ("networking.k8s.io", ["ingresses"]),
    ("policy", ["poddisruptionbudgets", "podsecuritypolicies"]),
    ("rbac.authorization.k8s.io", ["clusterrolebindings", "clusterroles", "rolebindings", "roles"]),
)
_RBAC: Final = "rbac.authorization.k8s.io"


@dataclass(frozen=True)
class Release:
    """What Helm would render the chart with."""

    name: str
    namespace: str
    version: str
    values: Mapping[str, Any]

    @property
    def full_name(self) -> str:
        """The prefix of its objects' names."""
        return self.name if CHART in self.name else f"{self.name}-{CHART}"

    @property
    def selector(self) -> dict[str, str]:
        """The labels by which its pods are found."""
        return {"app.kubernetes.io/name": CHART, "app.kubernetes.io/instance": self.name}

    def metadata(self, suffix: str = "", *, labels: bool = True, cluster_wide: bool = False) -> Object:
        """Name, namespace and labels of an object."""
        found: Object = {"name": f"{self.full_name}{suffix}"}
        if not cluster_wide:
            found["namespace"] = self.namespace
        if labels:
            named = {"helm.sh/chart": f"{CHART}-{self.version}", "app.kubernetes.io/version": self.version}
            found["labels"] = named | self.selector | {"app.kubernetes.io/managed-by": "Helm"}
        return found


def operator_objects(name: str, namespace: str, version: str, values: Mapping[str, Any]) -> list[Object]:
    """The objects of a release. Raises ProviderError for values that this stand-in does not serve."""
    unserved = sorted(_UNSERVED & values.keys())
    if unserved:
        raise ProviderError(
            f"values.{', values.'.join(unserved)}: the stand-in of the chart {CHART} does not serve "
            f"{'this value' if len(unserved) == 1 else 'these values'}; it serves {', '.join(_DEFAULTS)}"
        )
    release = Release(name, namespace, version or APP_VERSION, _merged(_DEFAULTS, values))
    definitions = [milvus_crd()] if release.values["installCRDs"] else []
    return [*definitions, *_roles(release), _deployment(release)]


def _merged(defaults: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """Maps are merged and everything else is replaced, as Helm does it; a null takes a default away."""
    merged = copy.deepcopy(dict(defaults))
    for key, value in given.items():
        both = isinstance(value, Mapping) and isinstance(merged.get(key), Mapping)
        merged[key] = _merged(merged[key], value) if both else value
    return {key: value for key, value in merged.items() if value is not None}


def _roles(release: Release) -> list[Object]:
    account = {"kind": "ServiceAccount", "name": release.full_name, "namespace": release.namespace}
    bare = {"apiVersion": f"{_RBAC}/v1"}
    election = release.metadata("-leader-election-role", labels=False)
    manager = release.metadata("-manager-role", labels=False, cluster_wide=True)
    return [
        {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": release.metadata()},
        bare | {"kind": "Role", "metadata": election, "rules": _election_rules()},
        bare
        | {
            "kind": "RoleBinding",
            "metadata": release.metadata("-leader-election-rolebinding", labels=False),
            "roleRef": {"apiGroup": _RBAC, "kind": "Role", "name": election["name"]},
            "subjects": [account],
        },
        bare | {"kind": "ClusterRole", "metadata": manager, "rules": _manager_rules()},
        bare
        | {
            "kind": "ClusterRoleBinding",
            "metadata": release.metadata("-manager-rolebinding", labels=False, cluster_wide=True),
            "roleRef": {"apiGroup": _RBAC, "kind": "ClusterRole", "name": manager["name"]},
            "subjects": [account],
        },
        {
            "apiVersion": "v1",
            "kind": "Service",
            "metadata": release.metadata("-metrics-service"),
            "spec": {
                "ports": [{"name": "metrics", "port": 8443, "targetPort": "metrics"}],
                "selector": release.selector,
            },
        },
    ]


def _election_rules() -> list[Object]:
    return [
        {"apiGroups": [""], "resources": ["configmaps"], "verbs": _EVERYTHING},
        {"apiGroups": ["coordination.k8s.io"], "resources": ["leases"], "verbs": _EVERYTHING},
        {"apiGroups": [""], "resources": ["events"], "verbs": ["create", "patch"]},
    ]


def _manager_rules() -> list[Object]:
    definitions = {
        "apiGroups": ["apiextensions.k8s.io"],
        "resources": ["customresourcedefinitions"],
        "verbs": ["get", "list", "watch"],
    }
    kinds = [item for group, names in _MANAGED if group == "milvus.io" for item in names]
    parts = [
        {
            "apiGroups": ["milvus.io"],
            "resources": [f"{kind}/{part}" for kind in kinds],
            "verbs": ["get", "patch", "update"],
        }
        for part in ("finalizers", "status")
    ]
    managed = [{"apiGroups": [group], "resources": names, "verbs": _EVERYTHING} for group, names in _MANAGED]
    return [*managed, definitions, *parts]


def _deployment(release: Release) -> Object:
    values, image = release.values, release.values["image"]
    manager = {
        "name": "manager",
        "image": f"{image['repository']}:{image.get('tag') or release.version}",
        "imagePullPolicy": image["pullPolicy"],
        "command": ["/manager"],
        "args": [
            *("-namespace", release.namespace, "-name", release.full_name),
            *("--health-probe-bind-address=:8081", "--metrics-bind-address=:8080", "--leader-elect"),
        ],
        "ports": [
            {"containerPort": 9443, "name": "webhook-server", "protocol": "TCP"},
            {"containerPort": 8080, "name": "metrics", "protocol": "TCP"},
        ],
        "livenessProbe": {
            "httpGet": {"path": "/healthz", "port": 8081},
            "initialDelaySeconds": 15,
            "periodSeconds": 20,
        },
        "readinessProbe": {
            "httpGet": {"path": "/readyz", "port": 8081},
            "initialDelaySeconds": 5,
            "periodSeconds": 10,
        },
        "resources": values["resources"],
        "securityContext": {"allowPrivilegeEscalation": values["allowPrivilegeEscalation"]},
    }
    pod = {
        "affinity": values["affinity"],
        "containers": [manager],
        "imagePullSecrets": values["imagePullSecrets"],
        "nodeSelector": values["nodeSelector"],
        "securityContext": values["podSecurityContext"],
        "serviceAccountName": release.full_name,
        "terminationGracePeriodSeconds": 10,
        "tolerations": values["tolerations"],
    }
    template = {"metadata": {"annotations": values["podAnnotations"], "labels": release.selector}, "spec": pod}
    spec = {"replicas": values["replicaCount"], "selector": {"matchLabels": release.selector}, "template": template}
    return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": release.metadata(), "spec": spec}
