"""A plan as the files that people give to `check`: our own objects, and the nodes that the plan asks for.

Nodes come as running Nodes, as Karpenter's NodePools, or as EKS node groups in a preview: the same plan in each.
"""

from __future__ import annotations

import base64
import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from pulumi_milvus.cloud_aws.node_groups import node_groups
from pulumi_milvus.inspection.check_files import all_findings
from pulumi_milvus.inspection.inspect import inspect
from pulumi_milvus.manifests.deployment import deployment_manifests
from pulumi_milvus.manifests.names import NODE_POOL_LABEL
from pulumi_milvus.planning.findings import Finding
from pulumi_milvus.planning.hardware.aws_catalogue import aws_catalogue
from pulumi_milvus.planning.hardware.catalogue import InstanceType
from pulumi_milvus.planning.plan import Plan
from pulumi_milvus.planning.values_file import read_values
from pulumi_milvus.planning.workload import Workload

Objects = list[dict[str, Any]]

STACK: Final = Path(__file__).parents[1] / "stacks" / "Pulumi.distributed.yaml"
TYPE_LABEL: Final = "node.kubernetes.io/instance-type"
ZONES: Final = ("us-east-1a", "us-east-1b", "us-east-1c")
GP3: Final[dict[str, Any]] = {
    "apiVersion": "storage.k8s.io/v1",
    "kind": "StorageClass",
    "metadata": {"name": "gp3", "annotations": {"storageclass.kubernetes.io/is-default-class": "true"}},
    "provisioner": "ebs.csi.aws.com",
    "parameters": {"type": "gp3", "encrypted": "true"},
}
# awslabs/amazon-eks-ami, nodeadm/doc/api.md.
RAID: Final = base64.b64encode(
    b"apiVersion: node.eks.aws/v1alpha1\nkind: NodeConfig\nspec: {instance: {localStorage: {strategy: RAID0}}}\n"
).decode()
WAYS: Final = ("nodes", "karpenter", "preview")


def system_of(plan: Plan, way: str = "nodes") -> Objects:
    """All objects of a plan with its nodes, their NVMe disks one array where our own node groups make one of them."""
    settings = read_values(STACK).settings.kubernetes
    assert settings is not None
    ours: Objects = [copy.deepcopy(dict(manifest.body)) for manifest in deployment_manifests(plan, settings)]
    ours.append(copy.deepcopy(GP3))
    if way == "nodes":
        return [*ours, *_running(plan)]
    if way == "karpenter":
        return [*ours, *_karpenter(plan)]
    return [_preview([*_in_kubernetes(ours), *_node_groups(plan)])]


def judged(objects: Objects, workload: Workload, *, production: bool = False) -> list[Finding]:
    """What `check` finds, advice left out."""
    content = json.dumps(objects[0] if "steps" in objects[0] else objects).encode()
    inspection = inspect([("files.json", content)], workload, production=production)
    assert not inspection.problems
    return [finding for finding in all_findings(inspection) if finding.level != "advice"]


def instance_of(pool: Any) -> InstanceType:
    """The catalogue's entry of a plan's node pool."""
    return next(item for item in aws_catalogue().types if item.name == pool["instance_type"])


def _labels(pool: Any) -> dict[str, str]:
    return {NODE_POOL_LABEL: str(pool["name"])}


def _arrays(plan: Plan) -> frozenset[str]:
    """The pools whose instance store is one array for pods."""
    return frozenset(group.name for group in node_groups(plan, aws_catalogue().types, []) if group.nvme_array)


def _running(plan: Plan) -> Iterator[dict[str, Any]]:
    arrays = _arrays(plan)
    for pool in plan.node_pools:
        kind = instance_of(pool)
        disk_bytes = kind.local_nvme_bytes if pool["name"] in arrays else pool["root_volume_bytes"]
        amounts = {"ephemeral-storage": str(disk_bytes)} | ({"nvidia.com/gpu": str(kind.gpus)} if kind.gpus else {})
        for number in range(min(pool["nodes"], 6)):  # more of the same say nothing more
            labels = {TYPE_LABEL: kind.name, "topology.kubernetes.io/zone": ZONES[number % 3], **_labels(pool)}
            yield {
                "apiVersion": "v1",
                "kind": "Node",
                "metadata": {"name": f"{pool['name']}-{number}", "labels": labels},
                "status": {"capacity": dict(amounts), "allocatable": dict(amounts)},
            }


def _karpenter(plan: Plan) -> Iterator[dict[str, Any]]:
    arrays = _arrays(plan)
    for pool in plan.node_pools:
        reference = {"group": "karpenter.k8s.aws", "kind": "EC2NodeClass", "name": pool["name"]}
        requirements = [{"key": TYPE_LABEL, "operator": "In", "values": [pool["instance_type"]]}]
        template = {
            "metadata": {"labels": _labels(pool)},
            "spec": {"nodeClassRef": reference, "requirements": requirements},
        }
        metadata = {"name": pool["name"]}
        yield {
            "apiVersion": "karpenter.sh/v1",
            "kind": "NodePool",
            "metadata": metadata,
            "spec": {"template": template},
        }
        raid = {"instanceStorePolicy": "RAID0"} if pool["name"] in arrays else {}
        yield {"apiVersion": "karpenter.k8s.aws/v1", "kind": "EC2NodeClass", "metadata": metadata, "spec": raid}


def _node_groups(plan: Plan) -> Iterator[dict[str, Any]]:
    arrays = _arrays(plan)
    for pool in plan.node_pools:
        template = {"name": pool["name"], **({"userData": RAID} if pool["name"] in arrays else {})}
        yield _state("aws:ec2/launchTemplate:LaunchTemplate", pool["name"], template)
        group = {
            "instanceTypes": [pool["instance_type"]],
            "labels": _labels(pool),
            "launchTemplate": {"name": pool["name"], "version": "1"},
            "scalingConfig": {"minSize": 0, "desiredSize": pool["nodes"], "maxSize": pool["max_nodes"]},
        }
        yield _state("aws:eks/nodeGroup:NodeGroup", pool["name"], group)


def _in_kubernetes(objects: Objects) -> Iterator[dict[str, Any]]:
    for item in objects:
        metadata = item["metadata"]
        name = f"{metadata.get('namespace', '')}-{item['kind']}-{metadata['name']}"
        yield _state(f"kubernetes:{item['apiVersion']}:{item['kind']}", name, item)


def _state(kind: str, name: str, inputs: dict[str, Any]) -> dict[str, Any]:
    return {"type": kind, "urn": f"urn:pulumi:prod::search::{kind}::{name}", "inputs": inputs}


def _preview(states: list[dict[str, Any]]) -> dict[str, Any]:
    return {"steps": [{"op": "create", "urn": state["urn"], "newState": state} for state in states]}
