"""The plan that was accepted, through the real engine: it stays, and what it no longer holds stops a preview."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

from kubernetes_provider.official import provided
from pulumi_cli import Pulumi


def pulumi_milvus(project: Pulumi, *arguments: str) -> None:
    done = subprocess.run(
        ["pulumi-milvus", *arguments],
        cwd=project.directory,
        env=project.environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr


def preview(project: Pulumi, stack: str) -> str:
    """What a preview of a server stack shows, where no cluster is; it fails where its plan does."""
    done = project.run("preview", "-s", stack, "--policy-pack", "policies", check=False)
    assert "Traceback" not in done.stdout + done.stderr
    return " ".join((done.stdout + done.stderr).split())


def declare(values: Path, old: str, new: str) -> None:
    text = values.read_text()
    assert old in text
    values.write_text(text.replace(old, new))


def test_an_accepted_plan_stays_until_it_is_outgrown_and_updated(project: Pulumi) -> None:
    nowhere = {"KUBECONFIG": str(project.directory / "no-kubeconfig"), "HOME": str(project.directory)}
    project = provided(project).with_environment(**nowhere)
    name, stacks = "standalone", project.directory / "stacks"
    values, plan = stacks / "Pulumi.standalone.yaml", stacks / "plans" / "standalone.json"
    project.run("stack", "init", name)  # which also writes 5_000_000 as 5000000
    pulumi_milvus(project, "plan", "--write", "stacks/Pulumi.standalone.yaml")
    text = plan.read_text()
    declare(values, "vectors: 5000000", "vectors: 5000001")
    shown = preview(project, name)
    assert "outgrown" not in shown
    assert "milvus-milvus create" in shown
    assert "error:" not in shown
    declare(values, "vectors: 5000001", "vectors: 60000000")
    shown = preview(project, name)
    assert "the accepted plan is outgrown" in shown
    assert "pulumi-milvus plan --update stacks/Pulumi.standalone.yaml" in shown
    assert "[mandatory] outgrown" in shown  # the pack's own report, beside the program's
    assert plan.read_text() == text
    pulumi_milvus(project, "plan", "--update", "stacks/Pulumi.standalone.yaml")
    assert json.loads(plan.read_text())["workload"]["collections"][0]["vectors"] == 60_000_000
    assert "outgrown" not in preview(project, name)
    plan.write_text(text[:1000])
    shown = preview(project, name)
    assert "stacks/plans/standalone.json" in shown
    assert "cannot be read as JSON" in shown
