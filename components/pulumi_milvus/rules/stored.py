"""What is stored in a Milvus, from its declared workload, by the planner's own sums."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from pulumi_milvus.planning.capacity.loaded import Loaded
from pulumi_milvus.planning.deployment.demand import Demand, demand_of
from pulumi_milvus.planning.facts_of import field_findings
from pulumi_milvus.planning.hardware.allocatable import MEBIBYTE
from pulumi_milvus.planning.indexes import INDEXES
from pulumi_milvus.planning.workload import Workload
from pulumi_milvus.rules.milvus_facts import MilvusFacts

WORKLOAD_MISSING = "which indexes and how many vectors are stored is not in these files"
WORKLOAD_FIX = "--workload FILE says what is stored"


def runs_gpu_image(facts: MilvusFacts) -> bool | None:
    """Whether query nodes, data nodes and standalone run Milvus's GPU image; None where no image is known."""
    images = [pod.image for pod in facts.hardware_pods if pod.image]
    return any(is_gpu_image(image) for image in images) if images else None


def is_gpu_image(image: str) -> bool:
    """Whether the tag is that of a GPU build: ``milvusdb/milvus:v2.6.24-gpu``."""
    name = image.split("@", 1)[0]
    return ":" in name.rsplit("/", 1)[-1] and "gpu" in name.rsplit(":", 1)[-1].split("-")


def index_names(workload: Workload) -> Iterator[tuple[str, str]]:
    """(path of the field, its index as declared) of every vector field."""
    for position, collection in enumerate(workload.collections):
        for place, field in enumerate(collection.fields):
            path = f"collections[{position}]"
            yield (f"{path}.vector_fields[{place}]" if collection.vector_fields else path), field.index


def fields_on(workload: Workload | None, family_place: str) -> list[str]:
    """Fields whose index is of that kind, in words: ``disk`` (DISKANN, AISAQ) or ``gpu``."""
    found = []
    for path, name in index_names(workload) if workload is not None else ():
        index = INDEXES.get(name)
        if index is None:
            continue
        is_gpu = index.runs_on == frozenset({"gpu"})
        if (family_place == "gpu" and is_gpu) or (family_place == "disk" and index.family == "disk"):
            found.append(f"{name} ({path})")
    return found


def holds_on_disk(workload: Workload | None) -> bool:
    """Whether a collection with an index on disk has vectors, now or at the declared horizon."""
    return workload is not None and any(
        collection.vectors_after(workload.horizon_months)
        for collection in workload.collections
        if any(field.index in INDEXES and INDEXES[field.index].family == "disk" for field in collection.fields)
    )


def can_be_sized(workload: Workload, topology: str) -> bool:
    """Whether the planner knows the size of all that is stored; where not, ``index-pair`` says why."""
    for _, name in index_names(workload):
        index = INDEXES.get(name)
        if index is None or (name != "AUTOINDEX" and index.size is None):
            return False
    return not any(finding.level == "error" for finding in field_findings(workload, topology))


def hardware_of(workload: Workload, gpu_image: bool | None) -> str:
    """memory, nvme or gpu: what the indexes stand on."""
    if fields_on(workload, "gpu") or (gpu_image and any(name == "AUTOINDEX" for _, name in index_names(workload))):
        return "gpu"
    return "nvme" if fields_on(workload, "disk") else "memory"


def stored_demand(facts: MilvusFacts, months: int = 0) -> Demand | None:
    """The needs of what is stored after so many months; None where no workload is declared or an index has no size."""
    workload = facts.workload
    if workload is None or not can_be_sized(workload, topology_of(facts)):
        return None
    hardware = hardware_of(workload, runs_gpu_image(facts))
    in_memory = demand_of(workload, hardware, months, _segment_bytes(facts, "maxSize"), search=False)
    if hardware != "nvme":
        return in_memory
    # Collections with a graph on disk have segments of another size (dataCoord.segment.diskSegmentMaxSize).
    on_disk = demand_of(workload, hardware, months, _segment_bytes(facts, "diskSegmentMaxSize"), search=False)
    pairs = zip(in_memory.sizes, on_disk.sizes, strict=True)
    sizes = tuple(
        [disk if any(field.index.family == "disk" for field in disk.fields) else memory for memory, disk in pairs]
    )
    data = Loaded.combined(sum, [size.loaded for size in sizes])
    segment = Loaded.combined(max, [size.largest for size in sizes])
    return replace(on_disk, sizes=sizes, data=data, segment=segment)


def topology_of(facts: MilvusFacts) -> str:
    """standalone or distributed, in the planner's words."""
    return "standalone" if facts.mode == "standalone" else "distributed"


def _segment_bytes(facts: MilvusFacts, key: str) -> int | None:
    """The segment size that the configuration says in MiB, or None where it is Milvus's default."""
    value = facts.setting(f"dataCoord.segment.{key}")
    try:
        mebibytes = int(value)
    except (TypeError, ValueError):
        return None
    return mebibytes * MEBIBYTE if mebibytes > 0 else None
