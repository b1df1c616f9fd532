"""The policy pack beside the real engine."""

from __future__ import annotations

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
