"""Fixtures and options that every tier shares."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

import parallel
from pulumi_cli import CLONE, Pulumi, copy_of_project

# The stand-ins are packages of their own.
sys.path.insert(0, str(Path(__file__).parent / "standins"))

# A process may serve Milvus Lite by gRPC, whose threads a child then finds half there: one of fifty that was started by
# fork ended before its command began (grpcio 1.85.3). No test forks and goes on speaking gRPC.
os.environ.setdefault("GRPC_ENABLE_FORK_SUPPORT", "0")

# A run in the background inherits that SIGINT is ignored, and so would every command that a test interrupts.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

TIERS = ("unit", "engine", "cluster", "cloud", "browser")

# `make test` asks for the full counts, which tests with the marker `property` get; `property(2_000)` for those whose
# examples cost 5 milliseconds and more and differ little.
FAST, FULL = 200, 10_000
hypothesis.settings.register_profile("fast", max_examples=FAST, deadline=None)
hypothesis.settings.register_profile("full", max_examples=FULL, deadline=None)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "fast"))

_passed: Counter[str] = Counter()
_other: Counter[str] = Counter()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let `.ci/run` demand that no tier is silently empty."""
    parser.addoption("--require-tiers", default="", help="fail when one of these tiers (a,b,c) ran no test")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test with the tier whose folder it stands in."""
    here = Path(__file__).parent
    for item in items:
        tier = item.path.relative_to(here).parts[0]
        if tier in TIERS:
            item.add_marker(tier)
        property_marker = item.get_closest_marker("property")
        _at_most(item, FAST if property_marker is None else next(iter(property_marker.args), FULL))
    items.sort(key=lambda item: parallel.rank(item.path.relative_to(here), _is_long(item)))


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer | None) -> LoadScopeScheduling:
    """Divide the tests among processes as ``parallel`` says."""
    return parallel.Scheduling(config, log)


def _is_long(item: pytest.Item) -> bool:
    return item.get_closest_marker("property") is not None


def _at_most(item: pytest.Item, count: int) -> None:
    """A property test takes its count when it is defined, before its markers are known; so it is lowered here."""
    method: Any = getattr(item, "obj", None)
    function: Any = getattr(method, "__func__", method)
    chosen = getattr(function, "_hypothesis_internal_use_settings", None)
    if chosen is not None and chosen.max_examples == FULL and count < FULL:
        function._hypothesis_internal_use_settings = hypothesis.settings(chosen, max_examples=count)


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Count what really ran, tier by tier."""
    tier = next((tier for tier in TIERS if tier in report.keywords), None)
    if tier is None:
        return
    if report.when == "call" and report.passed:
        _passed[tier] += 1
    elif report.failed or report.skipped:
        _other[tier] += 1


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Fail a run in which a demanded tier is empty."""
    if exitstatus == pytest.ExitCode.OK and _empty(session.config):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Print the count of each tier."""
    for tier in TIERS:
        if _passed[tier] or _other[tier]:
            terminalreporter.write_line(f"tier {tier}: {_passed[tier]} passed, {_other[tier]} failed or skipped")
    for tier in _empty(config):
        terminalreporter.write_line(f"tier {tier}: no test passed, and this run demands some", red=True)


def _empty(config: pytest.Config) -> list[str]:
    demanded = [tier for tier in config.getoption("--require-tiers").split(",") if tier]
    return [tier for tier in demanded if not _passed[tier]]


@pytest.fixture(scope="session")
def engine(request: pytest.FixtureRequest) -> Path:
    """The folder with ``pulumi`` and its Python language host; built on first use, which can take minutes."""
    capture = request.config.pluginmanager.getplugin("capturemanager")
    assert capture is not None
    # A build tells how far it is; that must not be held back until the first test ends.
    with capture.global_and_fixture_disabled():
        done = subprocess.run(
            [sys.executable, "-m", "pulumi_milvus.engine", "ensure", "--json"],
            cwd=CLONE,
            stdout=subprocess.PIPE,
            text=True,
            check=False,
        )
    if done.returncode != 0:
        pytest.fail("no Pulumi engine: `python -m pulumi_milvus.engine ensure` failed, see its message above")
    return Path(json.loads(done.stdout)["bin"])


@pytest.fixture
def project(engine: Path, tmp_path: Path) -> Pulumi:
    """A copy of this project that the test may change; see ``pulumi_cli``."""
    return copy_of_project(engine, tmp_path)
