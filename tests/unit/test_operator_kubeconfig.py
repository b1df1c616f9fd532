"""How the stand-in operator finds its API server, and what it says where it cannot."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from tests.standins.operator.api import ApiError
from tests.standins.operator.http_api import HttpApi
from tests.standins.operator.kubeconfig import BadKubeconfigError, read_kubeconfig
from tests.standins.operator.running import main

from pulumi_cli import CLONE


def kubeconfig(folder: Path, server: str = "https://127.0.0.1:6443", **changes: Any) -> Path:
    config = {
        "current-context": "a",
        "contexts": [{"name": "a", "context": {"cluster": "c", "user": "u"}}],
        "clusters": [{"name": "c", "cluster": {"server": server}}],
        "users": [{"name": "u", "user": {"token": "secret"}}],
        **changes,
    }
    path = folder / "kubeconfig"
    path.write_text(json.dumps(config))
    return path


def test_the_current_context_counts(tmp_path: Path) -> None:
    connection = read_kubeconfig(kubeconfig(tmp_path))
    assert (connection.server, connection.token) == ("https://127.0.0.1:6443", "secret")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"current-context": "b"}, "contexts has no b; it has: a"),
        ({"clusters": []}, "clusters has no c; it has: none"),
        ({"clusters": [{"name": "c", "cluster": {"x": 1}}]}, "the cluster c has no server"),
    ],
)
def test_what_is_missing_is_named(
    changes: dict[str, Any], words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = kubeconfig(tmp_path, **changes)
    with pytest.raises(BadKubeconfigError, match=words):
        read_kubeconfig(path)
    assert main(["--kubeconfig", str(path)]) == 2
    assert words in capsys.readouterr().err


def test_no_kubeconfig_at_all(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--kubeconfig", str(tmp_path / "none")]) == 2
    assert "no kubeconfig" in capsys.readouterr().err


class _Server(BaseHTTPRequestHandler):
    """Remembers what it was asked, and answers as an API server would."""

    asked: list[tuple[str, str, Any]]

    def _answer(self) -> None:
        size = int(self.headers.get("Content-Length") or 0)
        body = json.loads(self.rfile.read(size)) if size else None
        self.asked.append((self.command, self.path, body))
        status, told = 200, {"apiVersion": "v1", "items": [{"metadata": {"name": "x"}}], "metadata": {}}
        if "absent" in self.path:
            status, told = 404, {"message": "not found"}
        if self.headers.get("Authorization") != "Bearer secret":
            status, told = 401, {"message": "Unauthorized"}
        data = json.dumps(told).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    do_GET = do_PUT = do_POST = do_DELETE = _answer  # noqa: N815

    def log_message(self, format: str, *arguments: object) -> None:
        """Quiet."""


@pytest.fixture
def server() -> Iterator[tuple[str, list[tuple[str, str, Any]]]]:
    asked: list[tuple[str, str, Any]] = []
    handler = type("Handler", (_Server,), {"asked": asked})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as running:
        thread = threading.Thread(target=running.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{running.server_port}", asked
        running.shutdown()
        thread.join()


def test_the_calls(server: tuple[str, list[tuple[str, str, Any]]], tmp_path: Path) -> None:
    address, asked = server
    api = HttpApi(read_kubeconfig(kubeconfig(tmp_path, address)))
    manifest = {"kind": "Deployment", "metadata": {"namespace": "a", "name": "x"}}
    assert api.get("Deployment", "a", "absent") is None
    assert api.list("Pod", "a", {"k": "v"}) == [{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "x"}}]
    api.create(manifest)
    api.update(manifest)
    api.update_status(manifest)
    api.delete("Milvus", "a", "x", "Foreground")
    api.delete("Milvus", "a", "absent")
    assert asked == [
        ("GET", "/apis/apps/v1/namespaces/a/deployments/absent", None),
        ("GET", "/api/v1/namespaces/a/pods?labelSelector=k%3Dv", None),
        ("POST", "/apis/apps/v1/namespaces/a/deployments", manifest),
        ("PUT", "/apis/apps/v1/namespaces/a/deployments/x", manifest),
        ("PUT", "/apis/apps/v1/namespaces/a/deployments/x/status", manifest),
        ("DELETE", "/apis/milvus.io/v1beta1/namespaces/a/milvuses/x", {"propagationPolicy": "Foreground"}),
        ("DELETE", "/apis/milvus.io/v1beta1/namespaces/a/milvuses/absent", {"propagationPolicy": "Background"}),
    ]


def test_a_refusal_has_the_servers_words(server: tuple[str, list[tuple[str, str, Any]]], tmp_path: Path) -> None:
    users = [{"name": "u", "user": {"token": "other"}}]
    api = HttpApi(read_kubeconfig(kubeconfig(tmp_path, server[0], users=users)))
    with pytest.raises(ApiError, match="Unauthorized") as refused:
        api.list("Milvus")
    assert refused.value.status == 401


def test_it_ends_when_it_is_told_to(tmp_path: Path) -> None:
    """Also with nobody there to talk to."""
    path = kubeconfig(tmp_path, "http://127.0.0.1:1")
    command = [sys.executable, "-m", "tests.standins.operator.running", "--kubeconfig", str(path)]
    running = subprocess.Popen(command, cwd=CLONE, stderr=subprocess.PIPE, text=True)
    try:
        assert running.stderr is not None
        assert "begins anew" in "".join(running.stderr.readline() for _ in range(2))
        running.send_signal(signal.SIGTERM)
        assert running.wait(30) == 0
    finally:
        running.kill()
        running.wait()


def test_nobody_there_is_an_error_and_no_traceback(tmp_path: Path) -> None:
    api = HttpApi(read_kubeconfig(kubeconfig(tmp_path, "http://127.0.0.1:1")))
    with pytest.raises(ApiError) as refused:
        api.list("Milvus")
    assert refused.value.status == 503
