"""Where the local disks of a plan's pods stand on a type of node."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from pulumi_milvus.planning.hardware.allocatable import allocatable_disk_bytes
from pulumi_milvus.planning.hardware.catalogue import InstanceType
from pulumi_milvus.planning.plan import Plan

# Indexes whose graph stays on disk while it is searched.
_DISK_INDEXES: Final = frozenset({"DISKANN", "AISAQ"})


def roles_in(plan: Plan, pool: Mapping[str, Any]) -> list[str]:
    """The roles whose pods stand in a pool of the plan."""
    return [name for name, role in plan.roles.items() if role.node_pool == pool["name"]]


def uses_disk_index(plan: Plan) -> bool:
    """Whether an index of the plan reads its graph from disk."""
    chosen = {str(field.index) for collection in plan.collections for field in collection.fields}
    return bool(chosen & _DISK_INDEXES) or plan.hardware == "nvme"


def on_instance_store(plan: Plan, pool: Mapping[str, Any], kind: InstanceType) -> bool:
    """Whether pods' local disks stand on the instance store. What it cannot hold stays on the planned root volume."""
    shares = pool.get("pods_per_node") or {}
    asked = [shares.get(name, 1) * plan.roles[name].local_disk_bytes for name in roles_in(plan, pool)]
    if not any(asked) or not kind.local_nvme_bytes:
        return False
    return uses_disk_index(plan) or sum(asked) <= allocatable_disk_bytes(kind.local_nvme_bytes)
