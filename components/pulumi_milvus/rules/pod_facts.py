"""What files show of the pods of one Milvus component: plain frozen values. None means not known, never guessed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

# Components that load or build indexes; a standalone does both.
HOLDS_DATA = frozenset({"standalone", "queryNode"})
BUILDS_INDEXES = frozenset({"standalone", "dataNode", "indexNode"})
HARDWARE_COMPONENTS = HOLDS_DATA | BUILDS_INDEXES


@dataclass(frozen=True, slots=True, kw_only=True)
class VolumeFacts:
    """One volume of a pod. ``kind``: its key in Kubernetes (emptyDir, hostPath, nfs, persistentVolumeClaim, csi ...).

    ``claim`` stands for persistentVolumeClaim, ephemeral and volumeClaimTemplates alike. ``storage_class`` None: the
    cluster's default, or not known. ``medium``: ``Memory`` for an emptyDir in memory.
    """

    name: str
    kind: str
    size_bytes: int | None = None
    storage_class: str | None = None
    medium: str = ""
    path: str | None = None


@dataclass(frozen=True, slots=True)
class MountFacts:
    """Where a volume stands in the container; ``sub_path`` is empty where the whole volume does."""

    volume: str
    path: str
    sub_path: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PodFacts:
    """The pods of one component of a Milvus.

    ``component``: standalone, proxy, mixCoord, queryNode, dataNode, streamingNode, cdc, or an older one (indexNode,
    rootCoord ...). ``subject``: the path that findings name. ``replicas`` None: not said, or an autoscaler's.
    Amounts in bytes and cores; a request or limit None: none is set, where ``resources_known``. ``gpus``: of the
    limits, MIG slices counted. ``env`` has None where the value comes from a Secret or the like. ``labels`` are those
    that the pods carry.
    """

    component: str
    subject: str
    namespace: str = ""
    replicas: int | None = None
    image: str | None = None
    resources_known: bool = True
    memory_request_bytes: int | None = None
    memory_limit_bytes: int | None = None
    cpu_request_cores: float | None = None
    cpu_limit_cores: float | None = None
    disk_request_bytes: int | None = None
    disk_limit_bytes: int | None = None
    gpus: int = 0
    volumes: tuple[VolumeFacts, ...] = ()
    mounts: tuple[MountFacts, ...] = ()
    env: Mapping[str, str | None] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)
    node_selector: Mapping[str, str] = field(default_factory=dict)
    affinity: Mapping[str, Any] = field(default_factory=dict)
    tolerations: tuple[Mapping[str, Any], ...] = ()
    spread: tuple[Mapping[str, Any], ...] = ()
    service_account: str | None = None
    runtime_class: str | None = None
    resource_group: str | None = None

    def mount_of(self, path: str) -> MountFacts | None:
        """The mount that a path of the container lies on, or None where it is the container's own file system."""
        return _longest(path, self.mounts)

    def volume_of(self, path: str) -> VolumeFacts | None:
        """The volume that a path of the container lies on; None: the container's own file system, or not known."""
        mount = self.mount_of(path)
        return next((volume for volume in self.volumes if mount and volume.name == mount.volume), None)


def _longest(path: str, mounts: Sequence[MountFacts]) -> MountFacts | None:
    def holds(mount: MountFacts) -> bool:
        base = mount.path.rstrip("/")
        return path == base or path.startswith(f"{base}/")

    return max([mount for mount in mounts if holds(mount)], key=lambda mount: len(mount.path), default=None)
