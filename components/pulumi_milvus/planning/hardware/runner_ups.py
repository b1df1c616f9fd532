"""What else could have been chosen, and why it was not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from pulumi_milvus.planning.hardware.allocatable import DaemonSets
from pulumi_milvus.planning.hardware.catalogue import ARCHITECTURES, Catalogue
from pulumi_milvus.planning.hardware.fitness import is_of_kind, why_not
from pulumi_milvus.planning.hardware.outcome import Pool, RunnerUp
from pulumi_milvus.planning.hardware.packing import Load, room_of
from pulumi_milvus.planning.hardware.pod_group import PodGroup
from pulumi_milvus.planning.hardware.search import Candidate

# As many as a person reads: of the cheapest families, the best type of each.
MOST_RUNNER_UPS: Final = 5


def runner_ups(
    pool: Pool, candidates: Sequence[Candidate], catalogue: Catalogue, daemon_sets: DaemonSets
) -> tuple[RunnerUp, ...]:
    """What lost for one pool: the best type of each of the cheapest other families, and what was not allowed."""
    families = {pool.node.family or pool.node.name}
    found: list[RunnerUp] = []
    for candidate in candidates:
        family = candidate.node.family or candidate.node.name
        cheapest = candidate is candidates[0] and candidate.node is not pool.node
        if len(found) < MOST_RUNNER_UPS and (cheapest or family not in families):
            families.add(family)
            found.append(_lost(pool, candidate))
    return (*found, *_not_allowed(pool, catalogue, daemon_sets))


def _lost(pool: Pool, candidate: Candidate) -> RunnerUp:
    usd = _usd(candidate)
    if usd is None or pool.usd_per_month is None:
        why = "takes more of the cluster's memory, or as much for more nodes"
    elif usd < pool.usd_per_month:
        share = pool.usd_per_month / usd - 1
        why = f"the cheapest by {share:.1%}, but {_shape(candidate, pool)}"
    else:
        why = f"costs {usd / pool.usd_per_month - 1:.1%} more" if usd > pool.usd_per_month else "costs the same"
        why += f"; {_shape(candidate, pool)}" if candidate.nodes != pool.nodes else ""
    return RunnerUp(
        pool=pool.name, instance_type=candidate.node.name, nodes=candidate.nodes, usd_per_month=usd, why=why
    )


def _shape(candidate: Candidate, pool: Pool) -> str:
    if candidate.nodes != pool.nodes:
        return f"{candidate.nodes} nodes instead of {pool.nodes}"
    return f"generation {candidate.node.generation} instead of {pool.node.generation}"


def _not_allowed(pool: Pool, catalogue: Catalogue, daemon_sets: DaemonSets) -> Iterator[RunnerUp]:
    """The best type of an architecture that the groups do not allow, and the best that cannot be had, if cheaper."""
    if pool.usd_per_month is None:
        return
    load, relaxed_groups = Load.of(pool.groups), [_any_architecture(group) for group in pool.groups]
    best: dict[str, RunnerUp] = {}
    for node in catalogue.types:
        usd = node.usd_per_month
        if usd is None or all(is_of_kind(node, group) for group in pool.groups):
            continue
        relaxed = replace(node, excluded_because="") if node.excluded_because else node
        if not all(is_of_kind(relaxed, group) for group in relaxed_groups):
            continue
        nodes = load.nodes(room_of(node, daemon_sets, pool.uses_nvme))
        why = next(filter(None, (why_not(node, group) for group in pool.groups)))
        if not nodes or nodes * usd >= pool.usd_per_month or (why in best and _cost(best[why]) <= nodes * usd):
            continue
        share = 1 - nodes * usd / pool.usd_per_month
        best[why] = RunnerUp(
            pool=pool.name,
            instance_type=node.name,
            nodes=nodes,
            usd_per_month=nodes * usd,
            why=f"would cost {share:.1%} less: {why}",
        )
    yield from best.values()


def _any_architecture(group: PodGroup) -> PodGroup:
    return replace(group, architectures=ARCHITECTURES)


def _cost(runner_up: RunnerUp) -> float:
    return runner_up.usd_per_month or 0.0


def _usd(candidate: Candidate) -> float | None:
    usd = candidate.node.usd_per_month
    return None if usd is None else usd * candidate.nodes
