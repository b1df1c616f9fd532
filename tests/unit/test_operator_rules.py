"""How the stand-in operator merges, configures and refuses: the recorded rules, one a test, without the recordings."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
import yaml
from tests.standins.operator.__main__ import answer_line
from tests.standins.operator.documents import Document
from tests.standins.operator.examples import DEPENDENCIES, ROLES, Settled, milvus
from tests.standins.operator.merging import merged_environment
from tests.standins.operator.surroundings import UNREACHABLE_VARIABLE

from pulumi_cli import CLONE


class TestMerging:
    def test_scheduling_and_resources_are_replaced_whole(self) -> None:
        found = Settled(milvus({"nodeSelector": {"a": "1"}, "queryNode": {"nodeSelector": {"b": "2"}}}))
        assert found.pod("querynode-0")["nodeSelector"] == {"b": "2"}
        assert found.pod("proxy")["nodeSelector"] == {"a": "1"}

    def test_a_global_label_beats_the_components_and_the_operators_beats_both(self) -> None:
        labels = {"team": "search", "app.kubernetes.io/name": "mine"}
        found = Settled(milvus({"podLabels": labels, "dataNode": {"podLabels": {"team": "ingest", "x": "y"}}}))
        assert found.labels("datanode")["team"] == "search"
        assert found.labels("datanode")["x"] == "y"
        assert found.labels("datanode")["app.kubernetes.io/name"] == "milvus"

    def test_variables_merge_by_name_and_the_operators_come_again(self) -> None:
        component = {"env": [{"name": "A", "value": "2"}, {"name": "MINIO_ACCESS_KEY", "value": "mine"}]}
        found = Settled(milvus({"env": [{"name": "A", "value": "1"}], "proxy": component}))
        names = [each["name"] for each in found.container("proxy")["env"]]
        assert names[:4] == ["A", "MINIO_ACCESS_KEY", "CACHE_SIZE", "MINIO_ACCESS_KEY"]
        assert found.container("proxy")["env"][0]["value"] == "2"

    def test_a_name_twice_in_one_list_stays_twice(self) -> None:
        """Facts: wrong-env-duplicate."""
        twice = [{"name": "A", "value": "1"}, {"name": "A", "value": "2"}]
        assert merged_environment([], twice) == twice

    def test_volumes_are_replaced_while_mounts_are_appended(self) -> None:
        shared = {"volumes": [{"name": "ca", "emptyDir": {}}], "volumeMounts": [{"name": "ca", "mountPath": "/ca"}]}
        own = {"volumes": [{"name": "nvme", "emptyDir": {}}], "volumeMounts": [{"name": "nvme", "mountPath": "/nvme"}]}
        found = Settled(milvus({**shared, "queryNode": own}))
        assert "querynode-0" not in found.deployments
        assert found.deployments == ROLES - {"querynode-0", "querynode-1"}
        assert 'volumeMounts[0].name: Not found: "ca"' in found.answer.errors[0]

    def test_groups_have_deployments_of_their_own(self) -> None:
        """Recorded: cluster-querynode-groups; facts: cluster-proxy-groups."""
        groups = [{"name": "hot", "replicas": 2, "labels": {"tier": "hot"}}, {"name": "cold", "replicas": 1}]
        query_node = {"nodeSelector": {"pool": "query"}, "groups": groups}
        groups[1]["nodeSelector"] = {}
        found = Settled(milvus({"queryNode": query_node, "proxy": {"groups": [{"name": "a", "replicas": 3}]}}))
        assert {"querynode-hot-0", "querynode-hot-1", "querynode-cold-0", "proxy-a"} < found.deployments
        assert found.deployment("proxy-a")["replicas"] == 3
        assert found.pod("querynode-hot-0")["nodeSelector"] == {"pool": "query"}
        assert "nodeSelector" not in found.pod("querynode-cold-0")
        assert found.labels("querynode-hot-0")["milvus.io/deployment-group"] == "hot"
        assert found.labels("querynode-hot-0")["tier"] == "hot"

    def test_a_container_security_context_leaves_the_init_container_alone(self) -> None:
        found = Settled(milvus({"securityContext": {"runAsUser": 5}}))
        assert found.container("proxy")["securityContext"] == {"runAsUser": 5}
        assert found.pod("proxy")["initContainers"][0]["securityContext"]["runAsUser"] == 1000
        assert Settled(milvus({"runAsNonRoot": True})).pod("proxy")["securityContext"]["runAsUser"] == 1000


class TestStrategy:
    def test_pods_are_replaced_one_more_at_a_time(self) -> None:
        rolling = {"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": 0, "maxSurge": 1}}
        assert Settled(milvus()).deployment("mixcoord")["strategy"] == rolling

    def test_without_rolling_updates_a_coordinator_never_runs_twice(self) -> None:
        found = Settled(milvus({"enableRollingUpdate": False}))
        recreated = {name for name in ROLES if found.deployment(name)["strategy"]["type"] == "Recreate"}
        assert recreated == {"mixcoord", "standalone"}
        assert {name for name in ROLES if "minReadySeconds" in found.deployment(name)} == {"querynode-0", "querynode-1"}
        assert "rootCoord" not in found.configuration

    @pytest.mark.parametrize("queue", ["rocksmq", "natsmq"])
    def test_a_standalone_with_an_old_queue_inside_never_runs_twice(self, queue: str) -> None:
        found = Settled(milvus({"enableRollingUpdate": True}, mode="standalone", dependencies={"msgStreamType": queue}))
        assert found.deployment("standalone")["strategy"] == {"type": "Recreate"}

    @pytest.mark.parametrize("setting", [{"enableManualMode": True}, {"imageUpdateMode": "force"}])
    def test_force_and_manual_mode_replace_all_at_once(self, setting: Document) -> None:
        found = Settled(milvus(setting)).deployment("proxy")["strategy"]
        assert found["rollingUpdate"] == {"maxUnavailable": "100%", "maxSurge": "100%"}

    def test_manual_mode_leaves_numbers_alone(self) -> None:
        found = Settled(milvus({"enableManualMode": True, "queryNode": {"replicas": 2}}))
        assert found.deployment("querynode-0")["replicas"] == 0
        assert found.deployment("standalone")["replicas"] == 1

    def test_an_autoscaler_begins_with_one(self) -> None:
        found = Settled(milvus({"queryNode": {"replicas": -1}, "proxy": {"replicas": -1}}))
        assert found.deployment("querynode-0")["replicas"] == found.deployment("proxy")["replicas"] == 1

    def test_a_paused_query_node_has_no_pods(self) -> None:
        found = Settled(milvus({"queryNode": {"paused": True, "replicas": 2}, "dataNode": {"paused": True}}))
        assert found.deployment("querynode-0")["replicas"] == 0
        assert found.deployment("datanode")["replicas"] == 1
        assert found.deployment("datanode")["paused"] is True


class TestConfiguration:
    def test_keys_stand_in_clear_and_owned_keys_are_the_operators(self) -> None:
        config = {
            "minio": {"address": "x", "port": 1, "rootPath": "r"},
            "mq": {"type": "pulsar"},
            "log": {"level": "info"},
        }
        found = Settled(milvus(config=config)).configuration
        assert found["minio"]["secretAccessKey"] == "minioadmin"
        assert (found["minio"]["address"], found["minio"]["port"]) == ("127.0.0.1", 25000)
        assert found["mq"]["type"] == found["messageQueue"] == "woodpecker"
        assert found["log"] == {"level": "info"}

    def test_names_default_to_the_resources(self) -> None:
        found = Settled(milvus()).configuration
        assert found["minio"]["bucketName"] == found["etcd"]["rootPath"] == "vec"
        assert found["msgChannel"]["chanNamePrefix"]["cluster"] == "vec"

    def test_a_checksum_restarts_pods_only_where_it_is_asked_for(self) -> None:
        def annotations(found: Settled) -> Document:
            value: Document = found.deployment("proxy")["template"]["metadata"]["annotations"]
            return value

        assert "checksum/config" not in annotations(Settled(milvus()))
        assert "checksum/config" in annotations(Settled(milvus({"updateConfigMapOnly": False})))

    def test_a_woodpecker_outside_is_a_service(self) -> None:
        pools = [{"name": "a", "seeds": ["a:1"]}]
        found = Settled(milvus(dependencies={"woodpecker": {"external": True, "quorumBufferPools": pools}}))
        assert found.configuration["woodpecker"]["storage"]["type"] == "service"
        assert json.loads(found.configuration["woodpecker"]["client"]["quorum"]["quorumBufferPools"]) == pools

    def test_an_active_config_map_has_its_own_name(self) -> None:
        found = Settled(milvus({"activeConfigMap": "blue"}, hookConfig={"soPath": "x"}))
        assert yaml.safe_load(found.objects["ConfigMap", "blue"]["data"]["hook.yaml"]) == {"soPath": "x"}
        assert found.deployment("proxy")["template"]["metadata"]["annotations"]["milvus.io/using-configmap"] == "blue"


class TestRefusals:
    def test_nothing_is_made_before_the_dependencies_answer(self) -> None:
        pulsar = {"msgStreamType": "pulsar", "pulsar": {"external": True, "endpoint": "127.0.0.1:26651"}}
        assert "MsgStreamReady" in (Settled(milvus(dependencies=pulsar)).answer.refused or "")
        storage = {"storage": {**DEPENDENCIES["storage"], "secretRef": "absent"}}
        assert "Secret not exist" in (Settled(milvus(dependencies=storage)).answer.refused or "")
        assert "EtcdReady" in (Settled(milvus(dependencies={"etcd": {"external": True}})).answer.refused or "")
        minio = {"storage": {**DEPENDENCIES["storage"], "type": "MinIO"}}
        bucket = {"minio": {"bucketName": "absent"}}
        assert Settled(milvus(config=bucket, dependencies=minio)).deployments == ROLES
        assert "bucket absent does not exist" in (Settled(milvus(config=bucket)).answer.refused or "")

    def test_a_setting_declares_endpoints_dead(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv(UNREACHABLE_VARIABLE, "127.0.0.1:23791, 127.0.0.1:1")
        assert "EtcdReady" in (Settled(milvus()).answer.refused or "")

    def test_dependencies_inside_the_cluster_are_not_imitated(self) -> None:
        found = Settled({"metadata": {"name": "vec"}, "spec": {"mode": "cluster"}})
        assert "etcd and storage and pulsar would be installed as Helm charts" in (found.answer.refused or "")

    def test_a_bad_global_volume_stops_everything_a_components_only_that(self) -> None:
        bad = {"volumes": [{"name": "x", "emptyDir": "yes"}]}
        assert "verify custom volume 0" in (Settled(milvus(bad)).answer.refused or "")
        assert Settled(milvus({"queryNode": bad})).deployments == ROLES - {"querynode-0", "querynode-1"}

    def test_requests_above_limits_are_refused(self) -> None:
        resources = {"limits": {"memory": "4Gi"}, "requests": {"memory": "8192Mi"}}
        found = Settled(milvus({"queryNode": {"resources": resources}}))
        assert "querynode-0" not in found.deployments
        assert "must be less than or equal to memory limit of 4Gi" in found.answer.errors[0]

    @pytest.mark.parametrize("name", ["vec.prod", "v" * 60])
    def test_a_service_needs_a_short_name_without_dots(self, name: str) -> None:
        kinds = {kind for kind, _ in Settled(milvus(name=name, mode="standalone")).objects}
        assert kinds == {"Deployment", "ConfigMap", "PodMonitor"}
        assert "Service" in {kind for kind, _ in Settled(milvus(name="1vec", mode="standalone")).objects}

    def test_a_group_needs_a_name_for_a_deployment(self) -> None:
        found = Settled(milvus({"queryNode": {"groups": [{"name": "Hot_Tier", "replicas": 1}]}}))
        assert found.deployments == ROLES - {"querynode-0", "querynode-1"}

    @pytest.mark.parametrize(
        ("components", "dependencies", "field"),
        [
            ({"metricLabels": {"a": "b"}}, {}, "spec.components.metricLabels"),
            ({}, {"tei": {"enabled": True}}, "spec.dependencies.tei"),
        ],
    )
    def test_what_no_recording_shows_is_unsupported(
        self, components: Document, dependencies: Document, field: str
    ) -> None:
        assert Settled(milvus(components, dependencies=dependencies)).answer.unsupported == field


class TestCommand:
    def test_it_answers_line_by_line(self) -> None:
        asked = [json.dumps({"resource": milvus()}), "no json", '{"resource": {}}', ""]
        done = subprocess.run(
            [sys.executable, "-m", "tests.standins.operator"],
            input="\n".join(asked),
            cwd=CLONE,
            capture_output=True,
            text=True,
            check=True,
        )
        first, second, third = map(json.loads, done.stdout.splitlines())
        assert len(first["objects"]) == 10
        assert set(second) == set(third) == {"error"}

    def test_refusals_and_errors_are_told(self) -> None:
        refused = json.dumps({"resource": milvus({"standalone": {"replicas": 0}}, mode="standalone")})
        assert set(answer_line(refused)) == {"refused"}
        partly = answer_line(json.dumps({"resource": milvus(name="a.b", mode="standalone")}))
        assert set(partly) == {"objects", "errors"}

    def test_pythons_own_operator_is_not_shadowed(self) -> None:
        """The folder of the stand-ins is on the path of the tests, and this one is called like a module of Python."""
        done = subprocess.run(
            [sys.executable, "-c", "import operator; print(operator.itemgetter)"],
            env={"PYTHONPATH": str(CLONE / "tests" / "standins")},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.stdout.startswith("<class"), done.stderr
