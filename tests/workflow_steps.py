"""The shell steps of workflows and of the composite action, run as they stand and as GitHub's runner runs them."""

from __future__ import annotations

import re
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from pulumi_cli import CLONE

WORKFLOWS = sorted((CLONE / ".github" / "workflows").glob("*.yml"))
ACTION = CLONE / "action.yml"
_EXPRESSION = re.compile(r"\$\{\{\s*(.*?)\s*\}\}")
# What the runner starts for `shell: bash`, and for a step that names no shell.
_SHELLS = {"bash": ["bash", "--noprofile", "--norc", "-eo", "pipefail"], None: ["bash", "-e"]}


@dataclass(frozen=True)
class Step:
    """One ``run:`` step. ``file``: the workflow's name, or ``action``."""

    file: str
    job: str
    name: str
    text: str
    shell: str | None
    env: Mapping[str, str]

    def run(
        self, folder: Path, environment: Mapping[str, str], values: Mapping[str, str], *, check: bool = True
    ) -> subprocess.CompletedProcess[str]:
        """Run it in ``folder``. ``values``: each expression of its ``env``, word for word, and what it stands for."""
        # An expression in the text itself would be code that a branch's name can bring in.
        assert not _EXPRESSION.search(self.text), self
        own = {name: _EXPRESSION.sub(lambda found: values[found[1]], text) for name, text in self.env.items()}
        with tempfile.NamedTemporaryFile("w", suffix=".sh") as script:
            script.write(self.text + "\n")
            script.flush()
            done = subprocess.run(
                [*_SHELLS[self.shell], script.name],
                cwd=folder,
                env={**environment, **own},
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                timeout=300,
                check=False,
            )
        assert not check or done.returncode == 0, f"{self.name}: {done.returncode}\n{done.stdout}\n{done.stderr}"
        return done


def steps() -> list[Step]:
    """Every shell step there is."""
    return [step for file in (*WORKFLOWS, ACTION) for step in _steps(file)]


def step(file: str, job: str, name: str) -> Step:
    """One step by the names that people see."""
    (found,) = [item for item in steps() if (item.file, item.job, item.name) == (file, job, name)]
    return found


def _steps(file: Path) -> Iterator[Step]:
    data: dict[str, Any] = yaml.safe_load(file.read_text())
    jobs = data.get("jobs") or {"": data["runs"]}
    for job, content in jobs.items():
        for item in content["steps"]:
            if "run" in item:
                name = item.get("name") or item["run"]
                env = {key: str(value) for key, value in (item.get("env") or {}).items()}
                yield Step(file.stem, job, name, item["run"], item.get("shell"), env)
