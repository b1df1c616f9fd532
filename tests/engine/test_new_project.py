"""A project that `pulumi-milvus init` wrote, as its README says it is used."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from pulumi_cli import CLONE, Pulumi, environment_for


def test_a_new_project_comes_up_stays_and_goes(engine: Path, tmp_path: Path) -> None:
    folder = tmp_path / "search"
    written = [sys.executable, "-m", "pulumi_milvus.cli", "init", str(folder), "--vectors", "1000", "--dimension", "8"]
    subprocess.run(written, check=True, capture_output=True, stdin=subprocess.DEVNULL)
    # `pulumi install` would fetch the released package; here it is the clone's.
    (folder / ".venv").symlink_to(CLONE / ".venv")
    pulumi = Pulumi(folder, environment_for(engine, tmp_path))
    pulumi.run("stack", "init", "dev")
    pulumi.run("up", "--yes", "-s", "dev")
    assert pulumi.outputs("dev")["collections"] == ["articles"]
    pulumi.run("preview", "--expect-no-changes", "-s", "dev")
    pulumi.run("preview", "--policy-pack", str(CLONE / "policies"), "-s", "dev")
    pulumi.run("destroy", "--yes", "-s", "dev")
    assert pulumi.resources("dev") == []
