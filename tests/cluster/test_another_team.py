"""examples/another-team: a platform stack, a Milvus stack and a team's collections, joined by stack references."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from control_plane import ControlPlane
from kubernetes_environment import Place, kubernetes_environment
from pulumi_cli import CLONE, Pulumi
from yaml_host import with_yaml

EXAMPLE = Path("examples") / "another-team"
VALUES: dict[str, Any] = {
    "milvus:createCollections": False,
    "milvus:workload": {
        "collections": [{"name": "articles", "vectors": 1_000_000, "dimension": 768, "index": "HNSW"}],
        "topology": "standalone",
        "object_store": "external",
    },
}
PACK_FLAGS = ("--policy-pack", "../policies", "--policy-pack", "../../../policies")


def projects(place: Place) -> list[Pulumi]:
    """The three, each with the stack `dev`, in a copy of the example beside links to this project."""
    shutil.copytree(CLONE / EXAMPLE, place.pulumi.directory / EXAMPLE, ignore=shutil.ignore_patterns("__pycache__"))
    found = []
    for name in ("platform", "milvus", "collections"):
        one = with_yaml(replace(place.pulumi, directory=place.pulumi.directory / EXAMPLE / name))
        one.run("stack", "init", "dev")
        found.append(one)
    found[0].run("config", "set", "--secret", "kubeconfig", place.kubeconfig.read_text(), "-s", "dev")
    return found


def up(pulumi: Pulumi, *more: str) -> None:
    pulumi.run("up", "--yes", "--skip-preview", "-s", "dev", *more, timeout=600)


@pytest.mark.timeout(900)
def test_three_stacks_of_two_teams(control_plane: ControlPlane, engine: Path, tmp_path: Path) -> None:
    with kubernetes_environment(control_plane, engine, tmp_path, VALUES, namespace="search", defined=False) as place:
        # Nothing but what the stacks say leads to the cluster.
        place = replace(place, pulumi=place.pulumi.with_environment(KUBECONFIG=str(tmp_path / "none")))
        platform, milvus, collections = projects(place)

        up(platform)
        assert control_plane.api.get("Namespace", "search") is not None
        assert control_plane.api.get("Deployment", "milvus-operator", "milvus-operator") is not None

        up(milvus, *PACK_FLAGS[2:])
        resource = control_plane.api.get("Milvus", "milvus", "search")
        assert resource is not None
        assert resource["status"]["status"] == "Healthy"
        assert resource["metadata"]["labels"]["example.com/team"] == "search", "the team's override reaches it"
        assert resource["metadata"]["labels"]["app.kubernetes.io/managed-by"] == "pulumi-milvus"

        document = collections.directory / "Pulumi.yaml"
        said = document.read_text()
        document.write_text(said.replace("search: articles of the shop", "articles of the shop"))
        refused = collections.run("preview", "-s", "dev", *PACK_FLAGS, check=False)
        assert refused.returncode != 0
        assert "collection-says-whose-it-is" in refused.stdout
        document.write_text(said)

        up(collections, *PACK_FLAGS)
        made = {item["type"]: item for item in collections.resources("dev")}
        assert made["milvus:index:Collection"]["outputs"]["collectionName"] == "articles"
        assert made["milvus:index:Alias"]["outputs"]["collection"] == "articles"
        assert collections.outputs("dev") == {"collections": ["articles"]}
        state = (tmp_path / "pulumi-state" / ".pulumi" / "stacks" / "search-collections" / "dev.json").read_text()
        assert milvus.outputs("dev")["token"] not in state, "a secret of one stack is one in the next"
        up(milvus, "--expect-no-changes")

        # Back in the other order: who is needed goes last.
        for pulumi in (collections, milvus, platform):
            pulumi.run("destroy", "--yes", "--skip-preview", "-s", "dev", timeout=600)
        assert control_plane.api.get("Milvus", "milvus", "search") is None
        assert control_plane.api.get("Deployment", "milvus-operator", "milvus-operator") is None
        assert control_plane.api.get("Namespace", "search") is not None
