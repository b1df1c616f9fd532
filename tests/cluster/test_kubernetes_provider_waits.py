"""What the Kubernetes provider waits for on a real API server, and what it says when it waited in vain."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from control_plane import GIB, ControlPlane, NodeShape
from kubernetes_provider.declared_stack import DeclaredStack, declared
from kubernetes_provider.samples import IN_PLACE, MILVUS_DEFINITION, PLACE, milvus, service, workload

HEALTHY = {"pulumi.com/waitFor": "jsonpath={.status.status}=Healthy"}
BRIEFLY = {"pulumi.com/timeoutSeconds": "4"}


@pytest.fixture
def stack(engine: Path, tmp_path: Path, control_plane: ControlPlane) -> DeclaredStack:
    """An empty stack over the cluster, its fixed pauses shortened."""
    made = DeclaredStack.made(engine, tmp_path, control_plane.kubeconfig)
    return made.with_environment(PULUMI_MILVUS_STANDIN_HASTE="5")


def later(seconds: float, action: Callable[[], object]) -> threading.Timer:
    timer = threading.Timer(seconds, action)
    timer.start()
    return timer


def becomes(control_plane: ControlPlane, status: str) -> Callable[[], object]:
    def change() -> None:
        control_plane.api.wait_until("the Milvus is there", lambda: control_plane.api.get("Milvus", "store", "place"))
        control_plane.api.patch("Milvus", "store", "place", {"status": {"status": status}}, "status")

    return change


def test_a_milvus_is_waited_for_until_it_is_healthy(stack: DeclaredStack, control_plane: ControlPlane) -> None:
    """Fact 61: a stale Healthy counts too, for the status has no observedGeneration."""
    control_plane.api.apply(MILVUS_DEFINITION)
    stack.declare(PLACE, milvus(mode="cluster", annotations=HEALTHY))
    operator = later(3, becomes(control_plane, "Healthy"))
    begun = time.monotonic()
    done = stack.up()
    operator.join()
    assert time.monotonic() - begun > 3
    assert "Found {.status.status}=Healthy" in done.stdout
    assert stack.resource("store")["outputs"]["status"] == {"status": "Healthy"}
    stack.declare(PLACE, milvus(mode="standalone", annotations=HEALTHY))
    assert "Found {.status.status}=Healthy" in stack.up().stdout


def test_a_milvus_that_does_not_get_healthy(stack: DeclaredStack, control_plane: ControlPlane) -> None:
    """Fact 61: it is kept with its failure, and the next run waits again."""
    control_plane.api.apply(MILVUS_DEFINITION)
    stack.declare(PLACE, milvus(mode="cluster", annotations={**HEALTHY, **BRIEFLY}))
    failed = stack.up(check=False)
    text = failed.stdout + failed.stderr
    assert failed.returncode != 0
    assert (
        "was successfully created, but the Kubernetes API server reported that it failed to fully initialize or become "
        "live: timed out waiting for the condition"
    ) in text
    kept = stack.resource("store")
    assert kept["id"] == "place/store"
    assert "timed out waiting for the condition" in kept["initErrors"][0]
    becomes(control_plane, "Healthy")()
    stack.up()
    assert "initErrors" not in stack.resource("store")
    stack.up("--expect-no-changes")


def test_a_wait_that_is_none_is_found_after_the_write(stack: DeclaredStack, control_plane: ControlPlane) -> None:
    """Fact 61. Fact 62: skipAwait wins."""
    control_plane.api.apply(MILVUS_DEFINITION)
    stack.declare(PLACE, milvus(mode="cluster", annotations={"pulumi.com/waitFor": "bogus"}))
    failed = stack.up(check=False)
    assert 'expected a "jsonpath=" or "condition=" prefix, got "bogus"' in failed.stdout + failed.stderr
    assert control_plane.api.get("Milvus", "store", "place") is not None
    control_plane.api.delete("Milvus", "store", "place")
    stack.declare(PLACE, milvus(mode="cluster", annotations={**HEALTHY, "pulumi.com/skipAwait": "true"}))
    stack.up()


def test_workloads_that_become_ready(stack: DeclaredStack, control_plane: ControlPlane) -> None:
    """Fact 60."""
    control_plane.nodes([NodeShape(memory_bytes=60 * GIB)])
    things = [
        PLACE,
        workload("Deployment", "web"),
        workload("StatefulSet", "store"),
        service("web"),
        service("store", clusterIP="None"),
    ]
    stack.declare(*things)
    done = stack.up()
    assert "Deployment initialization complete" in done.stdout
    assert "StatefulSet initialization complete" in done.stdout
    assert "Service initialization complete" in done.stdout
    assert stack.resource("store")["outputs"]["status"]["readyReplicas"] == 2
    stack.up("--expect-no-changes")
    assert "unchanged" in stack.refresh().stdout
    stack.up("--expect-no-changes")
    # A rolling update is waited for as well.
    stack.declare(PLACE, workload("Deployment", "web", memory_gib=2), workload("StatefulSet", "store", memory_gib=2))
    stack.up()
    live = control_plane.api.get("Deployment", "web", "place")
    assert live is not None
    assert live["status"]["updatedReplicas"] == live["status"]["availableReplicas"] == 2
    stack.destroy()


def test_workloads_without_room_say_why_when_time_is_up(stack: DeclaredStack) -> None:
    """Fact 60: no node, so no pod."""
    stack.declare(
        PLACE,
        workload("Deployment", "web", annotations=BRIEFLY),
        workload("StatefulSet", "store", annotations=BRIEFLY),
        workload("Job", "once", annotations=BRIEFLY),
        declared("v1", "Service", "outside", {
            "metadata": {"name": "outside", "namespace": "place", "annotations": BRIEFLY},
            "spec": {"type": "LoadBalancer", "selector": {"app": "web"}, "ports": [{"port": 80}]},
        }, **IN_PLACE),
    )  # fmt: skip
    failed = stack.up(check=False)
    text = failed.stdout + failed.stderr
    assert failed.returncode != 0
    for line in (
        "'web' timed out waiting to be Ready",
        "[MinimumReplicasUnavailable] Deployment does not have minimum availability.",
        "Minimum number of live Pods was not attained",
        "'store' timed out waiting to be Ready",
        "0 out of 2 replicas succeeded readiness checks",
        "'once' timed out waiting to be Ready",
        "'outside' timed out waiting to be Ready",
        "Service does not target any Pods",
        "Service was not allocated an IP address; does your cloud provider support this?",
    ):
        assert line in text, line
    assert {item["id"] for item in stack.resources()} >= {"place/web", "place/store", "place/once", "place/outside"}


def test_a_claim_that_waits_for_its_pod_is_ready(stack: DeclaredStack) -> None:
    storage = declared("storage.k8s.io/v1", "StorageClass", "slow", {
        "metadata": {"name": "slow"}, "provisioner": "example.com/none", "volumeBindingMode": "WaitForFirstConsumer",
    })  # fmt: skip
    claim = declared("v1", "PersistentVolumeClaim", "data", {
        "metadata": {"name": "data", "namespace": "place"},
        "spec": {
            "accessModes": ["ReadWriteOnce"],
            "storageClassName": "slow",
            "resources": {"requests": {"storage": "1024Mi"}},
        },
    }, depends_on='[made["place"], made["slow"]]')  # fmt: skip
    stack.declare(PLACE, storage, claim)
    stack.up()
    assert stack.resource("data")["inputs"]["spec"]["resources"] == {"requests": {"storage": "1Gi"}}
    stack.up("--expect-no-changes")
    stack.destroy()


def test_a_finalizer_holds_a_deletion_up(stack: DeclaredStack, control_plane: ControlPlane) -> None:
    """Fact 63."""
    metadata = {"name": "held", "namespace": "place", "finalizers": ["example.com/hold"], "annotations": BRIEFLY}
    stack.declare(PLACE, declared("v1", "ConfigMap", "held", {"metadata": metadata}, **IN_PLACE))
    stack.up()
    failed = stack.destroy(check=False)
    text = failed.stdout + failed.stderr
    assert failed.returncode != 0
    assert "finalizers might be preventing deletion (example.com/hold)" in text
    assert "timed out waiting for the condition" in text
    assert stack.resource("held")["id"] == "place/held"
    control_plane.api.patch("ConfigMap", "held", "place", {"metadata": {"finalizers": None}})
    stack.destroy()
    assert stack.resources() == []
