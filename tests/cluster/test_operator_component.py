"""The component MilvusOperator on a real control plane: a cluster without the operator, and one that keeps it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from control_plane import ControlPlane, Object
from kubernetes_environment import DEFINITION, Place, kubernetes_environment
from planned_nodes import planned_nodes

S3 = {"kind": "s3", "bucket": "vectors", "region": "us-east-1"}
REGISTRY = "mirror.example/hub"
OPERATOR = "milvus-operator"
CHART = "urn:pulumi:test::milvus::milvus:index:MilvusOperator$kubernetes:helm.sh/v4:Chart"


def values(topology: str, **kubernetes: Any) -> dict[str, Any]:
    return {
        "milvus:createCollections": False,
        "milvus:workload": {
            "collections": [{"name": "articles", "vectors": 1_000_000, "dimension": 768}],
            "topology": topology,
        },
        "milvus:kubernetes": {"object_store": S3, **kubernetes},
        "milvus:disposableData": True,
    }


FIRST = values("distributed", operator="install", registry=REGISTRY, pull_secrets=["hub"])
BESIDE = values("standalone", operator="existing", namespace="beside")


@pytest.mark.timeout(1800)
def test_a_cluster_gets_the_operator_and_keeps_it_while_anybody_needs_it(
    control_plane: ControlPlane, engine: Path, tmp_path: Path
) -> None:
    with kubernetes_environment(control_plane, engine, tmp_path, FIRST, defined=False, answering=False) as place:
        previewed = place.preview().stdout
        assert control_plane.api.get("Namespace", OPERATOR) is None
        assert "kubernetes:apps/v1:Deployment" in previewed
        place.up()
        deployment = operator_deployment(control_plane)
        runs_from_the_mirror_as_the_restricted_profile_asks(deployment)
        names_are_those_of_the_official_provider(place)
        assert status_of(control_plane, "milvus") == "Healthy"
        place.up("--expect-no-changes")

        beside = stack_beside(place)
        beside.up()
        assert status_of(control_plane, "beside") == "Healthy"

        refused = place.destroy(check=False)
        assert refused.returncode != 0
        said = " ".join((refused.stdout + refused.stderr).split())
        assert "the operator is not removed while 1 Milvus resource in the cluster" in said
        assert "needs it: beside/milvus (Healthy)" in said
        assert control_plane.api.get("Milvus", "milvus", "milvus") is None, "it goes first: it needs the operator"
        assert operator_deployment(control_plane)["metadata"]["uid"] == deployment["metadata"]["uid"]

        beside.destroy()
        assert control_plane.api.get("Milvus", "milvus", "beside") is None
        order = deletions(place)
        assert order["guard"] < order["deployment"]
        assert control_plane.api.get("Deployment", OPERATOR, OPERATOR) is None
        kept = {kind: uid(control_plane, kind, name) for kind, name in KEPT.items()}

        place.up()
        assert status_of(control_plane, "milvus") == "Healthy"
        assert {kind: uid(control_plane, kind, name) for kind, name in KEPT.items()} == kept
        order = deletions(place)
        assert order["milvus"] < order["guard"] < order["deployment"]
        assert {kind: uid(control_plane, kind, name) for kind, name in KEPT.items()} == kept


# What outlives a destroy.
KEPT = {"CustomResourceDefinition": DEFINITION, "Namespace": OPERATOR}
DELETED = {
    "kubernetes:milvus.io/v1beta1:Milvus": "milvus",
    "milvus:index:OperatorGuard": "guard",
    "kubernetes:apps/v1:Deployment": "deployment",
}


def stack_beside(place: Place) -> Place:
    """A second stack of the same cluster, for which the operator is somebody else's, with nodes of its own."""
    beside = replace(place, stack="beside", namespace="beside")
    beside.write(BESIDE)
    nodes = planned_nodes(beside.plan)
    place.plane.nodes(replace(node, name=f"beside-{node.name}") for node in nodes)
    beside.pulumi.run("stack", "init", beside.stack)
    return beside


def deletions(place: Place) -> dict[str, int]:
    """Destroy the stack; when each of these resources was gone, as their order in the engine's own record."""
    record = place.pulumi.directory / "events.json"
    record.unlink(missing_ok=True)
    place.destroy("--event-log", str(record), env={"PULUMI_DEBUG_COMMANDS": "true"})
    ended: dict[str, int] = {}
    for number, line in enumerate(record.read_text().splitlines()):
        event = json.loads(line).get("resOutputsEvent")
        if event and event["metadata"]["op"] == "delete":
            kind = DELETED.get(event["metadata"]["type"])
            if kind:
                ended[kind] = number
    return ended


def runs_from_the_mirror_as_the_restricted_profile_asks(deployment: Object) -> None:
    """The image, pull secrets and security contexts of the operator's pod."""
    pod = deployment["spec"]["template"]["spec"]
    (container,) = pod["containers"]
    assert container["image"].startswith(f"{REGISTRY}/milvusdb/milvus-operator:v")
    assert pod["imagePullSecrets"] == [{"name": "hub"}]
    assert pod["securityContext"]["runAsNonRoot"] is True
    assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    assert container["securityContext"]["allowPrivilegeEscalation"] is False
    assert container["securityContext"]["capabilities"] == {"drop": ["ALL"]}


def names_are_those_of_the_official_provider(place: Place) -> None:
    """Children of a chart are called PREFIX:NAMESPACE/NAME, and only the definition outlives it."""
    state = json.loads(place.pulumi.run("stack", "export", "-s", place.stack).stdout)
    resources: list[Mapping[str, Any]] = state["deployment"]["resources"]
    children = {item["urn"].rpartition("::")[2]: item for item in resources if item["urn"].startswith(f"{CHART}$")}
    assert f"operator-chart:{OPERATOR}/{OPERATOR}" in children
    assert f"operator-chart:{OPERATOR}-manager-role" in children
    retained = [name for name, item in children.items() if item.get("retainOnDelete")]
    assert retained == [name for name, item in children.items() if item["type"].endswith(":CustomResourceDefinition")]
    assert f"operator-chart:{DEFINITION}" in retained


def operator_deployment(plane: ControlPlane) -> Object:
    """The operator's Deployment, which is ready."""
    found = plane.api.get("Deployment", OPERATOR, OPERATOR)
    assert found is not None
    assert found["status"]["readyReplicas"] == found["spec"]["replicas"] == 1
    return found


def status_of(plane: ControlPlane, namespace: str) -> str:
    """What the operator says of the namespace's Milvus."""
    found = plane.api.get("Milvus", "milvus", namespace)
    assert found is not None
    return str(found["status"]["status"])


def uid(plane: ControlPlane, kind: str, name: str) -> str:
    """Which object it is; another one of the same name has another."""
    found = plane.api.get(kind, name)
    assert found is not None
    return str(found["metadata"]["uid"])


@pytest.mark.timeout(600)
def test_nothing_is_made_where_no_operator_is_or_no_cluster_answers(
    control_plane: ControlPlane, engine: Path, tmp_path: Path
) -> None:
    with kubernetes_environment(
        control_plane, engine, tmp_path, BESIDE, namespace="beside", defined=False, answering=False
    ) as place:
        said = refusal(place)
        assert "the Milvus Operator is not in the cluster at https://127.0.0.1:" in said
        assert "Milvus beside/milvus needs it. Nothing was made. Set operator: install" in said
        assert control_plane.api.get("Namespace", "beside") is None

        nobody = tmp_path / "nobody.yaml"
        config = yaml.safe_load(place.plane.kubeconfig.read_text())
        config["clusters"][0]["cluster"]["server"] = "https://127.0.0.1:1"
        nobody.write_text(yaml.safe_dump(config))
        place.pulumi.run("config", "set", "kubernetes:kubeconfig", str(nobody), "-s", place.stack)
        said = refusal(place)
        assert "the cluster at https://127.0.0.1:1" in said
        assert "gives no answer: " in said
        assert "Connection refused. Nothing was made; set milvus:cluster or kubernetes:kubeconfig" in said


def refusal(place: Place) -> str:
    """What an `up` says that fails, on one line; only the guard was tried."""
    done = place.up(check=False)
    assert done.returncode != 0
    said = " ".join((done.stdout + done.stderr).split())
    assert "kubernetes:core/v1:Namespace milvus-namespace creating" not in said
    return said
