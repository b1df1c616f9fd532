"""Through the provider's own port-forward to a Milvus that speaks TLS: its certificate is checked, and not in vain."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from pathlib import Path

import pytest

from cluster_access_rig import lite_server, milvus_pod, service, wait_for_endpoints
from collection_specs import articles
from control_plane import ControlPlane, NodeShape
from provider_process import provider_process
from pulumi_milvus.cluster_access.access import ClusterAccess
from pulumi_milvus.resources.connection import connect
from pulumi_milvus.resources.endpoint import Endpoint
from pulumi_milvus.resources.errors import ResourceError
from pulumi_milvus.resources.lite_file import LiteFiles
from tls_terminator import Authority, terminator

URN = "urn:pulumi:dev::test::milvus:index:Collection::articles"
NAMESPACE, SERVICE, NAME = "search", "vec-milvus", "vec-milvus.search.svc"


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority("of this cluster")


@pytest.fixture
def milvus(control_plane: ControlPlane, authority: Authority, tmp_path: Path) -> Iterator[int]:
    """A pod of a Milvus with TLS behind a Service, its certificate in a Secret; the port where it is without TLS."""
    control_plane.nodes([NodeShape()])
    control_plane.namespace(NAMESPACE)
    service(control_plane, NAMESPACE, SERVICE)
    certificate = authority.certificate(NAME)
    secret(control_plane, "vec-tls", **{"ca.crt": authority.pem, "tls.crt": certificate.certificate})
    with lite_server(tmp_path) as port, terminator(port, certificate, tmp_path) as secured:
        milvus_pod(control_plane, NAMESPACE, "vec-0", secured)
        wait_for_endpoints(control_plane, NAMESPACE, SERVICE, 1)
        yield port


def secret(plane: ControlPlane, name: str, **values: bytes) -> None:
    data = {key: base64.b64encode(value).decode() for key, value in values.items()}
    plane.api.apply(
        {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": name, "namespace": NAMESPACE}, "data": data}
    )


def refusal(plane: ControlPlane, wait_seconds: float = 30, **changes: object) -> str:
    settings: dict[str, object] = {"kubeconfig": str(plane.kubeconfig), "namespace": NAMESPACE, "service": SERVICE}
    access = ClusterAccess(**(settings | changes))  # type: ignore[arg-type]
    with (
        pytest.raises(ResourceError) as failed,
        connect(Endpoint(access.uri, cluster=access), "default", LiteFiles(), wait_seconds) as connected,
    ):
        connected.client.list_collections()
    return str(failed.value)


def test_a_collection_is_created_over_tls(control_plane: ControlPlane, milvus: int, tmp_path: Path) -> None:
    cluster = {
        "kubeconfig": str(control_plane.kubeconfig),
        "namespace": NAMESPACE,
        "service": SERVICE,
        "tlsSecret": "vec-tls",
    }
    with provider_process({"cluster": cluster, "waitSeconds": 20}, tmp_path) as provider:
        checked, failures = provider.check(URN, articles())
        assert failures == []
        identifier, state = provider.create(URN, checked)
        assert provider.read(URN, identifier, state, checked) == (identifier, state, checked)
    with connect(Endpoint(f"http://127.0.0.1:{milvus}"), "default", LiteFiles(), 5) as connected:
        assert connected.client.list_collections() == ["articles"]


@pytest.mark.usefixtures("milvus")
def test_a_certificate_that_is_not_to_be_trusted_is_refused_by_its_cause(control_plane: ControlPlane) -> None:
    secret(control_plane, "another", **{"ca.crt": Authority("another").pem})
    said = refusal(control_plane, tls_secret="another")
    assert f"is not one to trust by ca.crt of the Secret {NAMESPACE}/another, for {NAME}: " in said
    assert "unable to get local issuer certificate" in said
    said = refusal(control_plane, tls_secret="vec-tls", tls_server_name="milvus.example.com")
    assert "Hostname mismatch, certificate is not valid for 'milvus.example.com'" in said
    assert "milvus:cluster.tlsSecret does not say whom to trust" in refusal(control_plane)


@pytest.mark.usefixtures("milvus")
def test_a_secret_that_does_not_say_whom_to_trust(control_plane: ControlPlane) -> None:
    assert f"the Secret {NAMESPACE}/absent, whose ca.crt" in refusal(control_plane, tls_secret="absent")
    secret(control_plane, "bare", **{"tls.crt": b"x", "tls.key": b"s3cr3t"})
    said = refusal(control_plane, tls_secret="bare")
    assert f"the Secret {NAMESPACE}/bare has no ca.crt; it has tls.crt, tls.key" in said
    secret(control_plane, "wrong", **{"ca.crt": b"s3cr3t"})
    assert f"ca.crt of the Secret {NAMESPACE}/wrong holds no certificate in PEM" in refusal(
        control_plane, tls_secret="wrong"
    )


def test_an_expired_certificate_and_one_who_speaks_no_tls(
    control_plane: ControlPlane, authority: Authority, milvus: int, tmp_path: Path
) -> None:
    control_plane.api.delete("Pod", "vec-0", NAMESPACE, grace_seconds=0)
    wait_for_endpoints(control_plane, NAMESPACE, SERVICE, 0)
    with terminator(milvus, authority.certificate(NAME, valid_days=-1), tmp_path) as expired:
        milvus_pod(control_plane, NAMESPACE, "vec-1", expired)
        wait_for_endpoints(control_plane, NAMESPACE, SERVICE, 1)
        assert "certificate has expired" in refusal(control_plane, tls_secret="vec-tls")
    control_plane.api.delete("Pod", "vec-1", NAMESPACE, grace_seconds=0)
    wait_for_endpoints(control_plane, NAMESPACE, SERVICE, 0)
    milvus_pod(control_plane, NAMESPACE, "vec-2", milvus)
    wait_for_endpoints(control_plane, NAMESPACE, SERVICE, 1)
    assert "it speaks no TLS, and milvus:cluster.tlsSecret asks for it" in refusal(control_plane, tls_secret="vec-tls")
