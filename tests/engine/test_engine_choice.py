"""The order of preference: PATH, the official installer, the pinned Go modules."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from fake_engine import FakeGo, executable, fake_pulumi
from pulumi_cli import CLONE
from pulumi_milvus.engine import ensure, installer, locations, path
from pulumi_milvus.engine.errors import EngineError
from pulumi_milvus.engine.locations import Clone, build_key
from pulumi_milvus.engine.versions import PULUMI


@pytest.fixture
def clone(tmp_path: Path) -> Clone:
    """A clone that has the stand-in host, and nothing else."""
    (tmp_path / "clone" / "tests").mkdir(parents=True)
    (tmp_path / "clone" / "tests" / "standins").symlink_to(CLONE / "tests" / "standins")
    return Clone(tmp_path / "clone")


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache, no installer, and only a fake go on PATH."""
    for name, value in FakeGo(tmp_path / "go").environment(tmp_path / "cache").items():
        monkeypatch.setenv(name, value)
    return tmp_path / "cache"


def on_path(monkeypatch: pytest.MonkeyPatch, *folders: Path) -> None:
    monkeypatch.setenv("PATH", os.pathsep.join([*map(str, folders), os.environ["PATH"]]))


@pytest.mark.usefixtures("cache")
def test_first_fitting_one_on_path_is_used(clone: Clone, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake_pulumi(tmp_path / "old", "v3.100.0")
    fake_pulumi(tmp_path / "broken", "oh", status=3)
    fake_pulumi(tmp_path / "next-major", "v4.0.0")
    good = fake_pulumi(tmp_path / "good", "v3.999.0")
    on_path(monkeypatch, *(tmp_path / name for name in ("old", "broken", "next-major", "good")))
    folder, engine = ensure.ensure(clone)
    assert (engine.cli, engine.source) == (good, "path")
    assert (folder / "pulumi").resolve() == good
    # Built with an engine only; the host says so when it is asked for a program.
    assert not (folder / "generate_program").exists()
    assert "--generator" not in (folder / path.HOST).read_text()
    reasons = "\n".join(engine.passed_over)
    assert f"older than the {PULUMI}" in reasons
    assert "ended with 3" in reasons
    assert "needs major version 3" in reasons


def test_engine_is_built_where_path_has_none(clone: Clone, cache: Path) -> None:
    folder, engine = ensure.ensure(clone)
    assert engine.source == "build"
    assert engine.cli == cache / "engine" / build_key() / "bin" / "pulumi"
    assert sorted(item.name for item in folder.iterdir()) == [
        ".made-by-pulumi-milvus",
        "generate_program",
        "pulumi",
        "pulumi-language-python",
        "pulumi-language-python-exec",
    ]
    # Not a symbolic link: the engine would look for its host beside the link's aim, and warn that ours is elsewhere.
    assert not (folder / "pulumi").is_symlink()
    assert ensure.ensure(clone) == (folder, engine)


@pytest.mark.parametrize("changed", ["go.mod", "go.sum", "generate_program/main.go"])
def test_changed_sources_are_built_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, changed: str) -> None:
    module = shutil.copytree(locations.GO_MODULE, tmp_path / "gomodule")
    monkeypatch.setattr(locations, "GO_MODULE", module)
    before = build_key()
    (module / changed).write_text((module / changed).read_text() + "\n")
    assert build_key() != before


@pytest.mark.parametrize("where", ["beside", "on PATH"])
def test_official_host_is_never_shadowed(
    clone: Clone, cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    assert cache
    ensure.ensure(clone)
    assert (clone.bin / path.HOST).exists()
    # Pulumi is installed later, as its installer does it: a link on PATH, the parts beside the file itself.
    real = fake_pulumi(tmp_path / "opt", f"v{PULUMI}")
    host = executable((tmp_path / "opt" if where == "beside" else tmp_path / "bin") / path.HOST, "#!/bin/sh\n")
    (tmp_path / "bin").mkdir(exist_ok=True)
    (tmp_path / "bin" / "pulumi").symlink_to(real)
    on_path(monkeypatch, tmp_path / "bin")
    folder, engine = ensure.ensure(clone)
    assert engine.official_host == host
    assert sorted(item.name for item in folder.iterdir()) == [".made-by-pulumi-milvus", "pulumi"]


def test_own_folders_on_path_are_no_installation(clone: Clone, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert cache
    folder, first = ensure.ensure(clone)
    on_path(monkeypatch, folder)
    assert ensure.ensure(clone) == (folder, first)
    assert first.official_host is None


def test_installer_is_tried_before_building(clone: Clone, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def brings(root: Path) -> str:
        fake_pulumi(root / "bin", f"v{PULUMI}")
        executable(root / "bin" / path.HOST, "#!/bin/sh\n")
        return ""

    monkeypatch.delenv(installer.SKIP)
    monkeypatch.setattr(installer, "_reachable", lambda: True)
    monkeypatch.setattr(installer, "_run", brings)
    _, engine = ensure.ensure(clone)
    assert engine.source == "installer"
    assert engine.official_host == engine.cli.parent / path.HOST
    assert not (cache / "engine" / build_key()).exists()


@pytest.mark.parametrize("reachable", [False, True])
def test_failing_installer_leads_to_building(
    clone: Clone, cache: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], reachable: bool
) -> None:
    monkeypatch.delenv(installer.SKIP)
    monkeypatch.setattr(installer, "_reachable", lambda: reachable)
    monkeypatch.setattr(installer, "_run", lambda _: "curl: cannot resolve host")
    _, engine = ensure.ensure(clone)
    assert engine.source == "build"
    words = capsys.readouterr().err
    assert ("curl: cannot resolve host" if reachable else "host does not answer") in words
    assert list((cache / "engine").glob("*-official")) == []


def test_unreachable_installer_is_given_up_quickly(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert cache
    monkeypatch.setattr(installer, "_HOST", "http://127.0.0.1:9")
    assert installer._reachable() is False


def test_no_engine_and_no_go(clone: Clone, cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert cache
    (tmp_path / "empty").mkdir()
    monkeypatch.setenv("PATH", str(tmp_path / "empty"))
    with pytest.raises(EngineError, match="no `go` on PATH"):
        ensure.ensure(clone)


def test_missing_host_outside_a_clone(cache: Path, tmp_path: Path) -> None:
    assert cache
    (tmp_path / "elsewhere").mkdir()
    with pytest.raises(EngineError, match="has no Python language host"):
        ensure.ensure(Clone(tmp_path / "elsewhere"))


def test_command_line_explains_without_a_traceback(cache: Path, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    done = subprocess.run(
        [sys.executable, "-m", "pulumi_milvus.engine", "where"],
        env={**os.environ, "PATH": str(tmp_path / "empty"), "PULUMI_MILVUS_CACHE": str(cache)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "no Pulumi engine here yet" in done.stderr
    assert "Traceback" not in done.stderr


def test_command_line_says_where_as_json(cache: Path, tmp_path: Path) -> None:
    good = fake_pulumi(tmp_path / "good", f"v{PULUMI}")
    done = subprocess.run(
        [sys.executable, "-m", "pulumi_milvus.engine", "where", "--json"],
        env={**os.environ, "PATH": f"{good.parent}:/usr/bin:/bin", "PULUMI_MILVUS_CACHE": str(cache)},
        capture_output=True,
        text=True,
        check=True,
    )
    found = json.loads(done.stdout)
    assert (found["cli"], found["source"], found["official_host"]) == (str(good), "path", None)


def test_asking_loads_no_sdk() -> None:
    code = "import sys, pulumi_milvus.engine.__main__; print({'pulumi', 'grpc', 'rich'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
