"""Rules on images, on queues that nobody asked for, and on the store of the log."""

from __future__ import annotations

from typing import Any

import pytest
from inspecting import cluster_milvus, findings_of, levels_of

from pulumi_milvus.rules import image_pinned, pulsar_by_accident, wal_bucket
from pulumi_milvus.rules.image_names import ImageName

Object = dict[str, Any]
DIGEST = "milvusdb/milvus@sha256:" + "0" * 64


def image(name: str | None, component: str | None = None, version: str | None = None) -> Object:
    def change(spec: Object) -> None:
        components = spec["components"]
        (components if component is None else components[component])["image"] = name
        if name is None:
            del components["image"]
        if version is not None:
            components["version"] = version

    return cluster_milvus(change)


@pytest.mark.parametrize(
    ("milvus", "count"),
    [
        (cluster_milvus(), 0),
        (image("registry.example.org:5000/milvusdb/milvus:v3.0.2"), 0),
        (image("milvusdb/milvus:v2.6.24-gpu", "queryNode"), 0),
        (image("milvusdb/milvus:2.6.24", "proxy"), 0),
        (image("milvusdb/milvus:v3.0.2-rc1"), 0),
        (image("milvusdb/milvus:master-20260810-1a2b3c4d"), 0),
        (image(DIGEST, version="v2.6.24"), 0),
        (image(DIGEST), 5),
        # Recorded of the operator: with a digest behind it, a tag is not read either.
        (image("milvusdb/milvus:v2.6.24@sha256:" + "0" * 64), 5),
        (image("milvusdb/milvus"), 5),
        (image("registry.example.org:5000/milvusdb/milvus"), 5),
        (image("milvusdb/milvus:latest"), 5),
        (image("milvusdb/milvus:2.6-latest"), 5),
        (image("milvusdb/milvus:v2.6"), 5),
        (image(None), 5),
        (image("milvusdb/milvus:v2.6.20", "queryNode"), 1),
        (image("milvusdb/milvus:v3.0.2-gpu", "queryNode"), 1),
    ],
)
def test_every_pod_names_one_release(milvus: Object, count: int) -> None:
    assert levels_of([milvus], rule=image_pinned.RULE) == ["error"] * count


@pytest.mark.parametrize(
    ("name", "tag", "digest", "release"),
    [
        ("a/b:v1.2.3", "v1.2.3", None, "v1.2.3"),
        ("a/b:1.2.3-gpu", "1.2.3-gpu", None, "v1.2.3"),
        ("h:5000/a/b", None, None, None),
        ("h:5000/a/b:v1.2.3@sha256:00", "v1.2.3", "sha256:00", "v1.2.3"),
        ("a/b:main", "main", None, None),
    ],
)
def test_parts_of_a_name(name: str, tag: str | None, digest: str | None, release: str | None) -> None:
    found = ImageName.of(name)
    assert (found.tag, found.digest, found.release) == (tag, digest, release)


def stream(kind: str | None, **more: Any) -> Object:
    def change(spec: Object) -> None:
        del spec["dependencies"]["msgStreamType"]
        if kind is not None:
            spec["dependencies"]["msgStreamType"] = kind
        spec["dependencies"] |= more.get("dependencies", {})
        spec["mode"] = more.get("mode", "cluster")

    return cluster_milvus(change)


EXTERNAL_PULSAR = {"pulsar": {"external": True, "endpoint": "pulsar.queues.svc:6650"}}


@pytest.mark.parametrize(
    ("milvus", "expected"),
    [
        (stream("woodpecker"), []),
        (stream("pulsar"), []),
        (stream(None, dependencies=EXTERNAL_PULSAR), []),
        (stream(None, mode="standalone"), []),
        (stream(None), ["error"]),
    ],
)
def test_no_pulsar_by_the_operators_default(milvus: Object, expected: list[str]) -> None:
    assert levels_of([milvus], rule=pulsar_by_accident.RULE) == expected


def workload_of(kind: str, name: str, image_name: str, **metadata: Any) -> Object:
    labels = {"app.kubernetes.io/name": "milvus", "app.kubernetes.io/instance": "m", **metadata.pop("labels", {})}
    container = {"name": name, "image": image_name, "args": metadata.pop("args", [])}
    return {
        "apiVersion": "apps/v1",
        "kind": kind,
        "metadata": {"name": name, "namespace": "search", "labels": labels},
        "spec": {
            "replicas": 1,
            "selector": {"matchLabels": labels},
            "template": {"metadata": {"labels": labels}, "spec": {"containers": [container]}},
        },
    }


def charts(queue: str, stateful_set: str) -> list[Object]:
    config = f"mq:\n  type: {queue}\n"
    component = {"component": "querynode", "app.kubernetes.io/component": "querynode"}
    arguments = ["/milvus/tools/run.sh", "milvus", "run", "querynode"]
    pods = workload_of("Deployment", "m-querynode", "milvusdb/milvus:v3.0.2", labels=component, args=arguments)
    pod = pods["spec"]["template"]["spec"]
    pod["volumes"] = [{"name": "milvus-config", "configMap": {"name": "m"}}]
    pod["containers"][0]["volumeMounts"] = [
        {"name": "milvus-config", "mountPath": "/milvus/configs/user.yaml", "subPath": "user.yaml"}
    ]
    beside = workload_of("StatefulSet", stateful_set, "apachepulsar/pulsar:3.0.7")
    metadata = {"name": "m", "namespace": "search", "labels": {"app.kubernetes.io/instance": "m"}}
    data = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": {"user.yaml": config}}
    return [pods, beside, data]


@pytest.mark.parametrize(
    ("queue", "stateful_set", "count"),
    [
        ("pulsar", "m-pulsarv3-broker", 0),
        ("woodpecker", "m-etcd", 0),
        ("woodpecker", "other-pulsarv3-broker", 0),
        ("woodpecker", "m-pulsarv3-broker", 1),
        ("woodpecker", "m-kafka", 1),
    ],
)
def test_no_queue_by_the_charts_default(queue: str, stateful_set: str, count: int) -> None:
    found = findings_of(charts(queue, stateful_set), rule=pulsar_by_accident.RULE)
    assert [finding.level for finding in found] == ["error"] * count


def store(endpoint: str, kind: str = "woodpecker", storage: str = "minio") -> Object:
    def change(spec: Object) -> None:
        spec["dependencies"]["storage"]["endpoint"] = endpoint
        spec["dependencies"]["msgStreamType"] = kind
        spec["config"]["woodpecker"] = {"storage": {"type": storage}}

    return cluster_milvus(change)


@pytest.mark.parametrize(
    ("milvus", "expected"),
    [
        (store("s3.eu-central-1.amazonaws.com:443"), []),
        (store("obs.eu-101.myhuaweicloud.com:443"), ["error"]),
        (store("obs.eu-101.myhuaweicloud.com:443", kind="pulsar"), []),
        (store("obs.eu-101.myhuaweicloud.com:443", storage="local"), []),
    ],
)
def test_the_store_of_the_log(milvus: Object, expected: list[str]) -> None:
    assert levels_of([milvus], rule=wal_bucket.RULE) == expected


@pytest.mark.parametrize(
    ("release", "expected"),
    [("RELEASE.2024-12-18T13-15-44Z", []), ("RELEASE.2023-03-20T20-16-18Z", ["error"]), ("latest", [])],
)
def test_the_age_of_a_minio(release: str, expected: list[str]) -> None:
    minio = workload_of("StatefulSet", "minio", f"minio/minio:{release}")
    assert levels_of([store("minio.search.svc:9000"), minio], rule=wal_bucket.RULE) == expected
