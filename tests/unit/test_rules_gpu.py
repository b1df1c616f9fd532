"""The rules on GPUs: image, limit, nodes, memory."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from inspecting import cluster_milvus, findings_of, levels_of, node, resources, workload

STORED = workload("GPU_CAGRA", 2_000_000, metric="L2")
GPU = {"nvidia.com/gpu": "1"}
Change = Callable[[dict[str, Any]], None]


def on_gpus(change: Change | None = None) -> dict[str, Any]:
    """The resource with the GPU build on GPU nodes."""

    def edit(spec: dict[str, Any]) -> None:
        spec["components"]["image"] = "milvusdb/milvus:v2.6.24-gpu"
        for component in ("queryNode", "dataNode"):
            spec["components"][component].update(
                resources=resources("24Gi", "6", **GPU), nodeSelector={"pool": "gpu"}, tolerations=[dict(TOLERATION)]
            )
        if change is not None:
            change(spec)

    return cluster_milvus(edit)


TOLERATION = {"key": "nvidia.com/gpu", "operator": "Exists", "effect": "NoSchedule"}


def gpu_node(instance_type: str = "g5.2xlarge", gpus: int = 1) -> dict[str, Any]:
    """A tainted node with GPUs."""
    item = node(instance_type, disk_gib=100, gpus=gpus, pool="gpu")
    item["spec"] = {"taints": [{"key": "nvidia.com/gpu", "value": "true", "effect": "NoSchedule"}]}
    return item


@pytest.mark.parametrize("rule", ["gpu-image", "gpu-limit", "gpu-nodes", "gpu-memory"])
def test_gpus_as_they_should_be(rule: str) -> None:
    assert levels_of([on_gpus(), gpu_node()], STORED, rule=rule) == []
    assert levels_of([cluster_milvus()], workload("HNSW"), rule=rule) == []


def test_the_image_is_the_gpu_build() -> None:
    cpu = on_gpus(lambda spec: spec["components"].update(image="milvusdb/milvus:v2.6.24"))
    found = findings_of([cpu, gpu_node()], STORED, rule="gpu-image")
    assert [finding.level for finding in found] == ["error", "error"]
    assert found[0].fix == "milvusdb/milvus:v2.6.24-gpu"
    one = on_gpus(lambda spec: spec["components"]["dataNode"].update(image="milvusdb/milvus:v2.6.24"))
    assert levels_of([one, gpu_node()], STORED, rule="gpu-image") == ["error"]
    mirror = on_gpus(lambda spec: spec["components"].update(image="registry.example:5000/m/milvus:v2.6.24-gpu"))
    assert levels_of([mirror, gpu_node()], STORED, rule="gpu-image") == []
    digest = on_gpus(lambda spec: spec["components"].update(image="milvusdb/milvus@sha256:" + "0" * 64))
    assert set(levels_of([digest, gpu_node()], STORED, rule="gpu-image")) == {"advice"}


def test_a_gpu_build_without_a_gpu_is_idle() -> None:
    idle = cluster_milvus(lambda spec: spec["components"].update(image="milvusdb/milvus:v2.6.24-gpu"))
    assert levels_of([idle], workload("HNSW"), rule="gpu-image") == ["error"]


@pytest.mark.parametrize("component", ["queryNode", "dataNode"])
def test_each_pod_that_loads_or_builds_asks_for_a_gpu(component: str) -> None:
    without = on_gpus(lambda spec: spec["components"][component].update(resources=resources("24Gi", "6")))
    found = findings_of([without, gpu_node()], STORED, rule="gpu-limit")
    assert [finding.level for finding in found] == ["error"]
    assert component in found[0].subject


@pytest.mark.parametrize(
    ("nodes", "change", "level"),
    [
        ([gpu_node("g6.2xlarge")], None, ["warning", "warning"]),
        ([gpu_node("m6i.4xlarge", 0)], None, ["error", "error"]),
        ([gpu_node("g5.2xlarge", 0)], None, ["error", "error"]),
        ([], None, ["advice"]),
        ([gpu_node()], lambda spec: spec["components"]["queryNode"].pop("tolerations"), ["error"]),
        ([gpu_node()], lambda spec: spec["components"]["queryNode"].update(nodeSelector={"pool": "g"}), ["error"]),
    ],
)
def test_pods_land_on_a_gpu(nodes: list[dict[str, Any]], change: Change | None, level: list[str]) -> None:
    assert levels_of([on_gpus(change), *nodes], STORED, rule="gpu-nodes") == level


def test_the_gpu_holds_index_build_and_pool() -> None:
    large = workload("GPU_CAGRA", 40_000_000, metric="L2")
    found = findings_of([on_gpus(), gpu_node()], large, rule="gpu-memory")
    assert "error" in [finding.level for finding in found]
    assert levels_of([on_gpus()], STORED, rule="gpu-memory") == ["advice"]
