"""What the stand-in operator makes of a resource: the recorded rules, one a test, without the recordings."""

from __future__ import annotations

import pytest
from tests.standins.operator.documents import Document
from tests.standins.operator.examples import DEPENDENCIES, ROLES, Settled, milvus
from tests.standins.operator.images import has_streaming


class TestComponents:
    def test_a_cluster_of_2_6_has_streaming_nodes_and_an_empty_standalone(self) -> None:
        found = Settled(milvus())
        assert found.deployments == ROLES
        assert found.deployment("standalone")["replicas"] == 0
        assert {kind for kind, _ in found.objects} == {"Deployment", "Service", "ConfigMap", "PodMonitor"}

    def test_a_cluster_of_2_5_has_index_nodes(self) -> None:
        found = Settled(milvus({"image": "milvusdb/milvus:v2.5.15"}))
        assert found.deployments == ROLES - {"streamingnode"} | {"indexnode"}
        named = Settled(milvus({"image": "milvusdb/milvus:v2.5.15", "streamingNode": {}}))
        assert named.deployments == ROLES | {"indexnode"}

    def test_old_coordinators_and_index_nodes_have_no_place_in_2_6(self) -> None:
        """Facts: cluster-legacy-coords, cluster-indexnode-26."""
        assert Settled(milvus({"rootCoord": {"replicas": 1}, "indexNode": {"replicas": 1}})).deployments == ROLES

    def test_old_coordinators_replace_the_mixed_one_in_2_5(self) -> None:
        found = Settled(milvus({"image": "milvusdb/milvus:v2.5.15", "rootCoord": {"replicas": 1}}))
        assert {"rootcoord", "datacoord", "querycoord", "indexcoord"} < found.deployments
        assert "mixcoord" not in found.deployments

    @pytest.mark.parametrize(
        ("image", "version", "streaming"),
        [
            ("milvusdb/milvus:v2.6.11", None, True),
            ("milvusdb/milvus:v2.6.0-rc1", None, True),
            ("milvusdb/milvus:v3.0.0-gpu", None, True),
            ("milvusdb/milvus:2.5.15", None, False),
            ("milvusdb/milvus:master-20260101-abc", None, True),
            ("milvusdb/milvus:latest", None, False),
            ("milvusdb/milvus", None, False),
            ("registry.example:5000/milvus", None, False),
            ("milvusdb/milvus@sha256:6d1c", None, False),
            ("milvusdb/milvus:v2.6.11@sha256:6d1c", None, False),
            ("milvusdb/milvus:latest", "3.0.1", True),
            ("milvusdb/milvus:v2.6.11", "2.5", False),
        ],
    )
    def test_the_version_is_read_from_the_tag_or_the_field(
        self, image: str, version: str | None, streaming: bool
    ) -> None:
        """Recorded: cluster-latest-tag, cluster-version-field; facts: digests."""
        assert has_streaming(version, image) is streaming

    def test_cdc_stays_on_a_cluster_only(self) -> None:
        """Recorded: cluster-cdc, standalone-cdc."""
        assert "cdc" in Settled(milvus({"cdc": {"replicas": 1}})).deployments
        assert Settled(milvus({"cdc": {"replicas": 1}}, mode="standalone")).deployments == {"standalone"}

    def test_defaults_are_the_operators_image_and_a_queue_by_mode(self) -> None:
        """Recorded: standalone-mode-omitted, standalone-default-mq-25."""
        dependencies = {**DEPENDENCIES, "msgStreamType": ""}
        bare: Document = {"metadata": {"name": "vec"}, "spec": {"dependencies": dependencies}}
        found = Settled(bare)
        assert found.container("standalone")["image"] == "milvusdb/milvus:v2.6.11"
        assert found.configuration["mq"]["type"] == "woodpecker"
        bare["spec"]["components"] = {"image": "milvusdb/milvus:v2.5.15"}
        assert Settled(bare).configuration["mq"]["type"] == "rocksmq"

    def test_everything_at_zero_makes_nothing(self) -> None:
        """Recorded: cluster-stopped, standalone-replicas-0."""
        none = {"replicas": 0}
        keys = ("proxy", "mixCoord", "dataNode", "queryNode", "streamingNode")
        assert "Stopped" in (Settled(milvus(dict.fromkeys(keys, none))).answer.refused or "")
        assert Settled(milvus({"standalone": none}, mode="standalone")).answer.objects == []
        assert Settled(milvus({"queryNode": none})).deployment("querynode-0")["replicas"] == 0


class TestPods:
    def test_the_query_node_has_two_slots(self) -> None:
        found = Settled(milvus({"queryNode": {"replicas": 3}}))
        assert [found.deployment(f"querynode-{slot}")["replicas"] for slot in (0, 1)] == [3, 0]
        assert [found.container(f"querynode-{slot}")["image"] for slot in (0, 1)] == [
            "milvusdb/milvus:v2.6.11",
            "dummy",
        ]
        selected = found.deployment("querynode-1")["selector"]["matchLabels"]
        assert selected["milvus.io/querynode-group-id"] == "1"

    def test_rolling_mode_3_gives_every_component_two_slots(self) -> None:
        found = Settled(milvus({"rollingMode": 3}))
        assert {name[-2:] for name in found.deployments} == {"-0", "-1"}
        assert Settled(milvus({"rollingMode": 5})).deployments == ROLES

    def test_waits_are_a_month_and_half_a_minute(self) -> None:
        deployment = Settled(milvus()).deployment("proxy")
        assert deployment["progressDeadlineSeconds"] == 2592000
        assert deployment["minReadySeconds"] == 30
        pod = deployment["template"]["spec"]
        assert pod["terminationGracePeriodSeconds"] == 2592000
        assert pod["containers"][0]["lifecycle"]["preStop"]["exec"]["command"] == ["sleep", "30"]

    def test_only_proxy_and_standalone_are_behind_the_service(self) -> None:
        found = Settled(milvus())
        assert {name for name in ROLES if "milvus.io/service" in found.labels(name)} == {"proxy", "standalone"}
        service = found.objects["Service", "vec-milvus"]["spec"]
        assert service["selector"]["milvus.io/service"] == "true"
        assert [each["port"] for each in service["ports"]] == [19530, 9091]

    def test_a_queue_inside_takes_the_data_path_of_every_pod(self) -> None:
        found = Settled(milvus({"queryNode": own_disk("/var/lib/milvus")}))
        assert found.mounts("querynode-0")["/var/lib/milvus"] == "milvus-data"
        assert "disk" in found.volumes("querynode-0")
        below = Settled(milvus({"queryNode": own_disk("/var/lib/milvus/data")}))
        assert below.mounts("querynode-0")["/var/lib/milvus/data"] == "disk"
        assert below.mounts("proxy")["/var/lib/milvus"] == "milvus-data"

    @pytest.mark.parametrize(
        "dependencies",
        [
            {"msgStreamType": "pulsar", "pulsar": {"external": True, "endpoint": "pulsar:6650"}},
            {"msgStreamType": "custom"},
            {"woodpecker": {"external": True, "quorumBufferPools": [{"name": "a", "seeds": ["a:1"]}]}},
        ],
    )
    def test_a_queue_outside_leaves_the_data_path_free(self, dependencies: Document) -> None:
        """Facts: cluster-data-path-pulsar, cluster-woodpecker-external, cluster-custom-mq."""
        found = Settled(milvus({"queryNode": own_disk("/var/lib/milvus")}, dependencies=dependencies))
        assert found.mounts("querynode-0")["/var/lib/milvus"] == "disk"
        assert "milvus-data" not in found.volumes("proxy")

    def test_an_own_volume_called_milvus_data_is_lost(self) -> None:
        """Facts: cluster-data-volume-name."""
        volume = {"name": "milvus-data", "hostPath": {"path": "/mnt"}}
        found = Settled(milvus({"queryNode": {"volumes": [volume]}}))
        assert found.pod("querynode-0")["volumes"][0] == {"name": "milvus-data", "emptyDir": {}}

    def test_a_removal_mark_does_not_beat_the_data_mount(self) -> None:
        mark = {"name": "_remove", "mountPath": "/var/lib/milvus"}
        mounts = Settled(milvus({"queryNode": {"volumeMounts": [mark]}})).mounts("querynode-0")
        assert mounts["/var/lib/milvus"] == "milvus-data"
        assert "_remove" not in mounts.values()

    def test_kafkas_secret_brings_credentials_and_a_certificate(self) -> None:
        kafka = {"external": True, "brokerList": ["k:9092"], "secretRef": "kafka-cred"}
        dependencies = {"msgStreamType": "kafka", "kafka": kafka}
        setup = [{"kind": "Secret", "name": "kafka-cred"}]
        found = Settled(milvus(dependencies=dependencies), setup)
        assert found.mounts("proxy")["/milvus/configs/kafka-ca"] == "kafka-ca"
        assert {"KAFKA_SASLUSERNAME", "KAFKA_SASLPASSWORD"} < {each["name"] for each in found.container("proxy")["env"]}
        assert Settled(milvus(dependencies=dependencies)).answer.objects == []

    def test_a_given_probe_replaces_one_of_three(self) -> None:
        probe = {"tcpSocket": {"port": 19530}}
        found = Settled(milvus({"proxy": {"probes": {"readinessProbe": probe}}})).container("proxy")
        assert found["readinessProbe"] == probe
        assert found["livenessProbe"]["periodSeconds"] == 15
        assert found["startupProbe"]["failureThreshold"] == 18

    def test_quantities_are_spelt_as_kubernetes_does(self) -> None:
        resources = {"limits": {"cpu": "2000m", "memory": "0.5Gi"}}
        found = Settled(milvus({"queryNode": {"resources": resources}})).container("querynode-0")
        assert found["resources"] == {"limits": {"cpu": "2", "memory": "512Mi"}}


def own_disk(path: str) -> Document:
    return {
        "volumes": [{"name": "disk", "emptyDir": {"sizeLimit": "200Gi"}}],
        "volumeMounts": [{"name": "disk", "mountPath": path}],
    }


class TestOtherObjects:
    def test_a_claim_outlives_the_resource(self) -> None:
        dependencies = {"msgStreamType": "rocksmq", "rocksmq": {"persistence": {"enabled": True}}}
        claim = Settled(milvus(mode="standalone", dependencies=dependencies)).objects[
            "PersistentVolumeClaim", "vec-data"
        ]
        assert "ownerReferences" not in claim["metadata"]
        assert claim["spec"]["accessModes"] == ["ReadWriteOnce"]
        assert claim["spec"]["resources"]["requests"]["storage"] == "5368709120"

    def test_an_existing_claim_is_used_and_none_is_made(self) -> None:
        """Facts: standalone-woodpecker-existing-pvc."""
        persistence = {"enabled": True, "persistentVolumeClaim": {"existingClaim": "mine"}}
        found = Settled(milvus(mode="standalone", dependencies={"woodpecker": {"persistence": persistence}}))
        assert found.pod("standalone")["volumes"][0]["persistentVolumeClaim"] == {"claimName": "mine"}
        assert "PersistentVolumeClaim" not in {kind for kind, _ in found.objects}

    def test_the_service_takes_ports_of_sidecars_and_rest(self) -> None:
        sidecar = {"name": "s", "image": "s", "ports": [{"name": "agent", "containerPort": 8125}]}
        proxy = {"port": 19531, "serviceRestfulPort": 8080, "serviceType": "LoadBalancer", "sidecars": [sidecar]}
        ports = Settled(milvus({"proxy": proxy})).objects["Service", "vec-milvus"]["spec"]["ports"]
        assert [(each["name"], each["port"], each["targetPort"]) for each in ports] == [
            ("milvus", 19531, "milvus"),
            ("metrics", 9091, "metrics"),
            ("agent", 8125, "agent"),
            ("restful", 8080, "restful"),
        ]
        numbered = Settled(milvus({"proxy": proxy, "targetPortType": "integer"}))
        assert numbered.objects["Service", "vec-milvus"]["spec"]["ports"][0]["targetPort"] == 19531

    def test_an_ingress_leads_to_the_service(self) -> None:
        """Facts: standalone-nodeport-ingress."""
        ingress = {"hosts": ["a.example"], "tlsSecretRefs": {"tls": ["a.example"]}, "ingressClassName": "nginx"}
        found = Settled(milvus({"proxy": {"ingress": ingress}})).objects["Ingress", "vec-milvus"]["spec"]
        backend = found["rules"][0]["http"]["paths"][0]["backend"]["service"]
        assert backend == {"name": "vec-milvus", "port": {"number": 19530}}
        assert found["tls"] == [{"hosts": ["a.example"], "secretName": "tls"}]

    def test_metrics_can_be_off(self) -> None:
        assert ("PodMonitor", "vec") in Settled(milvus()).objects
        assert ("PodMonitor", "vec") not in Settled(milvus({"disableMetric": True})).objects
