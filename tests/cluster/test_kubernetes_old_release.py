"""From 2.4 to 2.6: the steps of docs/changes.md on a Milvus that runs already, which a DataGuard stands before.

No Milvus runs here: what is shown is what is refused, that each step is taken and rolled, and that taking over what
runs restarts nothing.
"""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path
from typing import Any

import pytest
import yaml
from tests.standins.operator.crd import milvus_crd
from tests.standins.operator.running import running_operator

from changed_environment import at_rest, holds, words
from control_plane import GIB, ControlPlane, NodeShape, Object
from kubernetes_environment import HASTE
from kubernetes_provider.official import provided
from pulumi_cli import CLONE, Pulumi, copy_of_project

SPACE, NAME, STACK = "milvus", "my-release", "dev"
FIRST, LAST_2_6, NEWEST = "2.4.6", "2.6.24", "3.0.2"
OLD_COORDINATORS = ("rootCoord", "dataCoord", "queryCoord", "indexCoord")
# When they go after mixCoord came and before 2.6 is recorded nowhere, so nothing is said of them then.
GOING = {"2.5.16": frozenset(name.lower() for name in OLD_COORDINATORS)}
RUNNING: Object = {
    "apiVersion": "milvus.io/v1beta1",
    "kind": "Milvus",
    "metadata": {"name": NAME, "namespace": SPACE},
    "spec": {
        "mode": "cluster",
        "components": {"image": f"milvusdb/milvus:v{FIRST}", **{name: {"replicas": 1} for name in OLD_COORDINATORS}},
        "dependencies": {
            "msgStreamType": "pulsar",
            "pulsar": {"external": True, "endpoint": "pulsar.queues.svc:6650"},
            "etcd": {"external": True, "endpoints": ["etcd.milvus.svc:2379"]},
            "storage": {"external": True, "type": "S3", "endpoint": "s3.eu-central-1.amazonaws.com:443"},
        },
        "config": {"minio": {"bucketName": "old-bucket", "rootPath": "files", "useIAM": True, "useSSL": True}},
    },
}
PAGE = (CLONE / "docs" / "changes.md").read_text(encoding="utf-8")
# The command of the page, which names the release and turns the one coordinator on; by kubectl, as there.
PATCH = shlex.split(re.findall(r"kubectl (patch milvus my-release .*?)\n\n", PAGE, re.DOTALL)[0].replace("\\\n", " "))
STEP = "2.5.16"
PROGRAM = """
import json
from pathlib import Path

import pulumi
import pulumi_kubernetes as kubernetes
import yaml

from pulumi_milvus.resources import DataGuard

live = yaml.safe_load(Path("milvus.yaml").read_text())
guard = DataGuard("data", json.loads(Path("guard.json").read_text()))
about = {key: value for key, value in live["metadata"].items() if key in ("name", "namespace", "labels", "annotations")}
kubernetes.apiextensions.CustomResource(
    "milvus",
    api_version=live["apiVersion"],
    kind=live["kind"],
    metadata=about,
    spec=live["spec"],
    opts=pulumi.ResourceOptions(
        import_="milvus/my-release" if Path("import").exists() else None,
        depends_on=[guard],
        ignore_changes=["metadata.annotations"],
    ),
)
"""


@pytest.mark.timeout(900)
def test_from_2_4_to_2_6(control_plane: ControlPlane, engine: Path, tmp_path: Path) -> None:
    api = control_plane.api
    assert json.loads(PATCH[-1])["spec"]["components"]["image"] == image(STEP)
    api.apply(milvus_crd())
    api.wait_until("Milvus is served", lambda: api.list("Milvus") == [])
    control_plane.nodes([NodeShape(name="any", cpu_cores=64, memory_bytes=256 * GIB)])
    api.apply({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": SPACE}})
    with running_operator(control_plane.kubeconfig, haste=HASTE):
        api.apply(RUNNING)
        runs(control_plane, FIRST)
        assert {"rootcoord", "indexnode"} <= set(images(control_plane)), "the roles of 2.4"
        pulumi = provided(copy_of_project(engine, tmp_path)).with_environment(KUBECONFIG=str(control_plane.kubeconfig))
        (pulumi.directory / "stacks" / "__main__.py").write_text(PROGRAM)
        declared = {"milvus:workload": {"collections": [{"name": "articles", "vectors": 40_000_000, "dimension": 768}]}}
        (pulumi.directory / "stacks" / f"Pulumi.{STACK}.yaml").write_text(yaml.safe_dump({"config": declared}))
        pulumi.run("stack", "init", STACK)
        imported = pulumi.directory / "stacks" / "import"
        imported.touch()
        is_taken_over(control_plane, pulumi, FIRST)
        imported.unlink()

        a_step_is_not_skipped(control_plane, pulumi)

        control_plane.kubectl(*PATCH)
        runs(control_plane, STEP)
        assert "mixcoord" in images(control_plane)
        is_taken_over(control_plane, pulumi, STEP)

        control_plane.kubectl(*PATCH[:-1], json.dumps({"spec": {"components": {"image": image(LAST_2_6)}}}))
        runs(control_plane, LAST_2_6)
        roles = set(images(control_plane))
        assert "streamingnode" in roles
        assert roles.isdisjoint({"rootcoord", "datacoord", "querycoord", "indexcoord", "indexnode"}), roles
        is_taken_over(control_plane, pulumi, LAST_2_6)

        declare(pulumi, NEWEST, live(control_plane), image_of_release=True)
        refused = pulumi.run("preview", "-s", STACK, check=False)
        assert refused.returncode != 0
        holds(words(refused), "kubectl-patch", "components.image")
        pulumi.run("config", "set", "kubernetes:enablePatchForce", "true", "-s", STACK)
        holds(words(pulumi.run("preview", "-s", STACK)), f"milvusVersion: {LAST_2_6} -> {NEWEST}")
        pulumi.run("up", "--yes", "--skip-preview", "-s", STACK)
        runs(control_plane, NEWEST)
        assert set(images(control_plane)) == roles
        api.delete("Milvus", NAME, SPACE)
        api.wait_until("it is gone", lambda: api.get("Milvus", NAME, SPACE) is None, seconds=120)


def a_step_is_not_skipped(plane: ControlPlane, pulumi: Pulumi) -> None:
    """From 2.4 to 2.6 and to 3.0 at once: refused in preview and by `up`, and nothing is touched."""
    before = at_rest(plane.api, lambda: templates(plane))
    for release, command in ((LAST_2_6, ("preview",)), (NEWEST, ("up", "--yes", "--skip-preview"))):
        declare(pulumi, release, live(plane), image_of_release=True)
        done = pulumi.run(*command, "-s", STACK, check=False)
        assert done.returncode != 0
        holds(
            words(done),
            f"milvusVersion: {FIRST} -> {release} skips a step: before 2.6, {STEP} or later has to have run with "
            "mixCoordinator",
            f"milvus_version: {STEP} with mixCoordinator first, then {LAST_2_6}",
        )
        assert templates(plane) == before


def is_taken_over(plane: ControlPlane, pulumi: Pulumi, release: str) -> None:
    """What runs is written down with its release: `up` changes neither the Milvus nor a pod."""
    before = at_rest(plane.api, lambda: templates(plane))
    declare(pulumi, release, live(plane))
    pulumi.run("up", "--yes", "--skip-preview", "--refresh", "-s", STACK)
    assert templates(plane) == before


def declare(pulumi: Pulumi, release: str, resource: Object, *, image_of_release: bool = False) -> None:
    """The two files that the program reads; with ``image_of_release`` the image is edited too."""
    if image_of_release:
        resource["spec"]["components"]["image"] = image(release)
    guard: dict[str, Any] = {
        "namespace": SPACE,
        "name": NAME,
        "topology": "distributed",
        "milvus_version": release,
        "wal": "pulsar",
        "object_store": {
            "kind": "s3",
            "bucket": "old-bucket",
            "root_path": "files",
            "endpoint": "s3.eu-central-1.amazonaws.com:443",
        },
        "etcd": {"kind": "external", "endpoints": ["etcd.milvus.svc:2379"]},
        "collections": {"articles": 40_000_000},
    }
    if release.startswith("2.5"):
        guard["mix_coordinator"] = True
    folder = pulumi.directory / "stacks"
    (folder / "guard.json").write_text(json.dumps(guard))
    (folder / "milvus.yaml").write_text(yaml.safe_dump(resource))


def runs(plane: ControlPlane, release: str) -> None:
    """Until Milvus is healthy and every role with pods has the image of a release."""

    def there() -> bool:
        found = live(plane)
        status = found.get("status") or {}
        deployed = images(plane)
        return (
            status.get("status") == "Healthy"
            and status.get("observedGeneration") == found["metadata"]["generation"]
            and "proxy" in deployed
            and {its for role, its in deployed.items() if role not in GOING.get(release, ())} == {image(release)}
        )

    plane.api.wait_until(f"{release} is healthy", there, seconds=180)


def images(plane: ControlPlane) -> dict[str, str]:
    """The image of each role that has pods."""
    return {
        one["metadata"]["labels"]["app.kubernetes.io/component"]: one["spec"]["template"]["spec"]["containers"][0][
            "image"
        ]
        for one in plane.api.list("apps/Deployment", SPACE)
        if one["spec"]["replicas"]
    }


def image(release: str) -> str:
    return f"milvusdb/milvus:v{release}"


def live(plane: ControlPlane) -> Object:
    """The Milvus as the API server has it."""
    found = plane.api.get("Milvus", NAME, SPACE)
    assert found is not None
    return found


def templates(plane: ControlPlane) -> dict[str, str]:
    """The generation of the Milvus and the pod template of every Deployment."""
    found = {
        one["metadata"]["name"]: json.dumps(one["spec"]["template"], sort_keys=True)
        for one in plane.api.list("apps/Deployment", SPACE)
    }
    return found | {"generation": str(live(plane)["metadata"]["generation"])}
