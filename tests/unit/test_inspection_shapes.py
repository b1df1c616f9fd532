"""Readers: the Helm chart's shapes, previews and exports of Pulumi, node groups, Karpenter."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
import yaml
from inspecting import cluster_milvus, levels_of, resources, workload

from pulumi_milvus.inspection.check_files import all_findings
from pulumi_milvus.inspection.inspect import inspect
from pulumi_milvus.inspection.quantity import amount, size_bytes
from pulumi_milvus.planning.values_file import values_of

NVME = "diskann-needs-nvme"
ON_DISK = workload("DISKANN")


def deployment(component: str, **pod: Any) -> dict[str, Any]:
    """A component as the Helm chart runs it."""
    container = {
        "name": component,
        "image": "milvusdb/milvus:v2.6.24",
        "args": ["/milvus/tools/run.sh", "milvus", "run", component],
        "resources": resources("32Gi"),
        "volumeMounts": [{"name": "disk", "mountPath": "/var/lib/milvus/data"}],
    }
    volumes = [{"name": "config", "configMap": {"name": "release-milvus"}}, {"name": "disk", "emptyDir": {}}]
    labels = {"app.kubernetes.io/instance": "release", "component": component}
    spec = {"containers": [container], "volumes": volumes, **pod}
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": f"release-milvus-{component}", "labels": labels},
        "spec": {"replicas": 2, "template": {"metadata": {"labels": labels}, "spec": spec}},
    }


def config_map(user: dict[str, Any]) -> dict[str, Any]:
    """The chart's ConfigMap."""
    default = {"queryNode": {"enableDisk": False, "port": 21123}}
    data = {"default.yaml": yaml.safe_dump(default), "user.yaml": yaml.safe_dump(user)}
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "release-milvus"}, "data": data}


def test_the_charts_deployments_are_one_milvus_with_its_configuration() -> None:
    objects = [deployment(name) for name in ("querynode", "datanode", "proxy")]
    rule = "diskann-disk-enabled"
    assert levels_of([*objects, config_map({"queryNode": {"enableDisk": True}})], ON_DISK, rule=rule) == []
    assert levels_of([*objects, config_map({})], ON_DISK, rule=rule) == ["error"]
    assert levels_of(objects, ON_DISK, rule=rule) == ["advice"]
    text = yaml.safe_dump_all([*objects, config_map({})]).encode()
    (milvus,) = inspect([("a", text)]).milvuses
    assert {pod.component for pod in milvus.pods} == {"queryNode", "dataNode", "proxy"}
    assert milvus.mode == "cluster"
    assert milvus.setting("queryNode.port") == 21123


def group(user_data: str | None, instance_type: str = "r6id.4xlarge") -> list[dict[str, Any]]:
    """A node group of a preview, and its launch template where there is one."""
    inputs: dict[str, Any] = {"instanceTypes": [instance_type], "labels": {"pool": "nvme"}}
    found = []
    if user_data is not None:
        inputs["launchTemplate"] = {"id": "04da6b54-80e4-46f7-96ec-b56ff0331ba9", "version": "$Latest"}
        encoded = base64.b64encode(user_data.encode()).decode()
        found.append(step("aws:ec2/launchTemplate:LaunchTemplate", "template", {"userData": encoded}))
    return [*found, step("aws:eks/nodeGroup:NodeGroup", "nvme", inputs)]


def step(kind: str, name: str, inputs: dict[str, Any]) -> dict[str, Any]:
    """One step of a preview."""
    urn = f"urn:pulumi:dev::p::{kind}::{name}"
    return {"op": "create", "urn": urn, "newState": {"urn": urn, "type": kind, "inputs": inputs}}


@pytest.mark.parametrize("export", [False, True])
@pytest.mark.parametrize(
    ("steps", "level"),
    [
        (group("spec: {instance: {localStorage: {strategy: RAID0}}}"), []),
        (group("spec: {instance: {localStorage: {strategy: Mount}}}"), ["error", "error"]),
        (group(None), ["error", "error"]),
        (group("strategy: RAID0", "r6i.4xlarge"), ["error", "error"]),
    ],
)
def test_node_groups_of_a_preview_and_of_an_export(export: bool, steps: list[dict[str, Any]], level: list[str]) -> None:
    def selected(spec: dict[str, Any]) -> None:
        for component in ("queryNode", "dataNode"):
            spec["components"][component]["nodeSelector"] = {"pool": "nvme"}

    custom = "kubernetes:milvus.io/v1beta1:Milvus"
    steps = [*steps, step(custom, "vectors", cluster_milvus(selected))]
    states = [item["newState"] for item in steps]
    document = {"deployment": {"resources": states}} if export else {"steps": steps}
    found = inspect([("preview.json", json.dumps(document).encode())], values_of(ON_DISK).workload)
    assert [item.level for item in all_findings(found) if item.rule == NVME] == level


@pytest.mark.parametrize(
    ("policy", "families", "level"),
    [("RAID0", ["r6id"], []), (None, ["r6id"], ["error", "error"]), ("RAID0", ["r6id", "r6i"], ["error", "error"])],
)
def test_karpenters_pools(policy: str | None, families: list[str], level: list[str]) -> None:
    requirement = {"key": "karpenter.k8s.aws/instance-family", "operator": "In", "values": families}
    spec = {"nodeClassRef": {"name": "nvme"}, "requirements": [requirement]}
    template = {"metadata": {"labels": {"pool": "nvme"}}, "spec": spec}
    pool = {
        "apiVersion": "karpenter.sh/v1",
        "kind": "NodePool",
        "metadata": {"name": "nvme"},
        "spec": {"template": template},
    }
    node_class = {
        "apiVersion": "karpenter.k8s.aws/v1",
        "kind": "EC2NodeClass",
        "metadata": {"name": "nvme"},
        "spec": {"instanceStorePolicy": policy} if policy else {},
    }

    def selected(spec: dict[str, Any]) -> None:
        for component in ("queryNode", "dataNode"):
            spec["components"][component]["nodeSelector"] = {"pool": "nvme"}

    assert levels_of([cluster_milvus(selected), pool, node_class], ON_DISK, rule=NVME) == level


def test_quantities() -> None:
    assert [size_bytes(text) for text in ("48Gi", "1.5Ki", "128974848", "129e6", "1k", 5)] == [
        48 * 1024**3,
        1536,
        128974848,
        129_000_000,
        1000,
        5,
    ]
    assert amount("500m") == 0.5
    assert [amount(text) for text in ("", "x", None, True, "5 Gi")] == [None] * 5


@pytest.mark.parametrize(
    "text", ["kind: [a]\n", "{}\n", "- 1\n- {kind: Node}\n", "kind: Milvus\napiVersion: milvus.io/v1\n"]
)
def test_odd_shapes_are_read_without_a_traceback(text: str) -> None:
    assert all_findings(inspect([("a", text.encode())])) is not None


@pytest.mark.parametrize(
    ("path", "odd"),
    [
        (("metadata",), 3),
        (("spec", "components", "queryNode", "affinity"), {"podAntiAffinity": [], "nodeAffinity": 1}),
        (("spec", "components", "queryNode", "topologySpreadConstraints"), [{"labelSelector": [1]}]),
        (("spec", "components", "queryNode", "tolerations"), {"a": 1}),
        (("spec", "components", "queryNode", "volumes"), [1, {"name": "disk", "emptyDir": None}]),
        (("spec", "components"), []),
        (("spec",), "x"),
    ],
)
def test_a_part_of_another_shape_is_no_crash(path: tuple[str, ...], odd: object) -> None:
    milvus = cluster_milvus()
    below: Any = milvus
    for key in path[:-1]:
        below = below[key]
    below[path[-1]] = odd
    levels_of([milvus, group("")[0]], ON_DISK, rule=NVME, production=True)
