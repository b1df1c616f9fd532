"""CI demands the tier ``cluster``: a run without it fails, however it came to be without."""

from __future__ import annotations

import subprocess
import sys

from pulumi_cli import CLONE


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    one_test = "tests/unit/test_control_plane_parts.py::test_ports_are_free_and_differ"
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", one_test, *arguments]
    return subprocess.run(command, cwd=CLONE, capture_output=True, text=True, check=False, timeout=120)


def test_run_without_the_tier_fails() -> None:
    done = run("--require-tiers=unit,cluster")
    assert done.returncode == 1, done.stdout
    assert "1 passed" in done.stdout
    assert "tier cluster: no test passed, and this run demands some" in done.stdout


def test_ci_demands_it_and_make_test_builds_it() -> None:
    demanded = (CLONE / ".ci" / "run").read_text().partition("--require-tiers=")[2].split()[0]
    assert "cluster" in demanded.split(",")
    said = subprocess.run(["make", "-n", "test"], cwd=CLONE, capture_output=True, text=True, check=True).stdout
    assert said.index("-m control_plane") < said.index("-m pytest")
