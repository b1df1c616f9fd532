"""A whole stack whose Milvus stands in a cluster: the engine, the provider, its forward, and no kubeconfig in clear."""

from __future__ import annotations

from pathlib import Path

from cluster_access_rig import lite_server, milvus_pod, service, wait_for_endpoints
from collection_specs import articles
from collection_stack import STACK, collection_stack
from control_plane import ControlPlane, NodeShape


def test_a_stack_reaches_into_the_cluster(control_plane: ControlPlane, engine: Path, tmp_path: Path) -> None:
    plane = control_plane
    plane.nodes([NodeShape()])
    plane.namespace("search")
    service(plane, "search", "vec-milvus")
    kubeconfig = plane.kubeconfig.read_text()
    _, _, token = plane.access
    assert token in kubeconfig
    with lite_server(tmp_path) as port:
        milvus_pod(plane, "search", "vec-0", port)
        wait_for_endpoints(plane, "search", "vec-milvus", 1)
        stack = collection_stack(engine, tmp_path, uri="", collections={"articles": articles(disposable=True)})
        stack.config("milvus:waitSeconds", "15")
        stack.config("milvus:cluster.namespace", "search", "--path")
        stack.config("milvus:cluster.service", "vec-milvus", "--path")
        stack.config("milvus:cluster.kubeconfig", kubeconfig, "--path", "--secret")
        said = stack.up("--diff").stdout
        said += stack.refresh("--diff").stdout
        stack.unchanged()
        collection = stack.resources()["articles"]
        assert collection["outputs"]["endpoint"] == "kubernetes://search/vec-milvus:19530"
        said += stack.pulumi.run("stack", "export", "-s", STACK).stdout
        assert token not in said
        plane.kill("kube-apiserver")
        failed = stack.destroy(check=False)
        assert failed.returncode != 0
        assert "gives no answer" in failed.stdout
        plane.restart("kube-apiserver")
        plane.restart("kube-scheduler")
        stack.destroy()
    written = [path for path in tmp_path.rglob("*") if path.is_file() and "served.db" not in path.parts]
    assert not [path for path in written if token.encode() in path.read_bytes()]
