"""Whole segments on the planned pods: placed anew from the declaration, with each segment's weight from `estimate`.

Nothing of the planner's capacity is used: segments come from the collection's size, the biggest first onto the pod that
holds least, copy by copy, also with a pod or a zone gone. Then the fullest pod is weighed.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from planner_workloads import (
    FEW,
    GIB,
    IN_MEMORY,
    ON_DISK,
    ON_GPU,
    at_most,
    collections,
    leaves_of,
    plan_of,
    scaled,
    step_between,
    with_collection,
    workloads,
)
from pulumi_milvus.planning.estimates.estimate import estimate
from pulumi_milvus.planning.estimates.request import read_request
from pulumi_milvus.planning.plan import Plan

# What Milvus 2.3.5 was measured at: 550 MB after it has worked, 32 MB that a first load leaves; 240..270 MB idle.
PROCESS_BYTES: Final = 582_000_000
STANDALONE_BYTES: Final = 550_000_000 + 90_000_000
ROW_BYTES: Final = 100
KEY_BYTES: Final = 8
# Milvus: a query node is full at 90 % of its memory and 95 % of its disk, and counts 2.5 times an index that it loads.
MEMORY_SHARE: Final = 0.9
DISK_SHARE: Final = 0.95
COUNTED: Final = 2.5
GPU_BESIDE_BYTES: Final = 4 * GIB + GIB // 2


@dataclass(frozen=True, order=True)
class Part:
    """One segment: what it holds, what loading adds for a moment, and what the loader counts before it; bytes."""

    resident: int
    loading: int
    counted: int
    disk: int
    gpu: int


@dataclass
class Pod:
    """A query node and its segments."""

    parts: list[Part]

    @property
    def resident(self) -> int:
        return PROCESS_BYTES + sum(part.resident for part in self.parts)


def rows_of_segments(collection: Mapping[str, Any], segment_bytes: int, months: int) -> Iterator[int]:
    """The rows of each segment: full ones and a last one in each shard of each partition."""
    rows = collection["vectors"] + collection.get("growth_vectors_per_month", 0) * months
    raw = vector_bytes(collection) + collection.get("scalar_bytes_per_row", 0) + KEY_BYTES
    full = max(1, segment_bytes // raw)
    parts = max(1, min(rows, collection.get("shards", 1) * collection.get("partitions", 1)))
    for place in range(parts):
        share = rows // parts + (place < rows % parts)
        yield from [full] * (share // full)
        if share % full:
            yield share % full


def vector_bytes(collection: Mapping[str, Any]) -> int:
    return int(4 * collection["dimension"])


def segment_of(collection: Mapping[str, Any], rows: int, on_gpu: bool) -> Part:
    """What `estimate` says of one segment of so many rows."""
    params = collection.get("index_params", {})
    if params.get("nlist", 0) > rows:
        params = {**params, "nlist": rows}  # no list without a row
    request = {
        "index": collection.get("index", "AUTOINDEX"),
        "params": params,
        "vectors": rows,
        "dimension": collection["dimension"],
        "metric": collection.get("metric", "COSINE"),
        "hardware": "gpu" if on_gpu else "memory",
        "mmap": collection.get("mmap", False),
        "scalar_bytes_per_row": collection.get("scalar_bytes_per_row", 0),
        "scalar_indexes": collection.get("scalar_indexes", []),
    }
    answer = estimate(read_request(request))
    assert answer.loaded_memory_bytes is not None
    assert answer.load_peak_memory_bytes is not None
    assert answer.reserved_memory_bytes is not None
    assert answer.local_disk_bytes is not None
    assert answer.index_memory_bytes is not None
    mapped_columns = answer.scalars.column_bytes if collection.get("mmap") else 0
    scalars = answer.scalars.memory_bytes - mapped_columns
    index_reserved = answer.reserved_memory_bytes - answer.scalars.reserved_bytes
    disk_index = answer.index in ("DISKANN", "AISAQ")
    counted = index_reserved * (1 if disk_index else COUNTED)
    return Part(
        resident=answer.index_memory_bytes + scalars + ROW_BYTES * rows,
        loading=answer.load_peak_memory_bytes - answer.loaded_memory_bytes,
        counted=math.ceil(counted) + scalars + ROW_BYTES * rows,
        disk=answer.local_disk_bytes,
        gpu=answer.gpu_memory_bytes or 0,
    )


def segments_of(plain: Mapping[str, Any], plan: Plan) -> list[list[Part]]:
    """The segments of one copy of each collection, the biggest first."""
    months, found = plain.get("horizon_months", 12), []
    for collection, planned in zip(plain["collections"], plan.collection_plans, strict=True):
        rows_of = list(rows_of_segments(collection, planned["segment_bytes"], months))
        assert len(rows_of) == planned["segments"]
        weighed = {rows: segment_of(collection, rows, plan.hardware == "gpu") for rows in set(rows_of)}
        found.append(sorted([weighed[rows] for rows in rows_of], reverse=True))
    return found


def placed(by_collection: list[list[Part]], pods: int) -> list[Pod]:
    """The segments on so many pods: each collection evenly, the biggest first, onto the pod that holds least."""
    found, held = [Pod([]) for _ in range(pods)], [0] * pods
    for parts in sorted(by_collection, reverse=True):
        heap = [(0, held[place], place) for place in range(pods)]
        heapq.heapify(heap)
        for part in parts:
            number, _, place = heapq.heappop(heap)
            found[place].parts.append(part)
            held[place] += part.resident
            heapq.heappush(heap, (number + 1, held[place], place))
    return found


def spread(number: int, places: int) -> list[int]:
    return [number // places + (place < number % places) for place in range(places)]


def pods_of_copies(plan: Plan) -> list[int]:
    """Numbers of pods that must hold a copy: of the smallest copy, and of the best that is left at the worst moment."""
    pods, replicas = plan.roles["query_node"].pods, plan.collection_plans[0]["replicas"]
    availability = plan.workload.availability
    pool = next(pool for pool in plan.node_pools if pool["name"] == plan.roles["query_node"].node_pool)
    on_a_node, zones = pool["pods_per_node"]["query_node"], pool["zones"]
    assert replicas <= pods
    if availability == "none":
        return [pods // replicas]
    if availability == "pod":
        # Another copy stands whole, or what is left holds all of them.
        return [pods // replicas if replicas > 1 else pods - on_a_node]
    nodes = -(-pods // on_a_node)
    left = pods - on_a_node * -(-nodes // zones)
    if replicas == 1:
        return [left]
    # The best of three: copies of which one stands whole in another zone, two copies over three zones, or all of them
    # on what is left.
    by_zone, each = spread(pods, zones), pods // replicas
    own_zones = max(
        size for size in range(each + 1) if not size or sum(sorted(zone // size for zone in by_zone)[:-1]) >= 1
    )
    two = min(by_zone[0], pods - by_zone[0]) if replicas == 2 and zones == 3 else 0
    return [max(own_zones, two, left // replicas)]


def gpu_bytes_of(plan: Plan) -> int:
    """Memory of one GPU that Milvus leaves to indexes."""
    role = plan.roles["query_node"]
    pool = next(pool for pool in plan.node_pools if pool["name"] == role.node_pool)
    return leaves_of()[pool["instance_type"]].gpu_memory_bytes_each - GPU_BESIDE_BYTES


def check_memory(plan: Plan, pod: Pod, what: str) -> None:
    """At rest below 90 %, every segment admitted, and while any one of its segments loads below the limit."""
    memory_bytes = plan.roles["query_node"].memory_bytes
    assert pod.resident <= MEMORY_SHARE * memory_bytes, what
    for part in set(pod.parts):
        assert pod.resident + part.loading <= memory_bytes, what
        assert pod.resident - part.resident + part.counted <= MEMORY_SHARE * memory_bytes, what


def check_handing_over(plan: Plan, pod: Pod, part: Part) -> None:
    """One segment comes to a pod that serves: it is admitted, loads, and stays; the pod's own are not loaded again."""
    memory_bytes = plan.roles["query_node"].memory_bytes
    assert pod.resident + part.counted <= MEMORY_SHARE * memory_bytes
    assert pod.resident + part.resident + part.loading <= memory_bytes
    assert pod.resident + part.resident <= MEMORY_SHARE * memory_bytes


def check_disks(plan: Plan, pods: list[Pod], parts: list[Part]) -> None:
    """Disks and GPUs of each pod, and of the emptiest with a segment that is handed over to it."""
    disks, gpus = ([sum(getattr(part, kind) for part in pod.parts) for pod in pods] for kind in ("disk", "gpu"))
    handed_over = max(part.disk for part in parts), max(part.gpu for part in parts)
    disk_bytes = DISK_SHARE * plan.roles["query_node"].local_disk_bytes
    assert max(*disks, min(disks) + handed_over[0]) <= disk_bytes
    if any(gpus):
        assert max(*gpus, min(gpus) + handed_over[1]) <= gpu_bytes_of(plan)


def check_query_nodes(plain: Mapping[str, Any], plan: Plan) -> None:
    by_collection, role = segments_of(plain, plan), plan.roles["query_node"]
    parts = [part for collection in by_collection for part in collection]
    if not parts:
        return
    for number in pods_of_copies(plan):
        assert number >= 1
        pods = placed(by_collection, number)
        for pod in pods:
            check_memory(plan, pod, f"{number} pods")
        # One more segment is handed over, whichever it is: it goes to the pod that holds least.
        emptiest = min(pods, key=lambda pod: pod.resident)
        for part in set(parts):
            check_handing_over(plan, emptiest, part)
        check_disks(plan, pods, parts)
        assert role.peak_bytes_per_pod is not None
        fullest = max(pods, key=lambda pod: pod.resident)
        # A pod's peak is its segments and those that load at once: never less than with one of them ...
        lowest = fullest.resident + max(part.loading for part in fullest.parts)
        assert lowest <= role.peak_bytes_per_pod * 1.0001
        # ... and never more than all of them twice, with two segments that another placement would put there too.
        most = 600_000_000 + sum(part.resident + part.loading for part in [*fullest.parts, max(parts)])
        another = max(part.resident for part in parts) + max(part.loading for part in parts)
        assert role.peak_bytes_per_pod <= most + 2 * another
        assert role.peak_bytes_per_pod <= role.memory_bytes


def check_standalone(plain: Mapping[str, Any], plan: Plan) -> None:
    parts = [part for collection in segments_of(plain, plan) for part in collection]
    role = plan.roles["standalone"]
    resident = STANDALONE_BYTES + sum(part.resident for part in parts)
    assert role.loaded_bytes_per_pod is not None
    assert resident <= role.loaded_bytes_per_pod * 1.0001
    assert resident + max((part.resident for part in parts), default=0) <= MEMORY_SHARE * role.memory_bytes
    handed_over = max((part.resident + part.loading for part in parts), default=0)
    assert resident + handed_over <= role.memory_bytes
    assert sum(part.disk for part in parts) <= DISK_SHARE * role.local_disk_bytes


def check(plain: Mapping[str, Any], plan: Plan) -> None:
    if "query_node" in plan.roles:
        check_query_nodes(plain, plan)
    elif "standalone" in plan.roles:
        check_standalone(plain, plan)


BRAND = {"field": "brand", "type": "INVERTED", "data_type": "VARCHAR"}


# A plan, its segments one by one and their places: 30 to 60 ms an example.
@pytest.mark.property
@settings(max_examples=at_most(300))
@given(plain=workloads(most_vectors=3e8, indexes=IN_MEMORY))
# Segments of a collection with a large allowance while they load, and larger ones of another, that is mapped.
@example(
    plain={
        "collections": [
            {
                "name": "c0",
                "index": "IVF_SQ8",
                "index_params": {"nlist": 2048},
                "vectors": 149_127_544,
                "dimension": 768,
                "scalar_bytes_per_row": 8,
                "growth_vectors_per_month": 729_416,
                "scalar_indexes": [BRAND],
            },
            {"name": "c1", "vectors": 1_202_604, "dimension": 32, "shards": 3, "scalar_bytes_per_row": 512},
            {
                "name": "c2",
                "vectors": 0,
                "dimension": 64,
                "mmap": True,
                "growth_vectors_per_month": 1_982_759,
                "scalar_indexes": [BRAND],
            },
        ]
    }
)
@example(
    plain={
        "collections": [
            {"name": "c0", "vectors": 55, "dimension": 32, "shards": 2},
            {"name": "c1", "vectors": 816, "dimension": 32, "scalar_indexes": [BRAND], "shards": 2},
            {"name": "c2", "vectors": 55, "dimension": 32, "shards": 2},
        ],
        "queries_per_second": 11_256,
        "availability": "pod",
        "inserts_per_second": 6_910,
        "latency_p99_ms": 50,
    }
)
def test_pods_hold_whole_segments_in_memory(plain: dict[str, Any]) -> None:
    check(plain, plan_of(plain))


@pytest.mark.property
@settings(max_examples=at_most(150))
@given(plain=workloads(most_vectors=3e8, indexes=ON_DISK + ON_GPU), few=st.booleans())
def test_pods_hold_whole_segments_on_disks_and_gpus(plain: dict[str, Any], few: bool) -> None:
    check(plain, plan_of(plain, FEW if few else None))


# Twenty-five plans an example.
@pytest.mark.property
@settings(max_examples=at_most(60))
@given(
    collection=collections(IN_MEMORY[:5] + ON_DISK, growth=False),
    vectors=scaled(3e6, 1e8),
    availability=st.sampled_from(["none", "pod", "zone"]),
)
def test_full_pods_hold_whole_segments(collection: dict[str, Any], vectors: int, availability: str) -> None:
    """With the last vector before a node is added, which is where pods are full."""
    plain = {
        "collections": [{"name": "articles", **collection}],
        "availability": availability,
        "topology": "distributed",
    }
    found = step_between(plain, vectors, 2 * vectors, FEW)
    if found is not None and found.before.roles:
        check_query_nodes(with_collection(plain, 0, vectors=found.vectors), found.before)


@pytest.mark.parametrize("availability", ["none", "zone"])
@pytest.mark.parametrize("index", ["DISKANN", "HNSW_SQ"])
def test_a_billion_vectors(index: str, availability: str) -> None:
    collection = {"name": "pages", "vectors": 10**9, "dimension": 768, "index": index}
    plain = {"collections": [collection], "availability": availability, "queries_per_second": 200}
    plan = plan_of(plain)
    assert plan.topology == "distributed"
    assert not plan.has_errors
    check_query_nodes(plain, plan)
