"""Indexes in memory: the 90 % that Milvus loads, the load peak, one node gone, copies, mmap, growth."""

from __future__ import annotations

from typing import Any

from .case import Case, Objects, changed
from .right_systems import HNSW_WORKLOAD, amounts, collection, diskann, hnsw, workload

QUERY = "spec/components/queryNode"
HOLDS = {"memory-index-fits": "error"}
# HNSW: 4 x 768 bytes of raw vector, 8 x M + 16 of graph (M 16: 3,216 bytes a vector).
M16 = {"M": 16, "efConstruction": 200}


def of(vectors: int, **more: Any) -> dict[str, Any]:
    """So many vectors in HNSW M 16."""
    return workload(collection("HNSW", vectors, index_params=M16), **more)


def with_query_nodes(replicas: int, memory: str, **more: Any) -> Objects:
    """So many query nodes of a memory."""
    start = changed(hnsw(), f"{QUERY}/replicas", replicas)
    return changed(start, f"{QUERY}/resources", amounts("6", memory, **more))


def apart(objects: Objects) -> Objects:
    """Pods of each component on nodes of their own."""
    for component in ("proxy", "mixCoord", "queryNode", "dataNode", "streamingNode"):
        labels = {"app.kubernetes.io/instance": "vectors", "app.kubernetes.io/component": component.lower()}
        constraint = {
            "maxSkew": 1,
            "topologyKey": "kubernetes.io/hostname",
            "whenUnsatisfiable": "DoNotSchedule",
            "labelSelector": {"matchLabels": labels},
        }
        objects = changed(objects, f"spec/components/{component}/topologySpreadConstraints", [constraint])
    return objects


# 20,000,000 x 3,216 bytes are 59.9 GiB: 30 GiB a node on two, 20 GiB on three.
CASES = [
    Case("hnsw-fits", hnsw(), {}, HNSW_WORKLOAD),
    Case("hnsw-fits-prod", hnsw(), {}, HNSW_WORKLOAD, "prod"),
    Case("hnsw-no-workload", hnsw(), {}),
    Case("hnsw-two-nodes-above-90-percent", with_query_nodes(2, "32Gi"), HOLDS, of(20_000_000)),
    Case("hnsw-two-nodes-of-48-gib", with_query_nodes(2, "48Gi"), {}, of(20_000_000)),
    Case("hnsw-far-too-small", with_query_nodes(3, "8Gi"), HOLDS, of(20_000_000)),
    Case(
        "hnsw-one-node-gone-does-not-fit", apart(with_query_nodes(3, "28Gi")), HOLDS, of(20_000_000, availability="pod")
    ),
    Case("hnsw-one-node-gone-fits", apart(with_query_nodes(3, "48Gi")), {}, of(20_000_000, availability="pod")),
    Case("hnsw-same-size-where-none-may-go", with_query_nodes(3, "28Gi"), {}, of(20_000_000)),
    Case(
        "hnsw-megabytes-instead-of-gigabytes",
        with_query_nodes(3, "32Mi"),
        HOLDS | {"segment-fits-pod": "warning"},
        of(10_000_000),
    ),
    Case(
        "copies-more-than-nodes", with_query_nodes(3, "48Gi"), {"replicas-memory": "error"}, of(5_000_000, replicas=4)
    ),
    Case(
        "pods-may-share-a-node", with_query_nodes(3, "48Gi"), {"spread": "warning"}, of(20_000_000, availability="pod")
    ),
    Case("two-copies-fit", with_query_nodes(4, "48Gi"), {}, of(20_000_000, replicas=2)),
    Case(
        "mmap-without-disk",
        with_query_nodes(2, "16Gi", **{"ephemeral-storage": "10Gi"}),
        {"mmap-needs-disk": "error"},
        workload(collection("HNSW", 20_000_000, index_params=M16, mmap=True)),
    ),
    Case(
        "mmap-with-disk",
        with_query_nodes(2, "16Gi", **{"ephemeral-storage": "120Gi"}),
        {},
        workload(collection("HNSW", 20_000_000, index_params=M16, mmap=True)),
    ),
    Case(
        "requests-below-limits",
        changed(hnsw(), f"{QUERY}/resources/requests/memory", "16Gi"),
        {"requests-equal-limits": "error"},
        HNSW_WORKLOAD,
    ),
    Case(
        "no-limits-on-the-proxy",
        changed(hnsw(), "spec/components/proxy/resources", remove=True),
        {"requests-equal-limits": "error"},
        HNSW_WORKLOAD,
    ),
    Case(
        "ivf-sq8-fits",
        with_query_nodes(2, "16Gi"),
        {},
        workload(collection("IVF_SQ8", 20_000_000, index_params={"nlist": 1024})),
    ),
    Case(
        "ivf-pq-m-does-not-divide",
        hnsw(),
        {"index-pair": "error"},
        workload(collection("IVF_PQ", 10_000_000, index_params={"nlist": 1024, "m": 7})),
    ),
    Case(
        "int8-in-diskann",
        diskann(),
        {"index-pair": "error"},
        workload(collection("DISKANN", 50_000_000, data_type="INT8_VECTOR")),
    ),
    Case(
        "standalone-only-log-on-a-cluster",
        changed(hnsw(), "spec/dependencies/msgStreamType", "rocksmq"),
        {"wal-allowed": "error"},
        HNSW_WORKLOAD,
    ),
]
