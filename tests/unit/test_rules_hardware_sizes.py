"""Rules on memory, disk and copies: memory-index-fits, diskann-disk-size, mmap-needs-disk, replicas-memory ..."""

from __future__ import annotations

from typing import Any

import pytest
from inspecting import cluster_milvus, findings_of, levels_of, node, resources, workload


def query_nodes(count: int, memory: str, disk: str = "700Gi") -> dict[str, Any]:
    """The resource with so many query nodes of that size."""

    def change(spec: dict[str, Any]) -> None:
        query = spec["components"]["queryNode"]
        query["replicas"] = count
        query["resources"] = resources(memory, "15", **{"ephemeral-storage": disk})

    return cluster_milvus(change)


def configured(**config: Any) -> dict[str, Any]:
    """The resource with more configuration of Milvus."""
    return cluster_milvus(lambda spec: spec["config"].update(config))


@pytest.mark.parametrize(
    ("count", "memory", "stored", "level"),
    [
        (3, "64Gi", workload("HNSW", 30_000_000), []),
        (3, "16Gi", workload("HNSW", 30_000_000), ["error"]),
        (2, "64Gi", workload("HNSW", 30_000_000, availability="pod"), ["error"]),
        (3, "64Gi", workload("IVF_SQ8", 30_000_000), []),
        (1, "64Gi", workload("HNSW", 10_000_000, horizon_months=0), []),
        (-1, "64Gi", workload("HNSW", 30_000_000), ["advice"]),
    ],
)
def test_the_fullest_query_node_holds_its_share(
    count: int, memory: str, stored: dict[str, Any], level: list[str]
) -> None:
    assert levels_of([query_nodes(count, memory)], stored, rule="memory-index-fits") == level


def test_growth_until_the_horizon_is_a_warning() -> None:
    stored = workload("HNSW", 10_000_000, horizon_months=12)
    stored["collections"][0]["growth_vectors_per_month"] = 5_000_000
    assert levels_of([query_nodes(2, "32Gi")], stored, rule="memory-index-fits") == ["warning"]


def test_a_message_says_the_numbers() -> None:
    found = findings_of([query_nodes(3, "16Gi")], workload("HNSW", 30_000_000), rule="memory-index-fits")
    assert "30,000,000 vectors on 3 query nodes" in found[0].message
    assert "16.0 GiB" in found[0].message


def test_a_standalone_holds_everything() -> None:
    def standalone(memory: str) -> dict[str, Any]:
        milvus = cluster_milvus()
        milvus["spec"]["mode"] = "standalone"
        milvus["spec"]["components"]["standalone"] = {"resources": resources(memory)}
        return milvus

    stored = workload("HNSW", 2_000_000) | {"topology": "standalone"}
    assert levels_of([standalone("32Gi")], stored, rule="memory-index-fits") == []
    assert levels_of([standalone("8Gi")], stored, rule="memory-index-fits") == ["error"]


@pytest.mark.parametrize(("disk", "level"), [("700Gi", []), ("60Gi", ["error"])])
def test_graphs_need_whole_sectors_of_disk(disk: str, level: list[str]) -> None:
    objects = [query_nodes(3, "110Gi", disk)]
    assert levels_of(objects, workload("DISKANN", 100_000_000), rule="diskann-disk-size") == level
    assert levels_of(objects, workload("HNSW", 1_000_000), rule="diskann-disk-size") == []


def test_the_smallest_of_limit_volume_and_nvme_counts() -> None:
    def small_volume(spec: dict[str, Any]) -> None:
        spec["components"]["queryNode"]["volumes"][0]["emptyDir"]["sizeLimit"] = "50Gi"

    found = findings_of([cluster_milvus(small_volume)], workload("DISKANN", 100_000_000), rule="diskann-disk-size")
    assert [finding.level for finding in found] == ["error"]
    assert "volume disk" in found[0].message

    def unlimited(spec: dict[str, Any]) -> None:
        for component in ("queryNode", "dataNode"):
            for amounts in spec["components"][component]["resources"].values():
                del amounts["ephemeral-storage"]

    objects = [cluster_milvus(unlimited), node("r6id.4xlarge", disk_gib=880)]
    assert levels_of(objects, workload("DISKANN", 100_000_000), rule="diskann-disk-size") == []
    assert levels_of(objects, workload("DISKANN", 900_000_000), rule="diskann-disk-size") == ["error"]
    assert levels_of([cluster_milvus(unlimited)], workload("DISKANN"), rule="diskann-disk-size") == ["advice"]


def test_mapped_data_lie_on_disk() -> None:
    mapped = workload("HNSW", 30_000_000, mmap=True)
    assert levels_of([query_nodes(3, "64Gi")], mapped, rule="mmap-needs-disk") == []
    assert levels_of([query_nodes(3, "64Gi", "10Gi")], mapped, rule="mmap-needs-disk") == ["error"]
    assert levels_of([query_nodes(3, "64Gi", "10Gi")], workload("HNSW", 30_000_000), rule="mmap-needs-disk") == []

    def switched(spec: dict[str, Any]) -> None:
        spec["config"]["queryNode"]["mmap"] = {"vectorIndex": True}
        spec["components"]["queryNode"]["resources"] = resources("64Gi", "15", **{"ephemeral-storage": "10Gi"})

    assert levels_of([cluster_milvus(switched)], workload("HNSW", 30_000_000), rule="mmap-needs-disk") == ["error"]


def test_a_segment_leaves_room_to_hand_over() -> None:
    stored = workload("HNSW", 30_000_000)
    assert levels_of([query_nodes(30, "16Gi")], stored, rule="segment-fits-pod") == []

    def large(spec: dict[str, Any]) -> None:
        spec["config"]["dataCoord"] = {"segment": {"maxSize": 16384}}
        spec["components"]["queryNode"].update(replicas=30, resources=resources("16Gi"))

    assert levels_of([cluster_milvus(large)], stored, rule="segment-fits-pod") == ["warning"]


@pytest.mark.parametrize(
    ("count", "memory", "replicas", "level"),
    [(4, "64Gi", 2, []), (2, "64Gi", 3, ["error"]), (4, "24Gi", 2, ["error"]), (1, "64Gi", 1, [])],
)
def test_each_replica_has_nodes_and_memory(count: int, memory: str, replicas: int, level: list[str]) -> None:
    stored = workload("HNSW", 15_000_000, replicas=replicas)
    assert levels_of([query_nodes(count, memory)], stored, rule="replicas-memory") == level


def test_two_query_nodes_do_not_share_one_nvme() -> None:
    stored = workload("DISKANN")
    rule = "nvme-shared-by-pods"
    large = query_nodes(3, "50Gi")
    large["spec"]["components"]["queryNode"]["nodeSelector"] = {"node.kubernetes.io/instance-type": "r6id.8xlarge"}
    assert levels_of([large, node("r6id.8xlarge", 1700)], stored, rule=rule) == ["warning"]
    assert levels_of([query_nodes(3, "110Gi"), node("r6id.4xlarge", 880)], stored, rule=rule) == []
    apart = large
    term = {"topologyKey": "kubernetes.io/hostname", "labelSelector": {}}
    affinity = {"podAntiAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": [term]}}
    apart["spec"]["components"]["queryNode"]["affinity"] = affinity
    assert levels_of([apart], stored, rule=rule) == []
    assert levels_of([query_nodes(1, "50Gi")], stored, rule=rule) == []


def test_resource_groups_match_replicas_and_nodes() -> None:
    rule = "resource-groups"
    named = {"clusterLevelLoadReplicaNumber": 2, "clusterLevelLoadResourceGroups": "rg1,rg2"}

    def groups(spec: dict[str, Any], names: tuple[str, ...] = ("rg1", "rg2")) -> None:
        spec["config"]["queryCoord"] = dict(named)
        variable = "MILVUS_SERVER_LABEL_RESOURCE_GROUP"
        spec["components"]["queryNode"]["groups"] = [
            {"name": name, "replicas": 2, "extraEnv": [{"name": variable, "value": name}]} for name in names
        ]

    stored = workload()
    assert levels_of([cluster_milvus(groups)], stored, rule=rule) == []
    assert levels_of([cluster_milvus(lambda spec: groups(spec, ("rg1", "rg3")))], stored, rule=rule) == ["error"]
    assert (
        levels_of([configured(queryCoord=named | {"clusterLevelLoadReplicaNumber": 3})], stored, rule=rule)
        == ["error"] * 3
    )
    assert levels_of([cluster_milvus()], stored, rule=rule) == []


def test_a_standalone_is_one_pod_in_one_zone() -> None:
    rule = "standalone-limits"

    def standalone(spec: dict[str, Any]) -> None:
        spec["mode"] = "standalone"
        spec["components"]["standalone"] = {"resources": resources("900Gi")}

    stored = workload("HNSW", 1_000_000) | {"topology": "standalone"}
    assert levels_of([cluster_milvus(standalone)], stored, rule=rule) == []
    zone = workload("HNSW", 1_000_000, availability="zone")
    assert levels_of([cluster_milvus(standalone)], zone, rule=rule) == ["error"]
    assert levels_of([cluster_milvus(standalone), node("r6i.4xlarge")], stored, rule=rule) == ["error"]
    assert levels_of([cluster_milvus()], zone, rule=rule) == []


def test_requests_are_limits() -> None:
    rule = "requests-equal-limits"
    assert levels_of([cluster_milvus()], rule=rule) == []

    def less(spec: dict[str, Any]) -> None:
        spec["components"]["proxy"]["resources"]["requests"]["memory"] = "2Gi"

    def none(spec: dict[str, Any]) -> None:
        del spec["components"]["proxy"]["resources"]

    def same_in_other_words(spec: dict[str, Any]) -> None:
        spec["components"]["proxy"]["resources"]["requests"]["memory"] = "4096Mi"

    assert levels_of([cluster_milvus(less)], rule=rule) == ["error"]
    assert levels_of([cluster_milvus(none)], rule=rule) == ["error"]
    assert levels_of([cluster_milvus(same_in_other_words)], rule=rule) == []


def test_cpus_have_what_the_images_need() -> None:
    rule = "simd-for-index"
    old = node("unknown")
    old["metadata"]["labels"]["kubernetes.io/arch"] = "ppc64le"
    old["metadata"]["labels"]["node.kubernetes.io/instance-type"] = "r6id.4xlarge"
    assert levels_of([cluster_milvus(), node("r6id.4xlarge")], workload("SCANN"), rule=rule) == []
    assert levels_of([cluster_milvus(), old], workload("SCANN"), rule=rule) == ["error"]
    shape = {"name": "old", "cpu_cores": 16, "memory_gib": 128, "count": 9, "simd": ["sse4_2"]}
    bare = cluster_milvus()
    for component in ("queryNode", "dataNode"):
        del bare["spec"]["components"][component]["nodeSelector"]
    assert levels_of([bare], workload("SCANN", node_shapes=[shape]), rule=rule) == ["error"]
    good = workload("SCANN", node_shapes=[shape | {"simd": ["avx2"]}])
    assert levels_of([bare], good, rule=rule) == []
