"""A forward's port: one stream a connection, to a pod that is ready then, and what it says where there is none."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator

import pytest

from pulumi_milvus.cluster_access.errors import ClusterError
from pulumi_milvus.cluster_access.port_forward import PortForward, Stream
from pulumi_milvus.cluster_access.service_pods import Target


class _Stream:
    """The far end answers every message with the pod's name before it, or says nothing and why."""

    def __init__(self, pod: str, trouble: str) -> None:
        self.socket, self._far = socket.socketpair()
        self._trouble = trouble
        threading.Thread(target=self._serve, args=[pod.encode()], daemon=True).start()

    def _serve(self, name: bytes) -> None:
        while not self._trouble and (data := self._far.recv(100)):
            self._far.sendall(name + b":" + data)
        self._far.close()

    def trouble(self) -> str:
        return self._trouble

    def close(self) -> None:
        self.socket.close()


class _Way:
    """Pods that a test names; those in `dead` take no stream."""

    def __init__(self, *pods: str) -> None:
        self.pods = list(pods)
        self.dead: set[str] = set()
        self.trouble = ""
        self.status = 0

    def targets(self) -> list[Target]:
        if not self.pods:
            raise ClusterError("there is no pod", self.status)
        return [Target("search", pod, 19530) for pod in self.pods]

    def open(self, target: Target) -> Stream:
        if target.pod in self.dead:
            raise ClusterError(f"{target.pod} is dead")
        return _Stream(target.pod, self.trouble)


@pytest.fixture
def way() -> _Way:
    return _Way("a", "b")


@pytest.fixture
def forward(way: _Way) -> Iterator[PortForward]:
    made = PortForward(way)
    yield made
    made.close()


def said(forward: PortForward, text: bytes = b"hello") -> bytes:
    with socket.create_connection(("127.0.0.1", forward.port), timeout=5) as connection:
        try:
            connection.sendall(text)
            return connection.recv(100)
        except ConnectionError:  # closed with bytes that nobody read
            return b""


def soon(forward: PortForward, words: str) -> bool:
    end = time.monotonic() + 5
    while words not in forward.trouble and time.monotonic() < end:
        time.sleep(0.01)
    return words in forward.trouble


def test_pods_take_turns_and_a_dead_one_is_left_out(forward: PortForward, way: _Way) -> None:
    assert {said(forward), said(forward)} == {b"a:hello", b"b:hello"}
    way.dead.add("a")
    assert {said(forward), said(forward)} == {b"b:hello"}
    assert forward.trouble == ""


def test_it_says_why_nobody_answers_until_somebody_does(forward: PortForward, way: _Way) -> None:
    way.dead = {"a", "b"}
    assert said(forward) == b""
    assert soon(forward, "a is dead; b is dead") or soon(forward, "b is dead; a is dead")
    way.pods, way.status = [], 403
    assert said(forward) == b""
    assert soon(forward, "there is no pod")
    assert forward.is_hopeless
    way.pods, way.dead = ["a"], set()
    assert said(forward) == b"a:hello"
    assert (forward.trouble, forward.is_hopeless) == ("", False)


def test_a_port_that_nobody_listens_on_is_told_by_the_far_end(forward: PortForward, way: _Way) -> None:
    way.trouble = "connection refused"
    with socket.create_connection(("127.0.0.1", forward.port), timeout=5) as connection:
        assert connection.recv(100) == b""
    assert soon(forward, "port 19530: connection refused")


def test_closing_ends_what_is_open(way: _Way) -> None:
    forward = PortForward(way)
    port = forward.port
    with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
        connection.sendall(b"hello")
        assert connection.recv(100)
        forward.close()
        assert connection.recv(100) == b""
    with pytest.raises(OSError, match="refused"):
        socket.create_connection(("127.0.0.1", port), timeout=1)
