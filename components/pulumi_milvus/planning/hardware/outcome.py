"""What comes of placing pods: pools with their cost and what lost, or a refusal that says what would work."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pulumi_milvus.planning.findings import Decision
from pulumi_milvus.planning.hardware.catalogue import InstanceType
from pulumi_milvus.planning.hardware.packing import even_layout
from pulumi_milvus.planning.hardware.pod_group import PodGroup


@dataclass(frozen=True, slots=True, kw_only=True)
class Pool:
    """Nodes of one type for some groups.

    ``max_nodes``: with room for the pods that a rolling update adds. ``pods_per_node``: the most of each role on one
    node. ``root_volume_bytes``: the volume that each node needs. ``uses_nvme``: pods' disks are on the local NVMe.
    """

    name: str
    node: InstanceType
    groups: tuple[PodGroup, ...]
    nodes: int
    max_nodes: int
    nodes_by_zone: tuple[int, ...]
    pods_per_node: Mapping[str, int]
    usd_per_month: float | None
    root_volume_bytes: int
    uses_nvme: bool

    @property
    def instance_type(self) -> str:
        """The name of the type."""
        return self.node.name

    @property
    def roles(self) -> tuple[str, ...]:
        """The roles whose pods stand here."""
        return tuple(group.role for group in self.groups)

    def layout(self) -> tuple[dict[str, int], ...]:
        """One even layout: for each node, how many pods of each role it holds."""
        return tuple(even_layout(self.groups, self.nodes_by_zone))

    def to_json(self) -> dict[str, Any]:
        """The pool in the design's keys, and what of each role a node holds."""
        return {
            "name": self.name,
            "instance_type": self.instance_type,
            "nodes": self.nodes,
            "max_nodes": self.max_nodes,
            "usd_per_month": None if self.usd_per_month is None else round(self.usd_per_month, 2),
            "zones": len(self.nodes_by_zone),
            "pods_per_node": dict(self.pods_per_node),
            "root_volume_bytes": self.root_volume_bytes,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class RunnerUp:
    """Something that was not chosen for a pool, and why. ``usd_per_month`` is of that pool; None: not priced."""

    pool: str
    instance_type: str
    nodes: int
    usd_per_month: float | None
    why: str

    def to_json(self) -> dict[str, Any]:
        """The runner-up as JSON."""
        return {
            "pool": self.pool,
            "instance_type": self.instance_type,
            "nodes": self.nodes,
            "usd_per_month": None if self.usd_per_month is None else round(self.usd_per_month, 2),
            "why": self.why,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """Where all pods go. ``cheapest_usd_per_month`` is the least that any feasible choice costs.

    Both costs are of nodes alone, and None where some node has no price. ``notes`` are what an operator should know.
    """

    pools: tuple[Pool, ...]
    usd_per_month: float | None
    cheapest_usd_per_month: float | None
    runner_ups: tuple[RunnerUp, ...]
    decisions: tuple[Decision, ...]
    notes: tuple[str, ...] = ()

    def pool_of(self, role: str) -> Pool:
        """The pool of a role; raises ``KeyError`` where the role was not placed."""
        for pool in self.pools:
            if role in pool.roles:
                return pool
        raise KeyError(role)


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """Why nothing fits: for the pods of one ``role``, or for all together where ``role`` is empty.

    ``nearest`` says what would work.
    """

    role: str
    reason: str
    nearest: str
    instance_type: str | None = None
