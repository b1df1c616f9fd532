"""Who may connect: only those that are named, to the ports that are theirs; and how a load balancer is made."""

from __future__ import annotations

from typing import Any

from manifest_cases import EVERYTHING, S3, WORLD, kept_plan, settings_of, with_wal
from pulumi_milvus.manifests.deployment import deployment_manifests
from pulumi_milvus.manifests.manifest import Manifest


def made(stack: str, declared: dict[str, Any], wal: str | None = None) -> dict[str, Manifest]:
    plan = kept_plan(stack) if wal is None else with_wal(kept_plan(stack), wal)
    return {manifest.key: manifest for manifest in deployment_manifests(plan, settings_of(declared))}


def peers(policy: Manifest, port: int) -> list[dict[str, Any]]:
    """Who is let in to a port, by name."""
    return [
        peer
        for rule in policy.body["spec"]["ingress"]
        if any(item["port"] == port for item in rule.get("ports", []))
        for peer in rule["from"]
    ]


def test_only_named_clients_and_monitoring_come_in() -> None:
    policy = made("distributed", {"object_store": S3, "backup": {"enabled": False}} | WORLD)["network-policy-milvus"]
    assert peers(policy, 19530) == [
        {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "search"}}},
        {"ipBlock": {"cidr": "10.8.0.0/16"}},
        {"podSelector": {"matchLabels": {"app": "loader"}}},
    ]
    assert peers(policy, 9091) == [
        {
            "namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "monitoring"}},
            "podSelector": {"matchLabels": {"app.kubernetes.io/name": "prometheus"}},
        }
    ]


def test_no_rule_lets_everybody_in() -> None:
    for declared in ({"object_store": S3}, {"object_store": S3} | WORLD, EVERYTHING):
        for manifest in made("distributed", declared).values():
            if manifest.kind == "NetworkPolicy":
                assert manifest.body["spec"]["policyTypes"] == ["Ingress"]
                assert manifest.body["spec"]["podSelector"]["matchLabels"]
                for rule in manifest.body["spec"].get("ingress", []):
                    assert rule["from"]
                    assert all(peer for peer in rule["from"])


def test_nobody_named_means_nobody_but_milvus_itself() -> None:
    declared = {"object_store": S3, "backup": {"enabled": False}}
    (rule,) = made("distributed", declared)["network-policy-milvus"].body["spec"]["ingress"]
    own = {"app.kubernetes.io/name": "milvus", "app.kubernetes.io/instance": "milvus"}
    assert rule == {"from": [{"podSelector": {"matchLabels": own}}]}


def test_policies_stand_before_the_pods_and_can_be_left_out() -> None:
    keys = list(made("trial", {"object_store": "in_cluster"}))
    policies = [place for place, key in enumerate(keys) if key.startswith("network-policy")]
    assert len(policies) == 3
    assert max(policies) < min(keys.index(key) for key in ("etcd", "minio", "milvus"))
    assert not any(key.startswith("network-policy") for key in made("standalone", {"network_policies": False}))


def test_a_load_balancer_is_internal_has_source_ranges_and_no_port_of_management() -> None:
    declared = EVERYTHING | {"tls": None}
    balancer = made("distributed", declared)["load-balancer"].body
    assert [port["port"] for port in balancer["spec"]["ports"]] == [19530]
    assert balancer["spec"]["loadBalancerSourceRanges"] == ["10.0.0.0/8"]
    annotations = balancer["metadata"]["annotations"]
    assert annotations["service.beta.kubernetes.io/aws-load-balancer-scheme"] == "internal"
    assert annotations["service.beta.kubernetes.io/azure-load-balancer-internal"] == "true"
    assert annotations["networking.gke.io/load-balancer-type"] == "Internal"
    assert annotations["example.com/team"] == "search"
    assert {"ipBlock": {"cidr": "10.0.0.0/8"}} in peers(made("distributed", declared)["network-policy-milvus"], 19530)


def test_tls_moves_rest_and_is_mounted_where_clients_come_in() -> None:
    spec = made("distributed", EVERYTHING)["milvus"].body["spec"]
    assert spec["config"]["common"]["security"]["tlsMode"] == 1
    assert spec["config"]["proxy"]["http"]["port"] == 8080
    mount = {"name": "tls", "mountPath": "/milvus/tls", "readOnly": True}
    assert spec["components"]["proxy"]["volumeMounts"] == [mount]
    assert spec["config"]["tls"]["serverPemPath"] == "/milvus/tls/tls.crt"
    assert "volumes" not in spec["components"]["queryNode"]


def test_one_registry_serves_every_image() -> None:
    for stack, declared in (
        ("distributed", EVERYTHING),
        ("trial", {"registry": "registry.example.com/mirror", "object_store": "in_cluster"}),
        ("standalone", {"registry": "registry.example.com/mirror"}),
    ):
        images = [image for manifest in made(stack, declared).values() for image in _images(manifest.body)]
        assert images
        assert all(image.startswith("registry.example.com/mirror/") for image in images)
        assert all(":" in image.rsplit("/", 1)[1] and not image.endswith(":latest") for image in images)
        assert not any("quay.io" in image for image in images)


def _images(value: Any) -> list[str]:
    if isinstance(value, dict):
        own = [item for key, item in value.items() if key in ("image", "toolImage", "dummyImage")]
        return own + [image for item in value.values() for image in _images(item)]
    return [image for item in value for image in _images(item)] if isinstance(value, list) else []


def test_an_autoscaler_has_both_deployments_of_query_nodes_and_never_fewer_pods_than_planned() -> None:
    manifests = made("distributed", EVERYTHING)
    targets = {
        manifest.body["spec"]["scaleTargetRef"]["name"]: manifest.body["spec"]["minReplicas"]
        for manifest in manifests.values()
        if manifest.kind == "HorizontalPodAutoscaler"
    }
    roles = kept_plan("distributed").roles
    assert targets == {
        "vec-milvus-querynode-0": roles["query_node"].pods,
        "vec-milvus-querynode-1": roles["query_node"].pods,
        "vec-milvus-proxy": roles["proxy"].pods,
    }
    assert manifests["milvus"].body["spec"]["components"]["queryNode"]["replicas"] == -1


def test_kafka_with_a_user_speaks_sasl_and_its_password_is_named_only() -> None:
    wal = {"kind": "kafka", "addresses": ["kafka:9092"], "credentials_secret": "kafka-user"}
    spec = made("distributed", {"object_store": S3, "wal": wal}, "kafka")["milvus"].body["spec"]
    wanted = {"external": True, "brokerList": ["kafka:9092"], "secretRef": "kafka-user"}
    assert spec["dependencies"]["kafka"] == wanted
    assert spec["config"]["kafka"] == {"securityProtocol": "SASL_SSL", "saslMechanisms": "SCRAM-SHA-512"}
    assert "woodpecker" not in spec["config"]
    without = made("distributed", {"object_store": S3, "wal": {"kind": "kafka", "addresses": ["kafka:9092"]}}, "kafka")
    assert without["milvus"].body["spec"]["config"]["kafka"] == {"securityProtocol": "PLAINTEXT"}
