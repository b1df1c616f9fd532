"""Nodes as facts: running Nodes, EKS node groups, eksctl's groups, Karpenter's pools.

Sources: EKS node groups: aws provider, aws:eks/nodeGroup; array: amazon-eks-ami 81fec2e8, nodeadm/doc/api.md
(localStorage.strategy) and karpenter-provider-aws 1d927085d, concepts/nodeclasses.md (instanceStorePolicy).
"""

from __future__ import annotations

import base64
import binascii
import contextlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from pulumi_milvus.inspection.karpenter import karpenter_nodes, labels_of_type
from pulumi_milvus.inspection.machines import machines_of
from pulumi_milvus.inspection.quantity import amount, size_bytes
from pulumi_milvus.inspection.shapes import at, mapping, mappings, sequence, text, texts, whole
from pulumi_milvus.rules.cluster_facts import INSTANCE_TYPE_LABELS, NodeFacts, ResourceFacts
from pulumi_milvus.rules.landing import instance_named

# RAID0 and RAID10 put the folders of kubelet and containerd on the array; Mount does not.
ARRAY: Final = re.compile(r"strategy[\"']?\s*:\s*[\"']?RAID(0|10)\b|--local-disks\s+raid(0|10)\b", re.IGNORECASE)
# How EKS writes effects; Kubernetes writes NoSchedule.
_EFFECTS: Final = {
    "NO_SCHEDULE": "NoSchedule", "NO_EXECUTE": "NoExecute", "PREFER_NO_SCHEDULE": "PreferNoSchedule",
}  # fmt: skip
_GROUP_LABELS: Final = ("alpha.eksctl.io/nodegroup-name", "eks.amazonaws.com/nodegroup")
# A disk that has at least this share of the NVMe's bytes is the array: a file system keeps some of it.
_ARRAY_SHARE: Final = 0.8


def nodes_of_objects(objects: Mapping[str, Sequence[Mapping[str, Any]]]) -> Iterator[NodeFacts]:
    """Nodes, eksctl's node groups and Karpenter's pools."""
    for item in objects.get("Node", ()):
        yield _running(item)
    for item in objects.get("ClusterConfig", ()):
        if str(item.get("apiVersion", "")).startswith("eksctl.io/"):
            for key in ("managedNodeGroups", "nodeGroups"):
                for group in mappings(item.get(key)):
                    yield from _eksctl(group, key)
    yield from karpenter_nodes(objects)


def nodes_of_resources(resources: Sequence[ResourceFacts]) -> Iterator[NodeFacts]:
    """Node groups of a Pulumi preview or export, and machines that join a cluster by themselves."""
    templates = [item for item in resources if item.type == "aws:ec2/launchTemplate:LaunchTemplate"]
    for item in resources:
        if item.type in ("aws:eks/nodeGroup:NodeGroup", "eks:index:ManagedNodeGroup"):
            yield from _node_group(item, templates)
    for item, labels in machines_of(resources, lambda group: _template_of(group, templates)):
        for node in _node_group(item, templates):
            # Kubelet's own labels may be others than the tags promise.
            yield replace(node, subject=item.subject, labels={**node.labels, **labels}, labels_known=False)


def _running(item: Mapping[str, Any]) -> NodeFacts:
    labels = texts(at(item, "metadata", "labels"))
    name = next((labels[label] for label in INSTANCE_TYPE_LABELS if label in labels), None)
    instance = instance_named(name)
    capacity = mapping(at(item, "status", "capacity")) or mapping(at(item, "status", "allocatable"))
    disk = size_bytes(capacity.get("ephemeral-storage"))
    array = None
    if disk is not None and instance is not None and instance.local_nvme_bytes:
        array = disk >= _ARRAY_SHARE * instance.local_nvme_bytes
    allocatable = mapping(at(item, "status", "allocatable"))
    gpus = amount(allocatable.get("nvidia.com/gpu", 0)) if allocatable else None
    return NodeFacts(
        subject=f"Node {at(item, 'metadata', 'name')}",
        instance_type=name,
        instance=instance,
        labels=labels,
        taints=mappings(at(item, "spec", "taints")),
        zone=labels.get("topology.kubernetes.io/zone"),
        count=1,
        array=array,
        gpus_allocatable=None if gpus is None else int(gpus),
    )


def _node_group(item: ResourceFacts, templates: Sequence[ResourceFacts]) -> Iterator[NodeFacts]:
    inputs = item.inputs
    template = _template_of(item, templates)
    types = [str(one) for one in sequence(inputs.get("instanceTypes")) if one]
    if not types and template is not None:
        types = [one for one in [text(template.inputs.get("instanceType"))] if one]
    types = types or ([one] if (one := text(inputs.get("instanceType"))) else [])
    taints = tuple({**taint, "effect": _EFFECTS.get(str(taint.get("effect")), taint.get("effect"))}
                   for taint in mappings(inputs.get("taints")))  # fmt: skip
    array = _array_of_group(inputs, template)
    group_name = text(inputs.get("nodeGroupName"))
    for name in types or (None,):
        labels = texts(inputs.get("labels")) | ({"eks.amazonaws.com/nodegroup": group_name} if group_name else {})
        yield NodeFacts(
            subject=f"node group {item.name}",
            instance_type=name,
            instance=instance_named(name),
            labels=labels | _labels_of(name),
            labels_known=inputs.get("labels") is not None,
            taints=taints,
            count=whole(at(inputs, "scalingConfig", "maxSize")),
            array=array,
        )


def _labels_of(name: str | None) -> dict[str, str]:
    """The labels that kubelet gives a node of the type; without a type, what every node has."""
    instance = instance_named(name)
    if instance is not None:
        return labels_of_type(instance)
    return {"kubernetes.io/os": "linux"} | ({INSTANCE_TYPE_LABELS[0]: name} if name else {})


def _names_of_eksctl(group: Mapping[str, Any]) -> dict[str, str]:
    """The labels by which eksctl and EKS name a group (eksctl docs, nodegroups)."""
    name = text(group.get("name"))
    return dict.fromkeys(_GROUP_LABELS, name) if name else {}


def _template_of(group: ResourceFacts, templates: Sequence[ResourceFacts]) -> ResourceFacts | None:
    """The launch template of a node group: by id or name; by what made the input; else the only one there is."""
    if "launchTemplate" not in group.inputs:
        return None
    wanted = group.inputs["launchTemplate"]
    makers = group.made_of.get("launchTemplate", ())
    for item in templates:
        is_named = at(wanted, "name") is not None and at(wanted, "name") == item.inputs.get("name")
        if is_named or (item.id is not None and at(wanted, "id") == item.id):
            return item
    for item in templates:
        if item.urn in makers:
            return item
    if at(wanted, "id") is not None or at(wanted, "name") is not None:
        return None  # one that is none of these files'
    return templates[0] if len(templates) == 1 else None


def _array_of_group(inputs: Mapping[str, Any], template: ResourceFacts | None) -> bool | None:
    if "launchTemplate" in inputs:
        if template is None:
            return None
        data = template.inputs.get("userData")
        if "userData" in template.inputs and data is None:
            return None
        return _makes_array(data)
    own = [inputs.get(key) for key in ("userData", "nodeadmExtraOptions") if inputs.get(key) is not None]
    return any(_makes_array(one) for one in own)  # without either the disks are left as they are


def _makes_array(data: object) -> bool:
    shown = str(data or "")
    with contextlib.suppress(binascii.Error, ValueError):
        shown += base64.b64decode(shown, validate=True).decode(errors="replace")
    return bool(ARRAY.search(shown))


def _eksctl(group: Mapping[str, Any], key: str) -> Iterator[NodeFacts]:
    types = [one] if (one := text(group.get("instanceType"))) else []
    types += [str(one) for one in sequence(group.get("instanceTypes"))]
    said = [group.get("overrideBootstrapCommand"), *sequence(group.get("preBootstrapCommands"))]
    for name in types or (None,):
        yield NodeFacts(
            subject=f"{key} {group.get('name')}",
            instance_type=name,
            instance=instance_named(name),
            labels=texts(group.get("labels")) | _labels_of(name) | _names_of_eksctl(group),
            taints=mappings(group.get("taints")),
            count=whole(group.get("maxSize")) or whole(group.get("desiredCapacity")),
            array=any(_makes_array(one) for one in said) or (None if any(said) else False),
        )
