"""One configured provider's view of its cluster: reachable or not, and how its parts are asked."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from kubernetes_provider import kubeconfig
from kubernetes_provider.api import Api
from kubernetes_provider.discovery import Discovery
from kubernetes_provider.errors import ApiError, NoSuchKindError, ProviderError, UnreachableError
from kubernetes_provider.kinds import Kind
from kubernetes_provider.schemas import Schemas, normalized_offline
from kubernetes_provider.settings import Settings
from kubernetes_provider.waiting.loop import Surroundings
from kubernetes_provider.wire import Object

_SCHEMA_PATH = "/openapi/v2?timeout=32s"


@dataclass(frozen=True)
class Session:
    """The cluster of one provider; `unreachable` says why it cannot be asked."""

    settings: Settings
    namespace: str
    unreachable: str = ""
    api: Api | None = None
    discovery: Discovery | None = None
    schemas: Schemas | None = None
    cancelled: threading.Event = field(default_factory=threading.Event)

    def surroundings(self, tell: Callable[[str, str], None]) -> Surroundings:
        """What operations need. Raises ProviderError where the cluster is unreachable."""
        if self.api is None or self.discovery is None:
            raise ProviderError(f"configured Kubernetes cluster is unreachable: {self.unreachable}")
        return Surroundings(self.api, self.discovery, tell, self.cancelled)

    def serves(self, kind: Kind) -> bool:
        """Whether the cluster has the kind now."""
        return self.discovery is not None and self.discovery.serves(kind)

    def is_namespaced(self, kind: Kind) -> bool:
        """Whether objects of the kind live in a namespace; assumed of what the cluster does not know yet."""
        if self.discovery is None:
            return not kind.is_cluster_scoped_built_in
        try:
            return self.discovery.mapping(kind).namespaced
        except NoSuchKindError:
            return not kind.is_cluster_scoped_built_in

    def normalized(self, document: Object) -> Object:
        """Inputs in the server's shape."""
        return normalized_offline(document) if self.schemas is None else self.schemas.normalized(document)


def opened(settings: Settings) -> Session:
    """A session with the configured cluster; an unreachable one is no error until something is to be done there."""
    try:
        cluster = kubeconfig.load(settings.kubeconfig, settings.context, settings.cluster, settings.namespace)
    except ProviderError as error:
        return Session(settings, settings.namespace, f"failed to parse kubeconfig data: {error}")
    try:
        api = Api(cluster)
        api.get("/version")
    except (UnreachableError, ApiError, OSError) as error:  # OSError: a certificate that is none
        cause = str(error).replace("/version", _SCHEMA_PATH)
        return Session(settings, cluster.namespace, f"unable to load schema information from the API server: {cause}")
    return Session(settings, cluster.namespace, "", api, Discovery(api), Schemas(api))
