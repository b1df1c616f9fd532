"""Which Python runs a program or a plugin: the rules for ``runtime.options``, as recorded from the official host."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from language_python.errors import HostError


@dataclass(frozen=True)
class Environment:
    """A Python interpreter, and the virtual environment it belongs to, if any."""

    toolchain: str
    root: Path
    virtualenv: Path | None

    @property
    def python(self) -> str:
        """The interpreter's path, or its name on PATH."""
        if self.virtualenv is not None:
            return str(self.virtualenv / "bin" / "python")
        return shutil.which("python3") or shutil.which("python") or "python3"

    def check(self) -> None:
        """Fail as the official host does when the interpreter is not there."""
        if self.virtualenv is not None and not os.access(self.python, os.X_OK):
            raise HostError(
                f"fork/exec {self.python}: no such file or directory\n"
                f"The virtual environment {self.virtualenv} does not exist or has no Python; "
                "`pulumi install` creates it and installs the dependencies into it."
            )
        if self.toolchain == "uv":
            find_uv()

    def variables(self, base: Mapping[str, str]) -> dict[str, str]:
        """``base`` as a process in this environment sees it."""
        changed = {name: value for name, value in base.items() if name != "PYTHONHOME"}
        if self.virtualenv is not None:
            changed["VIRTUAL_ENV"] = str(self.virtualenv)
            changed["PATH"] = os.pathsep.join([str(self.virtualenv / "bin"), base.get("PATH", os.defpath)])
        return changed

    def synchronise(self) -> None:
        """With uv, every Python command is preceded by this."""
        if self.toolchain != "uv":
            return
        done = subprocess.run(
            [find_uv(), "sync", "--inexact"], cwd=self.root, capture_output=True, text=True, check=False
        )
        if done.returncode != 0:
            raise HostError(f"`uv sync --inexact` in {self.root} failed: {done.stderr.strip()}")


def resolve(options: Mapping[str, object], root: Path, program: Path, *, plugin: bool = False) -> Environment:
    """Apply the options of the file in ``root`` (Pulumi.yaml, PulumiPlugin.yaml or PulumiPolicy.yaml).

    ``virtualenv`` is relative to that file, never to the program's folder; only uv searches from the latter upward.
    """
    chosen = options.get("virtualenv")
    virtualenv = root / chosen if isinstance(chosen, str) and chosen else None
    toolchain = str(options.get("toolchain") or "").lower()
    if not toolchain:
        toolchain = _guess(program)
    if toolchain == "pip":
        if virtualenv is None and plugin:
            virtualenv = root / "venv"
        return Environment("pip", root, _normal(virtualenv))
    if toolchain == "uv":
        return _uv(virtualenv, root, program)
    raise HostError(
        f"toolchain {toolchain!r} is not known to the Python language host of pulumi-milvus: use pip or uv, "
        "or install the complete Pulumi, whose own host knows all toolchains."
    )


def find_uv() -> str:
    """The ``uv`` on PATH."""
    found = shutil.which("uv")
    if found is None:
        raise HostError("Could not find `uv` executable.\nInstall uv and make sure it is in your PATH.")
    return found


def _uv(virtualenv: Path | None, root: Path, program: Path) -> Environment:
    home = next(_upward(program, "uv.lock"), None) or next(_upward(program, "pyproject.toml"), None) or root
    if virtualenv is None:
        virtualenv = home / os.environ.get("UV_PROJECT_ENVIRONMENT", ".venv")
    return Environment("uv", home, _normal(virtualenv))


def _guess(program: Path) -> str:
    for file, toolchain in (("uv.lock", "uv"), ("poetry.lock", "poetry")):
        if next(_upward(program, file), None) is not None:
            return toolchain
    return "pip"


def _upward(start: Path, file: str) -> Iterator[Path]:
    for folder in (start, *start.parents):
        if (folder / file).is_file():
            yield folder


def _normal(path: Path | None) -> Path | None:
    # Not resolved: a link to a virtual environment stays one.
    return None if path is None else Path(os.path.normpath(path))
