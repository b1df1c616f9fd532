"""What ``pulumi install`` runs."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from language_python.environments import Environment, find_uv
from language_python.errors import HostError


def commands(environment: Environment, folder: Path, *, plugin: bool) -> Iterator[list[str]]:
    """The commands in order; each is looked at only when those before it have run."""
    if environment.toolchain == "uv":
        yield [find_uv(), "sync"]
        return
    if environment.virtualenv is not None and not Path(environment.python).exists():
        base = shutil.which("python3") or shutil.which("python")
        if base is None:
            raise HostError("There is no `python3` on PATH to make the virtual environment with: install Python 3.11.")
        yield [base, "-m", "venv", str(environment.virtualenv)]
    if plugin and (folder / "pyproject.toml").is_file() and "[build-system]" in (folder / "pyproject.toml").read_text():
        yield [environment.python, "-m", "pip", "install", str(folder)]
    elif (folder / "requirements.txt").is_file():
        yield [environment.python, "-m", "pip", "install", "-r", str(folder / "requirements.txt")]


def output(command: Sequence[str], env: Mapping[str, str]) -> str:
    """What a short command prints."""
    done = subprocess.run(
        list(command), env=dict(env), stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        raise HostError(f"`{' '.join(command)}` ended with {done.returncode}: {done.stderr.strip()}")
    return done.stdout.strip()
