"""One version of the engine, in every place that names one."""

from __future__ import annotations

import importlib.metadata
import re
from itertools import pairwise

import pytest

from pulumi_cli import CLONE
from pulumi_milvus.engine.locations import GO_MODULE
from pulumi_milvus.engine.versions import PULUMI, misfit, parse

# Each contains the one before it.
REQUIREMENTS = ["requirements.txt", "requirements-kubernetes.txt", "requirements-aws.txt", "requirements-dev.txt"]


def test_go_modules_have_the_same_version() -> None:
    required = re.findall(r"github\.com/pulumi/pulumi/(?:pkg|sdk)/v3 v(\S+)", (GO_MODULE / "go.mod").read_text())
    assert required == [PULUMI, PULUMI]


@pytest.mark.parametrize("file", REQUIREMENTS)
def test_pinned_sdk_has_the_same_version(file: str) -> None:
    assert re.findall(r"^pulumi==(\S+)", (CLONE / file).read_text(), re.MULTILINE) == [PULUMI]


def test_installed_sdk_has_the_same_version() -> None:
    assert importlib.metadata.version("pulumi") == PULUMI


def test_stand_in_host_says_the_same_version() -> None:
    server = (CLONE / "tests" / "standins" / "language_python" / "server.py").read_text()
    assert f'VERSION = "{PULUMI}"' in server


@pytest.mark.parametrize(
    "file",
    [*REQUIREMENTS, "components/requirements.txt"],
)
def test_requirements_name_no_index(file: str) -> None:
    assert not re.search(r"https?:|--index|--find-links|-i ", (CLONE / file).read_text())


def test_development_requirements_contain_the_others() -> None:
    pins = {
        name: set(re.findall(r"^[a-z0-9-]+==\S+(?: ;.*?)?(?= \\)", (CLONE / name).read_text(), re.MULTILINE))
        for name in REQUIREMENTS
    }
    # A package that development needs on more systems has another condition there, so only pins are compared.
    bare = {name: {pin.split(" ;")[0] for pin in found} for name, found in pins.items()}
    assert all(bare[smaller] <= bare[larger] for smaller, larger in pairwise(REQUIREMENTS))


@pytest.mark.parametrize("found", ["v3.259.0", "3.259.0\n", "v3.260.1", "v3.1000.0", "v3.260.0-alpha.1+dirty"])
def test_fitting(found: str) -> None:
    assert misfit(found) is None


@pytest.mark.parametrize(
    ("found", "reason"),
    [
        ("v3.258.9", "older than the 3.259.0"),
        ("v3.259.0-alpha.x", "older than the 3.259.0"),
        ("v2.300.0", "needs major version 3"),
        ("v4.0.0", "needs major version 3"),
        ("hello", "cannot be read from 'hello'"),
        ("", "cannot be read"),
    ],
)
def test_not_fitting(found: str, reason: str) -> None:
    assert reason in (misfit(found, "3.259.0") or "")


def test_order_of_versions() -> None:
    ordered = ["3.9.0-rc.1", "3.9.0", "3.10.0"]
    assert sorted(ordered, key=lambda text: parse(text) or (0, 0, 0, 0)) == ordered
