"""The control plane's own pieces that need no cluster: words, quantities, volumes, command lines, credentials."""

from __future__ import annotations

import re
import socket
from decimal import Decimal
from pathlib import Path

import pytest
import yaml
from cryptography import x509

from control_plane import GIB, NodeShape
from control_plane.commands import HERE, LOOPBACK, Ports, command_lines, health
from control_plane.credentials import write
from control_plane.describe import describe, unhealthy
from control_plane.discovery import resources
from control_plane.failure_report import is_well
from control_plane.forwarding import rule
from control_plane.nodes import is_lost, is_ready, node
from control_plane.quantities import quantity
from control_plane.storage import volume_for

COMMANDS = ("etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler", "kubectl", "kwok")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1500m", Decimal("1.5")),
        ("2Gi", Decimal(2 * GIB)),
        ("0.5Ki", Decimal(512)),
        ("3", Decimal(3)),
        ("1e3", Decimal(1000)),
        ("1E3", Decimal(1000)),
        ("2E", Decimal(2 * 10**18)),
        ("7k", Decimal(7000)),
        (128974848, Decimal(128974848)),
    ],
)
def test_quantities(text: str | int, value: Decimal) -> None:
    assert quantity(text) == value


@pytest.mark.parametrize("text", ["", "GiB", "1 Gi", "1gi", "1Gi2", "--1", "1.2.3"])
def test_what_is_no_quantity(text: str) -> None:
    with pytest.raises(ValueError, match="not a quantity"):
        quantity(text)


def test_description_names_what_is_wrong() -> None:
    conditions = [
        {"type": "Ready", "status": "False", "reason": "ContainersNotReady", "message": "one is missing"},
        {"type": "DiskPressure", "status": "True", "reason": "Full"},
        {"type": "MemoryPressure", "status": "False", "reason": "Fine"},
        {"type": "PodScheduled", "status": "True"},
    ]
    pod = {
        "kind": "Pod",
        "metadata": {"name": "a", "namespace": "b", "deletionTimestamp": "now", "finalizers": ["x/y"]},
        "spec": {"nodeName": "n"},
        "status": {"phase": "Pending", "conditions": conditions},
    }
    assert describe(pod) == (
        "Pod b/a Pending on n being deleted, finalizers ['x/y'] "
        "[Ready False, ContainersNotReady: one is missing] [DiskPressure True, Full]"
    )
    assert describe([pod, pod]).count("Pod b/a") == 2
    assert describe(ValueError("no")) == "ValueError: no"
    assert describe([]) == "[]"
    assert len(describe("x" * 10_000)) <= 1500
    assert not is_well(pod)


def test_done_pod_and_bound_claim_are_well() -> None:
    done = {"type": "Ready", "status": "False", "reason": "PodCompleted"}
    assert is_well({"kind": "Pod", "metadata": {}, "status": {"phase": "Succeeded", "conditions": [done]}})
    assert is_well({"kind": "PersistentVolumeClaim", "metadata": {}, "status": {"phase": "Bound"}})
    assert not is_well({"kind": "PersistentVolumeClaim", "metadata": {}, "status": {"phase": "Pending"}})
    assert is_well({"kind": "ConfigMap", "metadata": {}})


def test_complete_job_is_well_and_failed_one_is_not() -> None:
    job = {"kind": "Job", "metadata": {}, "status": {"conditions": [{"type": "Complete", "status": "True"}]}}
    assert list(unhealthy(job)) == []
    failed = {"conditions": [{"type": "Failed", "status": "True", "reason": "BackoffLimitExceeded"}]}
    assert list(unhealthy({"status": failed})) == ["Failed True, BackoffLimitExceeded"]


def test_node_says_what_its_shape_says() -> None:
    taint = {"key": "dedicated", "value": "milvus", "effect": "NoSchedule"}
    shape = NodeShape(name="n", memory_bytes=60 * GIB, cpu_cores=15.89, gpus=2, zone="z", taints=[taint], pods=58)
    made = node(shape)
    assert made["status"]["allocatable"] == {
        "cpu": "15890m",
        "memory": str(60 * GIB),
        "ephemeral-storage": str(100 * GIB),
        "pods": "58",
        "nvidia.com/gpu": "2",
    }
    assert made["metadata"]["labels"]["topology.kubernetes.io/zone"] == "z"
    assert made["spec"]["taints"] == [taint]
    assert node(NodeShape())["metadata"]["name"] != node(NodeShape())["metadata"]["name"]
    assert "nvidia.com/gpu" not in node(NodeShape())["status"]["allocatable"]


def test_node_is_ready_without_the_controllers_taints_only() -> None:
    ready = {"status": {"conditions": [{"type": "Ready", "status": "True"}]}}
    assert is_ready(ready)
    assert not is_ready(None)
    assert not is_ready({"status": {"conditions": [{"type": "Ready", "status": "False"}]}})
    assert not is_ready({**ready, "spec": {"taints": [{"key": "node.kubernetes.io/not-ready"}]}})
    assert is_ready({**ready, "spec": {"taints": [{"key": "nvidia.com/gpu"}]}})


def test_node_is_lost_once_it_is_tainted_for_it() -> None:
    assert not is_lost(None)
    assert not is_lost({"spec": {"taints": [{"key": "node.kubernetes.io/not-ready"}]}})
    assert is_lost({"spec": {"taints": [{"key": "node.kubernetes.io/unreachable"}]}})


def test_volume_is_made_for_its_claim() -> None:
    claim = {
        "metadata": {"name": "data", "namespace": "a", "uid": "u"},
        "spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "10Gi"}}},
    }
    storage_class = {"metadata": {"name": "gp3"}, "provisioner": "ebs.csi.aws.com", "reclaimPolicy": "Retain"}
    volume = volume_for(claim, storage_class, None)
    assert volume["metadata"]["name"] == "pvc-u"
    assert volume["spec"]["claimRef"]["uid"] == "u"
    assert volume["spec"]["persistentVolumeReclaimPolicy"] == "Retain"
    assert "nodeAffinity" not in volume["spec"]
    assert "nodeAffinity" in volume_for(claim, storage_class, "us-east-1a")["spec"]


def test_forwarding_rule_is_called_like_its_pod() -> None:
    made = rule("a", "milvus", {9091: ("127.0.0.1", 2), 19530: ("127.0.0.2", 1)})
    assert made["metadata"] == {"name": "milvus", "namespace": "a"}
    assert made["spec"]["forwards"] == [
        {"ports": [9091], "target": {"address": "127.0.0.1", "port": 2}},
        {"ports": [19530], "target": {"address": "127.0.0.2", "port": 1}},
    ]


def test_ports_are_free_and_differ() -> None:
    ports = Ports.free()
    numbers = [getattr(ports, name) for name in Ports.__dataclass_fields__]
    assert len(set(numbers)) == 6
    for number in numbers:
        with socket.socket() as one:
            one.bind((LOOPBACK, number))


def test_nothing_listens_beyond_loopback(tmp_path: Path) -> None:
    ports = Ports(1, 2, 3, 4, 5, 6)
    credentials = write(tmp_path / "credentials", ports.server)
    lines = command_lines({name: Path(name) for name in COMMANDS}, tmp_path, ports, credentials)
    assert set(lines) == set(health(ports)) == {*COMMANDS} - {"kubectl"}
    for name, line in lines.items():
        words = " ".join(str(word) for word in line)
        assert "0.0.0.0" not in words
        assert LOOPBACK in words, name
    assert f"--bind-address={LOOPBACK}" in lines["kube-apiserver"]
    assert "--authorization-mode=RBAC" in lines["kube-apiserver"]


def test_credentials_are_private_and_fit_together(tmp_path: Path) -> None:
    made = write(tmp_path / "credentials", "https://127.0.0.1:1")
    for file in (tmp_path / "credentials").iterdir():
        assert file.stat().st_mode & 0o077 == 0, file
    authority = x509.load_pem_x509_certificate(made.authority.read_bytes())
    serving = x509.load_pem_x509_certificate(made.certificate.read_bytes())
    serving.verify_directly_issued_by(authority)
    tokens = re.findall(r"^(\w+),", made.tokens.read_text(), re.MULTILINE)
    assert len(set(tokens)) == 4
    assert made.admin_token in made.kubeconfigs["admin"].read_text()
    assert made.admin_token not in made.kubeconfigs["kwok"].read_text()


def test_stages_name_what_they_make() -> None:
    stages = list(yaml.safe_load_all((HERE / "stages.yaml").read_text()))
    assert {stage["kind"] for stage in stages} == {"Stage"}
    names = [stage["metadata"]["name"] for stage in stages]
    assert names == ["node-ready", "node-lost", "pod-ready", "pod-starting", "pod-failed", "job-done", "pod-gone"]


def test_discovery_knows_paths() -> None:
    listing = {
        "items": [
            {
                "metadata": {"name": "apps"},
                "versions": [
                    {
                        "version": "v1",
                        "resources": [
                            {
                                "resource": "deployments",
                                "responseKind": {"group": "", "version": "", "kind": "Deployment"},
                                "scope": "Namespaced",
                                "verbs": ["delete", "list"],
                            },
                            {"resource": "unserved", "scope": "Cluster", "verbs": []},
                        ],
                    }
                ],
            }
        ]
    }
    (found,) = resources(listing)
    assert found.path() == "/apis/apps/v1/deployments"
    assert found.path("a") == "/apis/apps/v1/namespaces/a/deployments"
    assert found.path("a", "b", "status") == "/apis/apps/v1/namespaces/a/deployments/b/status"
    assert found.sweepable
