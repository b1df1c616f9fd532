"""What files show of the cluster and the cloud around a Milvus: plain frozen values. None means not known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pulumi_milvus.planning.hardware.catalogue import InstanceType

INSTANCE_TYPE_LABELS = ("node.kubernetes.io/instance-type", "beta.kubernetes.io/instance-type")


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeFacts:
    """Nodes of one kind: one Node, a node group, a Karpenter NodePool and type, or a declared node shape.

    ``instance`` is the catalogue's entry or None where the type is not in it. ``count`` None: as many as asked, or not
    known. ``labels_known`` False: nodes may carry labels that files do not show. ``array``: whether local NVMe is
    made one file system that kubelet stands on; None where that is not visible. ``gpus_allocatable``: what a running
    node offers as ``nvidia.com/gpu``; None where that is not visible.
    """

    subject: str
    instance_type: str | None = None
    instance: InstanceType | None = None
    labels: Mapping[str, str] = field(default_factory=dict)
    labels_known: bool = True
    taints: tuple[Mapping[str, Any], ...] = ()
    zone: str | None = None
    count: int | None = None
    array: bool | None = None
    gpus_allocatable: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StorageClassFacts:
    """A StorageClass: its provisioner and parameters (``type`` of an EBS volume, ``encrypted`` ...)."""

    subject: str
    name: str
    provisioner: str
    parameters: Mapping[str, str] = field(default_factory=dict)
    is_default: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceFacts:
    """A Service: ``type``, its selector, annotations, ports and source ranges (None: not said)."""

    subject: str
    name: str
    namespace: str
    type: str = "ClusterIP"
    selector: Mapping[str, str] = field(default_factory=dict)
    annotations: Mapping[str, str] = field(default_factory=dict)
    ports: tuple[int, ...] = ()
    source_ranges: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DisruptionBudgetFacts:
    """A PodDisruptionBudget; ``selector`` has ``matchLabels`` and ``matchExpressions`` as written."""

    subject: str
    namespace: str
    selector: Mapping[str, Any] = field(default_factory=dict)
    min_available: int | str | None = None
    max_unavailable: int | str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SecretFacts:
    """A Secret; ``values`` has its texts decoded, None where one cannot be read or is not known."""

    subject: str
    name: str
    namespace: str
    values: Mapping[str, str | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ResourceFacts:
    """A resource of a Pulumi preview or stack export that is no Kubernetes object: ``type`` (aws:s3/bucket:Bucket).

    ``id``: what the cloud calls it; None before it is made. ``made_of``: of an input's name, the URNs of the resources
    whose outputs it is made of.
    """

    subject: str
    type: str
    name: str
    inputs: Mapping[str, Any] = field(default_factory=dict)
    urn: str = ""
    id: str | None = None
    made_of: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterFacts:
    """All that the files show beside the Milvuses. ``objects``: every Kubernetes object, as written, by kind."""

    production: bool = False
    nodes: tuple[NodeFacts, ...] = ()
    storage_classes: tuple[StorageClassFacts, ...] = ()
    services: tuple[ServiceFacts, ...] = ()
    disruption_budgets: tuple[DisruptionBudgetFacts, ...] = ()
    secrets: tuple[SecretFacts, ...] = ()
    resources: tuple[ResourceFacts, ...] = ()
    objects: Mapping[str, tuple[Mapping[str, Any], ...]] = field(default_factory=dict)

    def storage_class(self, name: str | None) -> StorageClassFacts | None:
        """The class of that name; of none, the cluster's default where the files show exactly one."""
        if name is not None:
            return next((item for item in self.storage_classes if item.name == name), None)
        defaults = [item for item in self.storage_classes if item.is_default]
        return defaults[0] if len(defaults) == 1 else None
