"""Previews and exports as Pulumi writes them, made by tests."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any

UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
STACK = "urn:pulumi:dev::milvus::"
PROVIDER = f"{STACK}pulumi:providers:aws::default"
GIB = 2**30


def urn(kind: str, name: str) -> str:
    """The URN of a resource at the top of the stack."""
    return f"{STACK}{kind}::{name}"


def state(kind: str, name: str, depends: Mapping[str, list[str]] | None = None, **inputs: Any) -> dict[str, Any]:
    """The state of a resource; ``depends`` is its ``propertyDependencies``."""
    return {
        "urn": urn(kind, name),
        "custom": True,
        "type": kind,
        "id": f"{name}-id",
        "inputs": inputs,
        "provider": f"{PROVIDER}::0f0f",
        "propertyDependencies": dict(depends or {}),
    }


def provider(region: str = "us-east-1") -> dict[str, Any]:
    """The state of the AWS provider."""
    return {**state("pulumi:providers:aws", "default", region=region), "urn": PROVIDER, "provider": ""}


def step(operation: str, new: dict[str, Any] | None, old: dict[str, Any] | None = None) -> dict[str, Any]:
    """One step of a preview."""
    both = {"oldState": old, "newState": new}
    named = new or old
    assert named is not None
    return {"op": operation, "urn": named["urn"], **{key: value for key, value in both.items() if value is not None}}


def preview(*steps: dict[str, Any], same: int | None = None) -> bytes:
    """`pulumi preview --json`."""
    counts: dict[str, int] = {}
    for item in steps:
        counts[item["op"]] = counts.get(item["op"], 0) + 1
    if same is not None:
        counts["same"] = same
    return json.dumps({"config": {}, "steps": steps, "changeSummary": counts}).encode()


def export(*states: dict[str, Any]) -> bytes:
    """`pulumi stack export`."""
    return json.dumps({"version": 3, "deployment": {"manifest": {}, "resources": states}}).encode()


def node_group(
    name: str, instance_type: str, nodes: int, root_volume_bytes: int = 20 * GIB, **ebs: Any
) -> list[dict[str, Any]]:
    """A node group and its launch template, as they are previewed before either is made."""
    size = math.ceil(root_volume_bytes / GIB)
    mapping = {"deviceName": "/dev/xvda", "ebs": {"volumeSize": size, "volumeType": "gp3", "encrypted": "true", **ebs}}
    template = state("aws:ec2/launchTemplate:LaunchTemplate", f"{name}-template", blockDeviceMappings=[mapping])
    group = state(
        "aws:eks/nodeGroup:NodeGroup",
        name,
        {"launchTemplate": [template["urn"]]},
        instanceTypes=[instance_type],
        launchTemplate={"id": UNKNOWN, "version": UNKNOWN},
        scalingConfig={"desiredSize": nodes, "minSize": nodes, "maxSize": nodes + 1},
    )
    return [template, group]
