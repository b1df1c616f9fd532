"""How tests are divided among processes: what shares a control plane or a stack stays together."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

import parallel
from pulumi_cli import CLONE

TESTS = CLONE / "tests"


def _files(tier: str) -> list[Path]:
    return [path.relative_to(TESTS) for path in sorted((TESTS / tier).glob("test_*.py"))]


@pytest.mark.parametrize("tier", ["cluster", "engine", "cloud", "browser"])
def test_what_shares_what_it_starts_stays_in_one_process(tier: str) -> None:
    groups = [parallel.group(path) for path in _files(tier)]
    assert len(set(groups)) == len(groups) > 0
    assert None not in groups


CONFTEST = f"""
import sys
sys.path.insert(0, {str(TESTS)!r})
import parallel

def pytest_xdist_make_scheduler(config, log):
    return parallel.Scheduling(config, log)
"""
TEST_FILE = """
import time
import pytest

@pytest.mark.parametrize("number", range(4))
def test_it(number):
    time.sleep(0.2)
"""


def test_a_run_in_two_processes_keeps_files_together(tmp_path: Path) -> None:
    """What xdist makes of it: it reads names of tests, which differ from release to release."""
    (tmp_path / "conftest.py").write_text(CONFTEST)
    for tier in ("cloud", "unit"):
        (tmp_path / "tests" / tier).mkdir(parents=True)
        for name in ("a", "b"):
            (tmp_path / "tests" / tier / f"test_{tier}_{name}.py").write_text(TEST_FILE)
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-v",
        "-n",
        "2",
        "--dist",
        "loadscope",
        "--no-loadscope-reorder",
        "tests",
    ]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
    workers = re.findall(r"\[(gw\d)\].*PASSED tests/(\w+)/(\w+)[.]py", done.stdout)
    assert len(workers) == 16, done.stdout
    assert len({(worker, file) for worker, tier, file in workers if tier == "cloud"}) == 2
    assert len({worker for worker, tier, _ in workers if tier == "unit"}) == 2


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
