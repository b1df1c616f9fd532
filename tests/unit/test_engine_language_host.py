"""Which Python the stand-in language host takes, as recorded from the official host 3.259.0."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from language_python import install, packages
from language_python.environments import Environment, resolve
from language_python.errors import HostError


def plugin_of(name: str, version: str, content: dict[str, Any] | None) -> packages.Distribution:
    return packages.Distribution(name, version, (), content)


def test_virtualenv_is_relative_to_the_project_never_to_main(tmp_path: Path) -> None:
    found = resolve({"toolchain": "pip", "virtualenv": ".venv"}, tmp_path, tmp_path / "stacks")
    assert found.python == str(tmp_path / ".venv" / "bin" / "python")


def test_virtualenv_of_a_plugin_may_stand_above_it(tmp_path: Path) -> None:
    folder = tmp_path / "components"
    found = resolve({"toolchain": "pip", "virtualenv": "../.venv"}, folder, folder, plugin=True)
    assert found.virtualenv == tmp_path / ".venv"


def test_plugin_without_virtualenv_gets_venv(tmp_path: Path) -> None:
    found = resolve({"toolchain": "pip"}, tmp_path, tmp_path, plugin=True)
    assert found.virtualenv == tmp_path / "venv"
    with pytest.raises(HostError, match=r"fork/exec .*/venv/bin/python: no such file"):
        found.check()


def test_program_without_virtualenv_uses_the_python_on_path(tmp_path: Path) -> None:
    found = resolve({"toolchain": "pip"}, tmp_path, tmp_path)
    assert found.virtualenv is None
    assert Path(found.python).name in ("python3", "python")


@pytest.mark.parametrize("marker", ["uv.lock", "pyproject.toml"])
@pytest.mark.parametrize("plugin", [False, True])
def test_uv_searches_upward_from_the_program(tmp_path: Path, marker: str, plugin: bool) -> None:
    (tmp_path / marker).touch()
    folder = tmp_path / "a" / "b"
    folder.mkdir(parents=True)
    found = resolve({"toolchain": "uv"}, folder, folder, plugin=plugin)
    assert found.virtualenv == tmp_path / ".venv"


def test_uv_prefers_the_lock(tmp_path: Path) -> None:
    (tmp_path / "uv.lock").touch()
    folder = tmp_path / "a"
    folder.mkdir()
    (folder / "pyproject.toml").touch()
    assert resolve({"toolchain": "uv"}, folder, folder).virtualenv == tmp_path / ".venv"


def test_uv_environment_variable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UV_PROJECT_ENVIRONMENT", "elsewhere")
    (tmp_path / "uv.lock").touch()
    assert resolve({"toolchain": "uv"}, tmp_path, tmp_path).virtualenv == tmp_path / "elsewhere"


def test_without_toolchain_a_uv_lock_above_decides(tmp_path: Path) -> None:
    folder = tmp_path / "a"
    folder.mkdir()
    assert resolve({}, folder, folder).toolchain == "pip"
    (tmp_path / "uv.lock").touch()
    assert resolve({}, folder, folder).toolchain == "uv"


def test_uv_must_be_on_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(HostError, match="Could not find `uv` executable"):
        Environment("uv", tmp_path, None).check()


def test_other_toolchains_are_named(tmp_path: Path) -> None:
    with pytest.raises(HostError, match="toolchain 'poetry' is not known"):
        resolve({"toolchain": "poetry"}, tmp_path, tmp_path)


def test_variables_of_a_process_in_the_environment(tmp_path: Path) -> None:
    found = Environment("pip", tmp_path, tmp_path / ".venv").variables({"PATH": "/bin", "PYTHONHOME": "/x", "A": "1"})
    assert found == {"PATH": f"{tmp_path}/.venv/bin:/bin", "VIRTUAL_ENV": f"{tmp_path}/.venv", "A": "1"}


@pytest.mark.parametrize(
    ("distribution", "expected"),
    [
        (plugin_of("pulumi-milvus", "0.1.0", {"resource": False}), []),
        (plugin_of("pulumi-policy", "1.21.0", {"resource": True}), []),
        (plugin_of("pulumi-esc-sdk", "1.0.0", None), []),
        (plugin_of("pulumi", "3.259.0", None), []),
        (plugin_of("numpy", "2.0.0", None), []),
        (plugin_of("pulumi-aws", "7.51.0", None), [packages.Required("aws", "v7.51.0", "")]),
        (plugin_of("pulumi_aws", "7.51.0", {"resource": True}), [packages.Required("aws", "v7.51.0", "")]),
        (
            plugin_of("OWNER-thing", "1.0.0", {"resource": True, "name": "x", "version": "2.0.0", "server": "git://s"}),
            [packages.Required("x", "v2.0.0", "git://s")],
        ),
        (plugin_of("pulumi-new", "1.2a3", {"resource": True}), [packages.Required("new", "v1.2.0-alpha.3", "")]),
    ],
)
def test_required_packages(distribution: packages.Distribution, expected: list[packages.Required]) -> None:
    assert packages.required([distribution]) == expected


@pytest.mark.parametrize(
    ("version", "expected"),
    [
        ("1.2.3", "1.2.3"),
        ("1.2", "1.2.0"),
        ("1", "1.0.0"),
        ("1.2.3a4", "1.2.3-alpha.4"),
        ("1.2.3b4", "1.2.3-beta.4"),
        ("1.2.3rc4", "1.2.3-rc.4"),
        ("1.2.3.dev5", "1.2.3-dev.5"),
        ("1.2.3a1.dev5+local.1", "1.2.3-alpha.1.dev.5+local.1"),
        ("1.2.3.post1", "1.2.3+post.1"),
    ],
)
def test_versions_become_semantic(version: str, expected: str) -> None:
    assert packages.semantic(version) == expected


def test_direct_dependencies_are_those_that_nothing_requires() -> None:
    top, low = packages.Distribution("Top", "1", ("low-er",)), packages.Distribution("low_er", "1")
    assert packages.direct([top, low]) == [top]


def test_install_makes_a_missing_environment_first(tmp_path: Path) -> None:
    (tmp_path / "requirements.txt").touch()
    found = list(install.commands(Environment("pip", tmp_path, tmp_path / "venv"), tmp_path, plugin=False))
    assert [command[1:3] for command in found] == [["-m", "venv"], ["-m", "pip"]]
    assert found[1][-2:] == ["-r", str(tmp_path / "requirements.txt")]


def test_install_of_a_buildable_plugin_installs_the_folder(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[build-system]\nbuild-backend = 'x'\n[project]\nname = 'y'\n")
    (tmp_path / "requirements.txt").touch()
    found = list(install.commands(Environment("pip", tmp_path, None), tmp_path, plugin=True))
    assert [command[1:] for command in found] == [["-m", "pip", "install", str(tmp_path)]]
