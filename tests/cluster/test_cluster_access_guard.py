"""The operator stays while any Milvus resource exists, and while nobody can tell."""

from __future__ import annotations

from pathlib import Path

import pytest

from cluster_access_rig import CRD, milvus_resource
from control_plane import ControlPlane
from provider_process import ProviderClient, provider_process
from pulumi_milvus.resources.errors import ResourceError
from pulumi_milvus.resources.operator_guard.handler import OperatorGuardHandler
from resource_driver import Place

URN = "urn:pulumi:dev::test::milvus:index:OperatorGuard::operator"


def delete(provider: ProviderClient, state: dict[str, object]) -> str:
    """What a delete says; empty where it is done."""
    import grpc

    try:
        provider.delete(URN, "operator", state)
    except grpc.RpcError as error:
        return str(error.details())
    return ""


def test_a_whole_life(control_plane: ControlPlane, tmp_path: Path) -> None:
    plane = control_plane
    with provider_process({"cluster": {"kubeconfig": str(plane.kubeconfig)}}, tmp_path) as provider:
        checked, failures = provider.check(URN, {})
        assert failures == []
        identifier, state = provider.create(URN, checked)
        assert identifier == "operator"
        kube_system = plane.api.get("Namespace", "kube-system")
        assert kube_system is not None
        assert state == {"acknowledgeUnreachable": False, "clusterId": kube_system["metadata"]["uid"]}
        assert delete(provider, state) == "", "without the operator's CRD there is nothing to guard"

        plane.api.apply(CRD)
        assert delete(provider, state) == ""
        for namespace, name in (("search", "vec"), ("shop", "products")):
            plane.namespace(namespace)
            plane.api.create(milvus_resource(namespace, name))
        plane.kubectl(
            "patch", "mi", "vec", "-n", "search", "--subresource=status", "--type=merge", "-p",
            '{"status": {"status": "Healthy"}}',
        )  # fmt: skip
        said = delete(provider, state)
        assert "the operator is not removed while 2 Milvus resources in the cluster at https://127.0.0.1:" in said
        assert "need it: search/vec (Healthy), shop/products (no status yet)" in said
        assert "kubectl delete milvus vec -n search" in said
        assert f"pulumi state delete '{URN}'" in said
        plane.api.delete("Milvus", "vec", "search")
        assert "1 Milvus resource in" in delete(provider, state)
        plane.api.delete("Milvus", "products", "shop")
        assert delete(provider, state) == ""


def test_a_cluster_that_is_gone(control_plane: ControlPlane, tmp_path: Path) -> None:
    gone = tmp_path / "gone.yaml"
    server = control_plane.access[0]
    gone.write_text(control_plane.kubeconfig.read_text().replace(server, "https://127.0.0.1:1"))
    with provider_process({"cluster": {"kubeconfig": str(gone)}}, tmp_path) as provider:
        said = delete(provider, {"acknowledgeUnreachable": False})
        assert "nobody can tell whether a Milvus still needs the operator, so it is not removed" in said
        assert "the cluster at https://127.0.0.1:1" in said
        assert "Connection refused" in said
        assert "set acknowledgeUnreachable: true" in said
        assert delete(provider, {"acknowledgeUnreachable": True, "clusterId": "any"}) == ""


def test_another_cluster_is_not_taken_for_it(control_plane: ControlPlane, tmp_path: Path) -> None:
    with provider_process({"cluster": {"kubeconfig": str(control_plane.kubeconfig)}}, tmp_path) as provider:
        said = delete(provider, {"acknowledgeUnreachable": True, "clusterId": "another"})
        assert "is another cluster than the one this guard was made for" in said


def test_an_account_that_may_not_look(control_plane: ControlPlane, tmp_path: Path) -> None:
    control_plane.api.apply(CRD)
    token = control_plane.kubectl("create", "token", "default").stdout.strip()
    limited = tmp_path / "limited.yaml"
    server, authority, _ = control_plane.access
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
    with provider_process({"cluster": {"kubeconfig": str(limited)}}, tmp_path) as provider:
        state = provider.create(URN, {"acknowledgeUnreachable": False})[1]
        assert "clusterId" not in state
        said = delete(provider, {"acknowledgeUnreachable": True})
    assert "Use an account that may list milvuses.milvus.io in all namespaces" in said
    assert token not in said


def test_a_kubeconfig_that_is_missing_is_said(tmp_path: Path) -> None:
    from dataclasses import replace

    from pulumi_milvus.cluster_access.access import ClusterAccess

    scene = replace(Place("a.db").scene(URN), cluster=ClusterAccess(kubeconfig=str(tmp_path / "none.yaml")))
    with pytest.raises(ResourceError, match="cannot be read: No such file or directory"):
        OperatorGuardHandler().delete(scene, "operator", {})
