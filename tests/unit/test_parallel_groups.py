"""How tests are divided among processes: what shares a control plane or a stack stays together."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import parallel
from pulumi_cli import CLONE

TESTS = CLONE / "tests"


def _files(tier: str) -> list[Path]:
    return [path.relative_to(TESTS) for path in sorted((TESTS / tier).glob("test_*.py"))]


def test_the_cluster_tier_needs_two_control_planes() -> None:
    shares = Counter(parallel.group(path) for path in _files("cluster"))
    assert len(shares) == 2
    assert min(shares.values()) >= len(_files("cluster")) // 3


def test_a_file_of_the_engine_stays_in_one_process() -> None:
    groups = [parallel.group(path) for path in _files("engine")]
    assert len(set(groups)) == len(groups) > 0
    assert None not in groups


def test_unit_tests_go_to_whoever_is_free() -> None:
    assert {parallel.group(path) for path in _files("unit")} == {None}


def test_what_waits_comes_first_and_what_is_long_before_what_is_short() -> None:
    unit, engine, cluster = Path("unit/test_a.py"), Path("engine/test_a.py"), Path("cluster/test_a.py")
    ranks = [
        parallel.rank(cluster, False),
        parallel.rank(engine, False),
        parallel.rank(unit, True),
        parallel.rank(unit, False),
    ]
    assert ranks == sorted(ranks)
    assert len(set(ranks)) == 4
