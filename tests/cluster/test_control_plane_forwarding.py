"""``kubectl port-forward`` to a fake pod reaches what listens on this machine."""

from __future__ import annotations

import contextlib
import socket
import socketserver
import threading
from collections.abc import Iterator

from control_plane import ControlPlane, NodeShape, Object


class _Echo(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        name = self.server.name  # type: ignore[attr-defined]
        for line in self.rfile:
            self.wfile.write(name + b": " + line)


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    name = b""


@contextlib.contextmanager
def echo(name: str) -> Iterator[int]:
    """A server that says back what it hears, after its own name; its port."""
    with _Server(("127.0.0.1", 0), _Echo) as server:
        server.name = name.encode()
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        yield server.server_address[1]
        server.shutdown()
        thread.join()


def say(port: int, text: str) -> str:
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall(text.encode() + b"\n")
        return connection.makefile().readline().strip()


def run(plane: ControlPlane, namespace: str, name: str, labels: dict[str, str] | None = None) -> None:
    made: Object = {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": name, "namespace": namespace, "labels": labels or {}},
        "spec": {"containers": [{"name": "main", "image": "example.org/none:1"}]},
    }
    plane.api.create(made)

    def runs(found: Object | None) -> bool:
        return found is not None and found["status"].get("phase") == "Running"

    plane.api.wait_until(f"pod {name} runs", lambda: plane.api.get("Pod", name, namespace), runs)


def test_forwarded_port_reaches_a_port_of_this_machine(control_plane: ControlPlane) -> None:
    control_plane.nodes([NodeShape()])
    space = control_plane.namespace("other")
    run(control_plane, "default", "milvus")
    run(control_plane, space, "milvus")
    with echo("first") as first, echo("second") as second:
        control_plane.forward("default", "milvus", {19530: first})
        control_plane.forward(space, "milvus", {19530: second})
        with control_plane.port_forward("default", "pod/milvus", 19530) as port:
            assert say(port, "hello") == "first: hello"
            # Several connections, one after the other and large ones too.
            assert say(port, "x" * 100_000) == "first: " + "x" * 100_000
        with control_plane.port_forward(space, "pod/milvus", 19530) as port:
            assert say(port, "hello") == "second: hello"


def test_target_can_be_changed(control_plane: ControlPlane) -> None:
    control_plane.nodes([NodeShape()])
    run(control_plane, "default", "milvus")
    with echo("before") as before, echo("after") as after:
        control_plane.forward("default", "milvus", {19530: before})
        with control_plane.port_forward("default", "pod/milvus", 19530) as port:
            assert say(port, "a") == "before: a"
            control_plane.forward("default", "milvus", {19530: after})
            control_plane.api.wait_until("kwok has heard of it", lambda: say(port, "a") == "after: a", seconds=5)


def test_service_leads_to_its_pod(control_plane: ControlPlane) -> None:
    control_plane.nodes([NodeShape()])
    run(control_plane, "default", "milvus-proxy", {"app": "milvus"})
    service = {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": "milvus", "namespace": "default"},
        "spec": {"selector": {"app": "milvus"}, "ports": [{"name": "milvus", "port": 80, "targetPort": 19530}]},
    }
    control_plane.api.apply(service)
    with echo("milvus") as target:
        control_plane.forward("default", "milvus-proxy", {19530: target})
        with control_plane.port_forward("default", "service/milvus", 80) as port:
            assert say(port, "hello") == "milvus: hello"

    def has_endpoint(found: list[Object]) -> bool:
        return any(endpoint["conditions"]["ready"] for one in found for endpoint in one.get("endpoints") or ())

    control_plane.api.wait_until(
        "the Service has a ready endpoint",
        lambda: control_plane.api.list("EndpointSlice", "default", "kubernetes.io/service-name=milvus"),
        has_endpoint,
    )


def test_pod_without_a_target_says_so(control_plane: ControlPlane) -> None:
    control_plane.nodes([NodeShape()])
    run(control_plane, "default", "milvus")
    with control_plane.port_forward("default", "pod/milvus", 19530) as port, contextlib.suppress(ConnectionError):
        assert say(port, "hello") == ""
