"""pytest: the control plane, one for all tests of a run, and what a failing test prints about it.

A folder's ``conftest.py`` imports what stands here; ``pytest -p control_plane.fixtures`` works as well.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Final

import pytest

from control_plane.failure_report import failure_report
from control_plane.plane import ControlPlane
from control_plane.processes import StartError
from pulumi_cli import CLONE

_PLANE: Final = pytest.StashKey[ControlPlane]()
_IS_STOPPED: Final = pytest.StashKey[bool]()


@pytest.fixture(scope="session")
def control_plane_binaries(request: pytest.FixtureRequest) -> dict[str, Path]:
    """The commands of the control plane; built on first use, which takes about ten minutes."""
    capture = request.config.pluginmanager.getplugin("capturemanager")
    assert capture is not None
    # A build tells how far it is; that must not be held back until the first test ends.
    with capture.global_and_fixture_disabled():
        done = subprocess.run(
            [sys.executable, "-m", "control_plane"],
            cwd=CLONE,
            env={**os.environ, "PYTHONPATH": str(CLONE / "tests")},
            stdout=subprocess.PIPE,
            text=True,
            check=False,
        )
    if done.returncode != 0:
        pytest.fail("no Kubernetes control plane: `make control-plane` fails, see its message above", pytrace=False)
    return {name: Path(path) for name, path in json.loads(done.stdout).items()}


@pytest.fixture(scope="session")
def control_plane(
    request: pytest.FixtureRequest, control_plane_binaries: dict[str, Path], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[ControlPlane]:
    """A running cluster without nodes; it is cleaned after each test that asks for it."""
    plane = ControlPlane(control_plane_binaries, tmp_path_factory.mktemp("control-plane") / "cluster")
    try:
        plane.start()
    except StartError as error:
        pytest.fail(f"the Kubernetes control plane does not start: {error}", pytrace=False)
    request.session.stash[_PLANE] = plane
    yield plane
    if not request.session.stash.get(_IS_STOPPED, False):
        plane.stop()


@pytest.hookimpl(trylast=True)
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> None:
    """After the last test of the tier it ends: at rest it takes a tenth of a core from the tests that follow."""
    plane = item.session.stash.get(_PLANE, None)
    if plane is not None and nextitem is not None and nextitem.path.parent != item.path.parent:
        plane.stop()
        item.session.stash[_IS_STOPPED] = True


@pytest.fixture(autouse=True)
def clean_after_test(request: pytest.FixtureRequest) -> Iterator[None]:
    """What a test left goes before the next one."""
    if "control_plane" not in request.fixturenames:
        yield
        return
    plane: ControlPlane = request.getfixturevalue("control_plane")
    if request.session.stash.get(_IS_STOPPED, False):
        plane.start_again()
        request.session.stash[_IS_STOPPED] = False
    yield
    plane.clean()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A failing test shows what stands badly in the cluster, before it is cleaned away."""
    report = yield
    plane = getattr(item, "funcargs", {}).get("control_plane")
    if report.failed and isinstance(plane, ControlPlane):
        # Never raises: an error in a hook would end the whole run.
        report.sections.append(("the cluster", failure_report(plane)))
    return report
