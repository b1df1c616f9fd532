"""What a DataGuard is told of a plan is what the objects in the cluster say."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
import yaml

from manifest_cases import GOLDEN, kept_plan, settings_of
from pulumi_milvus.manifests.deployment import deployment_manifests
from pulumi_milvus.manifests.setting_values import ClusterSettings
from pulumi_milvus.manifests.traces import TRACES
from pulumi_milvus.planning.plan import Plan
from pulumi_milvus.resources.data_guard.from_plan import data_guard_args
from pulumi_milvus.resources.data_guard.handler import DataGuardHandler
from pulumi_milvus.resources.handler import Scene
from pulumi_milvus.resources.lite_file import LiteFiles
from pulumi_milvus.resources.names import wire_properties
from pulumi_milvus.resources.wire import Plain
from resource_driver import through_wire


def case(name: str) -> tuple[Plan, ClusterSettings]:
    stack, declared = GOLDEN[name]
    return kept_plan(stack), settings_of(declared)


def wire(plan: Plan, settings: ClusterSettings, *, disposable: bool = False) -> Plain:
    args: dict[str, Any] = dict(data_guard_args(plan, settings, disposable=disposable))
    return through_wire(wire_properties(args) | {"collections": args["collections"]})


def judged(old: Plain, new: Plain) -> tuple[list[str], list[str]]:
    """Paths of refusals, and warnings."""
    warnings: list[str] = []
    scene = Scene(
        urn="urn:pulumi:dev::test::milvus:index:DataGuard::data",
        endpoint=None,
        lite_files=LiteFiles(),
        log=lambda _severity, line: warnings.append(line),
        timeout_seconds=1.0,
    )
    checked = DataGuardHandler().check(scene, old, new)
    return [problem.path for problem in checked.problems], warnings


@pytest.mark.parametrize("name", sorted(GOLDEN))
def test_every_kind_of_deployment_is_accepted_and_stays(name: str) -> None:
    told = wire(*case(name))
    assert judged({}, told) == ([], [])
    assert judged(told, told) == ([], [])


@pytest.mark.parametrize("name", sorted(GOLDEN))
def test_it_says_what_the_objects_say(name: str) -> None:
    plan, settings = case(name)
    told = wire(plan, settings)
    body = next(dict(item.body) for item in deployment_manifests(plan, settings) if item.key == "milvus")
    assert body["metadata"]["namespace"] == told["namespace"]
    assert told["collections"] == {item.name: item.vectors for item in plan.collections}
    if body["kind"] == "StatefulSet":
        files = next(dict(item.body) for item in deployment_manifests(plan, settings) if item.key == "config")["data"]
        config = yaml.safe_load(files["user.yaml"])
        assert (told["variant"], told["topology"]) == ("self_contained", "standalone")
        assert {"objectStore", "etcd"}.isdisjoint(told)
        assert told["wal"] == f"woodpecker-{config['woodpecker']['storage']['type']}"
        return
    spec = body["spec"]
    outside, config = spec["dependencies"], spec["config"]
    assert told["variant"] == "operator"
    assert told["name"] == body["metadata"]["name"]
    assert told["topology"] == {"standalone": "standalone", "cluster": "distributed"}[spec["mode"]]
    assert spec["components"]["image"].endswith(f":v{told['milvusVersion']}" + ("-gpu" if told["gpuImage"] else ""))
    assert told["objectStore"]["bucket"] == config["minio"]["bucketName"]
    assert told["objectStore"]["rootPath"] == config["minio"]["rootPath"]
    assert told["objectStore"]["endpoint"] == outside["storage"]["endpoint"]
    assert told["etcd"]["rootPath"] == config["etcd"]["rootPath"]
    assert told["etcd"]["endpoints"] == outside["etcd"]["endpoints"]
    assert outside["msgStreamType"] == "woodpecker"
    assert told["wal"] == ("woodpecker-service" if "woodpecker" in outside else "woodpecker")
    assert config["woodpecker"]["storage"]["type"] == ("service" if "woodpecker" in outside else "minio")


@pytest.mark.parametrize(
    ("kind", "wal"), [("woodpecker_service", "woodpecker-service"), ("pulsar", "pulsar"), ("kafka", "kafka")]
)
def test_logs_have_the_names_of_plans(kind: str, wal: str) -> None:
    stack, declared = GOLDEN["distributed_s3_zones"]
    plan = kept_plan(stack)
    settings = settings_of(declared | {"wal": {"kind": kind, "addresses": ["log:6650"]}})
    assert wire(plan, settings)["wal"] == wal


def test_changes_of_a_values_file_are_judged() -> None:
    plan, settings = case("distributed_s3_zones")
    told = wire(plan, settings)
    assert judged(told, wire(plan, replace(settings, name="search")))[0] == ["name", "disposable"]
    assert judged(told, wire(plan, replace(settings, registry="mirror.example.com"))) == ([], [])
    unwatched = judged(told, wire(plan, replace(settings, metrics=False)))
    assert unwatched == ([], [f"traces.metrics: {TRACES['metrics']}"])
    store = settings.object_store
    assert store is not None
    moved = replace(settings, object_store=replace(store, bucket="other"))
    assert judged(told, wire(plan, moved))[0] == ["objectStore.bucket", "disposable"]
    members = [dict(item) | ({"pods": 5} if item["name"] == "etcd" else {}) for item in plan.dependencies]
    assert judged(told, wire(replace(plan, dependencies=tuple(members)), settings))[0] == [
        "etcd.endpoints",
        "disposable",
    ]
    plan, settings = case("distributed_in_cluster_store")
    told = wire(plan, settings)
    drives = next(item["pods"] for item in plan.dependencies if item["name"] == "object store")
    assert told["objectStore"]["pods"] == drives
    more = [dict(item) | ({"pods": drives + 1} if item["name"] == "object store" else {}) for item in plan.dependencies]
    other = wire(replace(plan, dependencies=tuple(more)), settings)
    assert judged(told, other)[0] == ["objectStore.pods", "disposable"]
    inside, alone = case("standalone_self_contained"), case("standalone_operator")
    assert judged(wire(*inside), wire(*alone))[0][0] == "variant"
    assert judged(wire(*inside, disposable=True), wire(*alone))[0] == []
