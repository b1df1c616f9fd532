"""Rules on who reaches what: passwords, keys, users, TLS, endpoints, shared folders."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any

import pytest
from inspecting import cluster_milvus, findings_of, levels_of

from pulumi_milvus.rules import authorization, default_credentials, public_endpoint, shared_path, static_keys, tls

Object = dict[str, Any]
Change = Callable[[Object], None]
PASSWORD = "COMMON_SECURITY_DEFAULTROOTPASSWORD"


def with_config(**parts: Any) -> Change:
    def change(spec: Object) -> None:
        spec["config"].update(parts)

    return change


def with_env(name: str, value: str | None) -> Change:
    entry: Object = {"name": name}
    entry |= {"value": value} if value is not None else {"valueFrom": {"secretKeyRef": {"name": "root", "key": "p"}}}

    def change(spec: Object) -> None:
        spec["components"]["env"] = [entry]

    return change


def without_authorization(spec: Object) -> None:
    del spec["config"]["common"]


def secret(name: str, namespace: str = "search", **values: str) -> Object:
    data = {key: base64.b64encode(value.encode()).decode() for key, value in values.items()}
    metadata = {"name": name, "namespace": namespace}
    return {"apiVersion": "v1", "kind": "Secret", "metadata": metadata, "data": data}


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (None, []),
        (without_authorization, ["error"]),
        (with_config(common={"security": {"authorizationEnabled": False}}), ["error"]),
        (with_config(common={"security": {"authorizationEnabled": "true"}}), []),
    ],
)
def test_users_are_asked(change: Change | None, expected: list[str]) -> None:
    assert levels_of([cluster_milvus(change)], rule=authorization.RULE, production=True) == expected
    softer = ["warning"] * len(expected)
    assert levels_of([cluster_milvus(change)], rule=authorization.RULE) == softer


def test_the_environment_says_it_too() -> None:
    def change(spec: Object) -> None:
        without_authorization(spec)
        with_env("COMMON_SECURITY_AUTHORIZATIONENABLED", "true")(spec)

    assert levels_of([cluster_milvus(change)], rule=authorization.RULE, production=True) == []


def in_cluster(values: Object) -> Change:
    def change(spec: Object) -> None:
        spec["dependencies"]["storage"] = {"inCluster": {"values": values}}

    return change


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (with_env(PASSWORD, None), []),
        (None, ["advice"]),
        (with_env(PASSWORD, "Milvus"), ["error"]),
        (with_env(PASSWORD, ""), ["error"]),
        (with_config(common={"security": {"authorizationEnabled": True, "defaultRootPassword": "Milvus"}}), ["error"]),
        (
            with_config(minio={"accessKeyID": "minioadmin", "secretAccessKey": "minioadmin"}),
            ["error", "error", "advice"],
        ),
        (in_cluster({"accessKey": "minioadmin", "secretKey": "minioadmin"}), ["error", "error", "advice"]),
        (in_cluster({}), ["error", "advice"]),
        (in_cluster({"existingSecret": "keys"}), ["advice"]),
        (lambda spec: spec["dependencies"].pop("storage"), ["advice", "advice"]),
        (lambda spec: spec["dependencies"].update(storage={"type": "MinIO"}), ["advice", "advice"]),
    ],
)
def test_no_password_of_a_manual(change: Change | None, expected: list[str]) -> None:
    assert levels_of([cluster_milvus(change)], rule=default_credentials.RULE) == expected


def names_secret(spec: Object) -> None:
    with_env(PASSWORD, None)(spec)
    spec["dependencies"]["storage"]["secretRef"] = "store"


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (secret("store", accesskey="AKIAEXAMPLE", secretkey="k" * 40), []),
        (secret("store", accesskey="minioadmin", secretkey="k" * 40), ["error"]),
        (secret("anything", accesskey="minioadmin", secretkey="minioadmin"), ["error", "error"]),
        (secret("root", p=""), ["error"]),
        (secret("root", p="Milvus"), ["error"]),
        (secret("clients", token="root:Milvus"), ["error"]),
        (secret("clients", token=""), []),
        (secret("store", namespace="billing", accesskey="minioadmin"), []),
    ],
)
def test_no_password_of_a_manual_in_a_secret(found: Object, expected: list[str]) -> None:
    assert levels_of([cluster_milvus(names_secret), found], rule=default_credentials.RULE) == expected


def by_keys(endpoint: str = "s3.us-east-1.amazonaws.com:443") -> Change:
    def change(spec: Object) -> None:
        spec["dependencies"]["storage"] |= {"secretRef": "store", "endpoint": endpoint}
        spec["config"]["minio"]["useIAM"] = False

    return change


def test_an_identity_instead_of_keys() -> None:
    assert levels_of([cluster_milvus()], rule=static_keys.RULE, production=True) == []
    assert levels_of([cluster_milvus(by_keys())], rule=static_keys.RULE, production=True) == ["error"]
    assert levels_of([cluster_milvus(by_keys())], rule=static_keys.RULE) == ["warning"]
    elsewhere = cluster_milvus(by_keys("minio.example.org:9000"))
    assert levels_of([elsewhere], rule=static_keys.RULE, production=True) == ["warning"]
    inside = cluster_milvus(in_cluster({"existingSecret": "keys"}))
    assert levels_of([inside], rule=static_keys.RULE, production=True) == []


def service(kind: str = "LoadBalancer", **more: Any) -> Object:
    annotations = more.pop("annotations", {})
    selector = more.pop("selector", {"app.kubernetes.io/instance": "vectors", "app.kubernetes.io/component": "proxy"})
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": "outside", "namespace": more.pop("namespace", "search"), "annotations": annotations},
        "spec": {"type": kind, "selector": selector, "ports": [{"port": 19530}], **more},
    }


INTERNAL = {"service.beta.kubernetes.io/aws-load-balancer-scheme": "internal"}
CERTIFICATE = {"service.beta.kubernetes.io/aws-load-balancer-ssl-cert": "arn:aws:acm:eu-central-1:1:certificate/a"}
OPERATORS = {"app.kubernetes.io/instance": "vectors", "milvus.io/service": "true"}


@pytest.mark.parametrize(
    ("found", "open_to_all", "plain"),
    [
        (service("ClusterIP"), 0, 0),
        (service(annotations=INTERNAL), 0, 1),
        (service(loadBalancerSourceRanges=["10.0.0.0/8"]), 0, 1),
        (service(annotations=INTERNAL | CERTIFICATE), 0, 0),
        (service(), 1, 1),
        (service(selector=OPERATORS), 1, 1),
        (service(loadBalancerSourceRanges=["0.0.0.0/0"]), 1, 1),
        (service("NodePort"), 1, 1),
        (service(selector={"app": "shop"}), 0, 0),
        (service(namespace="billing"), 0, 0),
    ],
)
def test_ways_from_outside(found: Object, open_to_all: int, plain: int) -> None:
    text = [cluster_milvus(), found]
    assert levels_of(text, rule=public_endpoint.RULE) == ["error"] * open_to_all
    assert levels_of(text, rule=tls.RULE, production=True) == ["error"] * plain
    assert levels_of(text, rule=tls.RULE) == ["warning"] * plain


@pytest.mark.parametrize("kind", ["LoadBalancer", "NodePort"])
def test_the_operators_own_service(kind: str) -> None:
    def change(spec: Object) -> None:
        spec["components"]["proxy"]["serviceType"] = kind

    assert levels_of([cluster_milvus(change)], rule=public_endpoint.RULE) == ["error"]


def test_milvus_speaks_tls_itself() -> None:
    def change(spec: Object) -> None:
        spec["config"]["common"]["security"]["tlsMode"] = 1

    assert levels_of([cluster_milvus(change), service()], rule=tls.RULE, production=True) == []


def another(change: Change | None = None, namespace: str = "search") -> Object:
    found = cluster_milvus(change)
    found["metadata"] = {"name": "images", "namespace": namespace}
    return found


def own_folders(spec: Object) -> None:
    spec["config"]["minio"]["rootPath"] = "b"


def same_etcd_root(spec: Object) -> None:
    own_folders(spec)
    spec["config"]["etcd"] = {"rootPath": "vectors"}


def other_etcd(spec: Object) -> None:
    same_etcd_root(spec)
    spec["dependencies"]["etcd"]["endpoints"] = ["etcd.images.svc:2379"]


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        (another(own_folders), 0),
        (another(), 1),
        (another(same_etcd_root), 1),
        (another(other_etcd), 0),
        (cluster_milvus(own_folders) | {"metadata": {"name": "vectors", "namespace": "prod"}}, 1),
    ],
    ids=["apart", "one folder in the bucket", "one folder in etcd", "another etcd", "the name is etcd's folder"],
)
def test_each_milvus_has_its_own_folders(other: Object, expected: int) -> None:
    found = findings_of([cluster_milvus(), other], rule=shared_path.RULE)
    assert [finding.level for finding in found] == ["error"] * expected
