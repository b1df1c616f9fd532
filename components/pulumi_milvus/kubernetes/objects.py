"""From manifests to resources of Pulumi's Kubernetes provider."""

import re
from collections.abc import Mapping
from typing import Any, Final

import pulumi

from pulumi_milvus.manifests.manifest import Manifest
from pulumi_milvus.resources.data_guard.taken import MADE_AS, MADE_BY

# Of a StatefulSet what stays as it was made.
FIXED: Final = "volumeClaimTemplates"
# apiVersion and kind -> module and class of pulumi_kubernetes; every other kind is a custom resource.
_CLASSES: Final[Mapping[tuple[str, str], tuple[str, str]]] = {
    ("v1", "ConfigMap"): ("core.v1", "ConfigMap"),
    ("v1", "Namespace"): ("core.v1", "Namespace"),
    ("v1", "PersistentVolumeClaim"): ("core.v1", "PersistentVolumeClaim"),
    ("v1", "Secret"): ("core.v1", "Secret"),
    ("v1", "Service"): ("core.v1", "Service"),
    ("v1", "ServiceAccount"): ("core.v1", "ServiceAccount"),
    ("apps/v1", "DaemonSet"): ("apps.v1", "DaemonSet"),
    ("apps/v1", "Deployment"): ("apps.v1", "Deployment"),
    ("apps/v1", "StatefulSet"): ("apps.v1", "StatefulSet"),
    ("autoscaling/v2", "HorizontalPodAutoscaler"): ("autoscaling.v2", "HorizontalPodAutoscaler"),
    ("batch/v1", "CronJob"): ("batch.v1", "CronJob"),
    ("batch/v1", "Job"): ("batch.v1", "Job"),
    ("networking.k8s.io/v1", "NetworkPolicy"): ("networking.v1", "NetworkPolicy"),
    ("policy/v1", "PodDisruptionBudget"): ("policy.v1", "PodDisruptionBudget"),
    ("rbac.authorization.k8s.io/v1", "ClusterRole"): ("rbac.v1", "ClusterRole"),
    ("rbac.authorization.k8s.io/v1", "ClusterRoleBinding"): ("rbac.v1", "ClusterRoleBinding"),
    ("rbac.authorization.k8s.io/v1", "Role"): ("rbac.v1", "Role"),
    ("rbac.authorization.k8s.io/v1", "RoleBinding"): ("rbac.v1", "RoleBinding"),
    ("scheduling.k8s.io/v1", "PriorityClass"): ("scheduling.v1", "PriorityClass"),
    ("storage.k8s.io/v1", "StorageClass"): ("storage.v1", "StorageClass"),
}


def create_object(
    manifest: Manifest, name: str, opts: pulumi.ResourceOptions, component: str = ""
) -> pulumi.CustomResource:
    """The Pulumi resource ``name`` of a manifest; what holds data says as which ``component`` it was made."""
    # Imported here: the SDK takes 0.4 s, and an environment without a cluster goes without it.
    import pulumi_kubernetes

    body = dict(manifest.body)
    body["metadata"] = {**body["metadata"], "annotations": _annotations(manifest)}
    if manifest.holds_data and component:
        body["metadata"]["annotations"][MADE_AS] = component
        # A component that is renamed with an alias changes nothing in the cluster.
        kept = [f'metadata.annotations["{MADE_AS}"]']
        opts = pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(ignore_changes=kept))
    api_version, kind = body.pop("apiVersion"), body.pop("kind")
    arguments = {_snake_case(key): value for key, value in body.items()}
    if kind == "StatefulSet":
        # They cannot be edited: the set would be replaced, and its claims would keep their sizes all the same.
        opts = pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(ignore_changes=[f"spec.{FIXED}"]))
    home = _CLASSES.get((api_version, kind))
    if home is None:
        return pulumi_kubernetes.apiextensions.CustomResource(
            name, api_version=api_version, kind=kind, opts=opts, **arguments
        )
    module: Any = pulumi_kubernetes
    for part in home[0].split("."):
        module = getattr(module, part)
    resource: pulumi.CustomResource = getattr(module, home[1])(name, opts=opts, **arguments)
    return resource


def _annotations(manifest: Manifest) -> dict[str, str]:
    """Those of the manifest, with what lets the next `up` finish one that was killed.

    Nothing knows of an object that was made at that moment; made again, it is another manager's of server-side apply,
    and could not be changed later without force. The guard has looked who made what holds data.
    """
    found = dict(manifest.body["metadata"].get("annotations") or {})
    if manifest.body["kind"] == "StatefulSet":
        # A Readiness waits for it, and says why it is not ready: the kubernetes package counts pods.
        found["pulumi.com/skipAwait"] = "true"
    if manifest.body["kind"] != "Namespace":
        found["pulumi.com/patchForce"] = "true"
        if manifest.holds_data:
            found[MADE_BY] = f"{pulumi.get_project()}/{pulumi.get_stack()}"
    return found


def _snake_case(key: str) -> str:
    return re.sub(r"(?<=[a-z0-9])([A-Z])", lambda found: "_" + found.group(1).lower(), key)
