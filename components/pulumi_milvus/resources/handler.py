"""What the provider asks of each kind of resource, and what it gives them to work with."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Literal, Protocol

from pulumi_milvus.cluster_access.access import ClusterAccess
from pulumi_milvus.cluster_access.cluster import Cluster
from pulumi_milvus.cluster_access.forwards import Forwards
from pulumi_milvus.planning.milvus_limits import NAME
from pulumi_milvus.resources.connection import WAIT_FOR_SERVER_SECONDS, Connected, Report, connect
from pulumi_milvus.resources.differences import Difference
from pulumi_milvus.resources.endpoint import Endpoint
from pulumi_milvus.resources.errors import ResourceError
from pulumi_milvus.resources.lite_file import LiteFiles
from pulumi_milvus.resources.problems import PropertyProblem
from pulumi_milvus.resources.wire import Plain

Severity = Literal["info", "warning", "progress"]
Log = Callable[[Severity, str], None]
"""Tells the user something about the resource at hand; progress is shown while it lasts and not kept."""

NO_MILVUS = (
    "no Milvus is configured: set milvus:uri to a Lite file (such as .data/milvus.db) or to http://host:19530, or "
    "milvus:cluster to the namespace and service of one in a Kubernetes cluster"
)

WAIT_TO_READ_SECONDS = 20.0
"""A refresh or delete meets a Milvus that runs or does not; only a create may wait for one to start."""


@dataclass(frozen=True)
class Scene:
    """One call about one resource: where it lives, how to reach that, whom to tell."""

    urn: str
    endpoint: Endpoint | None
    """None where the provider's URI is not known yet, which happens in previews only."""
    lite_files: LiteFiles
    log: Log
    timeout_seconds: float
    wait_seconds: float | None = None
    """How long to wait for Milvus to answer or for a file to be free, where the user has said so."""
    cluster: ClusterAccess | None = field(default_factory=ClusterAccess)
    """The cluster that the provider is configured for; None where a preview does not know it yet."""
    forwards: Forwards = field(default_factory=Forwards)
    ending: threading.Event = field(default_factory=threading.Event)
    """Set when the user has interrupted; whoever waits stops."""

    @property
    def name(self) -> str:
        """The resource's logical name."""
        return self.urn.rpartition("::")[2]

    @property
    def report(self) -> Report:
        """Takes lines of progress."""
        return lambda line: self.log("progress", line)

    def placed(self, old: Plain, new: Plain, *, name_key: str) -> Plain:
        """New inputs with the Milvus they are for, and a name in Milvus from the resource's where none is given."""
        inputs = {key: value for key, value in new.items() if key != "endpoint"}
        name = self.name.replace("-", "_")
        if name_key not in inputs and NAME.fullmatch(name):
            inputs[name_key] = name
        endpoint = self.endpoint.uri if self.endpoint else old.get("endpoint")
        return inputs if endpoint is None else inputs | {"endpoint": endpoint}

    def known_endpoint(self) -> Endpoint:
        """The endpoint. Raises ResourceError where it is still unknown."""
        if self.endpoint is None:
            raise ResourceError(NO_MILVUS)
        return self.endpoint

    def connect(self, database: str, wait_seconds: float | None = None) -> AbstractContextManager[Connected]:
        """A connection that has answered a real call."""
        if self.wait_seconds is not None:
            wait_seconds = self.wait_seconds
        elif wait_seconds is None:
            wait_seconds = WAIT_FOR_SERVER_SECONDS
        patience = min(wait_seconds, self.timeout_seconds)
        return connect(self.known_endpoint(), database, self.lite_files, patience, self.report, self.forwards)

    def known_cluster(self) -> Cluster:
        """The cluster's API. Raises ResourceError where it is still unknown or its kubeconfig cannot be used."""
        if self.cluster is None:
            raise ResourceError("the cluster is not known yet: milvus:cluster depends on something that does not exist")
        return self.forwards.cluster(self.cluster)

    def lite_file_is_gone(self) -> bool:
        """Whether this is a Lite file that does not exist, so that nothing in it can; looking must not create it."""
        endpoint = self.known_endpoint()
        return endpoint.is_lite_file and not endpoint.path().exists()

    def remove_empty_lite_file(self) -> None:
        """Take away a Lite file that holds nothing any more, so that a destroy leaves nothing behind."""
        endpoint = self.known_endpoint()
        if endpoint.is_lite_file:
            self.lite_files.remove_if_empty(endpoint.path())


@dataclass(frozen=True)
class Checked:
    """Inputs made whole, or what is wrong with them."""

    inputs: Plain
    problems: list[PropertyProblem] = field(default_factory=list)


@dataclass(frozen=True)
class Changes:
    """What a new set of inputs changes."""

    differences: list[Difference]
    replacing: frozenset[str] = frozenset()
    """Paths whose change means a new resource."""
    delete_first: bool = False
    """Whether a replacement has the same name in Milvus, so that the old one must go first."""


@dataclass(frozen=True)
class Found:
    """A resource as it is now."""

    identifier: str
    state: Plain
    inputs: Plain


class Handler(Protocol):
    """One kind of resource."""

    def check(self, scene: Scene, old: Plain, new: Plain) -> Checked:
        """Fill in and judge inputs; never connects."""

    def diff(self, old_state: Plain, new_inputs: Plain) -> Changes:
        """Compare; never connects."""

    def create(self, scene: Scene, inputs: Plain, *, preview: bool) -> tuple[str, Plain]:
        """Create; returns the id and the state. A preview does not connect."""

    def read(self, scene: Scene, identifier: str, known: Plain) -> Found | None:
        """The live resource, or None where it does not exist; `known` is its last state and inputs."""

    def update(self, scene: Scene, old_state: Plain, inputs: Plain, *, preview: bool) -> Plain:
        """Update in place; returns the state. A preview does not connect."""

    def delete(self, scene: Scene, identifier: str, state: Plain) -> None:
        """Delete; a resource that is gone already counts as deleted."""
