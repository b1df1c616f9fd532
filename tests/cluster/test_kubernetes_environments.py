"""Each environment on a real control plane: up, scheduled on the nodes of its plan, used, down, found again."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

import pytest
from tests.standins.operator.crd import milvus_crd

from control_plane import ControlPlane, Object
from environments_on_kubernetes import ENVIRONMENTS, answers
from kubernetes_environment import Place, kubernetes_environment
from planned_nodes import pool_of

WAIT_SECONDS = 120.0


@pytest.fixture(scope="module", autouse=True)
def milvus_is_defined(control_plane: ControlPlane) -> Iterator[None]:
    """One definition for all environments."""
    with control_plane.keeping(milvus_crd()):
        yield


@pytest.mark.timeout(1800)
@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_an_environment_lives(name: str, control_plane: ControlPlane, engine: Path, tmp_path: Path) -> None:
    with kubernetes_environment(control_plane, engine, tmp_path, ENVIRONMENTS[name]) as place:
        place.up()
        runs_as_planned(place)
        if ENVIRONMENTS[name]["milvus:createCollections"]:
            assert answers(place)
            what_people_are_told_holds(place)
        place.up("--expect-no-changes")
        no_node_is_spare(place)
        kept = claims(place)
        said = place.destroy()
        assert kept, "nothing in this environment keeps data"
        assert claims(place) == kept
        assert control_plane.api.get("Namespace", "milvus") is not None
        assert "milvus" in said.stdout
        assert not place.pods()
        if name.startswith("standalone"):
            place.up()
            assert claims(place) == kept
            runs_as_planned(place)


def what_people_are_told_holds(place: Place) -> None:
    """The outputs: the snippet runs as it stands through the port-forward, and the rest names what is there."""
    told = place.pulumi.outputs(place.stack)
    namespace, _, secret = told["password_secret"].partition("/")
    assert place.plane.api.get("Secret", secret, namespace) is not None
    service = place.plane.api.get("Service", "milvus-milvus", namespace)
    assert service is not None
    assert told["port_forward"] == f"kubectl --namespace {namespace} port-forward service/milvus-milvus 19530"
    ports = {port["port"] for port in service["spec"]["ports"]}
    assert {int(told["endpoint"].rpartition(":")[2]), 9091} <= ports
    for address in (told["web_ui"], told["metrics"]):
        assert address.startswith("http://milvus-milvus.milvus.svc:9091/")
    assert [item["collection"] for item in told["holds"]] == told["collections"]
    assert told["usd_per_month"] == place.plan.cost.usd_per_month
    assert {item["role"]: item["pods"] for item in told["sizes"]} == {
        name: role.pods for name, role in place.plan.roles.items()
    }
    assert all(item["because"] for item in told["sizes"])
    with place.plane.port_forward(namespace, "service/milvus-milvus", 19530) as port:
        done = subprocess.run(
            [sys.executable, "-c", told["connect"]],
            env={**os.environ, "MILVUS_URI": f"http://127.0.0.1:{port}", "MILVUS_PASSWORD": "any: Lite asks nobody"},
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == str(told["collections"])


def runs_as_planned(place: Place) -> None:
    """Every pod of every role runs, on nodes of the pool that the plan says, and Milvus is healthy."""
    assert place.pending() == []
    nodes = {one["metadata"]["name"]: one for one in place.plane.api.list("Node")}
    found: Counter[tuple[str, str]] = Counter()
    for pod in place.pods():
        assert pod["status"]["phase"] == "Running", pod["metadata"]["name"]
        role = ROLES.get(pod["metadata"]["labels"]["app.kubernetes.io/component"])
        if role is not None:
            found[role, pool_of(nodes[pod["spec"]["nodeName"]])] += 1
    assert found == {(name, str(role.node_pool)): role.pods for name, role in place.plan.roles.items()}
    log_runs_as_planned(place)
    resource = place.plane.api.get("Milvus", "milvus", place.namespace)
    assert resource is None or resource["status"]["status"] == "Healthy"


def log_runs_as_planned(place: Place) -> None:
    """The pods of a log that is a service stand on different nodes of their pool; Milvus is told all of them."""
    planned = next((item for item in place.plan.dependencies if item.get("mode") == "service"), None)
    pods = [pod for pod in place.pods() if pod["metadata"]["labels"].get("app.kubernetes.io/name") == "woodpecker"]
    assert len(pods) == (0 if planned is None else planned["pods"])
    if planned is None:
        return
    nodes = {pod["spec"]["nodeName"] for pod in pods}
    assert len(nodes) == len(pods)
    pools = {pool_of(one) for one in place.plane.api.list("Node") if one["metadata"]["name"] in nodes}
    assert pools == {str(pool["name"]) for pool in place.plan.node_pools if "woodpecker" in pool["pods_per_node"]}
    resource = place.plane.api.get("Milvus", "milvus", place.namespace)
    assert resource is not None
    told = resource["spec"]["dependencies"]["woodpecker"]
    assert told["external"] is True
    assert len(told["quorumBufferPools"][0]["seeds"]) == len(pods)


# The operator's labels of components.
ROLES = {
    "standalone": "standalone",
    "proxy": "proxy",
    "mixcoord": "mix_coord",
    "querynode": "query_node",
    "datanode": "data_node",
    "streamingnode": "streaming_node",
}


def no_node_is_spare(place: Place) -> None:
    """With one node less in any pool, some pod has no place: the plan's count is not wasteful."""
    api = place.plane.api
    for pool in place.plan.node_pools:
        node = f"{pool['name']}-{pool['nodes'] - 1}"
        # A StatefulSet makes the next pod only when the last one is gone; until then nobody is pending.
        wanted = len(place.pods())
        api.patch("Node", node, None, {"spec": {"unschedulable": True}})
        for pod in place.pods():
            if pod["spec"].get("nodeName") == node:
                api.delete("Pod", pod["metadata"]["name"], place.namespace)
        settled = api.wait_until(
            f"pods find a place without {node}, or the scheduler says why not",
            place.pods,
            partial(_all_have_their_answer, wanted),
            seconds=WAIT_SECONDS,
        )
        pending = {pod["metadata"]["name"]: _why(pod) for pod in settled if not pod["spec"].get("nodeName")}
        assert pending, f"pool {pool['name']} has a node to spare: {pool['nodes']} x {pool['instance_type']}"
        # A pod whose volume stands elsewhere says nothing about room.
        assert any(_HELD_BY_VOLUME not in why for why in pending.values()), pending
        api.patch("Node", node, None, {"spec": {"unschedulable": None}})
        api.wait_until(
            "all pods run again",
            place.pods,
            lambda pods: all(pod["status"].get("phase") == "Running" for pod in pods),
            seconds=WAIT_SECONDS,
        )


_HELD_BY_VOLUME = "volume node affinity conflict"


def _why(pod: Object) -> str:
    return " ".join(str(one.get("message")) for one in pod["status"].get("conditions") or [])


def _all_have_their_answer(wanted: int, pods: Sequence[Object]) -> bool:
    return len(pods) >= wanted and all(_has_its_answer(pod) for pod in pods)


def _has_its_answer(pod: Object) -> bool:
    if pod["metadata"].get("deletionTimestamp"):
        return False
    if pod["spec"].get("nodeName"):
        return True
    conditions = pod["status"].get("conditions") or []
    return any(one["type"] == "PodScheduled" and one.get("reason") == "Unschedulable" for one in conditions)


def claims(place: Place) -> dict[str, str]:
    """The volume claims with the volumes that they are bound to."""
    found = place.plane.api.list("PersistentVolumeClaim", place.namespace)
    return {one["metadata"]["name"]: one["spec"]["volumeName"] for one in found}
