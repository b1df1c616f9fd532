"""A Milvus that runs already is taken over as docs/changes.md says: nothing of it changes, and it is guarded after."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml
from tests.standins.operator.crd import milvus_crd
from tests.standins.operator.running import running_operator

from changed_environment import at_rest, holds, words
from control_plane import GIB, ControlPlane, NodeShape, Object
from kubernetes_environment import HASTE
from kubernetes_provider.official import provided
from pulumi_cli import CLONE, copy_of_project

SPACE = "search"
RUNNING: Object = {
    "apiVersion": "milvus.io/v1beta1",
    "kind": "Milvus",
    "metadata": {"name": "vec", "namespace": SPACE, "labels": {"team": "search"}},
    "spec": {
        "mode": "cluster",
        "components": {"image": "milvusdb/milvus:v2.6.24", "queryNode": {"replicas": 2}},
        "dependencies": {
            "msgStreamType": "pulsar",
            "pulsar": {"external": True, "endpoint": "pulsar.queues.svc:6650"},
            "etcd": {"external": True, "endpoints": ["etcd.search.svc:2379"]},
            "storage": {"external": True, "type": "S3", "endpoint": "s3.eu-central-1.amazonaws.com:443"},
        },
        "config": {
            "minio": {"bucketName": "old-bucket", "rootPath": "by-hand", "useIAM": True, "useSSL": True},
            "etcd": {"rootPath": "by-dev"},
        },
    },
}
# The program of the page, as it stands there.
PROGRAM = next(
    block.partition("```")[0]
    for block in (CLONE / "docs" / "changes.md").read_text(encoding="utf-8").split("```python\n")[1:]
    if "import_=" in block
)
# Each line of the guard as the page has it, another in its place, and what a refusal of all at once says of it.
AT_STAKE = "Milvus would start without 1 collection with 40,000,000 vectors"
EDITS = (
    ('"wal": "pulsar"', '"wal": "woodpecker"', "wal: pulsar would become woodpecker"),
    (
        '"bucket": "old-bucket"',
        '"bucket": "new-bucket"',
        f"objectStore.bucket: old-bucket would become new-bucket: {AT_STAKE}, whose files are in the former bucket",
    ),
    (
        '"root_path": "by-hand"',
        '"root_path": "by-plan"',
        f"objectStore.rootPath: by-hand would become by-plan: {AT_STAKE}, whose files are in the former folder",
    ),
    (
        '"root_path": "by-dev"',
        '"root_path": "by-prod"',
        f"etcd.rootPath: by-dev would become by-prod: {AT_STAKE}, whose metadata is in the former folder",
    ),
)


@pytest.mark.timeout(600)
def test_a_milvus_that_runs_already_is_taken_over(control_plane: ControlPlane, engine: Path, tmp_path: Path) -> None:
    api = control_plane.api
    api.apply(milvus_crd())
    api.wait_until("Milvus is served", lambda: api.list("Milvus") == [])
    control_plane.nodes([NodeShape(name="any", cpu_cores=64, memory_bytes=256 * GIB)])
    api.apply({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": SPACE}})
    with running_operator(control_plane.kubeconfig, haste=HASTE):
        api.apply(RUNNING)
        api.wait_until("it is healthy", lambda: _status(control_plane) == "Healthy", seconds=120)
        before = at_rest(api, lambda: _templates(control_plane))
        assert len(before) > 5

        pulumi = provided(copy_of_project(engine, tmp_path)).with_environment(KUBECONFIG=str(control_plane.kubeconfig))
        folder = pulumi.directory / "stacks"
        (folder / "__main__.py").write_text(PROGRAM)
        declared = {"collections": [{"name": "articles", "vectors": 40_000_000, "dimension": 768}]}
        (folder / "Pulumi.dev.yaml").write_text(yaml.safe_dump({"config": {"milvus:workload": declared}}))
        told = control_plane.kubectl("--namespace", SPACE, "get", "milvus", "vec", "--output", "yaml").stdout
        (folder / "milvus.yaml").write_text(told)
        pulumi.run("stack", "init", "dev")
        pulumi.run("up", "--yes", "--skip-preview", "-s", "dev")
        assert _templates(control_plane) == before
        pulumi.run("preview", "--expect-no-changes", "-s", "dev")

        edited = PROGRAM
        for declared_as, otherwise, _ in EDITS:
            assert edited.count(declared_as) == 1
            edited = edited.replace(declared_as, otherwise)
        (folder / "__main__.py").write_text(edited)
        refused = pulumi.run("preview", "-s", "dev", check=False)
        assert refused.returncode != 0
        holds(words(refused), *(said for *_, said in EDITS))
        assert _templates(control_plane) == before

        (folder / "__main__.py").write_text(PROGRAM)
        more = yaml.safe_load(told)
        more["spec"]["components"]["queryNode"]["replicas"] = 3
        (folder / "milvus.yaml").write_text(yaml.safe_dump(more))
        pulumi.run("config", "set", "kubernetes:enablePatchForce", "true", "-s", "dev")
        pulumi.run("up", "--yes", "--skip-preview", "-s", "dev")
        live = api.get("Milvus", "vec", SPACE)
        assert live is not None
        assert live["spec"]["components"]["queryNode"]["replicas"] == 3
        pulumi.run("state", "unprotect", "--all", "--yes", "-s", "dev")
        api.delete("Milvus", "vec", SPACE)
        api.wait_until("it is gone", lambda: api.get("Milvus", "vec", SPACE) is None, seconds=120)


def _status(plane: ControlPlane) -> str:
    found = plane.api.get("Milvus", "vec", SPACE)
    return str((found or {}).get("status", {}).get("status"))


def _templates(plane: ControlPlane) -> dict[str, str]:
    """The generation of the resource's spec and the pod template of every Deployment, as the API server has them."""
    found = {
        one["metadata"]["name"]: json.dumps(one["spec"]["template"], sort_keys=True)
        for one in plane.api.list("apps/Deployment", SPACE)
    }
    live = plane.api.get("Milvus", "vec", SPACE)
    assert live is not None
    return found | {"generation": str(live["metadata"]["generation"])}
