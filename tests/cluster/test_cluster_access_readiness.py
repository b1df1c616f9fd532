"""Readiness on a real API server with the stand-in operator: waits, tells, names the cause, and is taken up again."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from tests.standins.operator.crd import milvus_crd
from tests.standins.operator.running import RunningOperator, running_operator

from cluster_access_rig import PORTS, milvus_resource, pod_template, service
from control_plane import ControlPlane, NodeShape, Object
from pulumi_milvus.cluster_access.access import ClusterAccess
from pulumi_milvus.cluster_access.errors import ClusterError
from pulumi_milvus.cluster_access.forwards import Forwards
from pulumi_milvus.resources.errors import ResourceError
from pulumi_milvus.resources.handler import Scene
from pulumi_milvus.resources.lite_file import LiteFiles
from pulumi_milvus.resources.readiness.handler import ReadinessHandler
from pulumi_milvus.resources.readiness.waiting import Pace
from pulumi_milvus.resources.wire import Plain

NAMESPACE = "search"
OLD, NEW = "milvusdb/milvus:v2.6.11", "milvusdb/milvus:v3.0.0"
HASTE = 30
PACE = Pace(poll_seconds=0.2, settle_seconds=2.0)
URN = "urn:pulumi:dev::test::milvus:index:Readiness::ready"


def milvus(components: dict[str, Any] | None = None, mode: str = "standalone") -> Object:
    spec = {
        "mode": mode,
        "components": {"image": OLD, **(components or {})},
        "dependencies": {
            "etcd": {"external": True, "endpoints": ["etcd.example:2379"]},
            "storage": {"external": True, "type": "S3", "endpoint": "s3.example:443", "secretRef": "s3-cred"},
            "msgStreamType": "woodpecker",
        },
    }
    return milvus_resource(NAMESPACE, "vec", spec)


class Waiter:
    """One Readiness in one namespace."""

    def __init__(self, plane: ControlPlane) -> None:
        self.plane = plane
        self.handler = ReadinessHandler(PACE)
        self.lines: list[str] = []
        self.forwards = Forwards()
        self.ending = threading.Event()

    def scene(self) -> Scene:
        return Scene(
            urn=URN,
            endpoint=None,
            lite_files=LiteFiles(),
            log=lambda _severity, line: self.lines.append(line),
            timeout_seconds=90,
            cluster=ClusterAccess(kubeconfig=str(self.plane.kubeconfig)),
            forwards=self.forwards,
            ending=self.ending,
        )

    def inputs(self, **given: Any) -> Plain:
        checked = self.handler.check(self.scene(), {}, {"namespace": NAMESPACE, "name": "vec", **given})
        assert checked.problems == []
        return checked.inputs

    def create(self, **given: Any) -> Plain:
        return self.handler.create(self.scene(), self.inputs(**given), preview=False)[1]

    def refusal(self, seconds: float = 8, **given: Any) -> str:
        with pytest.raises(ResourceError) as failed:
            self.create(timeoutSeconds=seconds, **given)
        return str(failed.value)


@pytest.fixture
def waiter(control_plane: ControlPlane) -> Iterator[Waiter]:
    control_plane.api.apply(milvus_crd())
    control_plane.api.wait_until("Milvus is served", lambda: control_plane.api.list("Milvus") == [])
    control_plane.namespace(NAMESPACE)
    made = Waiter(control_plane)
    yield made
    made.forwards.close_all()


@pytest.fixture
def operator(waiter: Waiter) -> Iterator[RunningOperator]:
    plane = waiter.plane
    head = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "s3-cred", "namespace": NAMESPACE}}
    plane.api.create({**head, "stringData": {"accesskey": "a", "secretkey": "s"}})
    with running_operator(plane.kubeconfig, haste=HASTE) as running:
        yield running
        # The operator holds its resources by a finalizer.
        if plane.api.delete("Milvus", "vec", NAMESPACE):
            gone = lambda: plane.api.get("Milvus", "vec", NAMESPACE) is None  # noqa: E731
            plane.api.wait_until("the resource is gone", gone, seconds=60)


@pytest.mark.usefixtures("operator")
def test_a_whole_life(waiter: Waiter) -> None:
    plane = waiter.plane
    plane.nodes([NodeShape()] * 2)
    resource = milvus({"queryNode": {"replicas": 2}}, mode="cluster")
    plane.api.create(resource)
    state = waiter.create(spec=resource["spec"])
    assert state["status"] == "Healthy"
    assert state["endpoint"] == f"vec-milvus.{NAMESPACE}:19530"
    roles = {"proxy": 1, "mixcoord": 1, "datanode": 1, "streamingnode": 1, "querynode": 2}
    assert state["readyPods"] == state["wantedPods"] == roles
    assert any("querynode 0/2" in line or "querynode 1/2" in line for line in waiter.lines)

    plane.api.patch("Milvus", "vec", NAMESPACE, {"spec": {"components": {"image": NEW}}})
    changed = milvus({"queryNode": {"replicas": 2}, "image": NEW}, mode="cluster")
    inputs = waiter.inputs(spec=changed["spec"])
    assert [one.path for one in waiter.handler.diff(state, inputs).differences] == ["spec.components.image"]
    planned = waiter.handler.update(waiter.scene(), state, inputs, preview=True)
    assert planned["endpoint"] == state["endpoint"]
    state = waiter.handler.update(waiter.scene(), state, inputs, preview=False)
    running = [
        container["image"]
        for pod in plane.api.list("Pod", NAMESPACE)
        if not pod["metadata"].get("deletionTimestamp")
        for container in pod["spec"]["containers"]
    ]
    assert set(running) == {NEW}

    found = waiter.handler.read(waiter.scene(), f"{NAMESPACE}/vec", state)
    assert found is not None
    assert found.state == state
    imported = waiter.handler.read(waiter.scene(), f"{NAMESPACE}/vec", {})
    assert imported is not None
    assert imported.inputs == {"namespace": NAMESPACE, "name": "vec", "kind": "Milvus"}
    assert waiter.handler.read(waiter.scene(), f"{NAMESPACE}/none", {}) is None


@pytest.mark.usefixtures("operator")
def test_the_scheduler_says_why_and_the_next_up_goes_on(waiter: Waiter) -> None:
    plane = waiter.plane
    plane.nodes([NodeShape(memory_bytes=8 << 30)])
    wanted = {"requests": {"memory": "32Gi"}, "limits": {"memory": "32Gi"}}
    plane.api.create(milvus({"standalone": {"resources": wanted}}))
    said = waiter.refusal()
    assert said.startswith(f"Milvus {NAMESPACE}/vec is not ready after ")
    assert "standalone is at 0 of 1" in said
    assert "not scheduled: 0/1 nodes are available: 1 Insufficient memory" in said
    plane.nodes([NodeShape(memory_bytes=64 << 30)])
    assert waiter.create()["readyPods"] == {"standalone": 1}


@pytest.mark.usefixtures("operator")
def test_quota_and_pod_security_say_why(waiter: Waiter) -> None:
    plane = waiter.plane
    plane.nodes([NodeShape()])
    quota = {"apiVersion": "v1", "kind": "ResourceQuota", "metadata": {"name": "small", "namespace": NAMESPACE}}
    plane.api.create({**quota, "spec": {"hard": {"pods": "0"}}})
    plane.api.create(milvus())
    said = waiter.refusal()
    assert "exceeded quota: small" in said
    plane.api.delete("ResourceQuota", "small", NAMESPACE)
    restricted = {"pod-security.kubernetes.io/enforce": "restricted"}
    plane.namespace(NAMESPACE, restricted)
    plane.api.patch("Milvus", "vec", NAMESPACE, {"spec": {"components": {"podLabels": {"new": "label"}}}})
    said = waiter.refusal(12)
    assert 'violates PodSecurity "restricted' in said


def test_without_an_operator_that_is_said_and_an_interrupted_wait_ends(waiter: Waiter) -> None:
    assert f"Milvus resource: {NAMESPACE}/vec does not exist" in waiter.refusal(1)
    waiter.plane.api.create(milvus())
    assert "the operator has not looked at it yet; is the Milvus Operator running?" in waiter.refusal(1)
    threading.Timer(1, waiter.ending.set).start()
    assert "interrupted while" in waiter.refusal(60)


@pytest.mark.usefixtures("operator")
def test_a_cluster_that_is_away_for_a_while_is_waited_for(waiter: Waiter) -> None:
    plane = waiter.plane
    plane.nodes([NodeShape()])
    plane.api.create(milvus())
    waiter.create()
    plane.kill("kube-apiserver")
    with pytest.raises(ClusterError, match="gives no answer"):
        waiter.handler.read(waiter.scene(), f"{NAMESPACE}/vec", {})
    assert "could not be seen for" in waiter.refusal(1)

    def back() -> None:
        plane.restart("kube-apiserver")
        plane.restart("kube-scheduler")

    restart = threading.Thread(target=back)
    restart.start()
    assert waiter.create()["status"] == "Healthy"
    restart.join()
    assert any("gives no answer" in line for line in waiter.lines)


def stateful_set(image: str, storage_class: str | None = None) -> Object:
    template = pod_template()
    template["spec"]["containers"][0] |= {"image": image}
    spec: dict[str, Any] = {
        "replicas": 1,
        "serviceName": "milvus-headless",
        "selector": {"matchLabels": template["metadata"]["labels"]},
        "template": template,
    }
    if storage_class:
        template["spec"]["containers"][0]["volumeMounts"] = [{"name": "data", "mountPath": "/var/lib/milvus"}]
        claim = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "10Gi"}}}
        claim |= {"storageClassName": storage_class}
        spec["volumeClaimTemplates"] = [{"metadata": {"name": "data"}, "spec": claim}]
    metadata = {"name": "vec", "namespace": NAMESPACE}
    return {"apiVersion": "apps/v1", "kind": "StatefulSet", "metadata": metadata, "spec": spec}


def test_a_self_contained_standalone(waiter: Waiter) -> None:
    plane = waiter.plane
    plane.nodes([NodeShape()])
    plane.api.apply(stateful_set(OLD))
    said = waiter.refusal(8, kind="StatefulSet", service="milvus")
    assert "Service: there is no Service milvus in namespace search" in said
    service(plane, NAMESPACE, "milvus", ports=PORTS[:1])
    state = waiter.create(kind="StatefulSet", service="milvus")
    assert state["endpoint"] == f"milvus.{NAMESPACE}:19530"
    assert state["readyPods"] == {"standalone": 1}
    changed = stateful_set(NEW)
    plane.api.apply(changed)
    waiter.create(kind="StatefulSet", service="milvus", spec=changed["spec"])
    (pod,) = plane.api.list("Pod", NAMESPACE)
    assert pod["spec"]["containers"][0]["image"] == NEW


def test_a_claim_without_a_volume_says_why(waiter: Waiter) -> None:
    waiter.plane.nodes([NodeShape()])
    waiter.plane.api.apply(stateful_set(OLD, "no-such-class"))
    said = waiter.refusal(10, kind="StatefulSet", service="milvus")
    assert "claim data-vec-0 is Pending (StorageClass no-such-class)" in said
    assert 'storageclass.storage.k8s.io "no-such-class" not found' in said
