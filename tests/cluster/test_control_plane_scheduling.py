"""Pods are placed by the real scheduler, on nodes that only say how large they are."""

from __future__ import annotations

import pytest

from control_plane import GIB, ApiError, ControlPlane, NodeShape, Object
from control_plane.describe import unhealthy

GPU_TAINT = {"key": "nvidia.com/gpu", "value": "present", "effect": "NoSchedule"}


def pod(name: str, **spec: object) -> Object:
    metadata = {"name": name, "namespace": "default", "labels": {"app": "test"}}
    containers = [{"name": "main", "image": "example.org/none:1"}]
    return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": {"containers": containers, **spec}}


def sized(name: str, **requests: str) -> Object:
    made = pod(name)
    made["spec"]["containers"][0]["resources"] = {"requests": requests, "limits": requests}
    return made


def by_phase(plane: ControlPlane) -> dict[str, list[Object]]:
    found: dict[str, list[Object]] = {"Running": [], "Pending": []}
    for one in plane.api.list("Pod", "default"):
        found.setdefault(one["status"]["phase"], []).append(one)
    return found


def wait_for(plane: ControlPlane, running: int, pending: int) -> dict[str, list[Object]]:
    """Until so many run, and so many were refused a node by the scheduler."""

    def settled(found: dict[str, list[Object]]) -> bool:
        refused = [one for one in found["Pending"] if any(unhealthy(one))]
        return len(found["Running"]) == running and len(refused) == pending == len(found["Pending"])

    return plane.api.wait_until(f"{running} pods run, {pending} wait", lambda: by_phase(plane), settled)


def test_three_of_four_large_pods_find_a_node(control_plane: ControlPlane) -> None:
    control_plane.nodes([NodeShape(memory_bytes=60 * GIB)] * 3)
    for number in range(4):
        control_plane.api.create(sized(f"large-{number}", memory="50Gi"))
    found = wait_for(control_plane, running=3, pending=1)
    assert len({one["spec"]["nodeName"] for one in found["Running"]}) == 3
    (reason,) = unhealthy(found["Pending"][0])
    assert "PodScheduled False, Unschedulable: 0/3 nodes are available: 3 Insufficient memory" in reason


def test_pod_that_waits_runs_when_a_node_comes(control_plane: ControlPlane) -> None:
    control_plane.nodes([NodeShape(memory_bytes=8 * GIB)])
    control_plane.api.create(sized("large", memory="50Gi"))
    wait_for(control_plane, running=0, pending=1)
    (late,) = control_plane.nodes([NodeShape(memory_bytes=60 * GIB)])
    found = wait_for(control_plane, running=1, pending=0)
    assert found["Running"][0]["spec"]["nodeName"] == late


def test_taint_keeps_pods_away_that_do_not_tolerate_it(control_plane: ControlPlane) -> None:
    (name,) = control_plane.nodes([NodeShape(gpus=1, taints=[GPU_TAINT], instance_type="g6.xlarge")])
    control_plane.api.create(pod("plain"))
    tolerant = sized("tolerant", **{"nvidia.com/gpu": "1"})
    tolerant["spec"]["tolerations"] = [{"key": "nvidia.com/gpu", "operator": "Exists"}]
    tolerant["spec"]["nodeSelector"] = {"node.kubernetes.io/instance-type": "g6.xlarge"}
    control_plane.api.create(tolerant)
    found = wait_for(control_plane, running=1, pending=1)
    assert found["Running"][0]["metadata"]["name"] == "tolerant"
    assert found["Running"][0]["spec"]["nodeName"] == name
    assert "untolerated taint" in next(unhealthy(found["Pending"][0]))


def test_second_pod_waits_for_the_only_gpu(control_plane: ControlPlane) -> None:
    control_plane.nodes([NodeShape(gpus=1)])
    for number in range(2):
        control_plane.api.create(sized(f"gpu-{number}", **{"nvidia.com/gpu": "1"}))
    found = wait_for(control_plane, running=1, pending=1)
    assert "Insufficient nvidia.com/gpu" in next(unhealthy(found["Pending"][0]))


def test_cpu_disk_and_number_of_pods_are_limits_too(control_plane: ControlPlane) -> None:
    control_plane.nodes([NodeShape(cpu_cores=1.5, ephemeral_storage_bytes=20 * GIB, pods=2)])
    control_plane.api.create(sized("cpu", cpu="1600m"))
    control_plane.api.create(sized("disk", **{"ephemeral-storage": "21Gi"}))
    found = wait_for(control_plane, running=0, pending=2)
    reasons = {one["metadata"]["name"]: next(unhealthy(one)) for one in found["Pending"]}
    assert "Insufficient cpu" in reasons["cpu"]
    assert "Insufficient ephemeral-storage" in reasons["disk"]
    for number in range(3):
        control_plane.api.create(pod(f"small-{number}"))
    found = wait_for(control_plane, running=2, pending=3)
    assert any("Too many pods" in next(unhealthy(one)) for one in found["Pending"])


def test_topology_spread_leaves_no_zone_out(control_plane: ControlPlane) -> None:
    zones = ("us-east-1a", "us-east-1b", "us-east-1c")
    # The first zone is by far the emptiest, and yet takes its share only.
    sizes = (128, 32, 32)
    names = control_plane.nodes(
        [NodeShape(zone=zone, memory_bytes=size * GIB) for zone, size in zip(zones, sizes, strict=True)]
    )
    zone_of = dict(zip(names, zones, strict=True))
    spread = {
        "maxSkew": 1,
        "topologyKey": "topology.kubernetes.io/zone",
        "whenUnsatisfiable": "DoNotSchedule",
        "labelSelector": {"matchLabels": {"app": "test"}},
    }
    for number in range(6):
        control_plane.api.create(pod(f"spread-{number}", topologySpreadConstraints=[spread]))
    found = wait_for(control_plane, running=6, pending=0)
    taken = sorted(zone_of[one["spec"]["nodeName"]] for one in found["Running"])
    assert taken == sorted(zones * 2)


@pytest.mark.parametrize("level", ["baseline", "restricted"])
def test_pod_security_refuses_a_privileged_pod(control_plane: ControlPlane, level: str) -> None:
    space = control_plane.namespace("guarded", {"pod-security.kubernetes.io/enforce": level})
    privileged = pod("privileged")
    privileged["metadata"]["namespace"] = space
    privileged["spec"]["containers"][0]["securityContext"] = {"privileged": True}
    with pytest.raises(ApiError) as caught:
        control_plane.api.create(privileged)
    assert caught.value.status == 403
    assert f'violates PodSecurity "{level}:latest": privileged' in caught.value.message


def test_privileged_pod_is_admitted_where_nothing_forbids_it(control_plane: ControlPlane) -> None:
    privileged = pod("privileged")
    privileged["spec"]["containers"][0]["securityContext"] = {"privileged": True}
    assert control_plane.api.create(privileged)["metadata"]["uid"]


def test_account_without_a_role_may_nothing(control_plane: ControlPlane) -> None:
    space = control_plane.namespace("accounts")
    account = f"system:serviceaccount:{space}:default"
    asked = control_plane.kubectl("auth", "can-i", "list", "secrets", "--as", account, "-n", space, check=False)
    assert asked.stdout.strip() == "no"
    control_plane.kubectl(
        "create", "rolebinding", "view", "--clusterrole=view", f"--serviceaccount={space}:default", "-n", space
    )
    asked = control_plane.kubectl("auth", "can-i", "list", "pods", "--as", account, "-n", space)
    assert asked.stdout.strip() == "yes"
