"""Volumes come to claims as a CSI driver's provisioner brings them; binding is the real controllers' work."""

from __future__ import annotations

import time
from typing import Any

import pytest

from control_plane import ApiError, ControlPlane, NodeShape, Object

ZONE = "topology.kubernetes.io/zone"


def storage_class(name: str, **more: object) -> Object:
    return {
        "apiVersion": "storage.k8s.io/v1",
        "kind": "StorageClass",
        "metadata": {"name": name},
        "provisioner": "ebs.csi.aws.com",
        "volumeBindingMode": "WaitForFirstConsumer",
        "reclaimPolicy": "Delete",
        **more,
    }


def claim(name: str, class_name: str, size: str = "10Gi") -> Object:
    return {
        "apiVersion": "v1",
        "kind": "PersistentVolumeClaim",
        "metadata": {"name": name, "namespace": "default"},
        "spec": {
            "storageClassName": class_name,
            "accessModes": ["ReadWriteOnce"],
            "resources": {"requests": {"storage": size}},
        },
    }


def pod_with(name: str, claim_name: str, **spec: object) -> Object:
    volume = {"name": "data", "persistentVolumeClaim": {"claimName": claim_name}}
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": name, "namespace": "default"},
        "spec": {"containers": [{"name": "main", "image": "example.org/none:1"}], "volumes": [volume], **spec},
    }


def wait_for_phase(plane: ControlPlane, kind: str, name: str, phase: str) -> Object:
    namespace = None if kind == "PersistentVolume" else "default"

    def reached(found: Object | None) -> bool:
        return found is not None and found["status"].get("phase") == phase

    found = plane.api.wait_until(f"{kind} {name} is {phase}", lambda: plane.api.get(kind, name, namespace), reached)
    assert found is not None
    return found


def volume_of(plane: ControlPlane, claim_name: str) -> Object:
    bound = wait_for_phase(plane, "PersistentVolumeClaim", claim_name, "Bound")
    volume = plane.api.get("PersistentVolume", bound["spec"]["volumeName"])
    assert volume is not None
    return volume


def zones_of(volume: Object) -> Any:
    (term,) = volume["spec"]["nodeAffinity"]["required"]["nodeSelectorTerms"]
    (expression,) = term["matchExpressions"]
    assert expression["key"] == ZONE
    return expression["values"]


def test_claim_waits_for_its_pod_and_gets_the_pods_zone(control_plane: ControlPlane) -> None:
    control_plane.nodes([NodeShape(zone="us-east-1a"), NodeShape(zone="us-east-1b")])
    control_plane.api.apply(storage_class("gp3"))
    control_plane.api.create(claim("data", "gp3"))
    time.sleep(1)
    assert control_plane.api.list("PersistentVolume") == []
    control_plane.api.create(pod_with("user", "data", nodeSelector={ZONE: "us-east-1b"}))
    wait_for_phase(control_plane, "Pod", "user", "Running")
    volume = volume_of(control_plane, "data")
    assert zones_of(volume) == ["us-east-1b"]
    assert volume["spec"]["csi"]["driver"] == "ebs.csi.aws.com"
    assert volume["spec"]["capacity"] == {"storage": "10Gi"}


def test_immediate_claim_needs_no_pod_and_takes_an_allowed_zone(control_plane: ControlPlane) -> None:
    control_plane.nodes([NodeShape(zone="us-east-1a"), NodeShape(zone="us-east-1c")])
    allowed = [{"matchLabelExpressions": [{"key": ZONE, "values": ["us-east-1c"]}]}]
    control_plane.api.apply(storage_class("now", volumeBindingMode="Immediate", allowedTopologies=allowed))
    control_plane.api.create(claim("data", "now"))
    assert zones_of(volume_of(control_plane, "data")) == ["us-east-1c"]


@pytest.mark.parametrize(("policy", "stays"), [("Retain", True), ("Delete", False)])
def test_reclaim_policy_decides_what_becomes_of_a_volume(control_plane: ControlPlane, policy: str, stays: bool) -> None:
    control_plane.api.apply(storage_class("kept", volumeBindingMode="Immediate", reclaimPolicy=policy))
    control_plane.api.create(claim("data", "kept"))
    name = volume_of(control_plane, "data")["metadata"]["name"]
    control_plane.api.delete("PersistentVolumeClaim", "data", "default")
    if stays:
        wait_for_phase(control_plane, "PersistentVolume", name, "Released")
        time.sleep(1)
        wait_for_phase(control_plane, "PersistentVolume", name, "Released")
    else:
        control_plane.api.wait_until(
            "the volume is gone", lambda: control_plane.api.get("PersistentVolume", name), lambda found: found is None
        )


def test_claim_in_use_outlives_its_deletion(control_plane: ControlPlane) -> None:
    control_plane.nodes([NodeShape()])
    control_plane.api.apply(storage_class("gp3"))
    control_plane.api.create(claim("data", "gp3"))
    control_plane.api.create(pod_with("user", "data"))
    wait_for_phase(control_plane, "Pod", "user", "Running")
    control_plane.api.delete("PersistentVolumeClaim", "data", "default")
    time.sleep(1)
    assert wait_for_phase(control_plane, "PersistentVolumeClaim", "data", "Bound")["metadata"]["deletionTimestamp"]
    control_plane.api.delete("Pod", "user", "default")
    control_plane.api.wait_until(
        "claim and volume are gone",
        lambda: control_plane.api.list("PersistentVolumeClaim") + control_plane.api.list("PersistentVolume"),
        lambda found: not found,
    )


def test_volume_holds_its_pod_in_its_zone(control_plane: ControlPlane) -> None:
    (first,) = control_plane.nodes([NodeShape(zone="us-east-1a")])
    control_plane.api.apply(storage_class("gp3"))
    control_plane.api.create(claim("data", "gp3"))
    control_plane.api.create(pod_with("user", "data"))
    wait_for_phase(control_plane, "Pod", "user", "Running")
    control_plane.nodes([NodeShape(zone="us-east-1b")])
    control_plane.api.delete("Pod", "user", "default", grace_seconds=0)
    control_plane.api.delete("Node", first)
    control_plane.api.create(pod_with("again", "data"))

    def refused(found: Object | None) -> bool:
        conditions = found["status"].get("conditions", ()) if found else ()
        return any("PersistentVolume's node affinity" in one.get("message", "") for one in conditions)

    control_plane.api.wait_until("no node fits", lambda: control_plane.api.get("Pod", "again", "default"), refused)


def test_volume_grows_where_its_class_allows_it(control_plane: ControlPlane) -> None:
    control_plane.api.apply(storage_class("grows", volumeBindingMode="Immediate", allowVolumeExpansion=True))
    control_plane.api.apply(storage_class("fixed", volumeBindingMode="Immediate", allowVolumeExpansion=False))
    larger: Object = {"spec": {"resources": {"requests": {"storage": "20Gi"}}}}
    for name in ("grows", "fixed"):
        control_plane.api.create(claim(name, name))
        volume_of(control_plane, name)
    control_plane.api.patch("PersistentVolumeClaim", "grows", "default", larger)

    def grown(found: Object | None) -> bool:
        return found is not None and found["status"]["capacity"] == {"storage": "20Gi"}

    control_plane.api.wait_until(
        "the claim has grown", lambda: control_plane.api.get("PersistentVolumeClaim", "grows", "default"), grown
    )
    assert volume_of(control_plane, "grows")["spec"]["capacity"] == {"storage": "20Gi"}
    with pytest.raises(ApiError) as caught:
        control_plane.api.patch("PersistentVolumeClaim", "fixed", "default", larger)
    assert "only dynamically provisioned pvc can be resized" in caught.value.message


def test_class_without_a_provisioner_gets_no_volume(control_plane: ControlPlane) -> None:
    none = "kubernetes.io/no-provisioner"
    control_plane.api.apply(storage_class("local", provisioner=none, volumeBindingMode="Immediate"))
    control_plane.api.create(claim("data", "local"))
    time.sleep(1)
    wait_for_phase(control_plane, "PersistentVolumeClaim", "data", "Pending")
    assert control_plane.api.list("PersistentVolume") == []
