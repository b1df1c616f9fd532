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

# Who may write what: OIDC for a role, the comment, the release with what attests it.
WRITES = {
    ("preview", "preview"): {"id-token"},
    ("preview", "comment"): {"pull-requests"},
    ("deploy", "preview"): {"id-token"},
    ("deploy", "up"): {"id-token"},
    ("release", "publish"): {"contents", "id-token", "attestations"},
    ("release", "index"): {"id-token"},
}
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
    # By commit, which nobody can move, beside its version.
    for used in re.findall(r"^[ -]*uses: (.+)$", text, re.MULTILINE):
        assert used == "./" or re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", used), used


@pytest.mark.parametrize("file", WORKFLOWS, ids=lambda file: file.name)
def test_a_workflow_may_do_what_it_needs_and_no_more(file: Path) -> None:
    data = yaml.safe_load(file.read_text())
    assert data["permissions"] == ({"contents": "read"} if file.stem == "ci" else {})
    # Of a deployment the job that brings up has one: see the next test.
    assert "concurrency" in data or file.stem == "deploy"
    for name, job in data["jobs"].items():
        assert "timeout-minutes" in job, name
        # A secret in the job's own variables would be seen by every step, an action's too.
        assert "secrets." not in str(job.get("env")), name
        for step in job["steps"]:
            if str(step.get("uses")).startswith("actions/checkout@"):
                assert step["with"]["persist-credentials"] is False, name
        writes = {key for key, right in (job.get("permissions") or {}).items() if right == "write"}
        assert writes <= WRITES.get((file.stem, name), set()), name


def test_a_deployment_is_of_main_and_waits_for_its_reviewers() -> None:
    jobs = yaml.safe_load((CLONE / ".github" / "workflows" / "deploy.yml").read_text())["jobs"]
    assert jobs["chosen"]["if"] == "github.ref == 'refs/heads/main'"
    assert jobs["up"]["environment"] == "${{ matrix.environment }}"
    assert jobs["up"]["needs"] == ["chosen", "preview"]
    assert jobs["up"]["concurrency"] == {"group": "deploy-${{ matrix.environment }}", "cancel-in-progress": False}


def test_secrets_are_kept_from_untrusted_changes() -> None:
    text = (CLONE / ".github" / "workflows" / "preview.yml").read_text()
    lines = [line for line in text.splitlines() if "secrets." in line or "vars.PULUMI_BACKEND_URL" in line]
    assert len(lines) == 3
    for line in lines:
        assert re.search(r"\$\{\{ env\.TRUSTED == 'true' && \S+ \|\| '' \}\}$", line), line
