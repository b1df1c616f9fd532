"""What a deployment wants of AWS, and what was found to stand against it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from pulumi_milvus.planning.problems import Problem


@dataclass(frozen=True, slots=True)
class Pool:
    """Nodes of one type: ``nodes`` as a rule, ``max_nodes`` while pods are rolled.

    ``zones``: spread over so many, the first that are named; None: over all.
    """

    name: str
    instance_type: str
    nodes: int
    max_nodes: int
    zones: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a deployment wants.

    ``account_id``: the only account that it may go to. ``zones``: names such as ``eu-west-1a`` that all pools stand in;
    empty: any ``zone_count`` of the region. ``vpc_id`` or ``subnet_ids``: what is there already; both empty: a network
    is made. ``eks_version`` such as ``1.34`` and ``bucket``: what is to be made; None: nothing of that kind.
    ``cluster_name``, and ``machine_tag`` as key and value: instances of this cluster or with this tag are the
    deployment's own, and not counted as somebody else's.
    """

    region: str
    pools: tuple[Pool, ...]
    zone_count: int = 1
    zones: tuple[str, ...] = ()
    account_id: str | None = None
    vpc_id: str | None = None
    subnet_ids: tuple[str, ...] = ()
    eks_version: str | None = None
    cluster_name: str | None = None
    machine_tag: tuple[str, str] | None = None
    bucket: str | None = None

    @property
    def types(self) -> tuple[str, ...]:
        """The instance types, each once."""
        return tuple(dict.fromkeys(pool.instance_type for pool in self.pools))

    def zones_of(self, instance_type: str) -> int:
        """In how many zones a type is needed."""
        every = len(self.zones) or self.zone_count
        return max(
            min(every if pool.zones is None else pool.zones, every)
            for pool in self.pools
            if pool.instance_type == instance_type
        )


@dataclass(frozen=True, slots=True)
class Report:
    """``problems``: what stops the deployment. ``unchecked``: what nobody may ask. ``account``: the credentials'.

    ``broken``: what stands there and does not work, which an `up` can mend.
    """

    problems: tuple[Problem, ...]
    unchecked: tuple[Problem, ...] = ()
    account: str | None = None
    broken: tuple[Problem, ...] = ()


def pools_of(node_pools: Iterable[Mapping[str, Any]]) -> tuple[Pool, ...]:
    """The pools of a plan, from its ``node_pools``."""
    return tuple(
        Pool(
            str(pool["name"]),
            str(pool["instance_type"]),
            int(pool["nodes"]),
            int(pool["max_nodes"]),
            int(pool["zones"]) if "zones" in pool else None,
        )
        for pool in node_pools
    )
