"""A deployment: roles, where their pods go, what it costs, and the sums behind every figure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from pulumi_milvus.planning.capacity.query_nodes import Fullest
from pulumi_milvus.planning.capacity.query_pool import QueryChoice
from pulumi_milvus.planning.capacity.terms import Figure
from pulumi_milvus.planning.deployment.demand import Demand
from pulumi_milvus.planning.findings import Decision
from pulumi_milvus.planning.hardware.cost_items import Bill
from pulumi_milvus.planning.hardware.outcome import Placement
from pulumi_milvus.planning.hardware.placement import MOST_OVER_CHEAPEST
from pulumi_milvus.planning.plan import Role

# Shares that nodes may cost more, tried in turn.
_SHARES: Final = (MOST_OVER_CHEAPEST, MOST_OVER_CHEAPEST / 2, 0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Deployment:
    """One topology on nodes. ``replicas``: in-memory copies.

    ``query``: the query nodes, and ``held`` what the fullest of them has at the worst moment; None for standalone.
    ``left``: pods of each other role that are left at the worst moment, at least.

    ``figures``: path of a planned figure -> the sum behind it. ``cheapest_usd_per_month``: the whole, with the cheapest
    feasible nodes.
    """

    topology: str
    demand: Demand
    replicas: int
    roles: Mapping[str, Role]
    placement: Placement
    bill: Bill
    cheapest_usd_per_month: float | None
    object_store_bytes: int
    dependencies: tuple[Mapping[str, object], ...]
    figures: Mapping[str, Figure]
    decisions: tuple[Decision, ...]
    left: int = 1
    held: Fullest | None = None
    query: QueryChoice | None = None
    others: tuple[QueryChoice, ...] = field(default=(), repr=False)

    @property
    def weight(self) -> float:
        """What deployments are compared by: USD a month, or where nothing is priced the memory of the nodes."""
        usd = self.cheapest_usd_per_month
        return (
            usd if usd is not None else float(sum(pool.nodes * pool.node.memory_bytes for pool in self.placement.pools))
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Impossible:
    """Why a topology cannot serve a workload, the nearest thing that can, and the rule that it would break."""

    topology: str
    subject: str
    reason: str
    nearest: str
    rule: str = "memory-index-fits"


def within_what_is_asked(made: Callable[[float], Deployment | Impossible]) -> Deployment | Impossible:
    """The deployment that is easiest to run of those that cost at most 5 % more than the cheapest, all of it counted.

    ``made`` gives it for a share that its nodes may cost more: what stands beside nodes, such as their volumes, is
    known only then.
    """
    for share in _SHARES:
        found = made(share)
        if isinstance(found, Impossible) or found.cheapest_usd_per_month is None:
            break
        if found.bill.usd_per_month <= found.cheapest_usd_per_month * (1 + MOST_OVER_CHEAPEST):
            break
    return found
