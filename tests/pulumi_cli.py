"""The real Pulumi command line in a workspace of its own, for tests of every tier.

Most tests take the fixture ``project`` (see ``conftest.py``), a copy of this project that a test may change at will:

    def test_lite_comes_up(project: Pulumi) -> None:
        project.run("stack", "init", "lite")
        project.run("up", "--yes", "-s", "lite")
        assert project.outputs("lite")["uri"].endswith(".db")
        project.run("destroy", "--yes", "-s", "lite")

A program of the test's own is made with ``program(...)``, here with the fixture ``engine``:

    def test_export(engine: Path, tmp_path: Path) -> None:
        pulumi = program(engine, tmp_path, "import pulumi; pulumi.export('a', 1)")
        pulumi.run("stack", "init", "dev")
        assert "+ 1" in pulumi.run("up", "--yes", "-s", "dev").stdout

``run`` fails the test with both outputs when the exit status is not 0; ``check=False`` returns it instead. ``start``
returns the running process in its own process group, for tests that kill it. Nothing here touches ``~/.pulumi``, the
clone's own state or the clone's values files.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

CLONE = Path(__file__).resolve().parents[1]
# What a program in another language has in its Pulumi.yaml.
PLUGINS = {"providers": [{"name": "milvus", "path": str(CLONE / "components")}]}
PASSPHRASE = "test-passphrase"

# A user's own settings of these families must not leak into a test.
_FOREIGN = ("PULUMI_", "MILVUS_", "AWS_", "KUBECONFIG", "VIRTUAL_ENV", "PYTHONHOME", "PYTHONPATH")


@dataclass(frozen=True)
class Pulumi:
    """One project directory and the environment that ``pulumi`` is called with there."""

    directory: Path
    environment: dict[str, str] = field(repr=False)

    def run(
        self, *arguments: str, check: bool = True, env: Mapping[str, str] | None = None, timeout: float = 300
    ) -> subprocess.CompletedProcess[str]:
        """Call ``pulumi`` and wait; ``env`` adds to the workspace's environment for this call."""
        done = subprocess.run(
            ["pulumi", *arguments, "--non-interactive"],
            cwd=self.directory,
            env={**self.environment, **(env or {})},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
        )
        if check and done.returncode != 0:
            command = " ".join(arguments)
            raise AssertionError(f"pulumi {command} ended with {done.returncode}\n{done.stdout}\n{done.stderr}")
        return done

    def start(self, *arguments: str, env: Mapping[str, str] | None = None) -> subprocess.Popen[str]:
        """Start ``pulumi`` in a process group of its own and return at once; both outputs are pipes."""
        return subprocess.Popen(
            ["pulumi", *arguments, "--non-interactive"],
            cwd=self.directory,
            env={**self.environment, **(env or {})},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def json(self, *arguments: str, env: Mapping[str, str] | None = None) -> Any:
        """Call ``pulumi`` and read its standard output as JSON (pass ``--json`` where the command wants it)."""
        return json.loads(self.run(*arguments, env=env).stdout)

    def outputs(self, stack: str) -> dict[str, Any]:
        """The stack's outputs, secrets in clear text."""
        found: dict[str, Any] = self.json("stack", "output", "--json", "--show-secrets", "-s", stack)
        return found

    def resources(self, stack: str) -> list[dict[str, Any]]:
        """The resources of the stack's exported state."""
        found: list[dict[str, Any]] = self.json("stack", "export", "-s", stack)["deployment"].get("resources", [])
        return found

    def with_environment(self, **changes: str) -> Pulumi:
        """The same workspace with more environment variables."""
        return replace(self, environment={**self.environment, **changes})


def environment_for(engine: Path, folder: Path) -> dict[str, str]:
    """Variables that keep ``pulumi`` inside ``folder``: its home, its state, its passphrase."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(_FOREIGN)}
    home, state = folder / "pulumi-home", folder / "pulumi-state"
    home.mkdir(parents=True, exist_ok=True)
    state.mkdir(parents=True, exist_ok=True)
    return {
        **kept,
        "PATH": os.pathsep.join([str(engine), str(CLONE / ".venv" / "bin"), kept.get("PATH", os.defpath)]),
        "PULUMI_HOME": str(home),
        # As Pulumi.yaml has it: an engine that is killed must leave a state that can be read.
        "PULUMI_BACKEND_URL": f"file://{state}?metadata=skip",
        "PULUMI_CONFIG_PASSPHRASE": PASSPHRASE,
        "PULUMI_CREDENTIAL_STORE": "plaintext",
        "PULUMI_SKIP_UPDATE_CHECK": "true",
        "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
    }


def copy_of_project(engine: Path, folder: Path) -> Pulumi:
    """This project in ``folder``: own copies of what Pulumi writes to, links to the rest of the clone."""
    target = folder / "project"
    target.mkdir(parents=True)
    shutil.copy2(CLONE / "Pulumi.yaml", target)
    shutil.copytree(CLONE / "stacks", target / "stacks", ignore=shutil.ignore_patterns("__pycache__", ".data"))
    for values in (target / "stacks").glob("Pulumi.*.yaml"):
        _drop_salt(values)
    for shared in ("components", "policies", ".venv", "pyproject.toml"):
        (target / shared).symlink_to(CLONE / shared)
    return Pulumi(target, environment_for(engine, folder))


def program(engine: Path, folder: Path, source: str, *, name: str = "test", main_yaml: str = "") -> Pulumi:
    """A project of one Python file that runs in the clone's venv; ``main_yaml`` adds lines to its Pulumi.yaml."""
    target = folder / "program"
    target.mkdir(parents=True)
    options = f"{{toolchain: pip, virtualenv: {json.dumps(str(CLONE / '.venv'))}}}"
    (target / "Pulumi.yaml").write_text(f"name: {name}\nruntime: {{name: python, options: {options}}}\n{main_yaml}")
    (target / "__main__.py").write_text(source)
    return Pulumi(target, environment_for(engine, folder))


def _drop_salt(values: Path) -> None:
    """Remove the mark of the clone's own passphrase, which a test workspace does not share."""
    lines = values.read_text().splitlines(keepends=True)
    values.write_text("".join(line for line in lines if not line.startswith("encryptionsalt:")))
