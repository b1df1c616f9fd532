"""Nodes are well, stay ready while nothing happens, are lost when a test says so, and come back."""

from __future__ import annotations

from control_plane import ControlPlane, NodeShape, Object
from control_plane.failure_report import failure_report


def impatient(name: str) -> Object:
    """A Deployment whose pods leave a lost node after a second."""
    leave = {"key": "node.kubernetes.io/unreachable", "operator": "Exists", "effect": "NoExecute"}
    template = {
        "metadata": {"labels": {"app": name}},
        "spec": {
            "containers": [{"name": "main", "image": "example.org/none:1"}],
            "tolerations": [{**leave, "tolerationSeconds": 1}],
        },
    }
    spec = {"replicas": 1, "selector": {"matchLabels": {"app": name}}, "template": template}
    metadata = {"name": name, "namespace": "default"}
    return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": metadata, "spec": spec}


def place(plane: ControlPlane, not_on: str = "") -> str:
    """Where the one pod runs, once it runs elsewhere than ``not_on``."""

    def runs(pods: list[Object]) -> bool:
        return (
            len(pods) == 1
            and pods[0]["status"].get("phase") == "Running"
            and pods[0]["spec"]["nodeName"] != not_on
            and any(one["type"] == "Ready" and one["status"] == "True" for one in pods[0]["status"]["conditions"])
        )

    what = f"the pod runs elsewhere than on {not_on}" if not_on else "the pod runs"
    (pod,) = plane.api.wait_until(what, lambda: plane.api.list("Pod", "default"), runs, seconds=40)
    return str(pod["spec"]["nodeName"])


def test_nothing_is_said_of_a_cluster_that_is_well(control_plane: ControlPlane) -> None:
    (name,) = control_plane.nodes([NodeShape()])
    control_plane.api.apply(impatient("x"))
    place(control_plane)
    assert failure_report(control_plane) == "every part is up, and all objects are well"
    control_plane.lose_node(name)
    said = failure_report(control_plane)
    assert f"Node {name} [Ready Unknown, NodeStatusUnknown: Kubelet stopped posting node status.]" in said


def test_node_renews_its_lease(control_plane: ControlPlane) -> None:
    # Without a lease a node is taken for lost after 50 s, comes back, is lost again ...
    (name,) = control_plane.nodes([NodeShape()])

    def lease() -> Object | None:
        return control_plane.api.get("Lease", name, "kube-node-lease")

    first = control_plane.api.wait_until("the node has a lease", lease)
    assert first is not None
    assert first["spec"]["leaseDurationSeconds"] == 40
    control_plane.api.wait_until(
        "the lease is renewed",
        lease,
        lambda found: found is not None and found["spec"]["renewTime"] != first["spec"]["renewTime"],
        seconds=40,
    )


def test_pod_leaves_a_lost_node_which_then_comes_back(control_plane: ControlPlane) -> None:
    control_plane.nodes([NodeShape()])
    control_plane.api.apply(impatient("x"))
    first = place(control_plane)
    (second,) = control_plane.nodes([NodeShape()])
    control_plane.lose_node(first)
    assert place(control_plane, not_on=first) == second
    control_plane.mend_node(first)
    control_plane.lose_node(second)
    assert place(control_plane, not_on=second) == first
