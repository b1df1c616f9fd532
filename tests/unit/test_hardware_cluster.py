"""Node shapes of a cluster that is already there: read with every mistake at once, and used as far as they go."""

from __future__ import annotations

import itertools
import math
import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pulumi_milvus.planning.hardware import cluster_search
from pulumi_milvus.planning.hardware.allocatable import (
    EKS_DAEMONSETS,
    GIBIBYTE,
    MEBIBYTE,
    NO_DAEMONSETS,
    allocatable_memory_bytes,
)
from pulumi_milvus.planning.hardware.aws_catalogue import aws_catalogue
from pulumi_milvus.planning.hardware.node_shapes import NODE_SHAPE_KEYS, NodeShape, cluster_catalogue, read_node_shapes
from pulumi_milvus.planning.hardware.placement import Placement, PodGroup, Refusal, place
from pulumi_milvus.planning.problems import InvalidValues

GENERAL = {"name": "general", "count": 3, "cpu_cores": 16, "memory_gib": 64}


def shapes(*values: dict[str, Any]) -> tuple[NodeShape, ...]:
    return read_node_shapes(list(values))


def pods(role: str, number: int, memory_gib: float, **changes: Any) -> PodGroup:
    values = {"cpu_millicores": 2_000, "memory_bytes": int(memory_gib * GIBIBYTE)} | changes
    return PodGroup(role=role, pods=number, **values)


def placed(groups: list[PodGroup], *values: dict[str, Any]) -> Placement:
    outcome = place(groups, cluster_catalogue(shapes(*values)))
    assert isinstance(outcome, Placement), outcome
    return outcome


def test_all_keys_are_read() -> None:
    every = {
        **GENERAL,
        "max_count": 5,
        "max_pods": 110,
        "allocatable_cpu_millicores": 15_000,
        "allocatable_memory_bytes": 60 * GIBIBYTE,
        "local_nvme_bytes": 3_750 * 10**9,
        "local_nvme_disks": 1,
        "root_disk_bytes": 100 * GIBIBYTE,
        "gpus": 1,
        "gpu_name": "L4",
        "gpu_memory_bytes": 22_888 * MEBIBYTE,
        "gpu_compute_capability": "8.9",
        "architecture": "arm64",
        "simd": ["neon"],
        "zones": ["a", "b"],
        "usd_per_month": 500,
    }
    assert set(every) | {"memory_bytes"} == set(NODE_SHAPE_KEYS)
    (shape,) = shapes(every)
    node = shape.as_instance_type()
    assert (node.name, node.vcpus, node.memory_bytes, node.max_nodes) == ("general", 16, 64 * GIBIBYTE, 5)
    assert (node.allocatable_cpu_millicores, node.allocatable_memory_bytes) == (15_000, 60 * GIBIBYTE)
    assert (node.local_nvme_bytes, node.root_disk_bytes) == (3_750 * 10**9, 100 * GIBIBYTE)
    assert (node.gpus, node.gpu_name, node.gpu_memory_bytes_each) == (1, "L4", 22_888 * MEBIBYTE)
    assert (node.architecture, node.zones, node.simd) == ("arm64", frozenset("ab"), frozenset({"neon"}))
    assert node.usd_per_month == pytest.approx(500)


def test_allocatable_is_computed_where_it_is_not_said() -> None:
    (shape,) = shapes({"name": "n", "count": 1, "cpu_cores": 8, "memory_gib": 64})
    node = shape.as_instance_type()
    twin = next(item for item in aws_catalogue().types if item.name == "r6i.2xlarge")
    assert node.allocatable_memory_bytes == twin.allocatable_memory_bytes
    assert node.allocatable_cpu_millicores == twin.allocatable_cpu_millicores == 7_910
    (fewer,) = shapes({"name": "n", "count": 1, "cpu_cores": 8, "memory_gib": 64, "max_pods": 20})
    assert fewer.as_instance_type().allocatable_memory_bytes == allocatable_memory_bytes(64 * GIBIBYTE, 20)


def test_every_mistake_is_reported_at_once() -> None:
    with pytest.raises(InvalidValues) as caught:
        read_node_shapes(
            [
                {"name": "a", "cpu": 16, "memory_gb": 64, "count": 3},
                {"name": "a", "cpu_cores": 0, "memory_gib": 64, "memory_bytes": 5, "count": 4, "max_count": 2},
                {"cpu_cores": 4, "memory_gib": 8, "count": 1, "gpu_name": "L4", "architecture": "amd64"},
                {"name": "c", "cpu_cores": 4, "memory_gib": 8, "gpus": 2, "allocatable_memory_bytes": 9 * GIBIBYTE},
                "large",
            ],
            "workload.node_shapes",
        )
    found = {problem.path: problem for problem in caught.value.problems}
    paths = [problem.path.removeprefix("workload.node_shapes") for problem in caught.value.problems]
    assert paths == [
        "[0].cpu",
        "[0].memory_gb",
        "[1].cpu_cores",
        "[1]",
        "[1].max_count",
        "[2].architecture",
        "[2]",
        "[2].gpu_name",
        "[3]",
        "[3]",
        "[3].allocatable_memory_bytes",
        "[4]",
        "[1].name",
    ]
    assert found["workload.node_shapes[0].cpu"].nearest == "cpu_cores"
    assert found["workload.node_shapes[2].architecture"].nearest == "x86_64"
    assert found["workload.node_shapes[1].max_count"].nearest == "4"
    assert "name is missing" in str(found["workload.node_shapes[2]"])


@pytest.mark.parametrize("value", [None, 3, "general", {"name": "general"}, [GENERAL] * 40, [[GENERAL]], [{1: 2}]])
def test_what_is_no_list_of_shapes_is_refused(value: object) -> None:
    with pytest.raises(InvalidValues):
        read_node_shapes(value)


@given(
    value=st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(st.sampled_from([*NODE_SHAPE_KEYS]) | st.text(max_size=3), inner, max_size=8)
        ),
        max_leaves=25,
    )
)
@pytest.mark.property(2_000)
def test_no_value_breaks_the_reader(value: object) -> None:
    try:
        read = read_node_shapes(value)
    except InvalidValues as error:
        problems = error.problems
        read = ()
    else:
        problems = ()
    assert problems or [shape.as_instance_type().name for shape in read] == [shape.name for shape in read]
    assert all(problem.path.startswith("node_shapes") and problem.reason for problem in problems)


def test_a_cluster_of_three_nodes_holds_all_roles_together() -> None:
    """Nodes are there already: query nodes stand beside the others, though they ask for a pool of their own."""
    groups = [
        pods("query_node", 3, 20, own_pool=True, one_pod_per_node=True, surge_pods=0),
        pods("proxy", 2, 4, surge_pods=0),
        pods("mix_coord", 2, 8, surge_pods=0),
    ]
    outcome = placed(groups, GENERAL)
    assert [(pool.name, pool.nodes) for pool in outcome.pools] == [("general", 3)]
    assert outcome.usd_per_month is None  # nobody said a price, and none is made up
    assert outcome.cheapest_usd_per_month is None
    assert not outcome.notes


def test_a_rolling_update_without_room_is_said() -> None:
    outcome = placed([pods("query_node", 3, 20, one_pod_per_node=True)], GENERAL)
    assert "rolling update" in outcome.notes[0]
    assert outcome.pools[0].max_nodes == 3
    roomy = placed([pods("query_node", 3, 20, one_pod_per_node=True)], {**GENERAL, "max_count": 4})
    assert not roomy.notes
    assert roomy.pools[0].max_nodes == 4


def test_too_few_nodes_are_refused_with_the_number_needed() -> None:
    outcome = place([pods("query_node", 9, 40)], cluster_catalogue(shapes(GENERAL)))
    assert isinstance(outcome, Refusal)
    assert outcome.role == ""
    assert "9 pods of query_node" in outcome.reason
    assert outcome.nearest == "9 nodes of general, which has 3"
    assert place([pods("query_node", 9, 40)], cluster_catalogue(shapes({**GENERAL, "count": 9})))


def test_too_large_a_pod_names_the_largest_node() -> None:
    outcome = place([pods("query_node", 1, 100)], cluster_catalogue(shapes(GENERAL)))
    assert isinstance(outcome, Refusal)
    assert outcome.instance_type == "general"
    assert "100.0 GiB" in outcome.reason


def test_an_empty_cluster_is_refused() -> None:
    outcome = place([pods("query_node", 1, 1)], cluster_catalogue(()))
    assert isinstance(outcome, Refusal)


def test_kinds_of_nodes_are_told_apart() -> None:
    disk = {"name": "disk", "count": 4, "cpu_cores": 16, "memory_gib": 128, "local_nvme_bytes": 3_750 * 10**9}
    arm = {**GENERAL, "name": "arm", "architecture": "arm64", "count": 100}
    groups = [
        pods("query_node", 2, 50, needs_nvme=True, local_disk_bytes=10**12, own_pool=True),
        pods("proxy", 2, 40),
    ]
    outcome = placed(groups, GENERAL, disk, arm)
    assert outcome.pool_of("query_node").instance_type == "disk"
    assert all(pool.instance_type != "arm" for pool in outcome.pools)


def test_a_node_s_own_disk_limits_pods() -> None:
    group = pods("data_node", 1, 8, local_disk_bytes=80 * GIBIBYTE)
    assert placed([group], {**GENERAL, "root_disk_bytes": 100 * GIBIBYTE})
    outcome = place([group], cluster_catalogue(shapes({**GENERAL, "root_disk_bytes": 80 * GIBIBYTE})))
    assert isinstance(outcome, Refusal)
    assert "local disk" in outcome.reason


@pytest.mark.parametrize(("usd", "chosen", "total"), [(400, "small", 1_600), (500, "large", 1_800)])
def test_given_prices_decide(usd: int, chosen: str, total: int) -> None:
    """Four pods of 20 GiB: two on each large node, one on each small one."""
    large = {**GENERAL, "name": "large", "usd_per_month": 900, "count": 9}
    small = {**GENERAL, "name": "small", "usd_per_month": usd, "count": 9, "memory_gib": 32}
    outcome = placed([pods("query_node", 4, 20)], large, small)
    assert outcome.pools[0].instance_type == chosen
    assert outcome.usd_per_month == pytest.approx(total)
    assert outcome.cheapest_usd_per_month == pytest.approx(total)


def by_trying_all(groups: list[PodGroup], nodes: list[dict[str, Any]], with_surge: bool) -> float:
    """The least USD over all divisions and all shapes of their pools; shapes here have CPU and memory only."""
    best = math.inf
    places = range(len(groups))
    for pool_of in itertools.product(places, repeat=len(groups)):
        division = [[place_ for place_ in places if pool_of[place_] == pool] for pool in sorted(set(pool_of))]
        for chosen in itertools.product(nodes, repeat=len(division)):
            used, usd = dict.fromkeys((node["name"] for node in nodes), 0), 0.0
            for pool, node in zip(division, chosen, strict=True):
                members = [groups[place_] for place_ in pool]
                plain = fewest(members, node, [group.pods for group in members])
                surge = fewest(members, node, [group.pods + group.surge_pods for group in members])
                used[node["name"]] += max(plain, surge) if with_surge else plain
                usd += plain * node["usd_per_month"]
            if all(used[node["name"]] <= node["count"] for node in nodes):
                best = min(best, usd)
    return best


def fewest(groups: list[PodGroup], node: dict[str, Any], counts: list[int]) -> int:
    for number in range(1, max(counts) + 1):
        shares = [math.ceil(count / number) for count in counts]
        pairs = list(zip(groups, shares, strict=True))
        if (
            sum(group.cpu_millicores * share for group, share in pairs) <= node["allocatable_cpu_millicores"]
            and sum(group.memory_bytes * share for group, share in pairs) <= node["allocatable_memory_bytes"]
            and all(share == 1 or not group.one_pod_per_node for group, share in pairs)
        ):
            return number
    return 10**6


def test_the_least_of_a_cluster_is_what_trying_everything_finds() -> None:
    outcomes = {"with room": 0, "without room": 0, "refused": 0}
    for seed in range(200):
        dice = random.Random(seed)
        nodes: list[dict[str, Any]] = [
            {
                "name": f"shape-{number}",
                "count": dice.randint(1, 6),
                "cpu_cores": 64,
                "memory_gib": 512,
                "allocatable_cpu_millicores": 1_000 * dice.randint(2, 32),
                "allocatable_memory_bytes": dice.randint(4, 128) * GIBIBYTE,
                "usd_per_month": dice.randint(50, 900),
            }
            for number in range(dice.randint(1, 3))
        ]
        groups = [
            pods(
                f"role_{number}",
                dice.randint(1, 5),
                dice.randint(1, 40),
                cpu_millicores=500 * dice.randint(1, 16),
                one_pod_per_node=dice.random() < 0.3,
            )
            for number in range(dice.randint(1, 3))
        ]
        outcome = place(groups, cluster_catalogue(shapes(*nodes)), NO_DAEMONSETS)
        least = by_trying_all(groups, nodes, with_surge=True)
        if least < math.inf:
            assert isinstance(outcome, Placement)
            assert not outcome.notes
            outcomes["with room"] += 1
        else:
            least = by_trying_all(groups, nodes, with_surge=False)
            outcomes["refused" if least == math.inf else "without room"] += 1
            if isinstance(outcome, Placement):
                assert outcome.notes
        if least == math.inf:
            assert isinstance(outcome, Refusal), seed
            assert outcome.nearest
        else:
            assert isinstance(outcome, Placement), seed
            assert outcome.usd_per_month == pytest.approx(least), seed
            assert outcome.cheapest_usd_per_month == pytest.approx(least)
            taken = dict.fromkeys((node["name"] for node in nodes), 0)
            for pool in outcome.pools:
                taken[pool.instance_type] += pool.nodes
            assert all(taken[node["name"]] <= node["count"] for node in nodes)
    assert min(outcomes.values()) >= 15, outcomes


def test_a_search_that_is_cut_short_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    catalogue = cluster_catalogue(shapes(GENERAL, {**GENERAL, "name": "more"}))
    groups = [pods("proxy", 2, 20), pods("data_node", 2, 20)]
    assert not placed(groups, GENERAL, {**GENERAL, "name": "more"}).notes
    monkeypatch.setattr(cluster_search, "MOST_STEPS", 2)
    outcome = place(groups, catalogue)
    assert isinstance(outcome, Placement)
    assert "more ways than were tried" in outcome.notes[-1]
    monkeypatch.setattr(cluster_search, "MOST_STEPS", 1)
    outcome = place(groups, catalogue)
    assert isinstance(outcome, Refusal)
    assert "as far as was tried" in outcome.reason


def test_daemon_sets_take_their_part() -> None:
    tight = {**GENERAL, "allocatable_cpu_millicores": 4_000, "allocatable_memory_bytes": 8 * GIBIBYTE}
    group = [pods("proxy", 1, 7, cpu_millicores=4_000)]
    catalogue = cluster_catalogue(shapes(tight))
    assert isinstance(place(group, catalogue, NO_DAEMONSETS), Placement)
    assert isinstance(place(group, catalogue, EKS_DAEMONSETS), Refusal)
