"""The provider's argument `cluster`: what it takes, every mistake at once, and that no kubeconfig is repeated."""

from __future__ import annotations

import builtins
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from pulumi_milvus.cluster_access.access import ClusterAccess, read_access
from pulumi_milvus.cluster_access.cluster import Cluster
from pulumi_milvus.cluster_access.errors import ClusterError, handshake_refusal, refusal, transport_words
from pulumi_milvus.provider import settings
from pulumi_milvus.resources.endpoint import Endpoint
from pulumi_milvus.resources.errors import ResourceError
from pulumi_milvus.resources.wire import UNKNOWN

PLACE = {"namespace": "search", "service": "vec-milvus"}
KUBECONFIG = """\
apiVersion: v1
kind: Config
current-context: here
clusters: [{name: c, cluster: {server: "https://127.0.0.1:1"}}]
users: [{name: u, user: {token: s3cr3t-token}}]
contexts: [{name: here, context: {cluster: c, user: u}}]
"""


@pytest.fixture(autouse=True)
def _nothing_in_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("MILVUS_URI", "KUBECONFIG", "KUBERNETES_SERVICE_HOST"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))


@pytest.mark.parametrize("form", [dict, json.dumps])
def test_a_map_or_its_text_is_taken(form: Any) -> None:
    access, problems = read_access(form({**PLACE, "port": 1953, "context": "prod"}))
    assert problems == []
    assert access == ClusterAccess(namespace="search", service="vec-milvus", port=1953, context="prod")
    assert access.uri == "kubernetes://search/vec-milvus:1953"


def test_tls_is_read_and_its_mistakes_are_said() -> None:
    access, problems = read_access({**PLACE, "tlsSecret": "vec-tls"})
    assert (problems, access and access.server_name) == ([], "vec-milvus.search.svc")
    access, _ = read_access({**PLACE, "tlsSecret": "vec-tls", "tlsServerName": "milvus.example.com"})
    assert access == ClusterAccess(
        namespace="search", service="vec-milvus", tls_secret="vec-tls", tls_server_name="milvus.example.com"
    )
    assert access.server_name == "milvus.example.com"
    assert read_access({**PLACE, "tlsServerName": "*.Example"})[1] == [
        ".tlsServerName: '*.Example' is no name: lower-case letters, digits, dashes and dots, up to 253",
        ".tlsServerName: tlsSecret is missing, which says whom to trust",
    ]
    assert read_access({**PLACE, "tls_secret": "a"})[1] == [".tls_secret: unknown key; did you mean tlsSecret?"]


def test_left_out_or_unknown() -> None:
    assert read_access(None) == read_access(UNKNOWN) == (None, [])
    assert read_access({**PLACE, "kubeconfig": UNKNOWN}) == (None, [])


def test_every_mistake_at_once_and_no_kubeconfig() -> None:
    wrong = {"kubeconfig": 17, "contex": "a", "service": "Vec_Milvus", "port": 99_999}
    problems = settings.problems({"cluster": wrong})
    assert problems == [
        "milvus:cluster.contex: unknown key; did you mean context?",
        "milvus:cluster.kubeconfig: it is text",
        "milvus:cluster.service: 'Vec_Milvus' is no name in Kubernetes: lower-case letters, digits and dashes, "
        "up to 63",
        "milvus:cluster.namespace: it is missing; a Service is found by its namespace and name",
        "milvus:cluster.port: 99999 is no port from 1 to 65535; Milvus serves 19530",
    ]
    assert settings.problems({"cluster": "prod"}) == [
        "milvus:cluster: it is a map of kubeconfig, context, namespace, service, port, tlsSecret, tlsServerName"
    ]
    assert "leave one of them out" in settings.problems({"uri": "http://h:1", "cluster": PLACE})[0]


def test_the_endpoint_is_the_service() -> None:
    found = settings.endpoint({"cluster": PLACE, "token": "root:pw"})
    assert found == Endpoint("kubernetes://search/vec-milvus:19530", "root:pw", ClusterAccess(**PLACE))  # type: ignore[arg-type]
    assert not found.is_lite_file
    assert not settings.is_missing({"cluster": PLACE})
    assert settings.is_missing({"cluster": {"context": "prod"}})
    assert settings.endpoint({"cluster": {**PLACE, "kubeconfig": UNKNOWN}}) is None
    assert settings.cluster({}) == ClusterAccess()


def test_a_kubeconfig_that_became_an_object_is_said_and_not_shown() -> None:
    _, found = read_access({**PLACE, "kubeconfig": {"apiVersion": "v1", "users": [{"token": "hidden"}]}})
    assert found == [".kubeconfig: it is text, and this is an object: write the kubeconfig as YAML"]


def test_a_kubeconfig_is_not_in_what_is_printed() -> None:
    access, _ = read_access({**PLACE, "kubeconfig": KUBECONFIG})
    assert access is not None
    assert "s3cr3t" not in f"{access} {access!r} {Endpoint(access.uri, '', access)!r} {Cluster(access)}"


def test_content_and_path_lead_to_the_same_cluster(tmp_path: Path) -> None:
    path = tmp_path / "config"
    path.write_text(KUBECONFIG)
    for given in (KUBECONFIG, str(path), "~/config"):
        cluster = Cluster(ClusterAccess(kubeconfig=given))
        assert str(cluster) == "the cluster at https://127.0.0.1:1 (context here)"
        with pytest.raises(ClusterError, match=r"gives no answer: .*Connection refused"):
            cluster.get("/api")


@pytest.mark.parametrize(
    ("kubeconfig", "context", "words"),
    [
        ("none.yaml", "", "cannot be read: No such file or directory"),
        ("{a: b", "", "that was given as text cannot be read: it is no YAML"),
        (KUBECONFIG, "there", "it has no context 'there'"),
        ("apiVersion: v1\nkind: Config\n", "", "it names no context"),
        ("", "", "kubeconfig ~/.kube/config cannot be used"),
    ],
)
def test_a_kubeconfig_that_cannot_be_used(kubeconfig: str, context: str, words: str) -> None:
    with pytest.raises(ResourceError) as failed:
        Cluster(ClusterAccess(kubeconfig=kubeconfig, context=context))
    assert words in str(failed.value)
    assert "s3cr3t" not in str(failed.value)


def test_without_the_official_client_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in sys.modules if name.partition(".")[0] == "kubernetes"]:
        monkeypatch.delitem(sys.modules, name)
    genuine = builtins.__import__

    def without(name: str, *rest: Any) -> Any:
        if name.partition(".")[0] == "kubernetes":
            raise ImportError(name)
        return genuine(name, *rest)

    monkeypatch.setattr(builtins, "__import__", without)
    monkeypatch.setattr("importlib.import_module", lambda name: without(name))
    with pytest.raises(ResourceError, match=r"pip install 'pulumi-milvus\[kubernetes\]'"):
        Cluster(ClusterAccess(kubeconfig=KUBECONFIG))


def test_the_official_client_is_not_loaded_before_it_is_needed() -> None:
    code = (
        "import sys, pulumi_milvus.provider.serve, pulumi_milvus.resources.readiness.handler as _; print(*sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not {"kubernetes", "pymilvus"}.intersection(done.stdout.split())


def test_words_of_refusals() -> None:
    assert refusal(401, "Unauthorized").startswith("it does not know this account (Unauthorized)")
    assert refusal(403, '{"message": "pods is forbidden"}') == "this account may not: pods is forbidden"
    assert refusal(500, "") == "it answered 500: no reason given"
    body = repr(json.dumps({"kind": "Status", "message": 'pods "a" is forbidden'}).encode())
    status, words = handshake_refusal(f"Handshake status 403 Forbidden -+-+- {{'h': '1'}} -+-+- {body}")
    assert status == 403
    assert words == (
        'this account may not: pods "a" is forbidden; a forward needs the verbs get and create on pods/portforward'
    )
    assert handshake_refusal("[Errno 111] Connection refused") == (0, "[Errno 111] Connection refused")
    error = OSError("HTTPConnection(host='h', port=1): Failed to establish a new connection: refused")
    assert transport_words(error) == "Failed to establish a new connection: refused"
    assert transport_words(ValueError("")) == "ValueError"
