"""A port of 127.0.0.1 that leads to a pod behind a Service, for as long as the provider lives.

Each connection to the port opens a stream of its own through the API server (the official client's WebSocket
port-forward) to a pod that is ready at that moment. So nothing has to be reopened: when a pod goes, its connections
end, and the client's next one leads to another pod.
"""

from __future__ import annotations

import contextlib
import logging
import socket
import threading
from collections.abc import Callable
from typing import Any, Protocol

from pulumi_milvus.cluster_access.access import ClusterAccess
from pulumi_milvus.cluster_access.cluster import Cluster, library
from pulumi_milvus.cluster_access.errors import ClusterError, handshake_refusal
from pulumi_milvus.cluster_access.service_pods import Target, ready_targets
from pulumi_milvus.resources.errors import ResourceError

_CHUNK_BYTES = 1 << 20
_LOOPBACK = "127.0.0.1"
_log = logging.getLogger(__name__)


class Stream(Protocol):
    """The near end of one forwarded connection."""

    socket: socket.socket

    def trouble(self) -> str:
        """What the far end said went wrong, or nothing."""

    def close(self) -> None:
        """Let go of it."""


class Way(Protocol):
    """How a forward finds pods and opens streams to them."""

    def targets(self) -> list[Target]:
        """The ready pods. Raises ResourceError with the reason for none."""

    def open(self, target: Target) -> Stream:
        """A stream to a pod's port. Raises ClusterError."""


class PortForward:
    """One listening port; each connection to it is led to a ready pod."""

    def __init__(self, way: Way) -> None:
        self._way = way
        self._listener = socket.create_server((_LOOPBACK, 0))
        self._closed = False
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()
        self._turn = 0
        self.trouble = "the port-forward has not reached a pod yet"
        """Why the last connection led nowhere; empty while they do."""
        self.is_hopeless = False
        """Whether trying again cannot help: the account is unknown or may not."""
        self.target: Target | None = None
        """The pod that answered last."""
        threading.Thread(target=self._accept, name="port-forward", daemon=True).start()

    @property
    def port(self) -> int:
        """The port on 127.0.0.1."""
        return int(self._listener.getsockname()[1])

    def close(self) -> None:
        """Stop listening and end every connection."""
        with self._lock:
            self._closed = True
            ending = list(self._open)
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for connection in ending:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def _accept(self) -> None:
        while not self._closed:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._lead, args=[connection], name="port-forward-one", daemon=True).start()

    def _lead(self, connection: socket.socket) -> None:
        with self._lock:
            self._open.add(connection)
        stream: Stream | None = None
        try:
            stream, target = self._open_stream()
            # A stream opens to a port that nobody listens on too; only then comes what the far end says of it.
            if not _join(connection, stream.socket, self._heard):
                self.trouble = f"{target}: {stream.trouble() or 'it ended the connection without a word'}"
        except ResourceError as error:
            self.trouble = str(error)
            self.is_hopeless = isinstance(error, ClusterError) and error.is_for_good
        except OSError as error:
            _log.debug("a forwarded connection ended: %s", error)
        finally:
            if stream is not None:
                stream.close()
            connection.close()
            with self._lock:
                self._open.discard(connection)

    def _heard(self) -> None:
        self.trouble, self.is_hopeless = "", False

    def _open_stream(self) -> tuple[Stream, Target]:
        targets = self._way.targets()
        with self._lock:
            first, self._turn = self._turn, self._turn + 1
        failed: list[ClusterError] = []
        # Another pod each time: one that is listed as ready may have died with its node just now.
        for step in range(len(targets)):
            target = targets[(first + step) % len(targets)]
            try:
                stream = self._way.open(target)
            except ClusterError as error:
                failed.append(error)
                continue
            self.target = target
            return stream, target
        raise ClusterError("; ".join(str(error) for error in failed), failed[0].status)


def _join(near: socket.socket, far: socket.socket, heard: Callable[[], None]) -> bool:
    """Carry bytes both ways until either end is done; whether the far end ever said something.

    Each way has a thread of its own: the client's thread behind `far` blocks while its bytes are not taken, so one
    thread that blocks while it gives it more would wait for ever.
    """
    near.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    came = threading.Event()

    def first() -> None:
        came.set()
        heard()

    back = threading.Thread(target=_carry, args=[far, near, first], name="port-forward-back", daemon=True)
    back.start()
    _carry(near, far, lambda: None)
    back.join()
    return came.is_set()


def _carry(source: socket.socket, sink: socket.socket, first: Callable[[], None]) -> None:
    try:
        data = source.recv(_CHUNK_BYTES)
        if data:
            first()
        while data:
            sink.sendall(data)
            data = source.recv(_CHUNK_BYTES)
    except OSError as error:
        _log.debug("a forwarded connection ended: %s", error)
    # gRPC does without half-closed connections; ending both wakes the other direction.
    for end in (source, sink):
        with contextlib.suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)


class ServiceWay:
    """Through a cluster's API server to the pods of a Service."""

    def __init__(self, cluster: Cluster, access: ClusterAccess) -> None:
        self._cluster = cluster
        self._access = access

    def targets(self) -> list[Target]:
        """The ready pods. Raises ResourceError with the reason for none."""
        return ready_targets(self._cluster, self._access)

    def open(self, target: Target) -> Stream:
        """A stream to a pod's port. Raises ClusterError."""
        client = library("client")
        api = client.CoreV1Api(self._cluster.new_client())
        try:
            opened = library("stream").portforward(
                api.connect_get_namespaced_pod_portforward, target.pod, target.namespace, ports=str(target.port)
            )
        except client.ApiException as error:
            status, words = handshake_refusal(str(error.reason))
            raise ClusterError(f"{self._cluster} does not forward to {target}: {words}", status) from None
        return _PodStream(opened, target.port)


class _PodStream:
    def __init__(self, opened: Any, port: int) -> None:
        self._opened = opened
        self._port = port
        self.socket: socket.socket = opened.socket(port)._socket

    def trouble(self) -> str:
        """What the kubelet said on the error channel."""
        return " ".join(str(self._opened.error(self._port) or "").split())

    def close(self) -> None:
        """Close the near end, on which the client's own thread closes the WebSocket."""
        self._opened.close()
