"""Fixtures and options that every tier shares."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import hypothesis
import pytest

from pulumi_cli import CLONE, Pulumi, copy_of_project

TIERS = ("unit", "engine", "cluster", "cloud")

hypothesis.settings.register_profile("fast", max_examples=200, deadline=None)
hypothesis.settings.register_profile("full", max_examples=10_000, deadline=None)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "fast"))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test with the tier whose folder it stands in."""
    here = Path(__file__).parent
    for item in items:
        tier = item.path.relative_to(here).parts[0]
        if tier in TIERS:
            item.add_marker(tier)


@pytest.fixture(scope="session")
def engine() -> Path:
    """The folder with ``pulumi`` and its Python language host; built on first use, which can take minutes."""
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
