"""Which pod answers behind a Service, and why one does not, in the words of whoever refused it."""

from __future__ import annotations

from typing import Any

import pytest

from fake_cluster import FakeCluster
from pulumi_milvus.cluster_access.access import ClusterAccess
from pulumi_milvus.cluster_access.errors import ClusterError
from pulumi_milvus.cluster_access.pod_troubles import claim_trouble, last_warning, owner_trouble, pod_trouble
from pulumi_milvus.cluster_access.service_pods import NoPodError, ready_targets

ACCESS = ClusterAccess(namespace="search", service="vec")


def pod(**status: Any) -> dict[str, Any]:
    return {"kind": "Pod", "metadata": {"name": "vec-0", "labels": {"app": "vec"}}, "status": status}


def condition(kind: str, status: str, **more: str) -> dict[str, str]:
    return {"type": kind, "status": status, **more}


def warning(name: str, message: str, when: str, kind: str = "Pod", reason: str = "FailedMount") -> dict[str, Any]:
    about = {"kind": kind, "name": name}
    metadata = {"name": f"{name}.{when}"}
    event = {"kind": "Event", "metadata": metadata, "type": "Warning", "involvedObject": about}
    return event | {"reason": reason, "message": message, "lastTimestamp": when}


def container(name: str, **state: Any) -> dict[str, Any]:
    return {"name": name, "state": state}


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (
            {
                "conditions": [
                    condition("PodScheduled", "False", reason="Unschedulable", message="0/3 nodes are available")
                ]
            },
            "not scheduled: 0/3 nodes are available",
        ),
        (
            {
                "containerStatuses": [
                    container("milvus", waiting={"reason": "ImagePullBackOff", "message": "Back-off pulling x"})
                ]
            },
            "container milvus ImagePullBackOff: Back-off pulling x",
        ),
        (
            {
                "containerStatuses": [
                    container("milvus", waiting={"reason": "CrashLoopBackOff"})
                    | {"lastState": {"terminated": {"reason": "OOMKilled", "exitCode": 137}}}
                ]
            },
            "container milvus CrashLoopBackOff; it last ended with exit code 137 (OOMKilled), killed for using more "
            "memory than its limit",
        ),
        (
            {"initContainerStatuses": [container("config", terminated={"reason": "Error", "exitCode": 2})]},
            "container config ended with exit code 2 (Error)",
        ),
        (
            {
                "containerStatuses": [container("milvus", waiting={"reason": "ContainerCreating"})],
                "phase": "Pending",
            },
            "FailedMount: newest",
        ),
        ({"phase": "Failed", "reason": "Evicted", "message": "The node was low on memory"}, "failed: The node was low"),
        ({"conditions": [condition("Ready", "True")]}, ""),
    ],
)
def test_why_a_pod_does_not_run(status: dict[str, Any], words: str) -> None:
    events = [
        warning("vec-0", "newest", "2026-01-02T00:00:00Z"),
        warning("vec-0", "older", "2026-01-01T00:00:00Z"),
        warning("vec-1", "of another", "2026-01-03T00:00:00Z"),
    ]
    said = pod_trouble(pod(**status), events)
    assert said.startswith(words)
    assert bool(said) == bool(words)


def test_an_unready_pod_without_events_says_its_condition() -> None:
    unready = pod(phase="Running", conditions=[condition("Ready", "False", message="containers with unready status")])
    assert pod_trouble(unready, []) == "containers with unready status"
    assert pod_trouble(pod(phase="Pending"), []) == "phase Pending"


def test_words_of_claims_and_owners() -> None:
    claim = {
        "metadata": {"name": "data-0"},
        "spec": {"storageClassName": "fast"},
        "status": {"phase": "Pending"},
    }
    events = [warning("data-0", 'storageclass "fast" not found', "1", "PersistentVolumeClaim", "ProvisioningFailed")]
    assert claim_trouble(claim, events) == (
        'claim data-0 is Pending (StorageClass fast): ProvisioningFailed: storageclass "fast" not found'
    )
    assert claim_trouble(claim | {"status": {"phase": "Bound"}}, events) == ""
    refused = condition("ReplicaFailure", "True", reason="FailedCreate", message="exceeded quota")
    assert owner_trouble({"status": {"conditions": [refused]}}) == "FailedCreate: exceeded quota"
    assert last_warning([warning("a", "x " * 900, "1")], "Pod", "a").endswith(" ...")


def service(port: int = 19530, selector: dict[str, str] | None = None) -> dict[str, Any]:
    spec = {"selector": {"app": "vec"} if selector is None else selector, "ports": [{"name": "milvus", "port": port}]}
    return {"kind": "Service", "metadata": {"name": "vec"}, "spec": spec}


def slices(*points: tuple[str, dict[str, Any]], number: int = 19530) -> dict[str, Any]:
    endpoints = [{"targetRef": {"kind": "Pod", "name": name}, "conditions": given} for name, given in points]
    metadata = {"name": "vec-abc", "labels": {"kubernetes.io/service-name": "vec"}}
    ports = [{"name": "other", "port": 1}, {"name": "milvus", "port": number}]
    return {"kind": "EndpointSlice", "metadata": metadata, "ports": ports, "endpoints": endpoints}


def test_ready_pods_and_the_port_that_they_serve() -> None:
    points = [("b", {"ready": True}), ("a", {}), ("c", {"ready": False}), ("d", {"ready": True, "terminating": True})]
    found = ready_targets(
        FakeCluster(service(port=443), slices(*points)), ClusterAccess(namespace="search", service="vec", port=443)
    )
    assert [str(target) for target in found] == ["pod a, port 19530", "pod b, port 19530"]


@pytest.mark.parametrize(
    ("objects", "words"),
    [
        ([], "there is no Service vec in namespace search; it has none, or does not exist"),
        ([service(port=9091)], "has no port 19530; it has 9091 (milvus)"),
        ([service(selector={})], "selects no pods"),
        ([service()], "has no pods: none carries app=vec"),
        (
            [service(), pod(phase="Pending")],
            "none of the 1 pods of the Service search/vec is ready: vec-0: phase Pending",
        ),
    ],
)
def test_why_no_pod_answers(objects: list[dict[str, Any]], words: str) -> None:
    with pytest.raises(NoPodError) as failed:
        ready_targets(FakeCluster(*objects), ACCESS)
    assert words in str(failed.value)


def test_a_refusal_of_the_cluster_is_not_taken_for_no_pod() -> None:
    cluster = FakeCluster(service())
    cluster.refuse["/api/v1/namespaces/search/services"] = 403
    with pytest.raises(ClusterError) as failed:
        ready_targets(cluster, ACCESS)
    assert not isinstance(failed.value, NoPodError)
    assert failed.value.is_for_good
