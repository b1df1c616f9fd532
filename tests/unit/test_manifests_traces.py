"""What stays in the pods of a setting that is taken away: really so on the operator's stand-in, and told."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from tests.standins.operator.scene import NAMESPACE, Scene

from manifest_cases import S3, kept_plan, settings_of
from pulumi_milvus.manifests.traces import TRACES, traces_of
from pulumi_milvus.resources.data_guard.from_plan import data_guard_args
from pulumi_milvus.resources.data_guard.handler import DataGuardHandler
from pulumi_milvus.resources.names import wire_properties
from resource_driver import Place, through_wire

AZURE = {
    "kind": "azure",
    "bucket": "vectors",
    "storage_account": "account",
    "service_account_annotations": {"azure.workload.identity/client-id": "id"},
}


def mount(name: str, path: str) -> dict[str, Any]:
    volume = {"name": name, "secret": {"secretName": "vec-tls", "defaultMode": 0o444}}
    return {"volumes": [volume], "volumeMounts": [{"name": name, "mountPath": path, "readOnly": True}]}


def after_removal(components: dict[str, Any], gone: dict[str, Any]) -> Scene:
    """A cluster that ran with some fields of its components, once they were taken out of its resource."""
    from tests.standins.operator.examples import milvus

    scene = Scene()
    scene.add_milvus(milvus(copy.deepcopy(components))["spec"])
    scene.settle()
    scene.api.patch_spec("vec", {"components": gone})
    scene.settle()
    return scene


def test_tls_leaves_its_mount_its_secret_and_the_port() -> None:
    on = {"proxy": mount("tls", "/milvus/tls") | {"serviceRestfulPort": 8080}}
    off = {"proxy": dict.fromkeys(("volumes", "volumeMounts", "serviceRestfulPort"))}
    scene = after_removal(on, off)
    pod = scene.deployment("proxy")["spec"]["template"]["spec"]
    assert "vec-tls" in [volume.get("secret", {}).get("secretName") for volume in pod["volumes"]]
    assert "/milvus/tls" in [each["mountPath"] for each in pod["containers"][0]["volumeMounts"]]
    ports = [port["port"] for port in (scene.api.get("Service", NAMESPACE, "vec-milvus") or {})["spec"]["ports"]]
    assert 8080 in ports


def test_labels_and_variables_of_pods_and_the_monitor_stay() -> None:
    disk = {"env": [{"name": "LOCAL_STORAGE_SIZE", "value": "10"}]}
    label = {"azure.workload.identity/use": "true"}
    scene = after_removal(
        {"podLabels": label, "disableMetric": False, "queryNode": disk},
        {"podLabels": None, "disableMetric": True, "queryNode": {"env": None}},
    )
    assert label.items() <= scene.deployment("proxy")["spec"]["template"]["metadata"]["labels"].items()
    active = [scene.deployment(f"querynode-{slot}") for slot in (0, 1)]
    variables = [
        each["spec"]["template"]["spec"]["containers"][0]["env"] for each in active if each["spec"]["replicas"]
    ]
    assert all("LOCAL_STORAGE_SIZE" in [one["name"] for one in found] for found in variables)
    assert scene.names("PodMonitor") == ["vec"]


@pytest.mark.parametrize(
    ("name", "plan", "on", "off"),
    [
        ("tls", "distributed", {"object_store": S3, "tls": "vec-tls"}, {"object_store": S3}),
        ("metrics", "distributed", {"object_store": S3}, {"object_store": S3, "metrics": False}),
        (
            "azure_identity",
            "gpu",
            {"object_store": AZURE},
            {"object_store": {key: AZURE[key] for key in ("kind", "bucket", "storage_account")}},
        ),
    ],
)
def test_each_is_told_when_it_is_taken_away_and_not_before(
    name: str, plan: str, on: dict[str, Any], off: dict[str, Any]
) -> None:
    assert warned(plan, on, on) == warned(plan, off, on) == warned(plan, off, off) == []
    assert warned(plan, on, off) == [f"traces.{name}: {TRACES[name]}"]


def test_a_local_disk_is_one_and_our_own_stateful_set_leaves_none() -> None:
    assert "local_disk" in traces_of(kept_plan("nvme"), settings_of({"object_store": S3}))
    assert traces_of(kept_plan("standalone"), settings_of({"tls": "vec-tls"})) == ()


def warned(plan: str, before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    lines: list[tuple[str, str]] = []
    scene = Place("a.db").scene("urn:pulumi:prod::vectors::milvus:index:DataGuard::data", lines)
    old, new = (
        through_wire(wire_properties(dict(data_guard_args(kept_plan(plan), settings_of(declared)))))
        for declared in (before, after)
    )
    checked = DataGuardHandler().check(scene, old, new)
    assert checked.problems == []
    return [line for severity, line in lines if severity == "warning" and line.startswith("traces")]
