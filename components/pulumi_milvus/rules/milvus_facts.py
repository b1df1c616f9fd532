"""A Milvus as its files show it, with what is around it: what ``check``'s rules judge. None means not known."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from pulumi_milvus.planning.findings import Finding, Level
from pulumi_milvus.planning.workload import Workload
from pulumi_milvus.rules.cluster_facts import ClusterFacts
from pulumi_milvus.rules.pod_facts import HARDWARE_COMPONENTS, PodFacts

DATA_PATH = "/var/lib/milvus/data"  # localStorage.path (Milvus 3.0 docs, configure_localstorage.md)


@dataclass(frozen=True, slots=True, kw_only=True)
class DependencyFacts:
    """etcd, object store and write-ahead log. ``declared`` is ``spec.dependencies`` of a Milvus resource as written.

    ``message_stream``: what is said (``msgStreamType``, ``mq.type``), None where nothing is. ``etcd_members`` counts
    those that the files run; ``etcd_storage_class`` None: the cluster's default, or not known.
    """

    declared: Mapping[str, Any] = field(default_factory=dict)
    message_stream: str | None = None
    etcd_external: bool | None = None
    etcd_endpoints: tuple[str, ...] = ()
    etcd_members: int | None = None
    etcd_storage_class: str | None = None
    store_external: bool | None = None
    store_type: str | None = None
    store_endpoint: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MilvusFacts:
    """One Milvus. ``source``: ``resource`` (milvus.io, Milvus) or ``pods`` (Deployments and StatefulSets).

    ``mode``: standalone or cluster, None where not known. ``config`` is Milvus's own configuration as the files give
    it, merged; ``config_known`` False: a part is in a file or ConfigMap that is not here. ``workload``: what is stored,
    where it was said; ``workload_declared`` False: by collections in the files, which say nothing of availability, load
    and growth. ``others``: all Milvuses of the same files, this one not counted.
    """

    subject: str
    name: str
    namespace: str = ""
    source: str = "resource"
    mode: str | None = None
    version: str | None = None
    pods: tuple[PodFacts, ...] = ()
    config: Mapping[str, Any] = field(default_factory=dict)
    config_known: bool = True
    config_subject: str = "config"
    dependencies: DependencyFacts = field(default_factory=DependencyFacts)
    labels: Mapping[str, str] = field(default_factory=dict)
    cluster: ClusterFacts = field(default_factory=ClusterFacts)
    workload: Workload | None = None
    workload_declared: bool = True
    production: bool = False
    others: tuple[MilvusFacts, ...] = ()

    def setting(self, dotted: str) -> Any:
        """A value of Milvus's configuration by its dotted name (``queryNode.enableDisk``); None where it is not set.

        An environment variable takes the place of a key: ``QUERYNODE_ENABLEDISK`` (Milvus docs, configuration).
        """
        variable = dotted.upper().replace(".", "_")
        for pod in self.hardware_pods:
            if pod.env.get(variable) is not None:
                return pod.env[variable]
        value: Any = self.config
        for key in dotted.split("."):
            if not isinstance(value, Mapping):
                return None
            value = value.get(key)
        return self.config.get(dotted) if value is None else value

    def setting_on(self, dotted: str) -> bool | None:
        """A switch of the configuration; None where it is not set or is neither true nor false."""
        value = self.setting(dotted)
        if isinstance(value, str):
            return {"true": True, "false": False}.get(value.strip().lower())
        return value if isinstance(value, bool) else None

    def pods_of(self, components: Iterable[str]) -> tuple[PodFacts, ...]:
        """The pods of these components that run: none whose replicas are 0."""
        wanted = frozenset(components)
        return tuple(pod for pod in self.pods if pod.component in wanted and pod.replicas != 0)

    @property
    def hardware_pods(self) -> tuple[PodFacts, ...]:
        """Pods that load or build indexes."""
        return self.pods_of(HARDWARE_COMPONENTS)

    @property
    def availability(self) -> str | None:
        """What may be lost, as declared: none, pod or zone; None where that is not known."""
        return self.workload.availability if self.workload is not None and self.workload_declared else None

    @property
    def data_path(self) -> str:
        """Where local data lie in the container."""
        value = self.setting("localStorage.path")
        return value.rstrip("/") if isinstance(value, str) and value.startswith("/") else DATA_PATH

    @property
    def prod_level(self) -> Level:
        """The level of what must not be in production."""
        return "error" if self.production else "warning"


def lacking(rule: str, subject: str, what: str, where: str, source: str) -> Finding:
    """The advice of a rule that cannot decide: ``what`` is not known here, ``where`` it would be found. Said once."""
    return Finding(rule, "advice", subject, f"{what}, so this is not judged", where, source)
