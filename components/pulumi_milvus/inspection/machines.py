"""EC2 instances and Auto Scaling groups that join a cluster by themselves, as nodes; other machines are none.

A machine joins where its tags or its user data say so: ``kubernetes.io/cluster/<name>`` (Kubernetes cloud provider
AWS, prerequisites), ``k8s.io/cluster-autoscaler/...`` (cluster autoscaler, cloudprovider/aws/README.md), nodeadm's
NodeConfig, EKS's bootstrap.sh, kubeadm, k3s. Inputs: pulumi-aws 7, aws:ec2/instance, aws:autoscaling/group.
"""

from __future__ import annotations

import base64
import binascii
import contextlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from pulumi_milvus.inspection.shapes import at, mapping, mappings, text, texts, whole
from pulumi_milvus.rules.cluster_facts import ResourceFacts

INSTANCE: Final = "aws:ec2/instance:Instance"
GROUP: Final = "aws:autoscaling/group:Group"
_TAGS: Final = ("kubernetes.io/cluster/", "k8s.io/cluster-autoscaler/", "k8s.io/role/node")
_LABEL_TAG: Final = "k8s.io/cluster-autoscaler/node-template/label/"
_JOINS: Final = re.compile(r"kind:\s*NodeConfig|/etc/eks/bootstrap\.sh|\bkubeadm join\b|\bk3s\b", re.IGNORECASE)


def tags_of(item: ResourceFacts) -> dict[str, str]:
    """Tags, by the mapping of an instance or by the list of a group."""
    listed = {str(tag.get("key")): str(tag.get("value")) for tag in mappings(item.inputs.get("tags"))}
    return listed or texts(item.inputs.get("tags"))


def joins(item: ResourceFacts, template: ResourceFacts | None) -> bool:
    """Whether the machine is made a node of a cluster."""
    if any(key.startswith(_TAGS) for key in tags_of(item)):
        return True
    data = [item.inputs.get("userData"), item.inputs.get("userDataBase64")]
    data += [template.inputs.get("userData")] if template is not None else []
    return any(_JOINS.search(_shown(one)) for one in data if one is not None)


def labels_by_tag(item: ResourceFacts) -> dict[str, str]:
    """The labels that a group's tags promise of its nodes."""
    found = tags_of(item).items()
    return {key.removeprefix(_LABEL_TAG): value for key, value in found if key.startswith(_LABEL_TAG)}


def as_group(item: ResourceFacts) -> ResourceFacts:
    """With ``launchTemplate`` and ``instanceTypes`` where a node group has them; ``made_of`` follows."""
    inputs, made_of = dict(item.inputs), dict(item.made_of)
    policy = mapping(at(inputs, "mixedInstancesPolicy", "launchTemplate"))
    if policy:
        named = mapping(policy.get("launchTemplateSpecification"))
        inputs["launchTemplate"] = {"id": named.get("launchTemplateId"), "name": named.get("launchTemplateName")}
        made_of.setdefault("launchTemplate", made_of.get("mixedInstancesPolicy", ()))
        overrides = [text(one.get("instanceType")) for one in mappings(policy.get("overrides"))]
        inputs["instanceTypes"] = [one for one in overrides if one]
    most = whole(inputs.get("maxSize")) if item.type == GROUP else 1
    inputs["scalingConfig"] = {"maxSize": most}
    return replace(item, inputs=inputs | {"labels": None, "taints": None}, made_of=made_of)


def machines_of(
    resources: Sequence[ResourceFacts], template_of: Any
) -> Iterator[tuple[ResourceFacts, Mapping[str, str]]]:
    """(the machine in the shape of a node group, its labels) of every one that joins a cluster."""
    for item in resources:
        if item.type not in (INSTANCE, GROUP):
            continue
        shaped = as_group(item)
        if joins(item, template_of(shaped)):
            yield shaped, labels_by_tag(item)


def _shown(data: object) -> str:
    """User data as text, also where it is base64."""
    shown = str(data)
    with contextlib.suppress(binascii.Error, ValueError):
        shown += base64.b64decode(shown, validate=True).decode(errors="replace")
    return shown
