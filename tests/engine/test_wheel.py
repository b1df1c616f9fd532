"""What `pip install .` leaves behind works on its own: the command, its data files, the plugin's marker."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from pulumi_cli import CLONE


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wheel built from a copy of what git holds, so that nothing of this folder helps."""
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(["git", "clone", "--quiet", str(CLONE), str(folder / "source")], check=True)
    _run(
        sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation",
        "--wheel-dir", str(folder), str(folder / "source"),
    )  # fmt: skip
    (built,) = folder.glob("pulumi_milvus-*.whl")
    shutil.rmtree(folder / "source")
    return built


def test_every_data_file_is_in_the_wheel(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    package = CLONE / "components" / "pulumi_milvus"
    data = {
        path.relative_to(package.parent).as_posix()
        for path in package.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts and path.suffix != ".pyc"
    }
    assert data - names == set()


def test_the_installed_command_plans(wheel: Path, tmp_path: Path) -> None:
    python = _empty_environment(wheel, tmp_path)
    answer = _run(str(python.parent / "pulumi-milvus"), "plan", str(CLONE / "stacks" / "Pulumi.lite.yaml"), "--json")
    assert json.loads(answer)["topology"] == "lite"
    where = _run(str(python), "-c", "import pulumi_milvus; print(pulumi_milvus.__file__)")
    assert str(tmp_path) in where


def _empty_environment(wheel: Path, folder: Path) -> Path:
    """A new virtual environment with the wheel, and this one's libraries behind it instead of a download."""
    _run(sys.executable, "-m", "venv", str(folder / "venv"))
    python = folder / "venv" / "bin" / "python"
    libraries = next(path for path in sys.path if path.endswith("site-packages"))
    site = Path(_run(str(python), "-c", "import sysconfig; print(sysconfig.get_path('purelib'))").strip())
    # Appended, not inserted, and without this one's own .pth files: the wheel's package comes first.
    (site / "zz-libraries.pth").write_text(libraries + "\n")
    _run(str(python), "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", str(wheel))
    return python


def _run(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300, cwd="/")
    assert done.returncode == 0, done.stderr
    return done.stdout
