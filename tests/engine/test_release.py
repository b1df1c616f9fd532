"""A release: its version from one place, and each shell step of its workflow, run as it stands."""

from __future__ import annotations

import json
import os
import subprocess
import tarfile
import tomllib
import zipfile
from pathlib import Path

import pytest
import yaml

from fake_engine import executable
from pulumi_cli import CLONE
from pulumi_milvus.version import PACKAGE_VERSION
from workflow_steps import step, steps

AGREE = step("release", "build", "The tag, the version and the changelog agree")
BUILD = step("release", "build", "Build")
PUBLISH = step("release", "publish", "Publish")
PACKAGES = step("release", "index", "Packages alone")
COPIES = ("components/PulumiPlugin.yaml", "policies/PulumiPolicy.yaml", "components/schema.json")


def test_no_step_is_left_out() -> None:
    tried = {item.name for item in (AGREE, BUILD, PUBLISH, PACKAGES)} | {"Install"}
    assert {item.name for item in steps() if item.file == "release"} == tried


def test_the_version_stands_in_one_place() -> None:
    project = tomllib.loads((CLONE / "pyproject.toml").read_text())
    assert "version" not in project["project"]
    assert project["tool"]["setuptools"]["dynamic"]["version"]["attr"] == "pulumi_milvus.version.PACKAGE_VERSION"
    for copy in COPIES:
        # JSON is YAML too.
        assert yaml.safe_load((CLONE / copy).read_text())["version"] == PACKAGE_VERSION


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A clone of its own with a release 9.8.7 on it."""
    folder = tmp_path_factory.mktemp("release")
    source = folder / "source"
    _run(folder, "git", "clone", "--quiet", str(CLONE), "source")
    (source / ".venv").symlink_to(CLONE / ".venv")
    python = str(CLONE / ".venv" / "bin" / "python")
    before = AGREE.run(source, dict(os.environ), {"github.ref_name": "v9.8.7"}, check=False)
    assert before.returncode == 1
    # The version, its three copies, the changelog.
    assert before.stderr.count("scripts/release.py set 9.8.7") == 5
    _run(source, python, "scripts/release.py", "set", "9.8.7")
    for copy in COPIES:
        assert yaml.safe_load((source / copy).read_text())["version"] == "9.8.7"
    again = (source / "CHANGELOG.md").read_text()
    _run(source, python, "scripts/release.py", "set", "9.8.7")
    assert (source / "CHANGELOG.md").read_text() == again
    author = ("-c", "user.name=a", "-c", "user.email=a@example.com")
    _run(source, "git", *author, "commit", "--quiet", "--all", "-m", "Release 9.8.7")
    _run(source, "git", *author, "tag", "-a", "v9.8.7", "-m", "9.8.7")
    AGREE.run(source, dict(os.environ), {"github.ref_name": "v9.8.7"})
    # What the package that is installed for the tests calls itself must not be what the build takes.
    BUILD.run(source, dict(os.environ), {})
    return source


def test_a_tag_that_does_not_fit_is_refused(clone: Path) -> None:
    for tag, words in (("v9.8.8", "not 9.8.8"), ("v9.8", "no version")):
        done = AGREE.run(clone, dict(os.environ), {"github.ref_name": tag}, check=False)
        assert done.returncode in (1, 2)
        assert words in done.stderr


def test_wheel_and_archive_have_the_version_and_every_file(clone: Path) -> None:
    wheel = zipfile.ZipFile(clone / "dist" / "pulumi_milvus-9.8.7-py3-none-any.whl")
    names = set(wheel.namelist())
    assert "\nVersion: 9.8.7\n" in wheel.read("pulumi_milvus-9.8.7.dist-info/METADATA").decode()
    listed = _run(clone, "git", "ls-files", "components/pulumi_milvus").splitlines()
    # The wheel is built from the archive, so this says that the archive is whole too.
    assert {name.removeprefix("components/") for name in listed} <= names
    with tarfile.open(clone / "dist" / "pulumi_milvus-9.8.7.tar.gz") as archive:
        assert "pulumi_milvus-9.8.7/pyproject.toml" in archive.getnames()
    _run(clone / "dist", "sha256sum", "--check", "--strict", "SHA256SUMS")


def test_the_bill_of_materials_lists_what_is_pinned(clone: Path) -> None:
    bill = json.loads((clone / "dist" / "bill-of-materials.cdx.json").read_text())
    assert bill["bomFormat"] == "CycloneDX"
    assert (bill["metadata"]["component"]["name"], bill["metadata"]["component"]["version"]) == (
        "pulumi-milvus",
        "9.8.7",
    )
    pinned = {line.split("==")[0] for line in (clone / "requirements.txt").read_text().splitlines() if "==" in line}
    assert {component["name"] for component in bill["components"]} == pinned
    for component in bill["components"]:
        assert component["externalReferences"][0]["hashes"], component["name"]


def test_the_release_has_the_files_and_the_changelogs_words(clone: Path, tmp_path: Path) -> None:
    # GitHub's own command writes down what it was asked for.
    executable(tmp_path / "bin" / "gh", f'#!/bin/bash\nprintf "%s\\n" "$@" > {tmp_path}/asked\n')
    environment = {
        **os.environ,
        "PATH": f"{tmp_path / 'bin'}{os.pathsep}{os.environ['PATH']}",
        "RUNNER_TEMP": str(tmp_path),
    }
    PUBLISH.run(clone, environment, {"github.ref_name": "v9.8.7", "github.token": "token"})
    asked = (tmp_path / "asked").read_text().splitlines()
    assert asked[:3] == ["release", "create", "v9.8.7"]
    assert {"dist/pulumi_milvus-9.8.7.tar.gz", "dist/bill-of-materials.cdx.json", "--verify-tag"} <= set(asked)
    assert "--prerelease" not in asked
    assert (tmp_path / "notes.md").read_text().startswith("### Added")
    PACKAGES.run(clone, environment, {})
    assert sorted(file.suffix for file in (clone / "dist").iterdir()) == [".gz", ".whl"]


def _run(folder: Path, *command: str) -> str:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout.strip()
