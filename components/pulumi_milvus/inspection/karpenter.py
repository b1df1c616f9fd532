"""Karpenter's NodePools as nodes: one for each instance type that their requirements let through.

Source: karpenter-provider-aws 1d927085d, website v1.14, concepts/nodepools.md, concepts/nodeclasses.md.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from pulumi_milvus.inspection.placement_shapes import expressions_of
from pulumi_milvus.inspection.shapes import at, mapping, mappings, text, texts
from pulumi_milvus.planning.hardware.aws_catalogue import aws_catalogue
from pulumi_milvus.planning.hardware.catalogue import InstanceType
from pulumi_milvus.rules.cluster_facts import INSTANCE_TYPE_LABELS, NodeFacts

_GIB: Final = 10**9  # karpenter.k8s.aws/instance-local-nvme counts gigabytes
_ARCHITECTURE: Final = "kubernetes.io/arch"
_SYSTEM: Final = "kubernetes.io/os"
# Below karpenter.k8s.aws/.
_SHORT: Final = (
    "instance-family", "instance-category", "instance-size", "instance-local-nvme", "instance-cpu",
    "instance-gpu-count", "instance-gpu-name", "instance-gpu-manufacturer", "instance-generation", "instance-memory",
)  # fmt: skip
_ARCHITECTURES: Final = {"x86_64": "amd64", "arm64": "arm64"}


def karpenter_nodes(objects: Mapping[str, Sequence[Mapping[str, Any]]]) -> Iterator[NodeFacts]:
    """The nodes that every NodePool can make."""
    classes = {str(at(item, "metadata", "name")): item for item in objects.get("EC2NodeClass", ())}
    for pool in objects.get("NodePool", ()):
        if not str(pool.get("apiVersion", "")).startswith("karpenter.sh/"):
            continue
        spec = mapping(at(pool, "spec", "template", "spec"))
        array = _array(classes.get(str(at(spec, "nodeClassRef", "name"))))
        wanted = expressions_of(spec.get("requirements"))
        labels = texts(at(pool, "spec", "template", "metadata", "labels"))
        for requirement in wanted:  # one value only: every node has it
            values = requirement.get("values")
            if requirement.get("operator") == "In" and isinstance(values, list) and len(values) == 1:
                labels.setdefault(str(requirement.get("key")), str(values[0]))
        name = str(at(pool, "metadata", "name"))
        labels["karpenter.sh/nodepool"] = name
        for instance in _instances(wanted):
            own = labels | (_labels_of(instance) if instance else {})
            yield NodeFacts(
                subject=f"NodePool {name}",
                instance_type=instance.name if instance else None,
                instance=instance,
                labels=own,
                taints=mappings(spec.get("taints")),
                array=array,
            )


def labels_of_type(item: InstanceType) -> dict[str, str]:
    """The labels that kubelet gives every node of a type."""
    return {
        INSTANCE_TYPE_LABELS[0]: item.name,
        _ARCHITECTURE: _ARCHITECTURES.get(item.architecture, item.architecture),
        _SYSTEM: "linux",
    }


def _labels_of(item: InstanceType) -> dict[str, str]:
    """The labels that Karpenter gives a node by its type, those that this catalogue knows."""
    found = {f"karpenter.k8s.aws/{short}": _property(short, item) or "" for short in _SHORT}
    return {label: value for label, value in found.items() if value not in ("", "0")} | labels_of_type(item)


def _array(node_class: Mapping[str, Any] | None) -> bool | None:
    if node_class is None:
        return None
    spec = mapping(node_class.get("spec"))
    return spec.get("instanceStorePolicy") == "RAID0" or "RAID0" in (text(spec.get("userData")) or "")


def _instances(wanted: Sequence[Mapping[str, Any]]) -> list[InstanceType | None]:
    """The types that fulfil the requirements on types; one unknown type where none of them narrows the choice."""
    narrowing = [item for item in wanted if _property(str(item.get("key")), None) is not None]
    names_type = [item for item in narrowing if str(item.get("key")) != _ARCHITECTURE]
    if not names_type:
        return [None]
    found = [item for item in aws_catalogue().types if all(_fulfils(item, requirement) for requirement in narrowing)]
    return list(found) or [None]


def _fulfils(item: InstanceType, requirement: Mapping[str, Any]) -> bool:
    has = _property(str(requirement.get("key")), item)
    values = [str(value) for value in requirement.get("values") or ()]
    operator = requirement.get("operator")
    if operator == "In":
        return has in values
    if operator == "NotIn":
        return has not in values
    if operator in ("Gt", "Lt") and values and values[0].isdecimal() and has and has.isdecimal():
        return int(has) > int(values[0]) if operator == "Gt" else int(has) < int(values[0])
    if operator in ("Gt", "Lt"):
        return False
    has_it = has not in ("", "0")
    return has_it if operator == "Exists" else not has_it


def _property(key: str, item: InstanceType | None) -> str | None:
    """What a type has under a well-known label; None where it is no label of types. ``item`` None: any text."""
    short = key.removeprefix("karpenter.k8s.aws/")
    if item is None:
        return "" if short in (*_SHORT, *INSTANCE_TYPE_LABELS, _ARCHITECTURE) else None
    family, _, size = item.name.partition(".")
    if short in INSTANCE_TYPE_LABELS:
        return item.name
    letters = family.rstrip("abcdefghijklmnopqrstuvwxyz-").rstrip("0123456789")
    return {
        _ARCHITECTURE: _ARCHITECTURES.get(item.architecture, item.architecture),
        "instance-family": family,
        "instance-category": letters,
        "instance-size": size,
        "instance-local-nvme": str(item.local_nvme_bytes // _GIB),
        "instance-cpu": str(item.vcpus),
        "instance-gpu-count": str(item.gpus),
        "instance-gpu-name": (item.gpu_name or "").lower().replace(" ", "-"),
        # AMD's and Intel's have no compute capability, which is NVIDIA's.
        "instance-gpu-manufacturer": "nvidia" if item.gpu_compute_capability else "",
        "instance-generation": str(item.generation),
        "instance-memory": str(item.memory_bytes // 2**20),
    }.get(short)
