"""The way in: make, the search for a Python, the installation that is done once."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from fake_engine import executable
from pulumi_cli import CLONE


def committed() -> list[Path]:
    done = subprocess.run(["git", "ls-files"], cwd=CLONE, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        pytest.skip("not a git clone")
    return [CLONE / name for name in done.stdout.split("\n") if name and (CLONE / name).is_file()]


def test_help_lists_every_command() -> None:
    said = subprocess.run(["make", "help"], cwd=CLONE, capture_output=True, text=True, check=True).stdout
    for name in ("up", "down", "preview", "test", "unit", "lint", "format", "env", "engine", "schema", "clean"):
        assert re.search(rf"^  make {name} +\w", said, re.MULTILINE), name


def test_python_that_is_too_old_is_passed_over(tmp_path: Path) -> None:
    executable(tmp_path / "python3", "#!/bin/sh\nexit 1\n")
    executable(tmp_path / "python3.12", "#!/bin/sh\n[ $1 = -c ] || echo took 3.12: $*\n")
    done = subprocess.run(
        [CLONE / ".ci" / "python", "file.py"],
        env={"PATH": f"{tmp_path}:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout == "took 3.12: file.py\n"


def test_no_python_says_what_to_install(tmp_path: Path) -> None:
    executable(tmp_path / "python3", "#!/bin/sh\n[ $1 = --version ] && echo Python 3.8.1\nexit 1\n")
    done = subprocess.run(
        ["/bin/sh", CLONE / ".ci" / "python", "file.py"],
        env={"PATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "python3 is: Python 3.8.1" in done.stderr
    assert "Install one" in done.stderr


def test_filled_environment_is_left_alone(tmp_path: Path) -> None:
    installer = tmp_path / ".ci" / "install.py"
    installer.parent.mkdir()
    installer.write_text((CLONE / ".ci" / "install.py").read_text())
    (tmp_path / "requirements.txt").write_text("")
    (tmp_path / "pyproject.toml").write_text("[project]\n")
    version = tmp_path / "components" / "pulumi_milvus" / "version.py"
    version.parent.mkdir(parents=True)
    version.write_text("")
    log = tmp_path / "log"
    executable(tmp_path / ".venv" / "bin" / "python", f'#!/bin/sh\necho "$@" >> {log}\n')

    def install() -> int:
        command = [sys.executable, str(installer), "requirements.txt"]
        return subprocess.run(command, capture_output=True, check=False).returncode

    def calls() -> int:
        return len(log.read_text().splitlines())

    assert install() == 0
    first = calls()
    assert first == 3
    assert install() == 0
    assert calls() == first
    (tmp_path / "requirements.txt").write_text("# changed\n")
    assert install() == 0
    assert calls() == 2 * first
    # The version is not in pyproject.toml, and pip would go on telling the one before.
    version.write_text("PACKAGE_VERSION = '1.0.0'")
    assert install() == 0
    assert calls() == 3 * first


def test_nothing_committed_names_a_registrys_host_or_a_machine() -> None:
    hosts = ("pypi" + ".org", "files.python" + "hosted.org", "proxy.go" + "lang.org", "registry.npm" + "js.org")
    words = (*hosts, "/wo" + "rk/")
    for file in committed():
        text = file.read_text(errors="replace")
        assert not [word for word in words if word in text], file
