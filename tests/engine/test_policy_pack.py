"""The policy pack beside the real engine."""

from __future__ import annotations

import re

from kubernetes_provider.official import provided
from pulumi_cli import Pulumi


def test_the_shipped_environment_breaks_no_policy(project: Pulumi) -> None:
    project.run("stack", "init", "lite")
    shown = project.run("preview", "-s", "lite", "--policy-pack", "policies").stdout
    assert "milvus@v0.1.0" in shown
    assert "mandatory" not in shown
    assert "+ 1 to create" not in shown  # the whole stack was previewed, not only its root


def test_a_collection_of_a_provider_without_checks_is_stopped(project: Pulumi) -> None:
    """A pack also meets collections whose provider let them pass, here a native component of that type."""
    (project.directory / "stacks" / "__main__.py").write_text(
        "import pulumi\n"
        "fields = [{'name': 'id', 'dataType': 'INT64', 'isPrimary': True},\n"
        "          {'name': 'v', 'dataType': 'BINARY_VECTOR', 'dimension': 64, 'index': {'indexType': 'IVF_FLAT'}}]\n"
        "props = {'collectionName': 'articles', 'fields': fields, 'endpoint': 'http://milvus:19530'}\n"
        "pulumi.ComponentResource('milvus:index:Collection', 'articles', props)\n"
    )
    project.run("stack", "init", "lite")
    done = project.run("preview", "-s", "lite", "--policy-pack", "policies", check=False)
    assert done.returncode != 0
    assert "index-pair" in done.stdout
    assert "BINARY_VECTOR" in done.stdout


def test_the_shipped_servers_break_no_rule_and_warn_of_nothing(project: Pulumi) -> None:
    nowhere = {"KUBECONFIG": str(project.directory / "no-kubeconfig"), "HOME": str(project.directory)}
    pulumi = provided(project).with_environment(**nowhere)
    told = {}
    for stack in ("standalone", "distributed", "nvme", "gpu"):
        values = project.directory / "stacks" / f"Pulumi.{stack}.yaml"
        # The operator's chart asks a cluster what it has; the Milvus resource is the same without.
        values.write_text(values.read_text().replace("operator: install", "operator: existing"))
        pulumi.run("stack", "init", stack)
        shown = pulumi.run("preview", "-s", stack, "--policy-pack", "policies", check=False).stdout
        assert "milvus@v0.1.0" in shown
        assert "milvus:index:Collection milvus-" in shown, shown
        told[stack] = set(re.findall(r"\[(?:mandatory|advisory)\]\s+([\w-]+)", shown)) - {"not-judged"}
    assert not any(told.values()), told
