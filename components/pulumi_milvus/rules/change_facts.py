"""The facts of a change: a deployment as it is and as it shall be, by what leads Milvus to its data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from pulumi_milvus.planning.findings import Finding


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectStoreFacts:
    """Where the files are: ``kind`` s3, azure, gcs or in_cluster, ``endpoint`` as ``host:port``; None: not known.

    ``pods``: of MinIO in the cluster, each with a drive.
    """

    kind: str
    bucket: str | None = None
    endpoint: str | None = None
    root_path: str | None = None
    pods: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EtcdFacts:
    """Where the metadata is: ``kind`` in_cluster or external, the ``host:port`` of every member."""

    kind: str
    endpoints: tuple[str, ...] = ()
    root_path: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeploymentFacts:
    """One Milvus in a cluster.

    ``topology`` standalone or distributed; ``variant`` operator or self_contained, which has neither object store nor
    etcd outside itself. ``wal`` as in ``EnvironmentFacts``. ``collections``: name -> vectors declared. ``disposable``:
    somebody has said that nobody needs the data. ``mix_coordinator``: whether a Milvus before 2.6 runs with one
    coordinator; None: not known.
    """

    namespace: str
    name: str
    topology: str
    variant: str
    milvus_version: str
    wal: str
    gpu_image: bool = False
    object_store: ObjectStoreFacts | None = None
    etcd: EtcdFacts | None = None
    collections: Mapping[str, int] = field(default_factory=dict)
    disposable: bool = False
    mix_coordinator: bool | None = None

    @property
    def at_stake(self) -> str:
        """What is declared, in words: ``2 collections with 41,000,000 vectors``."""
        count = len(self.collections)
        vectors = sum(self.collections.values())
        return f"{count} collection{'' if count == 1 else 's'} with {vectors:,} vectors"

    @property
    def own_root_path(self) -> str:
        """The folder in bucket and etcd where none is said."""
        return f"{self.namespace}/{self.name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class DeploymentChange:
    """What was applied, and what shall be."""

    before: DeploymentFacts
    after: DeploymentFacts

    def refusal(self, rule: str, subject: str, message: str, fix: str, source: str) -> Finding:
        """An error; a warning where the data was declared disposable before this change, not together with it."""
        if self.before.disposable:
            return Finding(rule, "warning", subject, message, "allowed, since the data was declared disposable", source)
        return Finding(rule, "error", subject, message, fix, source)
