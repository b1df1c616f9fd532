"""The command line of each part: on 127.0.0.1 only, quick to start, strict where clusters are."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from control_plane.accounts import audit_arguments
from control_plane.credentials import Credentials

HERE = Path(__file__).parent
LOOPBACK = "127.0.0.1"
# Virtual: nothing routes these. Pod addresses cannot be in 127/8, which EndpointSlices refuse.
POD_ADDRESSES = "10.244.0.0/16"
SERVICE_ADDRESSES = "10.96.0.0/16"
# kwok serves these kinds of its API; see forwarding.py.
KWOK_KINDS = ("PortForward",)


@dataclass(frozen=True)
class Ports:
    """The ports of one control plane, all on the loopback interface."""

    etcd: int
    etcd_peer: int
    api_server: int
    scheduler: int
    controller_manager: int
    kwok: int

    @classmethod
    def free(cls) -> Ports:
        """Ports that nobody has now; somebody may be quicker, so a start can be tried again with others."""
        with contextlib.ExitStack() as stack:
            sockets = [stack.enter_context(socket.socket()) for _ in range(6)]
            for one in sockets:
                one.bind((LOOPBACK, 0))
            return cls(*(one.getsockname()[1] for one in sockets))

    @property
    def server(self) -> str:
        """The API server's address."""
        return f"https://{LOOPBACK}:{self.api_server}"


def command_lines(
    binaries: Mapping[str, Path], folder: Path, ports: Ports, credentials: Credentials
) -> dict[str, list[str | Path]]:
    """Each part's command by its name, in the order in which they start."""
    return {
        "etcd": _etcd(binaries["etcd"], folder, ports),
        "kube-apiserver": _api_server(binaries["kube-apiserver"], folder, ports, credentials),
        "kube-controller-manager": _controller_manager(binaries["kube-controller-manager"], ports, credentials),
        "kube-scheduler": _scheduler(binaries["kube-scheduler"], ports, credentials),
        "kwok": _kwok(binaries["kwok"], ports, credentials),
    }


def health(ports: Ports) -> dict[str, str]:
    """Where each part says that it is ready."""
    return {
        "etcd": f"http://{LOOPBACK}:{ports.etcd}/health",
        "kube-apiserver": f"{ports.server}/readyz",
        "kube-controller-manager": f"https://{LOOPBACK}:{ports.controller_manager}/healthz",
        "kube-scheduler": f"https://{LOOPBACK}:{ports.scheduler}/readyz",
        "kwok": f"http://{LOOPBACK}:{ports.kwok}/healthz",
    }


def _etcd(binary: Path, folder: Path, ports: Ports) -> list[str | Path]:
    client = f"http://{LOOPBACK}:{ports.etcd}"
    peer = f"http://{LOOPBACK}:{ports.etcd_peer}"
    return [
        binary,
        "--name=default",
        f"--data-dir={folder / 'etcd'}",
        f"--listen-client-urls={client}",
        f"--advertise-client-urls={client}",
        f"--listen-peer-urls={peer}",
        f"--initial-advertise-peer-urls={peer}",
        f"--initial-cluster=default={peer}",
        # Nothing here must outlive the machine.
        "--unsafe-no-fsync",
        "--log-level=warn",
    ]


def _api_server(binary: Path, folder: Path, ports: Ports, credentials: Credentials) -> list[str | Path]:
    return [
        binary,
        f"--etcd-servers=http://{LOOPBACK}:{ports.etcd}",
        f"--bind-address={LOOPBACK}",
        f"--advertise-address={LOOPBACK}",
        f"--secure-port={ports.api_server}",
        *_serving(credentials),
        f"--token-auth-file={credentials.tokens}",
        "--anonymous-auth=false",
        "--authorization-mode=RBAC",
        "--service-account-issuer=https://kubernetes.default.svc",
        f"--service-account-key-file={credentials.account_key}",
        f"--service-account-signing-key-file={credentials.account_key}",
        f"--service-cluster-ip-range={SERVICE_ADDRESSES}",
        "--endpoint-reconciler-type=none",
        # Off by default in the server, on in clusters; PodSecurity is what refuses a privileged pod.
        "--allow-privileged=true",
        "--kubelet-preferred-address-types=InternalIP",
        f"--kubelet-certificate-authority={credentials.authority}",
        "--profiling=false",
        *audit_arguments(folder),
    ]


def _controller_manager(binary: Path, ports: Ports, credentials: Credentials) -> list[str | Path]:
    return [
        binary,
        *_client(credentials, "kube-controller-manager", ports.controller_manager),
        # No kubelet mounts anything here, so nothing needs to be attached: pods would only collect warnings.
        "--controllers=*,-persistentvolume-attach-detach-controller",
        f"--service-account-private-key-file={credentials.account_key}",
        f"--root-ca-file={credentials.authority}",
        "--use-service-account-credentials=true",
        "--kube-api-qps=200",
        "--kube-api-burst=400",
    ]


def _scheduler(binary: Path, ports: Ports, credentials: Credentials) -> list[str | Path]:
    return [binary, *_client(credentials, "kube-scheduler", ports.scheduler)]


def _client(credentials: Credentials, name: str, port: int) -> list[str | Path]:
    return [
        f"--kubeconfig={credentials.kubeconfigs[name]}",
        f"--bind-address={LOOPBACK}",
        f"--secure-port={port}",
        *_serving(credentials),
        "--leader-elect=false",
        "--profiling=false",
    ]


def _kwok(binary: Path, ports: Ports, credentials: Credentials) -> list[str | Path]:
    return [
        binary,
        f"--kubeconfig={credentials.kubeconfigs['kwok']}",
        f"--config={HERE / 'stages.yaml'}",
        "--manage-all-nodes=true",
        f"--cidr={POD_ADDRESSES}",
        f"--node-ip={LOOPBACK}",
        f"--node-port={ports.kwok}",
        f"--server-address={LOOPBACK}:{ports.kwok}",
        *_serving(credentials),
        f"--enable-crds={','.join(KWOK_KINDS)}",
        # As a kubelet does. Without leases the controller takes a node for lost after its grace of 50 s.
        "--node-lease-duration-seconds=40",
    ]


def _serving(credentials: Credentials) -> list[str | Path]:
    return [f"--tls-cert-file={credentials.certificate}", f"--tls-private-key-file={credentials.key}"]
