"""The stand-in operator's loop, second by second, on an API server in memory."""

from __future__ import annotations

import copy

import pytest
from tests.standins.operator.api import ApiError
from tests.standins.operator.documents import Document, section
from tests.standins.operator.examples import milvus
from tests.standins.operator.scene import NAMESPACE, Scene
from tests.standins.operator.waits import HASTE_VARIABLE, declared_waits

NEW = "milvusdb/milvus:v3.0.0"


def running(resource: Document | None = None, *, haste: float = 1.0) -> Scene:
    """A scene whose resource is healthy."""
    scene = Scene(haste=haste)
    scene.add_milvus((resource or milvus({"queryNode": {"replicas": 2}}))["spec"])
    scene.settle()
    return scene


def changed_images(scene: Scene, seconds: int = 600) -> list[str]:
    """The Deployments in the order in which their image changes, until the resource is settled."""
    order: list[str] = []
    before = {name: scene.image(name[11:]) for name in scene.names("Deployment")}
    for _ in range(seconds):
        scene.tick()
        for name in scene.names("Deployment"):
            if scene.image(name[11:]) != before.get(name):
                before[name] = scene.image(name[11:])
                order.append(name[11:])
        if scene.is_settled and order:
            return order
    raise AssertionError(f"not settled: {order}, {scene.status}")


class TestBeginning:
    def test_pending_first_then_probed_then_made(self) -> None:
        scene = Scene()
        scene.add_milvus(milvus()["spec"])
        scene.loop.turn(0.0, [])  # the status loops have just passed
        scene.tick()
        assert scene.status["status"] == "Pending"
        assert scene.condition("EtcdReady") == ""
        assert scene.names("Deployment") == []
        assert scene.run_until(lambda: scene.names("Deployment")) >= 25
        assert scene.condition("EtcdReady") == "True"

    def test_healthy_after_the_pods_were_available_for_half_a_minute(self) -> None:
        scene = Scene()
        scene.add_milvus(milvus()["spec"])
        assert 30 <= scene.run_until(lambda: scene.is_settled) <= 100

    def test_haste_divides_every_wait(self) -> None:
        scene = running(haste=10.0)
        assert scene.api.now < 10
        assert scene.deployment("proxy")["spec"]["minReadySeconds"] == 3

    def test_a_dead_dependency_keeps_everything_from_being_made(self) -> None:
        scene = Scene(unreachable={"127.0.0.1:23791"})
        scene.add_milvus(milvus()["spec"])
        scene.run_until(lambda: scene.condition("EtcdReady") == "False")
        assert scene.names("Deployment") == scene.names("ConfigMap") == []
        assert scene.status["status"] == "Pending"
        scene.unreachable.clear()
        scene.settle()

    def test_everything_at_zero_is_stopped(self) -> None:
        scene = Scene()
        scene.add_milvus(milvus({"standalone": {"replicas": 0}}, mode="standalone")["spec"])
        scene.run_until(lambda: scene.status.get("status") == "Stopped")
        assert scene.names("Deployment") == []
        scene.api.patch_spec("vec", {"components": {"standalone": {"replicas": 1}}})
        scene.settle()

    def test_what_is_written_back(self) -> None:
        stored = running().milvus
        assert stored["metadata"]["finalizers"] == ["milvus.milvus.io/finalizer"]
        assert stored["metadata"]["annotations"]["milvus.io/querynode-current-group-id"] == "0"
        components = stored["spec"]["components"]
        assert components["standalone"]["replicas"] == 0
        assert components["updateConfigMapOnly"] is True
        assert components["probes"] is None
        assert stored["spec"]["config"]["rootCoord"] == {"enableActiveStandby": True}

    def test_a_second_look_changes_nothing(self) -> None:
        scene = running()
        before = scene.milvus["metadata"]["resourceVersion"]
        for _ in range(700):
            scene.tick()
        assert scene.milvus["metadata"]["resourceVersion"] == before


class TestRolls:
    def test_up_from_coordinator_to_proxy(self) -> None:
        scene = running()
        scene.api.patch_spec("vec", {"components": {"image": NEW}})
        order = changed_images(scene)
        assert set(order[:2]) == {"mixcoord", "standalone"}
        assert order[2:] == ["streamingnode", "querynode-1", "datanode", "proxy"]
        assert scene.status["currentImage"] == NEW

    def test_down_from_proxy_to_coordinator(self) -> None:
        """Facts: image-30-to-26-downgrade."""
        scene = running(milvus({"image": NEW}))
        change = {"image": "milvusdb/milvus:v2.6.11", "imageUpdateMode": "rollingDowngrade"}
        scene.api.patch_spec("vec", {"components": change})
        order = [name for name in changed_images(scene) if name != "standalone"]
        assert order == ["proxy", "datanode", "querynode-1", "streamingnode", "mixcoord"]

    def test_from_2_5_streaming_nodes_come_first_and_index_nodes_go_last(self) -> None:
        """Facts: image-25-to-26."""
        scene = running(milvus({"image": "milvusdb/milvus:v2.5.15"}))
        scene.api.patch_spec("vec", {"components": {"image": NEW, "streamingMode": None}})
        order = [name for name in changed_images(scene) if name != "standalone"]
        assert order == ["streamingnode", "mixcoord", "querynode-1", "datanode", "proxy"]
        scene.run_until(lambda: "vec-milvus-indexnode" not in scene.names("Deployment"))
        assert "indexNode" not in scene.milvus["spec"]["components"]

    def test_all_at_once_without_rolling_updates(self) -> None:
        """Facts: image-26-to-30-norolling."""
        scene = running(milvus({"enableRollingUpdate": False}))
        scene.api.patch_spec("vec", {"components": {"image": NEW}})
        scene.tick()
        singles = ("mixcoord", "datanode", "streamingnode", "proxy", "standalone", "querynode-1")
        assert {scene.image(name) for name in singles} == {NEW}

    def test_changed_limits_bring_all_new_pods_up_first(self) -> None:
        resources = {"limits": {"memory": "8Gi"}}
        scene = running(milvus({"queryNode": {"replicas": 2, "resources": resources}}))
        more = {"limits": {"memory": "16Gi"}}
        scene.api.patch_spec("vec", {"components": {"queryNode": {"resources": more}}})
        scene.run_until(lambda: scene.pods("querynode-1") == 2)
        assert scene.pods("querynode-0") == 2
        scene.run_until(lambda: scene.pods("querynode-0") == 0)
        assert scene.milvus["metadata"]["annotations"]["milvus.io/querynode-current-group-id"] == "1"

    def test_taken_back_before_its_end_a_roll_goes_back(self) -> None:
        scene = running()
        scene.api.patch_spec("vec", {"components": {"queryNode": {"nodeSelector": {"pool": "a"}}}})
        scene.run_until(lambda: scene.pods("querynode-1"))
        scene.api.patch_spec("vec", {"components": {"queryNode": {"nodeSelector": None}}})
        scene.settle()
        scene.run_until(lambda: scene.pods("querynode-0") == 2 and scene.pods("querynode-1") == 0)
        assert scene.milvus["metadata"]["annotations"]["milvus.io/querynode-current-group-id"] == "0"

    @pytest.mark.parametrize(
        ("volume", "for_ever"),
        [
            ({"hostPath": {"path": "/mnt"}}, True),
            ({"hostPath": {"path": "/mnt", "type": "Directory"}}, False),
            ({"projected": {"sources": []}}, True),
            ({"ephemeral": {"volumeClaimTemplate": {"spec": {"accessModes": ["ReadWriteOnce"]}}}}, True),
            ({"emptyDir": {}}, False),
            ({"secret": {"secretName": "x"}}, False),
        ],
    )
    def test_what_the_server_completes_rolls_for_ever(self, volume: Document, for_ever: bool) -> None:
        """Recorded: the endless rolls, and cluster-nvme-hostpath, which rests."""
        scene = Scene()
        mount = {"name": "disk", "mountPath": "/disk"}
        query_node = {"volumes": [{"name": "disk", **volume}], "volumeMounts": [mount]}
        scene.add_milvus(milvus({"queryNode": query_node})["spec"])
        seen = set()
        for _ in range(300):
            scene.tick()
            annotations = section(scene.milvus, "metadata", "annotations")
            seen.add(annotations.get("milvus.io/querynode-current-group-id"))
        assert ("1" in seen) is for_ever
        assert (scene.image("querynode-1") != "dummy") is for_ever

    def test_probes_alone_wait_for_the_next_roll(self) -> None:
        """Facts: probes-change."""
        scene = running()
        probe = {"tcpSocket": {"port": 19530}}
        scene.api.patch_spec("vec", {"components": {"proxy": {"probes": {"readinessProbe": probe}}}})
        scene.tick(60)
        before = scene.deployment("proxy")["metadata"]["generation"]
        assert scene.deployment("proxy")["spec"]["template"]["spec"]["containers"][0]["readinessProbe"] != probe
        scene.api.patch_spec("vec", {"components": {"proxy": {"nodeSelector": {"a": "b"}}}})
        scene.tick()
        assert scene.deployment("proxy")["spec"]["template"]["spec"]["containers"][0]["readinessProbe"] == probe
        assert scene.deployment("proxy")["metadata"]["generation"] == before + 1


class TestChanges:
    def test_up_at_once_and_down_one_by_one(self) -> None:
        scene = running()
        scene.api.patch_spec("vec", {"components": {"queryNode": {"replicas": 4}}})
        scene.tick()
        assert scene.pods("querynode-0") == 4
        scene.run_until(lambda: scene.status["status"] == "Unhealthy")
        scene.settle()
        scene.api.patch_spec("vec", {"components": {"queryNode": {"replicas": 1}}})
        scene.tick()
        assert scene.pods("querynode-0") == 3
        assert scene.run_until(lambda: scene.pods("querynode-0") == 1) >= 25

    def test_removing_a_field_takes_scheduling_back_but_not_volumes(self) -> None:
        """Recorded: remove-component-field."""
        disk = {"volumes": [{"name": "d", "emptyDir": {}}], "volumeMounts": [{"name": "d", "mountPath": "/d"}]}
        scene = running(
            milvus({"dataNode": {**disk, "nodeSelector": {"a": "b"}, "env": [{"name": "A", "value": "1"}]}})
        )
        gone = dict.fromkeys(("volumes", "volumeMounts", "nodeSelector", "env"))
        scene.api.patch_spec("vec", {"components": {"dataNode": gone}})
        scene.tick()
        pod = scene.deployment("datanode")["spec"]["template"]["spec"]
        assert "nodeSelector" not in pod
        assert "d" in {each["name"] for each in pod["volumes"]}
        assert "A" in {each["name"] for each in pod["containers"][0]["env"]}

    def test_a_changed_configuration_restarts_nothing_by_default(self) -> None:
        scene = running()
        before = {name: scene.deployment(name[11:])["metadata"]["generation"] for name in scene.names("Deployment")}
        scene.api.patch_spec("vec", {"config": {"log": {"level": "debug"}}})
        scene.tick(60)
        assert "debug" in (scene.api.get("ConfigMap", NAMESPACE, "vec") or {})["data"]["user.yaml"]
        after = {name: scene.deployment(name[11:])["metadata"]["generation"] for name in before}
        assert after == before

    def test_a_standalone_becomes_a_cluster(self) -> None:
        """Recorded: standalone-to-cluster: its pod stays beside the cluster."""
        scene = running(milvus(mode="standalone"))
        scene.api.patch_spec("vec", {"mode": "cluster"})
        scene.settle()
        assert scene.pods("standalone") == scene.pods("proxy") == 1

    def test_a_refused_part_leaves_the_rest_running(self) -> None:
        scene = Scene()
        mounts = {"volumeMounts": [{"name": "nvme", "mountPath": "/nvme"}]}
        scene.add_milvus(milvus({"queryNode": mounts})["spec"])
        scene.run_until(lambda: scene.pods("proxy"))
        scene.tick(120)
        assert scene.pods("querynode-0") is None
        assert scene.status["status"] == "Pending"
        scene.api.patch_spec("vec", {"components": {"queryNode": {"volumeMounts": None}}})
        scene.settle()

    def test_two_resources_do_not_disturb_each_other(self) -> None:
        scene = running()
        scene.add_milvus(milvus({"image": NEW})["spec"], name="other")
        scene.run_until(lambda: "other-milvus-proxy" in scene.names("Deployment"))
        assert scene.image("proxy") == "milvusdb/milvus:v2.6.11"
        assert scene.is_settled


class TestEnd:
    def test_deletion_takes_everything_but_the_claim(self) -> None:
        scene = running(milvus(mode="standalone", dependencies=kept(pvc_deletion=False)))
        scene.api.delete("Milvus", NAMESPACE, "vec")
        scene.run_until(lambda: not scene.milvus)
        assert scene.names("Deployment") == scene.names("Service") == scene.names("ConfigMap") == []
        assert scene.names("PersistentVolumeClaim") == ["vec-data"]

    def test_the_claim_goes_where_that_is_asked_for(self) -> None:
        """Recorded: standalone-rocksmq-pvc."""
        scene = running(milvus(mode="standalone", dependencies=kept(pvc_deletion=True)))
        scene.api.delete("Milvus", NAMESPACE, "vec")
        scene.run_until(lambda: not scene.milvus)
        assert scene.names("PersistentVolumeClaim") == []


def kept(*, pvc_deletion: bool) -> Document:
    return {"woodpecker": {"persistence": {"enabled": True, "pvcDeletion": pvc_deletion}}}


class TestWaits:
    @pytest.mark.parametrize("text", ["0", "fast", "0.5", "nan"])
    def test_a_bad_divisor_is_named(self, text: str, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv(HASTE_VARIABLE, text)
        with pytest.raises(ValueError, match=f"{HASTE_VARIABLE}={text}: a divisor of the waits"):
            declared_waits()

    def test_errors_wait_longer_and_longer(self) -> None:
        waits = declared_waits()
        assert [waits.error_seconds(number) for number in (1, 2, 3, 20)] == [1, 2, 4, 60]


class TestServerInMemory:
    """The tests above mean nothing if it takes everything."""

    def test_a_stale_write_is_a_conflict(self) -> None:
        scene = running()
        stale = scene.milvus
        newer = copy.deepcopy(stale)
        newer["metadata"]["labels"]["a"] = "b"
        scene.api.update(newer)
        with pytest.raises(ApiError) as refused:
            scene.api.update(stale)
        assert refused.value.is_conflict

    def test_the_status_is_written_apart(self) -> None:
        scene = running()
        changed = scene.milvus
        changed["status"]["status"] = "Nonsense"
        scene.api.update(changed)
        assert scene.status["status"] == "Healthy"
