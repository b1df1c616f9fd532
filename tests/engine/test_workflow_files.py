"""The workflows and the action: what a linter of GitHub's syntax finds, and what our own rules for them are."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from pulumi_cli import CLONE
from workflow_steps import ACTION, WORKFLOWS

MODULE = CLONE / "tests" / "workflow_linter"


def _actionlint(*files: Path) -> subprocess.CompletedProcess[str]:
    """The linter at its pinned version, compiled by Go on first use."""
    go = shutil.which("go")
    assert go is not None, "actionlint is a Go module, and there is no go on PATH"
    command = [go, "-C", str(MODULE), "tool", "actionlint", "-no-color", *map(str, files)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)


def test_actionlint_finds_nothing() -> None:
    done = _actionlint(*WORKFLOWS)
    assert (done.returncode, done.stdout) == (0, ""), done.stdout + done.stderr


def test_actionlint_would_find_a_wrong_key_of_our_action(tmp_path: Path) -> None:
    (tmp_path / ".github" / "workflows").mkdir(parents=True)
    (tmp_path / ".git").mkdir()
    shutil.copy(ACTION, tmp_path)
    wrong = tmp_path / ".github" / "workflows" / "preview.yml"
    text = (CLONE / ".github" / "workflows" / "preview.yml").read_text()
    wrong.write_text(text.replace("policy-pack:", "policies:").replace("needs: touched\n", "needs: touchd\n"))
    done = _actionlint(wrong)
    assert done.returncode == 1
    assert 'input "policies" is not defined' in done.stdout
    assert 'needs job "touchd" which does not exist' in done.stdout


@pytest.mark.parametrize("file", [*WORKFLOWS, ACTION], ids=lambda file: file.name)
def test_what_a_foreign_change_can_reach(file: Path) -> None:
    text = file.read_text()
    assert "pull_request_target" not in text
    data = yaml.safe_load(text)
    for job in data.get("jobs", {}).values():
        granted = {**(data.get("permissions") or {}), **(job.get("permissions") or {})}
        # Who may write runs nothing of a change: it takes the target's own files, or starts from a tag or main.
        if granted.get("pull-requests") == "write":
            assert "base.sha" in str(job["steps"][0]["with"]["ref"])
            assert granted.get("contents") == "read"
    # Exact, so that a run of today is that of yesterday; ci.yml takes the major version's.
    for used in re.findall(r"^[ -]*uses: (\S+)", text, re.MULTILINE):
        exact = r"v\d+" if file.stem == "ci" else r"v\d+\.\d+\.\d+"
        assert used == "./" or re.fullmatch(rf"[\w-]+/[\w-]+@{exact}", used), used


def test_secrets_are_kept_from_untrusted_changes() -> None:
    text = (CLONE / ".github" / "workflows" / "preview.yml").read_text()
    lines = [line for line in text.splitlines() if "secrets." in line or "vars.PULUMI_BACKEND_URL" in line]
    assert len(lines) == 3
    for line in lines:
        assert re.search(r"\$\{\{ env\.TRUSTED == 'true' && \S+ \|\| '' \}\}$", line), line
