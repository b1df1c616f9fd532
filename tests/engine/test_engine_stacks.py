"""`make up` and `make down` on a stack of its own: what they leave, and what they say."""

from __future__ import annotations

import os
import subprocess
import time
from pathlib import Path

import pytest
import yaml

from fake_engine import executable
from pulumi_cli import CLONE, environment_for
from pulumi_milvus.engine import environment, stacks, stale_lock
from pulumi_milvus.engine.errors import EngineError
from pulumi_milvus.engine.locations import Clone

VALUES = "# what I store\nconfig:\n  test:vectors: 40_000_000   # many\n"
BACKEND = yaml.safe_load((CLONE / "Pulumi.yaml").read_text())["backend"]["url"]


@pytest.fixture
def clone(engine: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Clone:
    """A small project of the same shape as this one, with an engine."""
    for name, value in environment_for(engine, tmp_path).items():
        monkeypatch.setenv(name, value)
    for name in ("PULUMI_BACKEND_URL", *environment.PASSPHRASE):
        monkeypatch.delenv(name, raising=False)
    root = tmp_path / "clone"
    (root / "stacks").mkdir(parents=True)
    (root / "stacks" / "__main__.py").write_text("import pulumi\npulumi.export('answer', 42)\n")
    (root / "stacks" / "Pulumi.lite.yaml").write_text(VALUES)
    (root / "Pulumi.yaml").write_text(
        "name: test\nmain: stacks\nstackConfigDir: stacks\n"
        f"backend: {{url: '{BACKEND}'}}\n"
        f"runtime: {{name: python, options: {{toolchain: pip, virtualenv: {CLONE / '.venv'}}}}}\n"
    )
    executable(root / ".venv" / "bin" / "pulumi-milvus", f'#!/bin/sh\necho "$@" > {tmp_path}/tried\n')
    (root / ".state").mkdir(mode=0o700)
    (root / ".state" / "bin").symlink_to(engine)
    return Clone(root)


def run(command: str, clone: Clone, stack: str = "lite") -> int:
    return stacks.run(command, stack, clone, environment.variables(clone, official_host=False), [])


def test_up_twice_and_down_leave_the_values_file_as_it_was(
    clone: Clone, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    values = clone.root / "stacks" / "Pulumi.lite.yaml"
    assert run("up", clone) == 0
    assert "1 created" in capfd.readouterr().out
    # A killed engine leaves such a file empty, and then the stack cannot be read any more.
    assert not list((clone.root / ".state").rglob("*.attrs"))
    assert (tmp_path / "tried").read_text() == "try --stack lite\n"
    # Pulumi adds its salt; everything else stays as its author wrote it.
    salted = values.read_text()
    assert salted.startswith(VALUES + "encryptionsalt: v1:")
    assert salted.count("\n") == VALUES.count("\n") + 1

    assert run("up", clone) == 0
    assert "1 unchanged" in capfd.readouterr().out
    assert values.read_text() == salted

    assert run("down", clone) == 0
    assert values.read_text() == VALUES
    assert run("down", clone) == 0
    assert "There is no stack lite: nothing to remove." in capfd.readouterr().err


def test_a_killed_up_does_not_lock_the_next_one_out(clone: Clone, capfd: pytest.CaptureFixture[str]) -> None:
    program = clone.root / "stacks" / "__main__.py"
    quick = program.read_text()
    program.write_text("import time\ntime.sleep(60)\n")
    variables = {**os.environ, **environment.variables(clone, official_host=False)}
    subprocess.run(
        [clone.bin / "pulumi", "stack", "init", "lite"], cwd=clone.root, env=variables, check=True, capture_output=True
    )
    command: list[str | Path] = [clone.bin / "pulumi", "up", "--yes", "--skip-preview", "--stack", "lite"]
    killed = subprocess.Popen(
        command, cwd=clone.root, env=variables, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    deadline = time.monotonic() + 30
    while not list((clone.state / ".pulumi" / "locks").glob("*/*/lite/*.json")):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    # Somebody works on the stack: the lock is left alone.
    assert not stale_lock.is_stale(clone.state, "lite")
    killed.kill()
    killed.wait()
    program.write_text(quick)
    assert run("up", clone) == 0
    shown = capfd.readouterr()
    assert "was killed and left its lock" in shown.err
    assert "1 created" in shown.out


def test_preview_creates_nothing(clone: Clone, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert run("preview", clone) == 0
    assert "1 to create" in capfd.readouterr().out
    assert not (tmp_path / "tried").exists()


def test_failing_up_is_not_tried(clone: Clone, tmp_path: Path) -> None:
    (clone.root / "stacks" / "__main__.py").write_text("1 / 0\n")
    assert run("up", clone) != 0
    assert not (tmp_path / "tried").exists()


def test_unknown_environment_names_the_known_ones(clone: Clone) -> None:
    with pytest.raises(EngineError, match=r"stacks/Pulumi\.lightweight\.yaml does not exist") as caught:
        run("up", clone, "lightweight")
    assert "Environments here: lite" in caught.value.remedy


def test_pulumis_own_refusal_is_passed_on(clone: Clone, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PULUMI_BACKEND_URL", "file:///proc/nowhere")
    with pytest.raises(EngineError, match="`pulumi stack select lite` failed"):
        run("up", clone)
