"""`pulumi preview --json` and `pulumi stack export` of EKS node groups and launch templates with a Milvus on them.

Shapes: pulumi 3.259 (PreviewDigest, UntypedDeployment), pulumi-aws 7 (eks.NodeGroup, ec2.LaunchTemplate), user data
of Amazon Linux 2023 (awslabs/amazon-eks-ami, nodeadm/doc).
"""

from __future__ import annotations

import base64
from typing import Any

from .case import Case, Objects, changed, without
from .right_systems import CAGRA_WORKLOAD, DISKANN_WORKLOAD, diskann, gpu

UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
PREFIX = "urn:pulumi:prod::search::"
NVME = {"diskann-needs-nvme": "error"}


def user_data(strategy: str | None) -> str:
    """nodeadm's configuration as multipart MIME, in base64."""
    local = f"\n    localStorage:\n      strategy: {strategy}" if strategy else ""
    text = (
        'MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="BOUNDARY"\n\n--BOUNDARY\n'
        "Content-Type: application/node.eks.aws\n\n---\napiVersion: node.eks.aws/v1alpha1\nkind: NodeConfig\nspec:\n"
        f"  instance:{local or ' {}'}\n  kubelet:\n    config:\n      maxPods: 58\n\n--BOUNDARY--\n"
    )
    return base64.b64encode(text.encode()).decode()


def group(name: str, template: Any = None, **inputs: Any) -> dict[str, Any]:
    """The state of an EKS node group; ``template`` is what its launchTemplate says."""
    said = {
        "__defaults": [],
        "clusterName": "search",
        "nodeGroupName": name,
        "nodeRoleArn": UNKNOWN,
        "scalingConfig": {"__defaults": [], "desiredSize": 5, "maxSize": 8, "minSize": 3},
        "subnetIds": UNKNOWN,
        "labels": {"role": name},
        **({} if template is None else {"launchTemplate": template}),
        **inputs,
    }
    return {
        "type": "aws:eks/nodeGroup:NodeGroup",
        "urn": f"{PREFIX}aws:eks/nodeGroup:NodeGroup::{name}",
        "inputs": said,
    }


def launch_template(name: str, strategy: str | None, **inputs: Any) -> dict[str, Any]:
    """The state of a launch template."""
    kind = "aws:ec2/launchTemplate:LaunchTemplate"
    said = {"__defaults": [], "namePrefix": f"{name}-", "userData": user_data(strategy), **inputs}
    return {"type": kind, "urn": f"{PREFIX}{kind}::{name}", "inputs": said}


def in_kubernetes(objects: Objects) -> list[dict[str, Any]]:
    """The states of Kubernetes objects."""
    states = []
    for item in objects:
        kind = f"kubernetes:{item['apiVersion']}:{item['kind']}"
        name = f"{item['metadata'].get('namespace', '')}-{item['kind']}-{item['metadata']['name']}"
        states.append({"type": kind, "urn": f"{PREFIX}{kind}::{name}", "inputs": item})
    return states


def preview(states: list[dict[str, Any]], op: str = "create") -> Objects:
    """What `pulumi preview --json` prints."""
    stack = {"type": "pulumi:pulumi:Stack", "urn": f"{PREFIX}pulumi:pulumi:Stack::search-prod", "inputs": {}}
    steps = [
        {"op": op, "urn": state["urn"], "newState": {"custom": True, **state}, "detailedDiff": None}
        for state in [stack, *states]
    ]
    return [{"config": {"aws:region": "us-east-1"}, "steps": steps, "duration": 7, "changeSummary": {op: len(steps)}}]


def export(states: list[dict[str, Any]]) -> Objects:
    """What `pulumi stack export` prints."""
    resources = [{"custom": True, "outputs": dict(state["inputs"]), **state} for state in states]
    return [{"version": 3, "deployment": {"manifest": {"time": "2026-11-01T00:00:00Z"}, "resources": resources}}]


def milvus_of(objects: Objects) -> list[dict[str, Any]]:
    """The Milvus on nodes of the group ``disk`` or ``gpu``, without Karpenter."""
    kept = without(without(objects, "NodePool"), "EC2NodeClass")
    for component in ("queryNode", "dataNode"):
        spec = kept[0]["spec"]["components"][component]
        spec["nodeSelector"] = {"role": "gpu" if "nvidia.com/gpu" in spec["resources"]["limits"] else "disk"}
    return in_kubernetes(kept)


def depending(state: dict[str, Any], template: str) -> dict[str, Any]:
    """A node group whose template is known by the resource that it comes from only."""
    urn = f"{PREFIX}aws:ec2/launchTemplate:LaunchTemplate::{template}"
    return {**state, "dependencies": [urn], "propertyDependencies": {"launchTemplate": [urn], "labels": None}}


_on_disk = milvus_of(diskann())
_on_gpu = milvus_of(gpu())
_new = {"id": UNKNOWN, "version": UNKNOWN}
_raid = launch_template("disk", "RAID0")
_plain = launch_template("plain", None)
_general = group("general", instanceTypes=["m7i.2xlarge"])
_two = [_plain, _raid, depending(group("general", _new, instanceTypes=["m7i.2xlarge"]), "plain")]
_known = [{**_plain, "id": "lt-0aaa"}, {**_raid, "id": "lt-0bbb"}]


def disk_case(name: str, states: list[dict[str, Any]], expected: dict[str, str], exported: bool = False) -> Case:
    """DISKANN on these nodes."""
    make = export if exported else preview
    return Case(name, make([*states, *_on_disk]), expected, DISKANN_WORKLOAD)


def machine(kind: str, name: str, tags: Any, **inputs: Any) -> dict[str, Any]:
    """The state of an EC2 instance or an Auto Scaling group."""
    said = {"__defaults": [], "tags": tags, **inputs}
    return {"type": kind, "urn": f"{PREFIX}{kind}::{name}", "inputs": said}


def scaled(tagged: bool = True, types: tuple[str, ...] = ("r6id.4xlarge",), template: str = "disk") -> dict[str, Any]:
    """An Auto Scaling group of mixed types by a launch template; without tags it joins no cluster."""
    label = "k8s.io/cluster-autoscaler/node-template/label/role"
    tags = [{"key": label, "value": "disk", "propagateAtLaunch": True}] if tagged else []
    policy = {
        "launchTemplate": {
            "launchTemplateSpecification": {"launchTemplateName": template, "version": "1"},
            "overrides": [{"instanceType": name} for name in types],
        }
    }
    return machine("aws:autoscaling/group:Group", "disk", tags, maxSize=6, minSize=3, mixedInstancesPolicy=policy)


def machine_case(name: str, machines: list[dict[str, Any]], expected: dict[str, str]) -> Case:
    """DISKANN on machines that join a cluster by themselves."""
    return disk_case(f"machines-{name}", machines, expected)


def named_template(name: str, strategy: str | None) -> dict[str, Any]:
    """A launch template by a name of its own."""
    found = launch_template(name, strategy)
    return {**found, "inputs": {**found["inputs"], "name": name}}


_named = {"disk": named_template("disk", "RAID0"), "plain": named_template("plain", None)}
_joined = {"kubernetes.io/cluster/search": "owned"}
_instance = "aws:ec2/instance:Instance"
_web = {"Name": "bastion"}
_name = {"eks.amazonaws.com/nodegroup": "disk", "kubernetes.io/os": "linux", "kubernetes.io/arch": "amd64"}
_where = "spec/components/queryNode/nodeSelector"
_by_names = [
    {**state, "inputs": changed([state["inputs"]], _where, _name)[0]} if state["inputs"]["kind"] == "Milvus" else state
    for state in _on_disk
]
MACHINES: list[tuple[str, list[dict[str, Any]], dict[str, str]]] = [
    ("group-of-nvme", [*_named.values(), scaled()], {}),
    ("group-of-two-types-one-without", [*_named.values(), scaled(types=("r6id.4xlarge", "r6i.4xlarge"))], NVME),
    ("group-of-r6i", [*_named.values(), scaled(types=("r6i.4xlarge",))], NVME),
    ("group-without-raid", [*_named.values(), scaled(template="plain")], NVME),
    ("instance-of-r6i", [machine(_instance, "a", _joined, instanceType="r6i.4xlarge")], NVME),
    (
        "instance-of-nvme",
        [machine(_instance, "a", _joined, instanceType="r6id.4xlarge", userData=user_data("RAID0"))],
        {},
    ),
    (
        "bastion-beside",
        [
            _raid,
            group("disk", _new, instanceTypes=["r6id.4xlarge"]),
            machine(_instance, "bastion", _web, instanceType="t3.micro"),
        ],
        {},
    ),
    ("bastion-alone", [machine(_instance, "bastion", _web, instanceType="t3.micro")], {}),
]


CASES = [
    disk_case("preview-types-in-the-group", [_raid, _general, group("disk", _new, instanceTypes=["r6id.4xlarge"])], {}),
    disk_case(
        "preview-type-in-the-template",
        [launch_template("disk", "RAID0", instanceType="r6id.4xlarge"), group("disk", _new)],
        {},
    ),
    disk_case(
        "preview-raid10", [launch_template("disk", "RAID10"), group("disk", _new, instanceTypes=["i4i.4xlarge"])], {}
    ),
    disk_case(
        "preview-mount-strategy",
        [launch_template("disk", "Mount"), group("disk", _new, instanceTypes=["r6id.4xlarge"])],
        NVME,
    ),
    disk_case(
        "preview-no-local-storage",
        [launch_template("disk", None), group("disk", _new, instanceTypes=["r6id.4xlarge"])],
        NVME,
    ),
    disk_case("preview-no-launch-template", [_general, group("disk", instanceTypes=["r6id.4xlarge"])], NVME),
    disk_case("preview-type-without-nvme", [_raid, group("disk", _new, instanceTypes=["r6i.4xlarge"])], NVME),
    disk_case(
        "preview-second-type-without-nvme",
        [_raid, group("disk", _new, instanceTypes=["r6id.4xlarge", "r6i.4xlarge"])],
        NVME,
    ),
    disk_case(
        "preview-two-templates-the-right-one",
        [*_two, depending(group("disk", _new, instanceTypes=["r6id.4xlarge"]), "disk")],
        {},
    ),
    disk_case(
        "preview-two-templates-the-plain-one",
        [*_two, depending(group("disk", _new, instanceTypes=["r6id.4xlarge"]), "plain")],
        NVME,
    ),
    disk_case(
        "export-two-templates-the-right-one",
        [*_known, group("disk", {"id": "lt-0bbb", "version": "1"}, instanceTypes=["r6id.4xlarge"])],
        {},
        exported=True,
    ),
    disk_case(
        "export-two-templates-the-plain-one",
        [*_known, group("disk", {"id": "lt-0aaa", "version": "1"}, instanceTypes=["r6id.4xlarge"])],
        NVME,
        exported=True,
    ),
    disk_case("export-no-nvme", [_general, group("disk", instanceTypes=["m6i.4xlarge"])], NVME, exported=True),
    Case(
        "preview-gpu",
        preview(
            [
                group(
                    "gpu",
                    instanceTypes=["g5.4xlarge"],
                    taints=[{"key": "nvidia.com/gpu", "value": "true", "effect": "NO_SCHEDULE"}],
                ),
                *_on_gpu,
            ]
        ),
        {},
        CAGRA_WORKLOAD,
    ),
    Case(
        "preview-gpu-taint-not-tolerated",
        preview(
            [
                group(
                    "gpu", instanceTypes=["g5.4xlarge"], taints=[{"key": "team", "value": "b", "effect": "NO_SCHEDULE"}]
                ),
                *_on_gpu,
            ]
        ),
        {"gpu-nodes": "error"},
        CAGRA_WORKLOAD,
    ),
    Case(
        "preview-gpu-on-m6i",
        preview([group("gpu", instanceTypes=["m6i.4xlarge"]), *_on_gpu]),
        {"gpu-nodes": "error"},
        CAGRA_WORKLOAD,
    ),
    Case(
        "preview-gpu-g6e",
        preview([group("gpu", instanceTypes=["g6e.4xlarge"]), *_on_gpu]),
        {"gpu-nodes": "warning"},
        CAGRA_WORKLOAD,
    ),
    *[machine_case(*case) for case in MACHINES],
    Case(
        "preview-group-by-its-name",
        preview([_raid, _general, group("disk", _new, instanceTypes=["r6id.4xlarge"]), *_by_names]),
        {},
        DISKANN_WORKLOAD,
    ),
    Case(
        "preview-group-by-its-name-r6i",
        preview([_raid, _general, group("disk", _new, instanceTypes=["r6i.4xlarge"]), *_by_names]),
        NVME,
        DISKANN_WORKLOAD,
    ),
]
