"""Random workloads, plans of them, and what a node leaves to pods: what the laws of the planner are tried on.

Vectors, dimensions and rates are drawn over orders of magnitude. Where a law is about one number, the catalogue is cut
down to a few types of each kind: every law holds on any catalogue, and a type that is hard to replace shows a defect
sooner than a catalogue in which another one is almost as good.
"""

from __future__ import annotations

import functools
import json
import math
from dataclasses import dataclass, replace
from importlib import resources
from typing import Any, Final

import hypothesis
from hypothesis import strategies as st

from pulumi_milvus.planning.hardware.allocatable import EKS_DAEMONSETS
from pulumi_milvus.planning.hardware.aws_catalogue import AwsCatalogue, aws_catalogue
from pulumi_milvus.planning.plan import Plan
from pulumi_milvus.planning.planner import make_plan
from pulumi_milvus.planning.reading import read_workload

MIB: Final = 2**20
GIB: Final = 2**30

# A small and a large type of each shape, x86 and arm64; NVMe; one, four and eight GPUs.
FEW_NAMES: Final = (
    "m7g.xlarge", "m7g.4xlarge", "r7g.2xlarge", "r7g.8xlarge", "m6i.2xlarge", "r6i.4xlarge", "i4i.2xlarge",
    "i4i.16xlarge", "g5.2xlarge", "g5.12xlarge", "p4d.24xlarge",
)  # fmt: skip
FEW: Final[AwsCatalogue] = replace(
    aws_catalogue(), types=tuple(node for node in aws_catalogue().types if node.name in FEW_NAMES)
)

IN_MEMORY: Final[tuple[dict[str, Any], ...]] = (
    {},
    {"index": "FLAT"},
    {"index": "HNSW", "index_params": {"M": 16, "efConstruction": 200}},
    {"index": "HNSW_SQ", "index_params": {"M": 16, "efConstruction": 200, "sq_type": "SQ8"}},
    {"index": "IVF_FLAT", "index_params": {"nlist": 1024}},
    {"index": "IVF_SQ8", "index_params": {"nlist": 2048}},
    {"index": "IVF_PQ", "index_params": {"nlist": 1024, "m": 16}},
    {"index": "SCANN", "index_params": {"nlist": 1024}},
    {"index": "IVF_RABITQ", "index_params": {"nlist": 1024}},
)
ON_DISK: Final[tuple[dict[str, Any], ...]] = ({"index": "DISKANN"}, {"index": "AISAQ"})
ON_GPU: Final[tuple[dict[str, Any], ...]] = (
    {"index": "GPU_CAGRA", "metric": "L2"},
    {"index": "GPU_IVF_FLAT", "index_params": {"nlist": 1024}, "metric": "L2"},
)
DIMENSIONS: Final = (32, 64, 96, 128, 256, 384, 512, 768, 1024, 1536, 2048, 3072)


def at_most(most: int) -> int:
    """At most so many examples in the full profile, for a law whose examples take several plans each."""
    return min(most, hypothesis.settings().max_examples)


def scaled(low: float, high: float) -> st.SearchStrategy[int]:
    """Whole numbers over orders of magnitude."""
    return st.floats(math.log(low), math.log(high)).map(lambda power: round(math.exp(power)))


def collections(
    indexes: tuple[dict[str, Any], ...] = IN_MEMORY + ON_DISK + ON_GPU, most_vectors: float = 3e9, growth: bool = True
) -> st.SearchStrategy[dict[str, Any]]:
    """A collection that can be as it is declared."""
    optional: dict[str, st.SearchStrategy[Any]] = {
        "scalar_bytes_per_row": st.sampled_from([0, 8, 100, 512, 4_000]),
        "scalar_indexes": st.sampled_from([[], [{"field": "brand", "type": "INVERTED", "data_type": "VARCHAR"}]]),
        "shards": st.integers(1, 8),
        "partitions": st.sampled_from([1, 1, 1, 2, 16, 64]),
        "mmap": st.booleans(),
    }
    if growth:
        optional["growth_vectors_per_month"] = scaled(1, 1e7) | st.just(0)
    keys = st.fixed_dictionaries(
        {"vectors": scaled(1, most_vectors) | st.just(0), "dimension": st.sampled_from(DIMENSIONS)}, optional=optional
    )
    return st.builds(lambda index, rest: {**index, **rest}, st.sampled_from(indexes), keys)


def asked(queries: bool = True) -> st.SearchStrategy[dict[str, Any]]:
    """What is asked of a workload beside its collections."""
    optional: dict[str, st.SearchStrategy[Any]] = {
        "inserts_per_second": scaled(1, 20_000) | st.just(0),
        "availability": st.sampled_from(["none", "pod", "zone"]),
        "replicas": st.none() | st.integers(1, 4),
        "horizon_months": st.sampled_from([0, 1, 12, 36]),
        "topology": st.sampled_from([None, None, "distributed"]),
        "production": st.booleans(),
    }
    if queries:
        optional["queries_per_second"] = scaled(1, 20_000) | st.just(0)
        optional["latency_p99_ms"] = st.sampled_from([None, 10, 50, 500])
        optional["recall_target"] = st.sampled_from([None, 0.9, 0.95, 0.99])
    return st.fixed_dictionaries({}, optional=optional)


@st.composite
def workloads(
    draw: st.DrawFn,
    /,
    indexes: tuple[dict[str, Any], ...] = IN_MEMORY + ON_DISK + ON_GPU,
    most_collections: int = 3,
    **narrowed: Any,
) -> dict[str, Any]:
    """A workload in the words of a values file, one hardware for all of its collections."""
    family = draw(st.sampled_from([group for group in (IN_MEMORY, ON_DISK, ON_GPU) if set_of(group) & set_of(indexes)]))
    of_family = tuple(index for index in indexes if str(index) in set_of(family))
    found = draw(st.lists(collections(of_family, **narrowed), min_size=1, max_size=most_collections))
    named = [{"name": f"c{place}", **collection} for place, collection in enumerate(found)]
    return {"collections": named, **draw(asked())}


def set_of(indexes: tuple[dict[str, Any], ...]) -> set[str]:
    """Indexes by their words, since dictionaries cannot stand in a set."""
    return {str(index) for index in indexes}


def plan_of(plain: dict[str, Any], catalogue: AwsCatalogue | None = None) -> Plan:
    """The plan of a workload in plain data."""
    return make_plan(read_workload(plain), catalogue)


def changed(plain: dict[str, Any], **keys: Any) -> dict[str, Any]:
    """The workload with other keys."""
    return {**plain, **keys}


def with_collection(plain: dict[str, Any], place: int, **keys: Any) -> dict[str, Any]:
    """The workload with other keys in one of its collections."""
    found = list(plain["collections"])
    place %= len(found)
    found[place] = {**found[place], **keys}
    return {**plain, "collections": found}


@dataclass(frozen=True)
class Step:
    """The last number of vectors of the first collection with some nodes, its plan, and that of one vector more."""

    vectors: int
    before: Plan
    after: Plan


def step_between(plain: dict[str, Any], low: int, high: int, catalogue: AwsCatalogue | None = None) -> Step | None:
    """A step between two numbers of vectors, found by bisection; None where both have the same nodes."""

    def planned(vectors: int) -> Plan:
        return plan_of(with_collection(plain, 0, vectors=vectors), catalogue)

    def nodes(plan: Plan) -> list[tuple[str, str, int]]:
        return [(pool["name"], pool["instance_type"], pool["nodes"]) for pool in plan.node_pools]

    before, after = planned(low), planned(high)
    if nodes(before) == nodes(after):
        return None
    while high - low > 1:
        middle = (low + high) // 2
        plan = planned(middle)
        if nodes(plan) == nodes(before):
            low, before = middle, plan
        else:
            high, after = middle, plan
    return Step(low, before, after)


@dataclass(frozen=True)
class Leaves:
    """What a node of a type leaves to our pods, read from the file without the code under test; bytes."""

    cpu_millicores: int
    memory_bytes: int
    nvme_bytes: int
    gpus: int
    gpu_memory_bytes_each: int
    usd_per_month: float
    row: dict[str, Any]


@functools.cache
def leaves_of() -> dict[str, Leaves]:
    """Every type of the catalogue that can be had, by name."""
    file = resources.files("pulumi_milvus.planning.hardware").joinpath("aws_instances.json")
    data = json.loads(file.read_text(encoding="utf-8"))
    found = {}
    for values in data["rows"]:
        row = dict(zip(data["columns"], values, strict=True))
        if row["retired"] or row["bare_metal"] or row["usd_per_hour"] is None:
            continue
        nvme_bytes = row["local_nvme_gb"] * 10**9
        found[row["name"]] = Leaves(
            cpu_millicores=row["allocatable_cpu_millicores"] - EKS_DAEMONSETS.cpu_millicores,
            memory_bytes=row["allocatable_memory_mib"] * MIB - EKS_DAEMONSETS.memory_bytes,
            # A tenth is kubelet's eviction threshold, one GiB is reserved (amazon-eks-ami, nodeadm).
            nvme_bytes=max(0, nvme_bytes - math.ceil(nvme_bytes / 10) - GIB),
            gpus=row["gpus"],
            gpu_memory_bytes_each=row["gpu_memory_mib_each"] * MIB,
            usd_per_month=row["usd_per_hour"] * 730,
            row=row,
        )
    return found
