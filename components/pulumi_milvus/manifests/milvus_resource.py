"""The Milvus resource: what the operator turns into pods."""

from __future__ import annotations

from typing import Any, Final

from pulumi_milvus.manifests.images import milvus_image, pull_secrets
from pulumi_milvus.manifests.manifest import Manifest
from pulumi_milvus.manifests.milvus_config import TLS_PATH, guard_config, index_config, merged
from pulumi_milvus.manifests.names import (
    COMPONENTS,
    LOCAL_STORAGE_PATH,
    MILVUS_PORT,
    REST_PORT,
    metadata,
    root_secret,
)
from pulumi_milvus.manifests.outside import dependencies_section, outside_config
from pulumi_milvus.manifests.placement import apart, scheduling, spread
from pulumi_milvus.manifests.quantities import cores, size, size_down, whole_gib_up
from pulumi_milvus.manifests.setting_values import ClusterSettings, ObjectStore
from pulumi_milvus.planning.plan import Plan, Role

_COORDINATORS: Final = ("rootCoord", "queryCoord", "dataCoord", "indexCoord")
_FRONTS: Final = ("proxy", "standalone")
# Pods may not gain rights beyond those of their image's user, which the operator leaves as it is.
_SECURITY: Final = {
    "allowPrivilegeEscalation": False,
    "capabilities": {"drop": ["ALL"]},
    "seccompProfile": {"type": "RuntimeDefault"},
}
# /healthz on 9091 may be ready before the port of clients is open (milvus-io/milvus#53731). The numbers are the
# operator's own (recorded: a6dcc63).
_READY: Final = {
    "tcpSocket": {"port": MILVUS_PORT},
    "timeoutSeconds": 3,
    "periodSeconds": 15,
    "successThreshold": 1,
    "failureThreshold": 2,
}


def milvus_resource(plan: Plan, settings: ClusterSettings, store: ObjectStore, after: tuple[str, ...]) -> Manifest:
    """The Milvus resource of a plan: standalone with outside dependencies, or distributed."""
    config = merged(
        outside_config(plan, settings, store),
        index_config(plan),
        guard_config(settings),
        # The operator writes these into what is stored.
        {name: {"enableActiveStandby": True} for name in _COORDINATORS},
    )
    body = {
        "apiVersion": "milvus.io/v1beta1",
        "kind": "Milvus",
        "metadata": metadata(settings, settings.name, "milvus"),
        "spec": {
            "mode": "standalone" if plan.topology == "standalone" else "cluster",
            "components": _components(plan, settings),
            "dependencies": dependencies_section(plan, settings, store),
            "config": config,
        },
    }
    return Manifest(key="milvus", body=body, holds_data=True, after=after)


def _components(plan: Plan, settings: ClusterSettings) -> dict[str, Any]:
    milvus = milvus_image(plan, settings)
    found: dict[str, Any] = {
        "image": milvus,
        # The operator reads the version from the tag otherwise, and takes `-gpu` or a digest for an old one.
        "version": plan.milvus_version,
        "imagePullPolicy": "IfNotPresent",
        "imageUpdateMode": "rollingUpgrade",
        "enableRollingUpdate": True,
        "rollingMode": 2,
        # true would leave pods on their old configuration.
        "updateConfigMapOnly": False,
        "paused": False,
        "disableMetric": not settings.metrics,
        "targetPortType": "string",
        # The idle one of two Deployments of query nodes is called `dummy` otherwise, of no registry. The tool image is
        # left to the operator: it takes its own, which is of its version and of the registry that it came from.
        "dummyImage": milvus,
        "serviceAccountName": f"{settings.name}-milvus",
        "securityContext": dict(_SECURITY),
        "env": [
            # spec.config would stand in clear in a ConfigMap.
            {
                "name": "COMMON_SECURITY_DEFAULTROOTPASSWORD",
                "valueFrom": {"secretKeyRef": {"name": root_secret(settings), "key": "password"}},
            }
        ],
    }
    if plan.topology != "standalone":
        # The operator adds it with streaming nodes, and a standalone Deployment without pods beside a cluster.
        found["streamingMode"] = True
        found["standalone"] = {"replicas": 0, "paused": False, "serviceType": "ClusterIP"}
    if settings.pull_secrets:
        found["imagePullSecrets"] = pull_secrets(settings)
    if settings.priority_class is not None:
        found["priorityClassName"] = settings.priority_class.name
    store = settings.object_store
    if store is not None and "azure.workload.identity/client-id" in store.service_account_annotations:
        found["podLabels"] = {"azure.workload.identity/use": "true"}
    for name, role in plan.roles.items():
        found[COMPONENTS[name].key] = _component(plan, settings, name, role)
    return found


def _component(plan: Plan, settings: ClusterSettings, name: str, role: Role) -> dict[str, Any]:
    label = COMPONENTS[name].label
    found: dict[str, Any] = {
        # -1: an autoscaler has the number.
        "replicas": -1 if name in settings.autoscale else role.pods,
        "paused": False,
        "resources": role_resources(role),
        **scheduling(plan, settings, name, role.gpus),
    }
    constraints = spread(plan, settings, label, role.pods)
    if constraints:
        found["topologySpreadConstraints"] = constraints
    affinity = apart(plan, settings, name, label)
    if affinity:
        found["affinity"] = affinity
    volumes: list[dict[str, Any]] = []
    mounts: list[dict[str, Any]] = []
    if role.local_disk_bytes:
        # Milvus would take the file system's size for its own otherwise, and be evicted.
        found["env"] = [{"name": "LOCAL_STORAGE_SIZE", "value": str(whole_gib_up(role.local_disk_bytes))}]
        volumes.append({"name": "local-disk", "emptyDir": {"sizeLimit": size_down(role.local_disk_bytes)}})
        mounts.append({"name": "local-disk", "mountPath": LOCAL_STORAGE_PATH})
    if name in _FRONTS:
        found["serviceType"] = "ClusterIP"
        found["probes"] = {"readinessProbe": dict(_READY)}
        if settings.tls_secret is not None:
            found["serviceRestfulPort"] = REST_PORT
            # Spelt out: what the API server adds to a template is a difference to the operator.
            volumes.append({"name": "tls", "secret": {"secretName": settings.tls_secret, "defaultMode": 0o444}})
            mounts.append({"name": "tls", "mountPath": TLS_PATH, "readOnly": True})
    if volumes:
        found |= {"volumes": volumes, "volumeMounts": mounts}
    if name == "query_node" and settings.resource_groups:
        found["groups"] = [
            {
                "name": group.name,
                "replicas": group.pods,
                "extraEnv": [{"name": "MILVUS_SERVER_LABEL_RESOURCE_GROUP", "value": group.name}],
            }
            for group in settings.resource_groups
        ]
    return found


def role_resources(role: Role) -> dict[str, Any]:
    """``resources``: limits equal requests, so that no pod is killed for what another one took.

    Cores too: Milvus sizes its thread pools, and what it loads at once, by the cores that it sees.
    """
    amounts = {"cpu": cores(role.cpu_cores), "memory": size(role.memory_bytes)}
    if role.local_disk_bytes:
        amounts["ephemeral-storage"] = size_down(role.local_disk_bytes)
    if role.gpus:
        amounts["nvidia.com/gpu"] = str(role.gpus)
    return {"requests": dict(amounts), "limits": dict(amounts)}
