"""Where pods may stand: nodes of their pool, spread over nodes and zones, none beside another on one set of disks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from pulumi_milvus.manifests.names import NODE_POOL_LABEL, selector
from pulumi_milvus.manifests.setting_values import ClusterSettings
from pulumi_milvus.planning.plan import Plan

_ZONE: Final = "topology.kubernetes.io/zone"
_NODE: Final = "kubernetes.io/hostname"
_INSTANCE_TYPE: Final = "node.kubernetes.io/instance-type"
# The taint that GPU nodes usually carry (NVIDIA device plugin's documentation); tolerating it costs nothing elsewhere.
_GPU_TOLERATION: Final[Mapping[str, str]] = {"key": "nvidia.com/gpu", "operator": "Exists", "effect": "NoSchedule"}


def pool_of(plan: Plan, pods: str) -> Mapping[str, Any] | None:
    """The node pool of a role, or of ``etcd``; None where the plan names none."""
    role = plan.roles.get(pods)
    named = role.node_pool if role is not None else None
    if named is not None:
        return next((pool for pool in plan.node_pools if pool["name"] == named), None)
    return next((pool for pool in plan.node_pools if pods in _shares(pool)), None)


def _shares(pool: Mapping[str, Any]) -> Mapping[str, int]:
    """How many pods of each role a node of the pool has at most; a plan that was written by hand may not say."""
    return pool.get("pods_per_node") or {}


def scheduling(plan: Plan, settings: ClusterSettings, pods: str, gpus: int = 0) -> dict[str, Any]:
    """``nodeSelector`` and ``tolerations`` of a role's pods, or of ``etcd``'s; without those that would be empty."""
    pool = pool_of(plan, pods)
    chosen: dict[str, str] = {}
    tolerations: list[dict[str, str]] = []
    if pool is not None:
        declared = settings.node_pools.get(str(pool["name"]))
        if declared is not None and declared.labels is not None:
            chosen = dict(declared.labels)
        elif settings.select_nodes == "pool":
            chosen = {NODE_POOL_LABEL: str(pool["name"])}
        elif settings.select_nodes == "instance_type":
            chosen = {_INSTANCE_TYPE: str(pool["instance_type"])}
        for taint in declared.taints if declared is not None else ():
            value = {"operator": "Exists"} if taint.value is None else {"operator": "Equal", "value": taint.value}
            tolerations.append({"key": taint.key, **value, "effect": taint.effect})
    if gpus:
        tolerations.append(dict(_GPU_TOLERATION))
    found: dict[str, Any] = {}
    if chosen:
        found["nodeSelector"] = chosen
    if tolerations:
        found["tolerations"] = tolerations
    return found


def spread(
    plan: Plan, settings: ClusterSettings, component: str, pods: int, name: str = "milvus"
) -> list[dict[str, Any]]:
    """``topologySpreadConstraints`` of a component with several pods; empty for one pod.

    What availability asks for is a must, the rest a wish: without it, pods of a small cluster would wait for nodes.
    """
    if pods < 2:
        return []
    availability = plan.workload.availability
    keys = {_NODE: availability in ("pod", "zone")}
    if availability == "zone":
        keys[_ZONE] = True
    return [
        {
            "maxSkew": 1,
            "topologyKey": key,
            "whenUnsatisfiable": "DoNotSchedule" if must else "ScheduleAnyway",
            "labelSelector": {"matchLabels": selector(settings, component, name)},
        }
        for key, must in keys.items()
    ]


def apart(plan: Plan, settings: ClusterSettings, role: str, component: str) -> dict[str, Any]:
    """``affinity`` that keeps two pods off one node, where the plan gives each pod the disks of a whole node."""
    pool = pool_of(plan, role)
    if not plan.roles[role].local_disk_bytes or pool is None or _shares(pool).get(role) != 1:
        return {}
    term = {"labelSelector": {"matchLabels": selector(settings, component)}, "topologyKey": _NODE}
    return {"podAntiAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": [term]}}
