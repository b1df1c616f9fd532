"""What becomes of pods on fake nodes, and of what makes pods."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from control_plane import ApiError, ControlPlane, NodeShape, Object

FATE = "control-plane.test/fate"


def template(fate: str = "", **spec: object) -> Object:
    containers = [{"name": "main", "image": "example.org/none:1"}]
    metadata: Object = {"labels": {"app": "x"}, "annotations": {FATE: fate} if fate else {}}
    return {"metadata": metadata, "spec": {"containers": containers, **spec}}


def pod(name: str, fate: str = "", **spec: object) -> Object:
    made = template(fate, **spec)
    made["metadata"] |= {"name": name, "namespace": "default"}
    return {"apiVersion": "v1", "kind": "Pod", **made}


def wait(plane: ControlPlane, kind: str, name: str, what: str, done: Callable[[Mapping[str, Any]], object]) -> Object:
    """Until an object in the default namespace is there and its status is as wished."""

    def reached(found: Object | None) -> object:
        return found is not None and done(found.get("status") or {})

    found = plane.api.wait_until(f"{kind} {name} {what}", lambda: plane.api.get(kind, name, "default"), reached)
    assert found is not None
    return found


def is_ready(status: Mapping[str, Any]) -> bool:
    return condition(status, "Ready") == "True"


def condition(status: Mapping[str, Any], kind: str) -> str | None:
    return next((one["status"] for one in status.get("conditions", ()) if one["type"] == kind), None)


def test_pod_runs_with_an_address_of_its_own(control_plane: ControlPlane) -> None:
    (name,) = control_plane.nodes([NodeShape()])
    addresses = set()
    for number in range(3):
        control_plane.api.create(pod(f"x-{number}"))
        found = wait(
            control_plane, "Pod", f"x-{number}", "is ready", lambda status: condition(status, "Ready") == "True"
        )
        assert found["spec"]["nodeName"] == name
        assert found["status"]["phase"] == "Running"
        assert condition(found["status"], "PodScheduled") == "True"
        (container,) = found["status"]["containerStatuses"]
        assert (container["ready"], container["started"]) == (True, True)
        assert found["status"]["podIP"].startswith("10.244.")
        addresses.add(found["status"]["podIP"])
    assert len(addresses) == 3


def test_init_containers_are_done_and_sidecars_run(control_plane: ControlPlane) -> None:
    control_plane.nodes([NodeShape()])
    init = [
        {"name": "config", "image": "example.org/none:1"},
        {"name": "sidecar", "image": "example.org/none:1", "restartPolicy": "Always"},
    ]
    control_plane.api.create(pod("x", initContainers=init))
    found = wait(control_plane, "Pod", "x", "is ready", is_ready)
    states = {one["name"]: list(one["state"]) for one in found["status"]["initContainerStatuses"]}
    assert states == {"config": ["terminated"], "sidecar": ["running"]}


def test_pod_that_never_becomes_ready(control_plane: ControlPlane) -> None:
    control_plane.nodes([NodeShape()])
    spec = {"replicas": 2, "selector": {"matchLabels": {"app": "x"}}, "template": template("starting")}
    metadata = {"name": "x", "namespace": "default"}
    control_plane.api.apply({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": metadata, "spec": spec})
    found = wait(
        control_plane, "Deployment", "x", "has its pods", lambda status: status.get("unavailableReplicas") == 2
    )
    assert condition(found["status"], "Available") == "False"
    control_plane.api.wait_until(
        "both pods run",
        lambda: control_plane.api.list("Pod", "default", "app=x"),
        lambda pods: [one["status"]["phase"] for one in pods] == ["Running"] * 2,
    )


def test_stateful_set_has_its_pods_one_after_the_other(control_plane: ControlPlane) -> None:
    control_plane.nodes([NodeShape()])
    spec = {"replicas": 3, "serviceName": "x", "selector": {"matchLabels": {"app": "x"}}, "template": template()}
    metadata = {"name": "x", "namespace": "default"}
    control_plane.api.apply({"apiVersion": "apps/v1", "kind": "StatefulSet", "metadata": metadata, "spec": spec})
    wait(control_plane, "StatefulSet", "x", "is ready", lambda status: status.get("readyReplicas") == 3)
    assert [one["metadata"]["name"] for one in control_plane.api.list("Pod", "default")] == ["x-0", "x-1", "x-2"]


@pytest.mark.parametrize(("fate", "ends"), [("", "Complete"), ("failed", "Failed")])
def test_job_ends(control_plane: ControlPlane, fate: str, ends: str) -> None:
    control_plane.nodes([NodeShape()])
    made = template(fate, restartPolicy="Never")
    metadata = {"name": "x", "namespace": "default"}
    spec = {"backoffLimit": 0, "template": made}
    control_plane.api.create({"apiVersion": "batch/v1", "kind": "Job", "metadata": metadata, "spec": spec})
    found = wait(control_plane, "Job", "x", f"is {ends}", lambda status: condition(status, ends) == "True")
    assert found["status"].get("succeeded" if ends == "Complete" else "failed") == 1


def test_deleted_pod_goes_whatever_its_grace(control_plane: ControlPlane) -> None:
    control_plane.nodes([NodeShape()])
    control_plane.api.create(pod("x", terminationGracePeriodSeconds=2592000))
    wait(control_plane, "Pod", "x", "runs", lambda status: status.get("phase") == "Running")
    control_plane.api.delete("Pod", "x", "default")
    control_plane.api.wait_until(
        "the pod is gone", lambda: control_plane.api.get("Pod", "x", "default"), lambda found: found is None, seconds=10
    )


def test_balancer_that_nobody_makes_stays_pending(control_plane: ControlPlane) -> None:
    spec = {"type": "LoadBalancer", "selector": {"app": "x"}, "ports": [{"port": 19530}]}
    metadata = {"name": "x", "namespace": "default"}
    service = {"apiVersion": "v1", "kind": "Service", "metadata": metadata, "spec": spec}
    made = control_plane.api.apply(service)
    assert made["status"] == {"loadBalancer": {}}
    assert made["spec"]["clusterIP"].startswith("10.96.")
    assert "<pending>" in control_plane.kubectl("get", "service", "x").stdout


def test_watch_tells_what_happens(control_plane: ControlPlane) -> None:
    config: Object = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "seen", "namespace": "default"}}
    control_plane.api.create(config)
    seen = []
    for kind, thing in control_plane.api.watch("ConfigMap", "default", seconds=20):
        if thing["metadata"]["name"] != "seen":
            continue
        seen.append((kind, thing.get("data", {}).get("step")))
        if len(seen) == 1:
            control_plane.api.patch("ConfigMap", "seen", "default", {"data": {"step": "two"}})
        elif len(seen) == 2:
            control_plane.api.delete("ConfigMap", "seen", "default")
        else:
            break
    assert seen == [("ADDED", None), ("MODIFIED", "two"), ("DELETED", "two")]


def test_apply_says_what_is_wrong_and_dry_runs_change_nothing(control_plane: ControlPlane) -> None:
    config: Object = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a", "namespace": "default"}}
    assert control_plane.api.apply(config, dry_run=True)["metadata"]["name"] == "a"
    assert control_plane.api.get("ConfigMap", "a", "default") is None
    with pytest.raises(ApiError, match=r"field not declared in schema"):
        control_plane.api.apply({**config, "no_such_field": 1})


def test_waiting_names_what_was_seen_last(control_plane: ControlPlane) -> None:
    control_plane.api.create(pod("x"))
    with pytest.raises(AssertionError) as caught:
        control_plane.api.wait_until(
            "the pod runs",
            lambda: control_plane.api.list("Pod", "default"),
            lambda pods: pods[0]["status"]["phase"] == "Running",
            seconds=1.5,
        )
    said = str(caught.value)
    assert said.startswith("not within 1.5 s: the pod runs; last seen: Pod default/x Pending")
    assert "PodScheduled False, Unschedulable: no nodes available" in said


def test_kinds_that_are_not_served_are_named(control_plane: ControlPlane) -> None:
    with pytest.raises(LookupError, match=r"serves no kind milvus\.io/Milvus"):
        control_plane.api.list("milvus.io/Milvus")
    made: Object = {"apiVersion": "milvus.io/v1beta1", "kind": "Milvus", "metadata": {"name": "a"}}
    with pytest.raises(LookupError, match=r"serves no Milvus of milvus\.io/v1beta1"):
        control_plane.api.apply(made)
