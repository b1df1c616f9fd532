"""The control plane itself: started, asked, broken and mended, stopped."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path

import urllib3

from control_plane import commands, credentials, forwarding
from control_plane.api import Api, ApiError, Object
from control_plane.cleaning import Start
from control_plane.commands import LOOPBACK, Ports
from control_plane.health import wait_until_healthy
from control_plane.nodes import NodeShape, is_lost, is_ready, node
from control_plane.processes import Child, StartError
from control_plane.storage import Provisioner

# Some seconds on an idle machine; a part that fails is noticed at once, so this is for machines that are very busy.
_START_SECONDS = 120.0
# The Go runtime collects garbage when the heap has grown by so many per cent; with 100, its default, an API server here
# spent a sixth of its processor time on it.
_MEMORY_FOR_TIME = {"GOGC": "300"}
_ATTEMPTS = 3
_SERVERS = ("etcd", "kube-apiserver")
_WATCHERS = ("kube-controller-manager", "kube-scheduler", "kwok")


class ControlPlane:
    """One cluster in ``folder``, which must not exist yet; ``with ControlPlane(...) as plane`` starts and stops it."""

    def __init__(self, binaries: Mapping[str, Path], folder: Path) -> None:
        self._binaries = dict(binaries)
        self.folder = folder
        self._was_away = False
        self.start_seconds: dict[str, float] = {}
        """How long after the start each part was ready"""
        self._children: dict[str, Child] = {}

    def __enter__(self) -> ControlPlane:
        self.start()
        return self

    def __exit__(self, *error: object) -> None:
        self.stop()

    def start(self) -> None:
        """Bring it up, in some seconds; a StartError shows the log of the part that failed."""
        for attempt in range(1, _ATTEMPTS + 1):
            try:
                self._start()
                return
            except StartError as error:
                self._kill_all()
                # Between the choice of a port and its use somebody else can take it.
                if attempt == _ATTEMPTS or "address already in use" not in str(error):
                    raise
                shutil.rmtree(self.folder)
            except (ApiError, AssertionError, urllib3.exceptions.HTTPError) as error:
                self._kill_all()
                logs = "\n".join(f"the end of {child.log}:\n{child.tail()}" for child in self._children.values())
                raise StartError(f"every part runs, but: {error}\n{logs}") from error
            except BaseException:
                self._kill_all()
                raise

    def stop(self) -> None:
        """End all of it at once: nothing in it is worth an orderly end. The logs stay."""
        self.provisioner.stop()
        self._kill_all()
        shutil.rmtree(self.folder / "etcd", ignore_errors=True)

    def start_again(self) -> None:
        """Bring a new cluster up in the place of one that was stopped."""
        shutil.rmtree(self.folder)
        self.start()

    # Using it

    @property
    def kubeconfig(self) -> Path:
        """The administrator's."""
        return self._credentials.kubeconfigs["admin"]

    @property
    def access(self) -> tuple[str, Path, str]:
        """Address, certificate authority and token, for a client of one's own: ``Api(*plane.access)``."""
        return self._ports.server, self._credentials.authority, self._credentials.admin_token

    @property
    def environment(self) -> dict[str, str]:
        """Variables with which ``kubectl`` and any other client find this cluster and no other."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("KUBE")}
        path = f"{self._binaries['kubectl'].parent}{os.pathsep}{kept.get('PATH', '')}"
        return {**kept, "PATH": path, "KUBECONFIG": str(self.kubeconfig), "HOME": str(self.folder)}

    def kubectl(
        self, *arguments: str, check: bool = True, input: str | None = None, timeout: float = 60
    ) -> subprocess.CompletedProcess[str]:
        """Call ``kubectl``; with ``check``, an AssertionError shows what it said when it fails."""
        done = subprocess.run(
            [self._binaries["kubectl"], *arguments],
            env=self.environment,
            cwd=self.folder,
            input=input,
            stdin=subprocess.DEVNULL if input is None else None,
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
        )
        if check and done.returncode != 0:
            raise AssertionError(f"kubectl {' '.join(arguments)}: status {done.returncode}\n{done.stdout}{done.stderr}")
        return done

    def nodes(self, shapes: Iterable[NodeShape]) -> list[str]:
        """Make fake nodes and wait until pods can be put on them; their names."""
        names = [str(self.api.create(node(shape))["metadata"]["name"]) for shape in shapes]
        for name in names:
            self.api.wait_until(f"node {name} is ready", partial(self.api.get, "Node", name), is_ready)
        return names

    def namespace(self, name: str, labels: Mapping[str, str] | None = None) -> str:
        """Make a namespace and wait until pods can be made in it."""
        self.api.apply(
            {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name, "labels": dict(labels or {})}}
        )
        self._wait_for_account(name)
        return name

    def forward(self, namespace: str, pod: str, targets: Mapping[int, int | tuple[str, int]]) -> None:
        """Let ``kubectl port-forward`` to these ports of a fake pod reach ports of this machine (or addresses).

        Called again it replaces the former targets. kwok learns of it within milliseconds.
        """
        full = {port: (LOOPBACK, target) if isinstance(target, int) else target for port, target in targets.items()}
        self.api.apply(forwarding.rule(namespace, pod, full))

    @contextlib.contextmanager
    def port_forward(self, namespace: str, target: str, port: int) -> Iterator[int]:
        """``kubectl port-forward`` to ``pod/x`` or ``service/x`` while the block runs; the local port."""
        with forwarding.port_forward(
            self._binaries["kubectl"], self.folder, self.environment, namespace, target, port
        ) as local:
            yield local

    def clean(self) -> None:
        """Back to what was there after the start, whatever a test made, and every part alive."""
        for name in self.parts:
            # What watched a server that was away looks for it in ever longer pauses, up to half a minute.
            if self._children[name].pid is None or (self._was_away and name in _WATCHERS):
                self.restart(name)
        self._was_away = False
        self._start_state.clean()
        self.provisioner.problems.clear()

    @contextlib.contextmanager
    def keeping(self, definition: Object) -> Iterator[None]:
        """A CRD that cleaning leaves alone while the block runs: a large one takes the server seconds each time."""
        name = definition["metadata"]["name"]
        self.api.apply(definition)
        self._start_state.definitions.add(name)
        try:
            yield
        finally:
            self._start_state.definitions.discard(name)
            self.clean()

    # Breaking it

    @property
    def parts(self) -> Sequence[str]:
        """``etcd``, ``kube-apiserver``, ``kube-controller-manager``, ``kube-scheduler``, ``kwok``."""
        return tuple(self._children)

    def pid(self, part: str) -> int | None:
        """The process of one part while it runs."""
        return self._children[part].pid

    def kill(self, part: str) -> None:
        """End one part as a crash would; it stays down until ``restart``."""
        self._was_away = self._was_away or part in _SERVERS
        self._children[part].kill()

    def restart(self, part: str) -> None:
        """Kill one part if it runs, start it with the same addresses and state, wait until it is ready."""
        self._was_away = self._was_away or part in _SERVERS
        self._children[part].kill()
        if part == "kwok":
            # Under its new name kwok would leave the nodes alone until the leases of the old one have run out, 40 s.
            self.api.request("DELETE", "/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases")
        self._children[part].start()
        self._wait(part, time.monotonic() + _START_SECONDS)

    def log(self, part: str, lines: int = 50) -> str:
        """The last lines of one part's log."""
        return self._children[part].tail(lines)

    def lose_node(self, name: str) -> None:
        """As if nothing were heard of a node any more, and wait until the controller has tainted it.

        Its pods are evicted after their toleration, 300 s unless they say otherwise; the controller does one node in
        ten seconds, and none at all while no node of the whole cluster is ready. Unlike in a cluster, pods on a lost
        node that are deleted go at once.
        """
        self._set_fate(name, "lost")
        self.api.wait_until(f"node {name} is unreachable", partial(self.api.get, "Node", name), is_lost)

    def mend_node(self, name: str) -> None:
        """A lost node is heard of again; wait until pods can be put on it."""
        self._set_fate(name, None)
        self.api.wait_until(f"node {name} is ready", partial(self.api.get, "Node", name), is_ready)

    # Inside

    def _set_fate(self, node: str, fate: str | None) -> None:
        self.api.patch("Node", node, None, {"metadata": {"annotations": {"control-plane.test/fate": fate}}})

    def _start(self) -> None:
        began = time.monotonic()
        end = began + _START_SECONDS
        self.folder.mkdir(mode=0o700, parents=True)
        self._ports = Ports.free()
        self._credentials = credentials.write(self.folder / "credentials", self._ports.server)
        self.api = Api(*self.access)
        self.provisioner = Provisioner(Api(*self.access))
        own = str(self.folder)
        surroundings = {"PATH": "/usr/bin:/bin", "HOME": own, "TMPDIR": own, **_MEMORY_FOR_TIME}
        lines = commands.command_lines(self._binaries, self.folder, self._ports, self._credentials)
        self._children = {name: Child(name, line, self.folder, surroundings) for name, line in lines.items()}

        def ready(*names: str) -> None:
            for name in names:
                self._wait(name, end)
                self.start_seconds[name] = round(time.monotonic() - began, 2)

        for name in ("etcd", "kube-apiserver"):
            self._children[name].start()
        ready("etcd", "kube-apiserver")
        for name in ("kube-controller-manager", "kube-scheduler"):
            self._children[name].start()
        # kwok watches it from its start on.
        self.api.apply(forwarding.DEFINITION)
        self._children["kwok"].start()
        ready("kube-controller-manager", "kube-scheduler", "kwok")
        for namespace in ("default", "kube-system"):
            self._wait_for_account(namespace)
        self._start_state = Start(self.api)
        self.provisioner.start()

    def _wait(self, part: str, end: float) -> None:
        # The others have health to tell to anybody, and would not know the token.
        token = self._credentials.admin_token if part == "kube-apiserver" else ""
        address = commands.health(self._ports)[part]
        wait_until_healthy(self._children[part], address, self._credentials.authority, token, end)

    def _wait_for_account(self, namespace: str) -> None:
        """Pods are refused until the controller manager has made the account that they run as."""
        self.api.wait_until(
            f"the service account of namespace {namespace} is there",
            lambda: self.api.get("ServiceAccount", "default", namespace),
        )

    def _kill_all(self) -> None:
        for child in reversed(self._children.values()):
            child.kill()
