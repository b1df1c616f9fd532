"""Pods into nodes: the cheapest is proved by trying everything; what is chosen holds every pod for little more."""

from __future__ import annotations

import itertools
import json
import math
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from importlib import resources
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pulumi_milvus.planning.hardware.allocatable import EKS_DAEMONSETS, GIBIBYTE, MEBIBYTE
from pulumi_milvus.planning.hardware.aws_catalogue import AwsCatalogue, aws_catalogue
from pulumi_milvus.planning.hardware.placement import (
    Placement,
    PodGroup,
    Refusal,
    place,
)

# How many random workloads the cheapest cost is proved on.
WORKLOADS = 505
BOTH = ("x86_64", "arm64")
HOURS = 730


@dataclass(frozen=True)
class Raw:
    """A type as the file has it, read without the code under test; room is cores/1000, bytes, NVMe bytes, GPUs."""

    row: dict[str, Any]
    room: tuple[int, int, int, int]
    usd: float


def raw_types() -> list[Raw]:
    file = resources.files("pulumi_milvus.planning.hardware").joinpath("aws_instances.json")
    data = json.loads(file.read_text(encoding="utf-8"))
    rows = [dict(zip(data["columns"], row, strict=True)) for row in data["rows"]]
    found = []
    for row in rows:
        if row["retired"] or row["bare_metal"] or row["usd_per_hour"] is None:
            continue
        nvme = row["local_nvme_gb"] * 10**9
        room = (
            row["allocatable_cpu_millicores"] - EKS_DAEMONSETS.cpu_millicores,
            row["allocatable_memory_mib"] * MEBIBYTE - EKS_DAEMONSETS.memory_bytes,
            nvme - math.ceil(nvme / 10) - GIBIBYTE,
            row["gpus"],
        )
        found.append(Raw(row, room, row["usd_per_hour"] * HOURS))
    return found


RAW = raw_types()


def suits(raw: Raw, group: PodGroup) -> bool:
    row = raw.row
    return (
        row["architecture"] in group.architectures
        and (not group.simd_one_of or bool(set(row["simd"].split()) & set(group.simd_one_of)))
        and (not group.needs_nvme or row["local_nvme_gb"] > 0)
        and (not group.gpus or row["gpu_memory_mib_each"] * MEBIBYTE >= max(1, group.gpu_memory_bytes))
        and len(row["zones"]) >= group.zones
    )


def holds(raw: Raw, nodes: int, groups: Sequence[PodGroup], pods: Sequence[int]) -> bool:
    """Whether each of so many nodes can take its even share of every group at once."""
    left = list(raw.room)
    for group, count in zip(groups, pods, strict=True):
        share = math.ceil(count / nodes)
        if group.one_pod_per_node and share > 1:
            return False
        left[0] -= share * group.cpu_millicores
        left[1] -= share * group.memory_bytes
        left[2] -= share * group.local_disk_bytes if group.needs_nvme else 0
        left[3] -= share * group.gpus
    return left[0] >= 0 and left[1] >= 0 and left[3] >= 0 and (left[2] >= 0 or not groups[0].needs_nvme)


def pool_cost(groups: Sequence[PodGroup], suitable: Sequence[set[int]]) -> float:
    """The least USD a month over all pairs of type and count, zone by zone; infinite where nothing holds the pool."""
    zones = groups[0].zones
    best = math.inf
    for position in set.intersection(*suitable):
        raw, nodes = RAW[position], 0
        for zone in range(zones):
            pods = [group.pods // zones + (zone < group.pods % zones) for group in groups]
            counts = range(min(1, sum(pods)), max(pods) + 1)
            nodes += next((n for n in counts if n == 0 or holds(raw, n, groups, pods)), 10**9)
        best = min(best, nodes * raw.usd) if nodes < 10**9 else best
    return best


def divisions(items: list[int]) -> Iterator[list[list[int]]]:
    """All ways to divide items into sets."""
    if not items:
        yield []
        return
    for rest in divisions(items[1:]):
        yield [[items[0]], *rest]
        for place_ in range(len(rest)):
            yield [*rest[:place_], [items[0], *rest[place_]], *rest[place_ + 1 :]]


def asks(group: PodGroup) -> tuple[Any, ...]:
    return (set(group.architectures), set(group.simd_one_of), group.needs_nvme, group.gpus > 0, group.zones)


def cheapest_by_trying_all(groups: Sequence[PodGroup]) -> float:
    suitable = [{place_ for place_, raw in enumerate(RAW) if suits(raw, group)} for group in groups]
    costs: dict[tuple[int, ...], float] = {}
    best = math.inf
    for division in divisions(list(range(len(groups)))):
        total = 0.0
        for pool in division:
            members = [groups[place_] for place_ in pool]
            if len(pool) > 1 and (
                any(g.own_pool for g in members) or any(asks(g) != asks(members[0]) for g in members)
            ):
                total = math.inf
                break
            key = tuple(pool)
            if key not in costs:
                costs[key] = pool_cost(members, [suitable[place_] for place_ in pool])
            total += costs[key]
        best = min(best, total)
    return best


def random_group(dice: random.Random, role: str, zones: int, architectures: tuple[str, ...]) -> PodGroup:
    nvme, gpus = dice.random() < 0.15, dice.choice((0, 0, 0, 0, 0, 0, 1, 1, 2, 4))
    return PodGroup(
        role=role,
        pods=dice.choice((1, 1, 2, 2, 3, 3, 4, 5, 8, 13)),
        cpu_millicores=dice.choice((250, 500, 1_000, 2_000, 4_000, 7_500, 16_000, 30_000)),
        memory_bytes=int(GIBIBYTE * 2 ** dice.uniform(-1, 7.5)),
        local_disk_bytes=int(10**9 * 2 ** dice.uniform(3, 11)) if nvme else 0,
        needs_nvme=nvme,
        gpus=gpus,
        gpu_memory_bytes=dice.choice((8, 15, 20, 22, 40)) * GIBIBYTE if gpus else 0,
        architectures=architectures,
        simd_one_of=dice.choice(((), (), ("avx512",), ("avx2", "neon"))),
        zones=zones,
        one_pod_per_node=dice.random() < 0.3,
        own_pool=dice.random() < 0.2,
    )


def random_groups(seed: int) -> list[PodGroup]:
    dice = random.Random(seed)
    zones, architectures = dice.choice((1, 1, 2, 3)), dice.choice((("x86_64",), BOTH, BOTH, BOTH, ("arm64",)))
    number = dice.choice((1, 1, 1, 1, 2, 2, 3))
    groups = [random_group(dice, f"role_{place_}", zones, architectures) for place_ in range(number)]
    if dice.random() < 0.3:
        return groups
    # As most roles are: nothing but CPU and memory, so that they can share a pool.
    plain: dict[str, Any] = {"needs_nvme": False, "local_disk_bytes": 0, "gpus": 0, "gpu_memory_bytes": 0}
    return [replace(group, **plain, simd_one_of=()) for group in groups]


def check_pods_fit(placed: Placement, groups: Sequence[PodGroup]) -> None:
    """Every pod stands on one node of its pool, in its zone, and no node is asked for more than it leaves."""
    rooms = {raw.row["name"]: raw.room for raw in RAW}
    stand = dict.fromkeys((group.role for group in groups), 0)
    for pool in placed.pools:
        layout = pool.layout()
        assert len(layout) == pool.nodes == sum(pool.nodes_by_zone) <= pool.max_nodes
        for node in layout:
            cpu, memory, disk, gpus = rooms[pool.instance_type]
            for group in pool.groups:
                count = node.get(group.role, 0)
                assert count <= pool.pods_per_node[group.role]
                assert count <= 1 or not group.one_pod_per_node
                stand[group.role] += count
                cpu -= count * group.cpu_millicores
                memory -= count * group.memory_bytes
                gpus -= count * group.gpus
                disk -= count * group.local_disk_bytes
            assert min(cpu, memory, gpus) >= 0
            assert disk >= 0 or not pool.uses_nvme
        nodes = iter(layout)
        for zone, number in enumerate(pool.nodes_by_zone):
            in_zone = list(itertools.islice(nodes, number))
            for group in pool.groups:
                assert sum(node.get(group.role, 0) for node in in_zone) == group.pods_by_zone[zone]
    assert stand == {group.role: group.pods for group in groups}


def test_the_cheapest_is_what_trying_everything_finds() -> None:
    placed_workloads = refused_workloads = several_pools = shared_pools = 0
    for seed in itertools.count():
        if placed_workloads == WORKLOADS:
            break
        groups = random_groups(seed)
        least = cheapest_by_trying_all(groups)
        outcome = place(groups, aws_catalogue())
        if isinstance(outcome, Refusal):
            assert least == math.inf, (seed, outcome)
            refused_workloads += 1
            continue
        assert outcome.cheapest_usd_per_month == pytest.approx(least, rel=1e-12), seed
        assert outcome.usd_per_month is not None
        assert least <= outcome.usd_per_month * (1 + 1e-12)
        assert outcome.usd_per_month <= 1.05 * least * (1 + 1e-12)
        check_pods_fit(outcome, groups)
        placed_workloads += 1
        several_pools += len(outcome.pools) > 1
        shared_pools += any(len(pool.groups) > 1 for pool in outcome.pools)
    # The draw must have tried what it is meant to try.
    assert min(refused_workloads, several_pools, shared_pools) >= 15


FEW: AwsCatalogue = replace(aws_catalogue(), types=aws_catalogue().types[::5])


def least(groups: Sequence[PodGroup]) -> float:
    """The cheapest cost on a fifth of the catalogue; infinite where nothing fits."""
    outcome = place(groups, FEW)
    if isinstance(outcome, Refusal):
        return math.inf
    assert outcome.cheapest_usd_per_month is not None
    return outcome.cheapest_usd_per_month


@pytest.mark.property
@given(
    seed=st.integers(0, 10**6),
    which=st.integers(0, 2),
    change=st.integers(0, 5),
    more=st.integers(1, 5),
    share=st.floats(0.01, 2),
)
def test_more_is_never_cheaper(seed: int, which: int, change: int, more: int, share: float) -> None:
    groups = random_groups(seed)
    place_ = which % len(groups)
    group = groups[place_]
    larger = (
        replace(group, pods=group.pods + more),
        replace(group, memory_bytes=group.memory_bytes + math.ceil(group.memory_bytes * share)),
        replace(group, cpu_millicores=group.cpu_millicores + math.ceil(group.cpu_millicores * share)),
        replace(group, local_disk_bytes=group.local_disk_bytes + math.ceil(group.local_disk_bytes * share) + 1),
        replace(group, gpu_memory_bytes=group.gpu_memory_bytes + more * GIBIBYTE),
        replace(group, one_pod_per_node=True),
    )[change]
    assert least([*groups[:place_], larger, *groups[place_ + 1 :]]) >= least(groups) * (1 - 1e-12)


def pods(role: str = "query_node", **changes: Any) -> PodGroup:
    values: dict[str, Any] = {"pods": 3, "cpu_millicores": 4_000, "memory_bytes": 24 * GIBIBYTE}
    return PodGroup(role=role, **(values | changes))


def placed(*groups: PodGroup) -> Placement:
    outcome = place(groups, aws_catalogue())
    assert isinstance(outcome, Placement), outcome
    return outcome


def refused(*groups: PodGroup) -> Refusal:
    outcome = place(groups, aws_catalogue())
    assert isinstance(outcome, Refusal)
    return outcome


def test_arm64_only_where_it_is_allowed() -> None:
    allowed = placed(pods(architectures=BOTH)).pools[0]
    assert allowed.node.architecture == "arm64"  # Graviton costs less for the same room
    only_x86 = placed(pods())
    assert only_x86.pools[0].node.architecture == "x86_64"
    why = [loser.why for loser in only_x86.runner_ups]
    assert any("less: arm64, and query_node runs on x86_64" in words for words in why)


@pytest.mark.parametrize(
    "group", [pods(), pods(gpus=1), pods(gpus=8, gpu_memory_bytes=100 * GIBIBYTE), pods(memory_bytes=3_700 * GIBIBYTE)]
)
def test_retired_unpriced_and_bare_metal_types_are_never_chosen(group: PodGroup) -> None:
    outcome = place([group], aws_catalogue())
    if isinstance(outcome, Refusal):  # only p5e has GPUs of that size, and it has no price
        assert group.gpu_memory_bytes == 100 * GIBIBYTE
        assert outcome.instance_type != "p5e.48xlarge"
        return
    for pool in outcome.pools:
        assert pool.node.excluded_because == ""
        assert not pool.node.bare_metal
        assert not pool.instance_type.startswith("p3.")


def test_no_excluded_type_is_among_the_cheapest_even_if_it_is_the_only_one() -> None:
    catalogue = aws_catalogue()
    for name in ("p3.2xlarge", "p5e.48xlarge", "m7i.metal-24xl"):
        alone = replace(catalogue, types=tuple(node for node in catalogue.types if node.name == name))
        assert len(alone.types) == 1
        outcome = place([pods(pods=1, cpu_millicores=100, memory_bytes=GIBIBYTE)], alone)
        assert isinstance(outcome, Refusal)
        assert outcome.instance_type == name
        assert alone.types[0].excluded_because in outcome.reason


def test_gpu_memory_is_the_apis_figure() -> None:
    """A10G and L4 have 22,888 MiB, not the 24 GiB of their data sheets."""
    just_fits = pods(gpus=1, gpu_memory_bytes=22_888 * MEBIBYTE, memory_bytes=8 * GIBIBYTE, cpu_millicores=2_000)
    assert placed(just_fits).pools[0].node.gpu_name in ("A10G", "L4")
    assert placed(replace(just_fits, gpu_memory_bytes=24 * GIBIBYTE)).pools[0].node.gpu_name == "L40S"


def test_compute_capability_is_honoured() -> None:
    group = pods(gpus=1, gpu_memory_bytes=20 * GIBIBYTE, memory_bytes=8 * GIBIBYTE, cpu_millicores=2_000)
    assert placed(group).pools[0].node.gpu_compute_capability == "8.9"
    documented = replace(group, compute_capabilities=("8.0", "8.6"))
    assert placed(documented).pools[0].node.gpu_compute_capability == "8.6"


def test_disk_indexes_stand_on_nvme() -> None:
    group = pods(needs_nvme=True, local_disk_bytes=900 * 10**9)
    pool = placed(group).pools[0]
    assert pool.uses_nvme
    assert pool.node.local_nvme_bytes >= 1_000 * 10**9  # a tenth of it is kubelet's eviction threshold
    assert pool.root_volume_bytes == 20 * GIBIBYTE
    without = placed(replace(group, needs_nvme=False)).pools[0]
    assert without.node.local_nvme_bytes == 0
    share = without.pods_per_node["query_node"]
    assert without.root_volume_bytes >= 20 * GIBIBYTE + share * 900 * 10**9 * 10 // 9


def test_pods_are_spread_over_zones() -> None:
    pool = placed(pods(pods=4, zones=3, memory_bytes=100 * GIBIBYTE, cpu_millicores=15_000)).pools[0]
    assert pool.nodes_by_zone == (2, 1, 1)
    assert pool.node.zones is not None
    assert len(pool.node.zones) >= 3
    # p4de is offered in two zones of us-east-1.
    group = pods(pods=2, gpus=1, gpu_memory_bytes=81_000 * MEBIBYTE, compute_capabilities=("8.0",))
    assert placed(replace(group, zones=2)).pools[0].instance_type == "p4de.24xlarge"
    no = refused(replace(group, zones=3))
    assert "p4de.24xlarge" in no.reason
    assert no.nearest == "zones: 2 at most"


def test_a_rolling_update_has_room() -> None:
    alone = placed(pods(one_pod_per_node=True)).pools[0]
    assert (alone.nodes, alone.max_nodes) == (3, 4)
    assert placed(pods(one_pod_per_node=True, surge_pods=0)).pools[0].max_nodes == 3
    # All pods of a zone on one node, and the added pod in any zone: one more node is enough.
    spread = placed(pods(pods=6, zones=3)).pools[0]
    assert spread.max_nodes <= spread.nodes + 1


def test_small_groups_share_a_pool_and_query_nodes_have_their_own() -> None:
    small = [
        pods("proxy", pods=2, cpu_millicores=1_000, memory_bytes=2 * GIBIBYTE),
        pods("mix_coord", pods=2, cpu_millicores=1_000, memory_bytes=4 * GIBIBYTE),
        pods("streaming_node", pods=2, cpu_millicores=1_500, memory_bytes=6 * GIBIBYTE),
    ]
    outcome = placed(pods(own_pool=True), *small)
    assert [pool.name for pool in outcome.pools] == ["query-node", "general"]
    assert outcome.pool_of("proxy") is outcome.pool_of("streaming_node")
    assert outcome.pool_of("query_node").roles == ("query_node",)
    with pytest.raises(KeyError):
        outcome.pool_of("data_node")


def test_no_crowd_of_tiny_nodes() -> None:
    outcome = placed(pods("proxy", pods=200, cpu_millicores=900, memory_bytes=2 * GIBIBYTE))
    pool = outcome.pools[0]
    assert 3 <= pool.nodes <= 12
    decision = next(item for item in outcome.decisions if item.what == "node_pools.proxy")
    assert decision.choice == f"{pool.nodes} x {pool.instance_type}"
    total = next(item for item in outcome.decisions if item.what == "node_pools.usd_per_month")
    assert "prices of 2026-07-20, us-east-1" in total.because
    # One node would do as well, and it is not cheaper.
    assert any(loser.nodes == 1 for loser in outcome.runner_ups)


def test_a_choice_that_is_not_the_cheapest_says_so() -> None:
    """On x86 the seventh generation costs 5 % more than the sixth, and the limit is 5 %."""
    outcome = placed(pods(pods=5, cpu_millicores=7_000))
    assert outcome.cheapest_usd_per_month is not None
    assert outcome.usd_per_month == pytest.approx(1.05 * outcome.cheapest_usd_per_month, rel=1e-9)
    pool, total = outcome.decisions
    assert pool.choice == "5 x m7i.2xlarge"
    assert "70 more than 5 x m6i.2xlarge, the cheapest that fits: a newer generation" in pool.because
    assert "this one costs 5.0% more" in total.because


def test_runner_ups_say_why_they_lost() -> None:
    outcome = placed(pods(architectures=BOTH))
    pool = outcome.pools[0]
    losers = outcome.runner_ups
    assert len(losers) >= 3
    for loser in losers:
        assert loser.why
        assert loser.instance_type != pool.instance_type
        assert loser.pool == pool.name
    dearer = [loser for loser in losers if loser.why.startswith("costs") and "more" in loser.why]
    assert dearer
    for loser in dearer:
        assert loser.usd_per_month is not None
        assert pool.usd_per_month is not None
        assert loser.usd_per_month > pool.usd_per_month


def test_too_large_a_pod_is_refused_with_the_nearest() -> None:
    no = refused(pods("query_node", memory_bytes=5_000 * GIBIBYTE))
    assert no.role == "query_node"
    assert "5,000.0 GiB" in no.reason
    assert no.instance_type == "x2iedn.32xlarge"
    assert "3,780.4 GiB" in no.nearest
    # The nearest that is named really fits.
    assert placed(pods("query_node", memory_bytes=3_780 * GIBIBYTE))


def test_what_no_type_has_is_refused_with_the_nearest() -> None:
    gpu = refused(pods(gpus=1, gpu_memory_bytes=200 * GIBIBYTE))
    assert "a GPU has 80.0 GiB, and 200.0 GiB is asked" in gpu.reason
    assert gpu.nearest == f"gpu_memory_bytes: {80 * GIBIBYTE:_} at most"
    arm = refused(pods(gpus=1, architectures=("arm64",)))
    assert "x86_64, and query_node runs on arm64" in arm.reason
    assert arm.nearest == "architectures: x86_64"
    simd = refused(pods(simd_one_of=("vsx",)))
    assert simd.nearest == "simd_one_of: amx, avx2, avx512"
    capability = refused(pods(gpus=1, compute_capabilities=("6.0",)))
    assert capability.nearest == "compute_capabilities: 7.5, 8.0, 8.6, 8.9, 9.0"
    cores = refused(pods(cpu_millicores=500_000))
    assert cores.nearest == "more and smaller pods, of at most 191.27 CPU cores each"
    gpus = refused(pods(gpus=16))
    assert "asks 16 GPUs" in gpus.reason
    assert "8 GPUs" in gpus.nearest


def test_another_region_has_no_prices_and_none_are_made_up() -> None:
    outcome = place([pods()], aws_catalogue("eu-west-1"))
    assert isinstance(outcome, Refusal)
    assert "the price in eu-west-1 is unknown" in outcome.reason


def test_groups_must_be_sensible() -> None:
    with pytest.raises(ValueError, match="role of its own"):
        place([pods(), pods()], aws_catalogue())
    with pytest.raises(ValueError, match="1 to 8 groups"):
        place([], aws_catalogue())
    with pytest.raises(ValueError, match="at least 1"):
        pods(pods=0)
    with pytest.raises(ValueError, match="at least 0"):
        pods(gpus=-1)
