"""Rows that come in: streaming nodes hold them while they grow, data nodes build their indexes and compact them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from pulumi_milvus.planning.capacity.collection_size import CollectionSize
from pulumi_milvus.planning.capacity.copies import with_spare
from pulumi_milvus.planning.capacity.field_index import FieldIndex
from pulumi_milvus.planning.capacity.rounding import whole_gib
from pulumi_milvus.planning.capacity.terms import Figure, Term, bytes_term
from pulumi_milvus.planning.estimates import server_memory
from pulumi_milvus.planning.load.build import build_cores, build_cost
from pulumi_milvus.planning.load.ingest import INGEST_IN_WORDS, ingest_cores
from pulumi_milvus.planning.workload import Workload

DATA_COORD: Final = "Milvus 3.0 docs, reference/sys_config/configure_datacoord.md"
# dataCoord.segment.sealProportion: a growing segment is sealed at this share of the segment size.
SEAL_SHARE: Final = 0.12
# dataCoord.segment.maxLife: a growing segment is sealed after a day, whatever it holds.
LONGEST_LIFE_SECONDS: Final = 86_400
# From sealed to loaded with its index: flush, build, load. Seconds to minutes were measured; ten minutes are planned.
HAND_OVER_SECONDS: Final = 600
# Writing is slowed down from 85 % of a node's memory on (quotaAndLimits, Milvus 3.0 docs configure_quotaandlimits.md).
THROTTLE_SHARE: Final = 0.85
# A streaming or data node's own process, as a query node's, and what inserting keeps besides the rows.
PROCESS_BYTES: Final = 600_000_000
SECONDS_PER_MONTH: Final = 2_628_000

# Pods grow up to this size, and then in number, each of full size: a step adds one pod and nothing else.
LARGEST_STREAMING_BYTES: Final = 16 * 1024**3
MOST_CORES_PER_POD: Final = 8
FEWEST_CORES: Final = 2
# DISKANN leaves 1.8 to 2.8 times its file, and the vectors, on the disk while it builds (diskannpy 0.7.0).
BUILD_DISK_FILES: Final = 2.8


@dataclass(frozen=True, slots=True)
class RoleNeed:
    """Pods of one role and what each needs; ``figures`` are the sums behind them."""

    pods: int
    cpu_cores: int
    cpu: Figure
    memory: Figure
    loaded_bytes: int
    local_disk_bytes: int = 0
    gpu_memory_bytes: int = 0

    @property
    def memory_bytes(self) -> int:
        """Memory of one pod."""
        return int(self.memory.value)


def fewest_pods(availability: str) -> int:
    """Pods of a role of which one must be left: two, or one in each of three zones."""
    return {"none": 1, "pod": 2, "zone": 3}[availability]


def fewest_left(availability: str) -> int:
    """Of those pods, the ones that are left at the worst moment."""
    return max(1, fewest_pods(availability) - 1)


def numbers_left(availability: str) -> tuple[int, ...]:
    """Numbers of pods of a role, left at the worst moment, that are worth a try.

    Two smaller pods and a spare one can cost less than a large one and a spare; a zone that may be lost asks for two
    anyway. Without this choice the stricter availability could cost less.
    """
    return tuple(range(fewest_left(availability), fewest_left("zone") + 1))


def growing_bytes(workload: Workload, sizes: Sequence[CollectionSize]) -> tuple[int, tuple[Term, ...]]:
    """Memory of all rows that are not sealed or not yet handed over, and its terms.

    Each shard of each partition may grow a segment until it is sealed; but not more rows can be growing than a day
    brings, the longest life of a growing segment. A first load fills at least one segment of the largest collection.
    """
    at_once: list[float] = []
    by_day: list[float] = []
    first, row_bytes = 0.0, 0
    for size in sizes:
        collection = size.collection
        capacity = collection.shards * collection.partitions * SEAL_SHARE * size.rows_per_segment
        row_bytes = max(row_bytes, size.growing_bytes_per_row)
        rows = min(capacity, float(max(size.rows, collection.growth_vectors_per_month)))
        at_once.append(rows * size.growing_bytes_per_row)
        first = max(
            first, min(rows, collection.shards * SEAL_SHARE * size.rows_per_segment) * size.growing_bytes_per_row
        )
        by_day.append(collection.growth_vectors_per_month / 30 * size.growing_bytes_per_row)
    # Exact sums: the order of collections does not matter.
    day = math.fsum(by_day) + workload.inserts_per_second * LONGEST_LIFE_SECONDS * row_bytes
    growing = max(first, min(math.fsum(at_once), day))
    waiting = workload.inserts_per_second * HAND_OVER_SECONDS * row_bytes
    terms = (
        bytes_term("growing segments until they are sealed", growing, f"{DATA_COORD}: segment.sealProportion, maxLife"),
        bytes_term(
            f"sealed rows until they are loaded with their index, {HAND_OVER_SECONDS} s of inserts",
            waiting,
            f"seconds to minutes measured with Milvus 2.3.5; {HAND_OVER_SECONDS} s are our allowance",
        ),
    )
    return math.ceil(growing + waiting), terms


def streaming_nodes(workload: Workload, sizes: Sequence[CollectionSize], at_least_left: int | None = None) -> RoleNeed:
    """Streaming nodes: growing rows with their interim index, write buffers, and the cores that inserting takes.

    Memory and cores each ask for a number of pods, and the pod grows with each until its number does.
    ``at_least_left``: pods left at the worst moment; None: the fewest.
    """
    growing, terms = growing_bytes(workload, sizes)
    fewest = at_least_left or fewest_left(workload.availability)
    own = PROCESS_BYTES + server_memory.INSERT_BUFFER_BYTES
    row_bytes = max([size.raw_bytes_per_row + size.collection.scalar_bytes_per_row for size in sizes], default=0)
    inserting = ingest_cores(workload.inserts_per_second, row_bytes)
    cores = FEWEST_CORES + inserting.expected
    room = THROTTLE_SHARE * LARGEST_STREAMING_BYTES - own
    for_memory, for_cores = math.ceil(growing / room), math.ceil(cores / MOST_CORES_PER_POD)
    left = max(fewest, for_memory, for_cores)
    share = math.ceil(growing / left)
    memory_bytes = (
        LARGEST_STREAMING_BYTES if for_memory > fewest else whole_gib((own + growing / fewest) / THROTTLE_SHARE)
    )
    memory = Figure(
        memory_bytes,
        "bytes",
        (
            bytes_term("process and write buffers", own, server_memory.MEASURED),
            *[bytes_term(f"{term.name}, 1/{left}", term.value / left, term.source) for term in terms],
        ),
        f"rounded up to whole GiB, so that it stays below the {THROTTLE_SHARE:.0%} where Milvus slows down writing",
    )
    each = MOST_CORES_PER_POD if for_cores > fewest else max(FEWEST_CORES, math.ceil(cores / fewest))
    cpu = Figure(
        each,
        "cores",
        (
            Term("at least, for the node itself", FEWEST_CORES / left, "cores", "our allowance, not measured"),
            Term(
                f"inserting, 1/{left}",
                inserting.expected / left,
                "cores",
                INGEST_IN_WORDS,
            ),
        ),
        f"{inserting.lowest:.1f} to {inserting.highest:.1f} cores for {workload.inserts_per_second:g} rows a second",
    )
    return RoleNeed(with_spare(left, workload.availability), each, cpu, memory, own + share)


def data_nodes(workload: Workload, sizes: Sequence[CollectionSize], at_least_left: int | None = None) -> RoleNeed:
    """Data nodes: building the largest segment's index, compaction, and the cores that keep up with new rows.

    ``at_least_left``: pods left at the worst moment; None: the fewest.
    """
    # By name where two are alike, so that their order does not matter.
    peak = max(sizes, key=lambda size: (size.build_peak_bytes, size.collection.name), default=None)
    build = peak.build_peak_bytes if peak else 0
    terms = (
        bytes_term("process", PROCESS_BYTES, server_memory.MEASURED),
        bytes_term(
            f"building one segment of {peak.collection.name}" if peak else "building",
            build,
            f"{server_memory.BUILDING_IN_WORDS}; {server_memory.MEASURED}",
        ),
    )
    memory = Figure(whole_gib(PROCESS_BYTES + build), "bytes", terms, "rounded up to whole GiB")
    cores, cpu_terms = building_cores(workload, sizes)
    fewest = at_least_left or fewest_left(workload.availability)
    left = max(fewest, math.ceil(cores / MOST_CORES_PER_POD))
    each = MOST_CORES_PER_POD if left > fewest else max(FEWEST_CORES, math.ceil(cores / left))
    cpu = Figure(each, "cores", cpu_terms, f"over {left} pods, at least {FEWEST_CORES} each")
    disk = max([build_disk_bytes(size) for size in sizes], default=0)
    gpu = max([size.gpu_build_peak_bytes for size in sizes], default=0)
    return RoleNeed(with_spare(left, workload.availability), each, cpu, memory, PROCESS_BYTES, disk, gpu)


def building_cores(workload: Workload, sizes: Sequence[CollectionSize]) -> tuple[float, tuple[Term, ...]]:
    """Cores that build what comes in: the insert rate at the dearest collection, or growth, whichever is more."""
    dearest, name = 0.0, ""
    steady: list[float] = []
    cache: dict[tuple[object, ...], float] = {}
    for size in sizes:
        each = sum([_core_seconds_per_row(size, field, cache) for field in size.fields])
        growth = size.collection.growth_vectors_per_month / SECONDS_PER_MONTH
        steady.append(growth * each)
        # By name where two are alike, so that their order does not matter.
        dearest, name = max((dearest, name), (each, size.collection.name))
    inserting, growing = workload.inserts_per_second * dearest, math.fsum(steady)
    cores = max(growing, inserting)
    what = (
        f"{workload.inserts_per_second:g} rows a second into {name}" if inserting >= growing else "the monthly growth"
    )
    source = "measured, faiss-cpu 1.15.1 and Milvus 2.3.5: CPU-seconds of a build; each row is built about twice"
    return cores, (Term(f"building indexes of {what}", cores, "cores", source),)


def _core_seconds_per_row(size: CollectionSize, field: FieldIndex, cache: dict[tuple[object, ...], float]) -> float:
    rows = max(1, size.rows_per_segment)
    key = (field.index.name, field.dimension, field.field.data_type, rows, tuple(sorted(field.params.items(), key=str)))
    if key not in cache:
        params = {name: value for name, value in field.params.items() if value is not None}
        cost = build_cost(field.index.name, params, rows, field.dimension or None, field.field.data_type)
        cache[key] = build_cores(1.0, cost, rows).expected
    return cache[key]


def build_disk_bytes(size: CollectionSize) -> int:
    """Local disk that building one segment of a disk index takes."""
    disk = [field for field in size.fields if field.index.family == "disk"]
    if not disk:
        return 0
    rows = min(size.rows, size.rows_per_segment)
    files = sum([field.size(rows).file_bytes for field in disk])
    return math.ceil(BUILD_DISK_FILES * files) + rows * size.raw_bytes_per_row
