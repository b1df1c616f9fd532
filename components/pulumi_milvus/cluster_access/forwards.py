"""The forwards that a provider has open, one for each Service."""

from __future__ import annotations

import threading

from pulumi_milvus.cluster_access.access import ClusterAccess
from pulumi_milvus.cluster_access.cluster import Cluster
from pulumi_milvus.cluster_access.port_forward import PortForward, ServiceWay
from pulumi_milvus.resources.errors import ResourceError


class Forwards:
    """Opens a forward when it is first needed, and closes all of them with the provider."""

    def __init__(self) -> None:
        self._open: dict[ClusterAccess, PortForward] = {}
        self._clusters: dict[tuple[str, str], Cluster] = {}
        self._lock = threading.Lock()
        self._closed = False

    def cluster(self, access: ClusterAccess) -> Cluster:
        """The cluster of an access, read from its kubeconfig once. Raises ResourceError."""
        key = (access.kubeconfig, access.context)
        with self._lock:
            if key not in self._clusters:
                self._clusters[key] = Cluster(access)
            return self._clusters[key]

    def forward(self, access: ClusterAccess) -> PortForward:
        """The forward to a Service. Raises ResourceError where the kubeconfig cannot be used."""
        cluster = self.cluster(access)
        with self._lock:
            if self._closed:
                raise ResourceError("the provider is ending")
            if access not in self._open:
                self._open[access] = PortForward(ServiceWay(cluster, access))
            return self._open[access]

    def close_all(self) -> None:
        """Close every forward; none is opened any more."""
        with self._lock:
            self._closed = True
            ending = list(self._open.values())
            self._open.clear()
        for forward in ending:
            forward.close()
