"""The rules diskann-needs-nvme and diskann-disk-enabled, through what `check` reads."""

from __future__ import annotations

from typing import Any

import pytest
from inspecting import cluster_milvus, findings_of, levels_of, node, workload

NVME, ENABLED = "diskann-needs-nvme", "diskann-disk-enabled"
ON_DISK = workload("DISKANN")


def test_nvme_in_one_array_is_right() -> None:
    objects = [cluster_milvus(), node("r6id.4xlarge", disk_gib=880)]
    assert levels_of(objects, ON_DISK, rule=NVME) == []
    assert levels_of(objects, ON_DISK, rule=ENABLED) == []


def test_a_type_without_nvme_is_refused() -> None:
    def on_r6i(spec: dict[str, Any]) -> None:
        spec["components"]["queryNode"]["nodeSelector"] = {"node.kubernetes.io/instance-type": "r6i.4xlarge"}

    found = findings_of([cluster_milvus(on_r6i), node("r6id.4xlarge", disk_gib=880)], ON_DISK, rule=NVME)
    assert [finding.level for finding in found] == ["error"]
    assert "r6i.4xlarge" in found[0].message
    assert "queryNode" in found[0].subject


def test_nvme_that_is_no_array_is_refused_and_warned_of_where_it_cannot_be_seen() -> None:
    assert levels_of([cluster_milvus(), node("r6id.4xlarge", disk_gib=20)], ON_DISK, rule=NVME) == ["error", "error"]
    assert levels_of([cluster_milvus()], ON_DISK, rule=NVME) == ["warning", "warning"]


@pytest.mark.parametrize(
    ("volume", "level"),
    [
        ({"persistentVolumeClaim": {"claimName": "disk"}}, "error"),
        ({"nfs": {"server": "files", "path": "/"}}, "error"),
        ({"emptyDir": {"medium": "Memory"}}, "error"),
        ({"ephemeral": {"volumeClaimTemplate": {"spec": {"storageClassName": "local-nvme"}}}}, "advice"),
    ],
)
def test_what_backs_the_volume_decides(volume: dict[str, Any], level: str) -> None:
    def mounted(spec: dict[str, Any]) -> None:
        spec["components"]["queryNode"]["volumes"] = [{"name": "disk", **volume}]

    claim = {
        "apiVersion": "v1",
        "kind": "PersistentVolumeClaim",
        "metadata": {"name": "disk", "namespace": "search"},
        "spec": {"storageClassName": "fast", "resources": {"requests": {"storage": "700Gi"}}},
    }
    storage = {
        "apiVersion": "storage.k8s.io/v1",
        "kind": "StorageClass",
        "metadata": {"name": "fast"},
        "provisioner": "ebs.csi.aws.com",
    }
    objects = [cluster_milvus(mounted), node("r6id.4xlarge", disk_gib=880), claim, storage]
    assert levels_of(objects, ON_DISK, rule=NVME) == [level]


def test_without_a_workload_nothing_is_guessed() -> None:
    assert levels_of([cluster_milvus(), node("r6i.4xlarge")], rule=NVME) == ["advice"]


def test_memory_indexes_need_no_nvme() -> None:
    assert findings_of([cluster_milvus(), node("r6i.4xlarge")], workload("HNSW"), rule=NVME) == []


@pytest.mark.parametrize("said", [None, False, "false"])
def test_the_switch_must_be_on(said: object) -> None:
    def switched(spec: dict[str, Any]) -> None:
        spec["config"]["queryNode"] = {} if said is None else {"enableDisk": said}

    assert levels_of([cluster_milvus(switched)], ON_DISK, rule=ENABLED) == ["error"]
    assert levels_of([cluster_milvus(switched)], workload("HNSW"), rule=ENABLED) == []


def test_the_data_path_needs_a_volume_on_data_nodes_too() -> None:
    def elsewhere(spec: dict[str, Any]) -> None:
        spec["components"]["dataNode"]["volumeMounts"][0]["mountPath"] = "/data"

    found = findings_of([cluster_milvus(elsewhere)], ON_DISK, rule=ENABLED)
    assert [finding.subject for finding in found] == ["Milvus search/vectors: spec.components.dataNode.volumeMounts"]
