"""Collections are created through the provider's own port-forward, which survives what happens to pods and cluster."""

from __future__ import annotations

import random
import socket
import socketserver
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest

from cluster_access_rig import lite_server, milvus_pod, service, wait_for_endpoints
from collection_specs import articles
from control_plane import ControlPlane, NodeShape
from provider_process import provider_process
from pulumi_milvus.cluster_access.access import ClusterAccess
from pulumi_milvus.cluster_access.forwards import Forwards
from pulumi_milvus.cluster_access.port_forward import PortForward
from pulumi_milvus.resources.connection import connect
from pulumi_milvus.resources.endpoint import Endpoint
from pulumi_milvus.resources.errors import ResourceError
from pulumi_milvus.resources.lite_file import LiteFiles

URN = "urn:pulumi:dev::test::milvus:index:Collection::"
NAMESPACE, SERVICE = "search", "vec-milvus"


@pytest.fixture
def forwards() -> Iterator[Forwards]:
    opened = Forwards()
    yield opened
    opened.close_all()


def access(plane: ControlPlane, **changes: object) -> ClusterAccess:
    settings: dict[str, object] = {"kubeconfig": str(plane.kubeconfig), "namespace": NAMESPACE, "service": SERVICE}
    return ClusterAccess(**(settings | changes))  # type: ignore[arg-type]


def collections(target: ClusterAccess, forwards: Forwards, wait_seconds: float = 20) -> list[str]:
    """What one connection through the forward lists."""
    endpoint = Endpoint(target.uri, cluster=target)
    with connect(endpoint, "default", LiteFiles(), wait_seconds, forwards=forwards) as connected:
        return sorted(connected.client.list_collections())


def restart_api_server(plane: ControlPlane) -> None:
    plane.restart("kube-apiserver")
    # It ends itself where it sees a pod of the same name on another node than before the gap.
    plane.restart("kube-scheduler")


def led_to(forward: PortForward) -> str:
    """The pod that a new connection is led to."""
    forward.target = None
    with socket.create_connection(("127.0.0.1", forward.port), timeout=10):
        end = time.monotonic() + 10
        while forward.target is None and time.monotonic() < end:
            time.sleep(0.02)
    return str(forward.target)


def refusal(target: ClusterAccess, forwards: Forwards, wait_seconds: float = 4) -> str:
    with pytest.raises(ResourceError) as failed:
        collections(target, forwards, wait_seconds)
    return str(failed.value)


@pytest.fixture
def milvus(control_plane: ControlPlane, tmp_path: Path) -> Iterator[int]:
    """One pod of Milvus behind a Service; the port where it really is."""
    control_plane.nodes([NodeShape()])
    control_plane.namespace(NAMESPACE)
    service(control_plane, NAMESPACE, SERVICE)
    with lite_server(tmp_path) as port:
        milvus_pod(control_plane, NAMESPACE, "vec-0", port)
        wait_for_endpoints(control_plane, NAMESPACE, SERVICE, 1)
        yield port


def test_a_collection_is_created_through_the_forward(control_plane: ControlPlane, milvus: int, tmp_path: Path) -> None:
    given = control_plane.kubeconfig.read_text()
    cluster = {"kubeconfig": given, "namespace": NAMESPACE, "service": SERVICE}
    with provider_process({"cluster": cluster, "waitSeconds": 20}, tmp_path) as provider:
        urn = URN + "articles"
        checked, failures = provider.check(urn, articles())
        assert failures == []
        assert checked["endpoint"] == f"kubernetes://{NAMESPACE}/{SERVICE}:19530"
        identifier, state = provider.create(urn, checked)
        assert provider.read(urn, identifier, state, checked) == (identifier, state, checked)
    direct = Endpoint(f"http://127.0.0.1:{milvus}")
    with connect(direct, "default", LiteFiles(), 5) as connected:
        assert connected.client.list_collections() == ["articles"]


def test_the_next_connection_leads_to_a_pod_that_is_ready_then(
    control_plane: ControlPlane, milvus: int, forwards: Forwards
) -> None:
    target = access(control_plane)
    forward = forwards.forward(target)
    assert led_to(forward) == "pod vec-0, port 19530"
    milvus_pod(control_plane, NAMESPACE, "vec-1", milvus)
    wait_for_endpoints(control_plane, NAMESPACE, SERVICE, 2)
    assert {led_to(forward), led_to(forward)} == {"pod vec-0, port 19530", "pod vec-1, port 19530"}
    control_plane.api.delete("Pod", "vec-0", NAMESPACE, grace_seconds=0)
    wait_for_endpoints(control_plane, NAMESPACE, SERVICE, 1)
    assert led_to(forward) == "pod vec-1, port 19530"
    assert collections(target, forwards) == []
    assert forwards.forward(target) is forward


@pytest.mark.usefixtures("milvus")
def test_a_connection_that_breaks_is_opened_anew(control_plane: ControlPlane, forwards: Forwards) -> None:
    target = access(control_plane)
    endpoint = Endpoint(target.uri, cluster=target)
    with connect(endpoint, "default", LiteFiles(), 20, forwards=forwards) as connected:
        assert connected.client.list_collections() == []
        restart_api_server(control_plane)  # every stream goes through it
        end = time.monotonic() + 30
        while True:
            try:
                assert connected.client.list_collections(timeout=5) == []
                break
            except Exception:
                assert time.monotonic() < end
                time.sleep(0.5)
        assert collections(target, forwards) == []


def test_why_no_pod_answers(control_plane: ControlPlane, milvus: int, forwards: Forwards) -> None:
    assert "there is no Service nothing in namespace search; its Services are vec-milvus" in refusal(
        access(control_plane, service="nothing"), forwards
    )
    assert "has no port 1; it has 19530 (milvus), 9091 (metrics)" in refusal(access(control_plane, port=1), forwards)
    control_plane.api.delete("Pod", "vec-0", NAMESPACE, grace_seconds=0)
    wait_for_endpoints(control_plane, NAMESPACE, SERVICE, 0)
    assert "has no pods: none carries app=milvus" in refusal(access(control_plane), forwards)
    milvus_pod(control_plane, NAMESPACE, "vec-2", milvus, {"control-plane.test/fate": "starting"})
    said = refusal(access(control_plane), forwards)
    assert "none of the 1 pods of the Service search/vec-milvus is ready: vec-2: " in said
    assert "fate starting" in said


def test_a_pod_without_milvus(control_plane: ControlPlane, forwards: Forwards) -> None:
    control_plane.nodes([NodeShape()])
    control_plane.namespace(NAMESPACE)
    service(control_plane, NAMESPACE, SERVICE)
    milvus_pod(control_plane, NAMESPACE, "vec-0", 1)  # nobody listens there
    wait_for_endpoints(control_plane, NAMESPACE, SERVICE, 1)
    said = refusal(access(control_plane), forwards, wait_seconds=8)
    assert "pod vec-0, port 19530" in said
    assert "connection refused" in said


@pytest.mark.usefixtures("milvus")
def test_a_cluster_that_gives_no_answer(control_plane: ControlPlane, forwards: Forwards) -> None:
    control_plane.kill("kube-apiserver")
    said = refusal(access(control_plane), forwards)
    assert "gives no answer" in said
    assert "Connection refused" in said
    restart_api_server(control_plane)
    assert collections(access(control_plane), forwards) == []


@pytest.mark.usefixtures("milvus")
def test_an_account_that_may_not_is_told_at_once(
    control_plane: ControlPlane, forwards: Forwards, tmp_path: Path
) -> None:
    token = control_plane.kubectl("create", "token", "default", "-n", NAMESPACE).stdout.strip()
    server, authority, _ = control_plane.access
    limited = tmp_path / "limited.yaml"
    limited.write_text(
        f"""\
apiVersion: v1
kind: Config
current-context: limited
clusters: [{{name: here, cluster: {{server: "{server}", certificate-authority: "{authority}"}}}}]
users: [{{name: limited, user: {{token: "{token}"}}}}]
contexts: [{{name: limited, context: {{cluster: here, user: limited}}}}]
"""
    )
    target = access(control_plane, kubeconfig=str(limited))
    began = time.monotonic()
    said = refusal(target, forwards, wait_seconds=60)
    assert "(context limited)" in said
    assert "this account may not: services" in said
    looks = ["services", "pods", "events", "endpointslices.discovery.k8s.io"]
    allow(control_plane, "look", "get,list", *looks)
    allow(control_plane, "ask", "get", "pods/portforward")
    refused = refusal(target, forwards, wait_seconds=60)
    assert "this account may not: " in refused
    assert "needs the verbs get and create on pods/portforward" in refused
    assert time.monotonic() - began < 60, "it waited, though waiting cannot help"
    allow(control_plane, "forward", "create", "pods/portforward")
    assert collections(target, forwards) == []
    assert token not in said + refused
    limited.write_text(limited.read_text().replace(token, "nobody"))
    unknown = access(control_plane, kubeconfig=limited.read_text())
    assert "does not know this account" in refusal(unknown, forwards, 60)


def allow(plane: ControlPlane, name: str, verbs: str, *resources: str) -> None:
    """Let the namespace's default account do something there."""
    plane.kubectl("create", "role", name, "-n", NAMESPACE, f"--verb={verbs}", f"--resource={','.join(resources)}")
    account = f"--serviceaccount={NAMESPACE}:default"
    plane.kubectl("create", "rolebinding", name, "-n", NAMESPACE, f"--role={name}", account)


def test_many_connections_carry_every_byte(control_plane: ControlPlane, forwards: Forwards) -> None:
    control_plane.nodes([NodeShape()])
    control_plane.namespace(NAMESPACE)
    service(control_plane, NAMESPACE, SERVICE)
    with echo_server() as port:
        milvus_pod(control_plane, NAMESPACE, "vec-0", port)
        wait_for_endpoints(control_plane, NAMESPACE, SERVICE, 1)
        near = forwards.forward(access(control_plane)).port
        sent = [random.Random(number).randbytes(4 << 20) for number in range(8)]
        with ThreadPoolExecutor(len(sent)) as pool:
            came = list(pool.map(lambda data: echoed(near, data), sent))
    assert came == sent


@contextmanager
def echo_server() -> Iterator[int]:
    """A server that says back every byte; its port."""

    class Echo(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            while data := self.request.recv(1 << 16):
                self.request.sendall(data)

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Echo) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        yield int(server.server_address[1])
        server.shutdown()


def echoed(port: int, data: bytes) -> bytes:
    """What comes back for some bytes, sent while it comes."""
    with socket.create_connection(("127.0.0.1", port), timeout=60) as connection:
        threading.Thread(target=connection.sendall, args=[data], daemon=True).start()
        came = bytearray()
        while len(came) < len(data):
            piece = connection.recv(1 << 16)
            assert piece, f"the connection ended after {len(came):,} bytes"
            came += piece
    return bytes(came)
