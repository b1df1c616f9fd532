"""From a request to its answer: segments, what each index weighs, and what the server keeps beside it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

from pulumi_milvus.planning import lite
from pulumi_milvus.planning.data_types import FLOATING_TYPES
from pulumi_milvus.planning.estimates import server_memory
from pulumi_milvus.planning.estimates.request import EstimateRequest
from pulumi_milvus.planning.estimates.scalars import ScalarParts, scalar_parts
from pulumi_milvus.planning.estimates.segments import cut, segment_rows
from pulumi_milvus.planning.findings import Finding
from pulumi_milvus.planning.indexes import IndexSize, Segment

# Segments that a query node loads side by side: at least one; Milvus takes as many as there are cores, and fewer where
# memory is short (internal/querynodev2/segments/segment_loader.go).
LOADED_AT_ONCE: Final = 4

_NO_SCALARS: Final = ScalarParts()


@dataclass(slots=True)
class Estimate:
    """The answer, bytes; None where a notion does not apply. Figures count all replicas, ``index_bytes`` one index.

    ``index_bytes``: the serialized index, one segment that holds all vectors, before compression.
    ``reserved_memory_bytes``: what the loader sets aside before it loads. ``segments`` of one replica.
    """

    index: str
    params: dict[str, Any]
    metric: str
    segments: int
    index_bytes: int
    index_memory_bytes: int | None = None
    loaded_memory_bytes: int | None = None
    load_peak_memory_bytes: int | None = None
    reserved_memory_bytes: int | None = None
    build_peak_memory_bytes: int | None = None
    growing_memory_bytes: int | None = None
    local_disk_bytes: int | None = None
    object_store_bytes: int | None = None
    gpu_memory_bytes: int | None = None
    gpu_build_peak_bytes: int | None = None
    lite_memory_bytes: int | None = None
    scalars: ScalarParts = field(default_factory=ScalarParts)
    findings: list[Finding] = field(default_factory=list)

    def to_json(self) -> dict[str, Any]:
        """The answer in the design's keys, and what was resolved on the way."""
        return {
            "index": self.index,
            "params": self.params,
            "metric": self.metric,
            "segments": self.segments,
            "index_bytes": self.index_bytes,
            "index_memory_bytes": self.index_memory_bytes,
            "loaded_memory_bytes": self.loaded_memory_bytes,
            "load_peak_memory_bytes": self.load_peak_memory_bytes,
            "reserved_memory_bytes": self.reserved_memory_bytes,
            "build_peak_memory_bytes": self.build_peak_memory_bytes,
            "growing_memory_bytes": self.growing_memory_bytes,
            "local_disk_bytes": self.local_disk_bytes,
            "object_store_bytes": self.object_store_bytes,
            "gpu_memory_bytes": self.gpu_memory_bytes,
            "gpu_build_peak_bytes": self.gpu_build_peak_bytes,
            "lite_memory_bytes": self.lite_memory_bytes,
            "scalars": self.scalars.to_json() if self.scalars is not _NO_SCALARS else None,
            "findings": [finding.to_json() for finding in self.findings],
        }


def estimate(request: EstimateRequest) -> Estimate:
    """The answer to a request. Never raises for one that was read."""
    whole = size_of(request, request.vectors)
    answer = Estimate(
        index=request.index.name,
        params=request.params,
        metric=request.metric,
        segments=1 if request.vectors else 0,
        index_bytes=whole.file_bytes,
        findings=request.findings,
    )
    if request.topology in (None, "lite") and "lite" in request.index.runs_on:
        _add_lite(answer, request)
    if request.topology == "lite":
        answer.index_memory_bytes = whole.memory_bytes
    else:
        _add_server(answer, request, whole)
    return answer


def size_of(request: EstimateRequest, rows: int) -> IndexSize:
    """What the index of one segment with that many rows weighs."""
    measure = request.index.size
    if measure is None:  # FAISS: refused by the reader
        raise ValueError(f"{request.index.name} has no size")
    return measure(
        Segment(
            rows,
            request.dimension,
            request.data_type,
            request.metric,
            request.params,
            request.nonzeros_per_vector,
        )
    )


def _add_lite(answer: Estimate, request: EstimateRequest) -> None:
    if request.data_type != "FLOAT_VECTOR" or not request.dimension:
        return  # sparse vectors were not measured in Milvus Lite
    size = lite.field_size(
        request.index.name, request.vectors, request.dimension, request.params, request.scalar_bytes_per_row
    )
    answer.lite_memory_bytes = (
        size.loaded_bytes + size.transient_bytes + lite.FIRST_LOAD_BYTES if request.vectors else 0
    )


def _add_server(answer: Estimate, request: EstimateRequest, whole: IndexSize) -> None:
    rows, replicas = request.vectors, request.replicas
    raw_row = Segment(1, request.dimension, request.data_type, "", {}, request.nonzeros_per_vector).raw_bytes_per_row
    scalars = _NO_SCALARS
    if request.scalar_bytes_per_row or request.scalar_indexes:
        scalars = scalar_parts(rows, request.scalar_bytes_per_row, request.scalar_indexes)
    per_segment = segment_rows(rows, raw_row, request.scalar_bytes_per_row, request.segment_bytes)
    full, rest = cut(rows, per_segment)
    segments = full + (1 if rest else 0)
    largest = whole if full == 1 and not rest else size_of(request, per_segment if full else rest)
    last = size_of(request, rest) if rest and full else None

    def total(one: int, other: int) -> int:
        return one * full + other if full else one

    largest_memory, last_memory = largest.memory_bytes, last.memory_bytes if last else 0
    memory = total(largest_memory, last_memory)
    file = total(largest.file_bytes, last.file_bytes if last else 0)
    disk = total(largest.local_disk_bytes, last.local_disk_bytes if last else 0)
    reserved = total(_reserved(largest), _reserved(last) if last else 0)
    scalar_memory, scalar_disk = scalars.memory_bytes, 0
    on_gpu = largest.gpu_memory is not None and not largest_memory
    loading = server_memory.loading_bytes(largest.file_bytes if on_gpu else largest_memory)
    if request.mmap:
        scalar_disk, scalar_memory = scalars.column_bytes, scalars.memory_bytes - scalars.column_bytes
        if largest.can_map:
            disk, memory, reserved, loading = disk + file, 0, 0, 0
        else:
            answer.findings.append(_cannot_map(answer.index))
    if request.hot_share is not None:
        disk = max(disk, file) + scalars.column_bytes
        memory = round(request.hot_share * memory)
        scalar_memory = round(request.hot_share * scalar_memory)
        reserved = round(request.hot_share * reserved)
    elif request.mmap:
        disk += scalar_disk
    loaded = server_memory.loaded_bytes(rows, memory, scalar_memory)
    at_once = min(segments, LOADED_AT_ONCE)
    stored = server_memory.binlog_bytes(rows, raw_row, request.scalar_bytes_per_row)
    stored += round(file * largest.stored_share) + scalars.index_file_bytes
    answer.segments = segments
    answer.scalars = scalars
    answer.index_memory_bytes = memory * replicas
    answer.loaded_memory_bytes = loaded * replicas
    answer.load_peak_memory_bytes = (loaded + at_once * loading + scalars.loading_bytes) * replicas
    answer.reserved_memory_bytes = (reserved + scalars.reserved_bytes) * replicas
    answer.build_peak_memory_bytes = server_memory.building_bytes(
        min(rows, per_segment) * (raw_row + request.scalar_bytes_per_row), largest.file_bytes
    )
    answer.growing_memory_bytes = (
        server_memory.growing_bytes(rows, raw_row, _copied_bytes_per_row(request, raw_row), scalars.growing_bytes)
        * replicas
    )
    answer.local_disk_bytes = disk * replicas
    answer.object_store_bytes = stored * (server_memory.COMPACTION_COPIES if request.compaction else 1)
    if largest.gpu_memory is not None:
        answer.gpu_memory_bytes = replicas * total(
            sum([size for _, size in largest.gpu_memory]),
            sum([size for _, size in last.gpu_memory]) if last and last.gpu_memory else 0,
        )
        answer.gpu_build_peak_bytes = sum([size for _, size in largest.gpu_build or ()])


def _reserved(size: IndexSize) -> int:
    return size.file_bytes if size.reserved_bytes is None else size.reserved_bytes


def _copied_bytes_per_row(request: EstimateRequest, raw_row: int) -> int:
    """What the interim index holds of a row: dense vectors as float32, sparse ones as they are; bits and INT8 none."""
    if request.data_type in FLOATING_TYPES:
        return 4 * request.dimension
    return raw_row if request.data_type == "SPARSE_FLOAT_VECTOR" else 0


def _cannot_map(index: str) -> Finding:
    return Finding(
        "index-pair",
        "warning",
        "mmap",
        f"{index} cannot be mapped from disk; Milvus loads it as if mmap were off",
        "take mmap away, or an index of the HNSW, IVF or SCANN kind",
        "Knowhere d7cfd888, include/knowhere/index/index_table.h",
    )
