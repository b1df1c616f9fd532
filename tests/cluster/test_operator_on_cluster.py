"""The stand-in operator on a real API server, with the real controllers of Deployments and the real scheduler.

A cleaned cluster takes some ten seconds, so each test shows several things.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from tests.standins.operator.crd import milvus_crd
from tests.standins.operator.running import RunningOperator, running_operator

from control_plane import ApiError, ControlPlane, NodeShape, Object

HASTE = 30
OLD, NEW = "milvusdb/milvus:v2.6.11", "milvusdb/milvus:v3.0.0"


class Place:
    """A namespace with one resource, called vec."""

    def __init__(self, plane: ControlPlane, namespace: str) -> None:
        self.api = plane.api
        self.namespace = plane.namespace(namespace)
        head = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "s3-cred", "namespace": namespace}}
        self.api.create({**head, "stringData": {"accesskey": "a", "secretkey": "s"}})

    def milvus(
        self, components: dict[str, Any] | None = None, *, mode: str = "cluster", etcd: str = "etcd:2379", **spec: Any
    ) -> Object:
        return {
            "apiVersion": "milvus.io/v1beta1",
            "kind": "Milvus",
            "metadata": {"name": "vec", "namespace": self.namespace},
            "spec": {
                "mode": mode,
                "components": {"image": OLD, **(components or {})},
                "dependencies": {
                    "etcd": {"external": True, "endpoints": [etcd]},
                    "storage": {"external": True, "type": "S3", "endpoint": "store:9000", "secretRef": "s3-cred"},
                    "msgStreamType": "woodpecker",
                },
                **spec,
            },
        }

    @property
    def resource(self) -> Object:
        return self.api.get("Milvus", "vec", self.namespace) or {}

    def annotation(self, name: str) -> str:
        return str((self.resource.get("metadata", {}).get("annotations") or {}).get(f"milvus.io/{name}", ""))

    def condition(self, kind: str) -> Object:
        conditions = (self.resource.get("status") or {}).get("conditions") or []
        return next((each for each in conditions if each["type"] == kind), {"status": "", "message": ""})

    def ready_message(self) -> str:
        return str(self.condition("MilvusReady").get("message"))

    def deployments(self) -> dict[str, Object]:
        """By name, without the resource's."""
        found = self.api.list("apps/Deployment", self.namespace)
        return {one["metadata"]["name"].removeprefix("vec-milvus-"): one for one in found}

    def images(self) -> dict[str, str]:
        return {
            name: one["spec"]["template"]["spec"]["containers"][0]["image"] for name, one in self.deployments().items()
        }

    def until(self, what: str, look: Callable[[], object], seconds: float = 60) -> None:
        self.api.wait_until(f"{self.namespace}: {what}", look, seconds=seconds)

    def settled(self) -> Object:
        """Healthy, updated, the newest wish seen, no roll going on."""

        def done(one: Object) -> bool:
            status = one.get("status") or {}
            seen = status.get("observedGeneration") == one["metadata"]["generation"]
            rolling = any(key.endswith("-rolling-id") for key in one["metadata"].get("labels") or {})
            updated = self.condition("MilvusUpdated")["status"] == "True"
            return status.get("status") == "Healthy" and updated and seen and not rolling

        return self.api.wait_until(f"{self.namespace} is healthy", lambda: self.resource, done, seconds=90)

    def end(self) -> None:
        """The operator holds its resources by a finalizer, so they go while it runs."""
        if self.api.delete("Milvus", "vec", self.namespace):
            self.until("the resource is gone", lambda: not self.resource)


@pytest.fixture
def served(control_plane: ControlPlane) -> ControlPlane:
    """A control plane that knows Milvus resources."""
    control_plane.api.apply(milvus_crd())
    control_plane.api.wait_until("Milvus is served", lambda: control_plane.api.list("Milvus") == [])
    return control_plane


@pytest.fixture
def operator(served: ControlPlane) -> Iterator[RunningOperator]:
    served.nodes([NodeShape()] * 2)
    with running_operator(served.kubeconfig, haste=HASTE) as running:
        yield running


@pytest.mark.usefixtures("operator")
def test_a_cluster_lives_rests_rolls_and_goes(served: ControlPlane) -> None:
    """Recorded: cluster-26, image-26-to-30."""
    place = Place(served, "life")
    place.api.create(place.milvus({"queryNode": {"replicas": 2}}))
    stored = place.settled()
    old = {name for name, image in place.images().items() if image == OLD}
    assert old == {"mixcoord", "datanode", "streamingnode", "querynode-0", "proxy", "standalone"}
    assert place.images()["querynode-1"] == "dummy"
    assert stored["status"]["endpoint"] == "vec-milvus.life:19530"
    assert stored["spec"]["components"]["updateConfigMapOnly"] is True
    assert stored["metadata"]["finalizers"] == ["milvus.milvus.io/finalizer"]

    # It rests: several rounds of all its loops change neither the resource nor a Deployment.
    def versions() -> dict[str, object]:
        generations = {name: one["metadata"]["generation"] for name, one in place.deployments().items()}
        return {**generations, "resource": place.resource["metadata"]["resourceVersion"]}

    before = versions()
    with pytest.raises(AssertionError, match="something moves"):
        place.until("something moves", lambda: versions() != before, seconds=4)

    order: list[str] = []

    def all_new() -> bool:
        order.extend(name for name, image in sorted(place.images().items()) if image == NEW and name not in order)
        return "proxy" in order

    place.api.patch("Milvus", "vec", "life", {"spec": {"components": {"image": NEW}}})
    place.until("the proxy has the new image", all_new, seconds=120)
    # Both change within one look of the operator, or two.
    assert set(order[:2]) == {"mixcoord", "standalone"}
    assert order[2:] == ["streamingnode", "querynode-1", "datanode", "proxy"]
    assert place.settled()["status"]["currentImage"] == NEW

    place.end()
    place.until("its Deployments are gone", lambda: not place.deployments())
    assert [one["metadata"]["name"] for one in place.api.list("ConfigMap", "life")] == ["kube-root-ca.crt"]


def test_what_goes_wrong_goes_wrong_as_recorded(served: ControlPlane, operator: RunningOperator) -> None:
    operator.declare_unreachable("dead:2379")
    names = ("dead", "mount", "account", "rolls", "rests")
    dead, mount, account, rolls, rests = places = [Place(served, name) for name in names]
    dead.api.create(dead.milvus(mode="standalone", etcd="dead:2379"))
    mount.api.create(mount.milvus({"queryNode": {"volumeMounts": [{"name": "nvme", "mountPath": "/nvme"}]}}))
    account.api.create(account.milvus({"serviceAccountName": "nobody"}, mode="standalone"))
    for place, more in ((rolls, {}), (rests, {"type": ""})):
        volumes = [{"name": "nvme", "hostPath": {"path": "/mnt/nvme0", **more}}]
        mounts = [{"name": "nvme", "mountPath": "/var/lib/milvus/data"}]
        place.api.create(place.milvus({"queryNode": {"volumes": volumes, "volumeMounts": mounts}}))

    # wrong-mount-without-volume: the others run, and it stays Pending.
    missing = "[querynode] not ready, detail: component[querynode]: deployment not created"
    mount.until("only the query node is missing", lambda: mount.ready_message() == missing)
    assert set(mount.deployments()) == {"mixcoord", "datanode", "streamingnode", "proxy", "standalone"}
    assert mount.resource["status"]["status"] == "Pending"

    # cluster-missing-sa: the real controller's words come through.
    told = "deployment status[ReplicaFailure:True]: reason[FailedCreate]: pods "
    account.until("the reason is told", lambda: told in account.ready_message())
    assert 'serviceaccount "nobody" not found' in account.ready_message()

    # cluster-querynode-hostpath-notype: what the server fills in is a difference for ever; spelt out it rests.
    turns: list[str] = []

    def three_turns() -> bool:
        current = rolls.annotation("querynode-current-group-id")
        turns.extend([current] if current and turns[-1:] != [current] else [])
        return len(turns) >= 4

    rolls.until("the slots change places three times", three_turns, seconds=120)
    assert turns[:4] == ["0", "1", "0", "1"]
    rests.settled()
    assert rests.annotation("querynode-current-group-id") == "0"

    # cluster-pulsar-unreachable: nothing at all, until all dependencies answer.
    dead.until("etcd was asked", lambda: dead.condition("EtcdReady")["status"] == "False")
    assert dead.deployments() == {}
    operator.declare_unreachable()
    dead.settled()
    for place in places:
        place.end()


def test_the_definition_refuses_what_the_real_one_refuses(served: ControlPlane) -> None:
    """Recorded: wrong-unknown-field, wrong-negative-replicas, wrong-type, wrong-quantity, wrong-mode and others."""
    place = Place(served, "words")
    unknown = place.milvus({"hostAliases": [], "queryNode": {"replica": 3}})
    with pytest.raises(ApiError) as strict:
        place.api.apply(unknown)
    assert "hostAliases" in strict.value.message
    place.api.create(unknown)
    assert "replica" not in place.resource["spec"]["components"]["queryNode"]

    limits = {"resources": {"limits": {"memory": "64 GB"}}}
    for wrong, words in (
        (place.milvus({"queryNode": {"replicas": -2}}), "should be greater than or equal to -1"),
        (place.milvus({"queryNode": {"replicas": "2"}}), "must be of type integer"),
        (place.milvus({"queryNode": limits}), "should match"),
        (place.milvus(mode="both"), 'supported values: "cluster", "standalone"'),
        (place.milvus(config=[1]), "must be of type object"),
        (place.milvus({"queryNode": {"groups": [{"name": "a", "replicas": 1}] * 2}}), "Duplicate value"),
    ):
        wrong["metadata"]["name"] = "other"
        with pytest.raises(ApiError) as refused:
            place.api.create(wrong)
        assert refused.value.status == 422
        assert words in refused.value.message
