"""What else could have been chosen, and why it was not."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from pulumi_milvus.planning.hardware.allocatable import DaemonSets
from pulumi_milvus.planning.hardware.catalogue import ARCHITECTURES, Catalogue
from pulumi_milvus.planning.hardware.fitness import is_of_kind, why_not
from pulumi_milvus.planning.hardware.outcome import Pool, RunnerUp
from pulumi_milvus.planning.hardware.packing import Load, room_of
from pulumi_milvus.planning.hardware.search import Candidate

# As many as a person reads: of the cheapest families, the best type of each.
MOST_RUNNER_UPS: Final = 5


def runner_ups(
    pool: Pool, candidates: Sequence[Candidate], catalogue: Catalogue, daemon_sets: DaemonSets
) -> tuple[RunnerUp, ...]:
    """What lost for one pool: the best type of each of the cheapest other families, and what was not allowed."""
    families = {pool.node.family or pool.node.name}
    needs_gpu = any(group.gpus for group in pool.groups)
    found: list[RunnerUp] = []
    for candidate in candidates:
        if candidate.node.gpus and not needs_gpu:
            continue  # a GPU for pods that do not use it is no offer
        family = candidate.node.family or candidate.node.name
        cheapest = candidate is candidates[0] and candidate.node is not pool.node
        if len(found) < MOST_RUNNER_UPS and (cheapest or family not in families):
            families.add(family)
            found.append(_lost(pool, candidate))
    return (*found, *_not_allowed(pool, catalogue, daemon_sets))


def _lost(pool: Pool, candidate: Candidate) -> RunnerUp:
    return RunnerUp(
        pool=pool.name,
        instance_type=candidate.node.name,
        nodes=candidate.nodes,
        usd_per_month=_usd(candidate),
        why=_why_lost(pool, candidate),
    )


def _why_lost(pool: Pool, candidate: Candidate) -> str:
    usd, chosen, limit = _usd(candidate), pool.usd_per_month, candidate.node.max_nodes
    if limit is not None and candidate.nodes > limit:
        return f"{candidate.nodes} nodes are needed, and there are {limit}"
    if limit is not None and (usd is None or chosen is None or usd <= chosen):
        return "its nodes are needed for other pools, or another shape takes less of the cluster"
    if usd is None or chosen is None:
        return "not priced"
    shape = _shape(candidate, pool)
    if math.isclose(usd, chosen):
        return f"costs the same; {shape}"
    if usd < chosen:
        return f"costs {_share(chosen - usd, chosen)} less, but {shape}"
    why = f"costs {_share(usd - chosen, chosen)} more"
    return f"{why}; {shape}" if candidate.nodes != pool.nodes else why


def _share(part: float, whole: float) -> str:
    return f"{part / whole:.1%}" if whole else f"USD {part:,.2f}"


def _shape(candidate: Candidate, pool: Pool) -> str:
    if candidate.nodes != pool.nodes:
        return f"{candidate.nodes} {'node' if candidate.nodes == 1 else 'nodes'} instead of {pool.nodes}"
    return f"generation {candidate.node.generation} instead of {pool.node.generation}"


def _not_allowed(pool: Pool, catalogue: Catalogue, daemon_sets: DaemonSets) -> Iterator[RunnerUp]:
    """The best type of an architecture that the groups do not allow, and the best that cannot be had, if cheaper."""
    if pool.usd_per_month is None:
        return
    load = Load.of(pool.groups)
    askers = {(*group.terms, group.gpu_memory_bytes): group for group in pool.groups}.values()
    relaxed_askers = [replace(group, architectures=ARCHITECTURES) for group in askers]
    best: dict[str, RunnerUp] = {}
    for node in catalogue.types:
        usd = node.usd_per_month
        if usd is None or all(is_of_kind(node, group) for group in askers):
            continue
        # One thing at a time: an architecture that is not allowed, or a type that cannot be had.
        excluded = bool(node.excluded_because)
        relaxed = replace(node, excluded_because="") if excluded else node
        if not all(is_of_kind(relaxed, group) for group in (askers if excluded else relaxed_askers)):
            continue
        nodes = load.nodes(room_of(node, daemon_sets, pool.uses_nvme))
        why = next(filter(None, (why_not(node, group) for group in askers)))
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


def _cost(runner_up: RunnerUp) -> float:
    return runner_up.usd_per_month or 0.0


def _usd(candidate: Candidate) -> float | None:
    usd = candidate.node.usd_per_month
    return None if usd is None else usd * candidate.nodes
