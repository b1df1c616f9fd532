"""The cluster autoscaler as Kubernetes objects: it adds nodes up to a pool's ``max_nodes`` and takes them away."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from pulumi_milvus.cloud_aws.kubernetes_settings import ROLE_ANNOTATION
from pulumi_milvus.manifests.manifest import Manifest

_NAME: Final = "cluster-autoscaler"
_NAMESPACE: Final = "kube-system"
_LABELS: Final = {"app.kubernetes.io/name": _NAME, "app.kubernetes.io/managed-by": "pulumi-milvus"}
_GROUP: Final = "rbac.authorization.k8s.io"
_LOOK: Final = ["get", "list", "watch"]
# What it looks at to simulate the scheduler, and the little that it writes (kubernetes/autoscaler,
# cluster-autoscaler/cloudprovider/aws/examples/cluster-autoscaler-autodiscover.yaml).
_STORAGE: Final = ["csidrivers", "csinodes", "csistoragecapacities", "storageclasses", "volumeattachments"]
_CLUSTER_RULES: Final = (
    ([""], ["events", "endpoints"], ["create", "patch"]),
    ([""], ["pods/eviction"], ["create"]),
    ([""], ["pods/status"], ["update"]),
    ([""], ["nodes"], [*_LOOK, "update"]),
    (
        [""],
        [
            "namespaces",
            "persistentvolumeclaims",
            "persistentvolumes",
            "pods",
            "replicationcontrollers",
            "services",
        ],
        _LOOK,
    ),
    (["apps"], ["daemonsets", "replicasets", "statefulsets"], _LOOK),
    (["batch"], ["cronjobs", "jobs"], _LOOK),
    (["policy"], ["poddisruptionbudgets"], _LOOK),
    (
        ["storage.k8s.io"],
        _STORAGE,
        _LOOK,
    ),
    (["resource.k8s.io"], ["deviceclasses", "resourceclaims", "resourceslices"], _LOOK),
    (["coordination.k8s.io"], ["leases"], ["create", "get"]),
)
_OWN_RULES: Final = (
    ([""], ["configmaps"], ["create", "list", "watch"]),
    ([""], ["configmaps"], ["delete", "get", "update", "watch"], ["cluster-autoscaler-status"]),
    (["coordination.k8s.io"], ["leases"], ["get", "update"], [_NAME]),
)


def autoscaler(
    cluster: str, region: str, role_arn: str, kubernetes_version: str, registry: str | None = None
) -> Iterator[Manifest]:
    """Its objects. A version of it belongs to the same minor version of Kubernetes (cluster-autoscaler/README.md)."""
    subject = {"kind": "ServiceAccount", "name": _NAME, "namespace": _NAMESPACE}
    yield _object("account", "v1", "ServiceAccount", annotations={ROLE_ANNOTATION: role_arn})
    rules = [_rule(*rule) for rule in _CLUSTER_RULES]
    yield _object("cluster-role", f"{_GROUP}/v1", "ClusterRole", namespaced=False, rules=rules)
    yield _object(
        "cluster-role-binding",
        f"{_GROUP}/v1",
        "ClusterRoleBinding",
        namespaced=False,
        roleRef={"apiGroup": _GROUP, "kind": "ClusterRole", "name": _NAME},
        subjects=[subject],
    )
    own = [_rule(*rule) for rule in _OWN_RULES]
    yield _object("role", f"{_GROUP}/v1", "Role", rules=own)
    yield _object(
        "role-binding",
        f"{_GROUP}/v1",
        "RoleBinding",
        roleRef={"apiGroup": _GROUP, "kind": "Role", "name": _NAME},
        subjects=[subject],
    )
    yield _object(
        "deployment", "apps/v1", "Deployment", spec=_deployment(cluster, region, kubernetes_version, registry)
    )


def _deployment(cluster: str, region: str, kubernetes_version: str, registry: str | None) -> dict[str, Any]:
    image = f"{(registry or 'registry.k8s.io').rstrip('/')}/autoscaling/cluster-autoscaler:v{kubernetes_version}.0"
    tags = f"k8s.io/cluster-autoscaler/enabled,k8s.io/cluster-autoscaler/{cluster}"
    return {
        "replicas": 1,
        "selector": {"matchLabels": {"app.kubernetes.io/name": _NAME}},
        "template": {
            "metadata": {"labels": _LABELS},
            "spec": {
                "serviceAccountName": _NAME,
                "priorityClassName": "system-cluster-critical",
                "securityContext": {
                    "runAsNonRoot": True,
                    "runAsUser": 65534,
                    "fsGroup": 65534,
                    "seccompProfile": {"type": "RuntimeDefault"},
                },
                "containers": [
                    {
                        "name": _NAME,
                        "image": image,
                        "command": [
                            "./cluster-autoscaler",
                            "--cloud-provider=aws",
                            f"--node-group-auto-discovery=asg:tag={tags}",
                            # Query nodes have local storage; a spare node of a roll goes all the same.
                            "--skip-nodes-with-local-storage=false",
                            "--balance-similar-node-groups",
                        ],
                        "env": [{"name": "AWS_REGION", "value": region}],
                        # As the example has them; its memory grows with the nodes.
                        "resources": {"requests": {"cpu": "100m", "memory": "600Mi"}, "limits": {"memory": "600Mi"}},
                        "securityContext": {
                            "allowPrivilegeEscalation": False,
                            "readOnlyRootFilesystem": True,
                            "capabilities": {"drop": ["ALL"]},
                        },
                    }
                ],
            },
        },
    }


def _rule(groups: list[str], resources: list[str], verbs: list[str], names: list[str] | None = None) -> dict[str, Any]:
    rule = {"apiGroups": groups, "resources": resources, "verbs": verbs}
    return rule | ({"resourceNames": names} if names else {})


def _object(
    key: str,
    api_version: str,
    kind: str,
    *,
    namespaced: bool = True,
    annotations: dict[str, str] | None = None,
    **body: Any,
) -> Manifest:
    metadata: dict[str, Any] = {"name": _NAME, "labels": _LABELS}
    if namespaced:
        metadata["namespace"] = _NAMESPACE
    if annotations is not None:
        metadata["annotations"] = annotations
    return Manifest(
        key=f"autoscaler-{key}", body={"apiVersion": api_version, "kind": kind, "metadata": metadata, **body}
    )
