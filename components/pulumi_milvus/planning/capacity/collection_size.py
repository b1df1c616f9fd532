"""What one collection needs once it is sealed and loaded: segment by segment, for one in-memory replica."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

from pulumi_milvus.planning.capacity.field_index import FieldIndex
from pulumi_milvus.planning.capacity.loaded import Loaded
from pulumi_milvus.planning.collection import Collection
from pulumi_milvus.planning.data_types import FLOATING_TYPES
from pulumi_milvus.planning.estimates import server_memory
from pulumi_milvus.planning.estimates.scalars import ScalarParts, scalar_parts
from pulumi_milvus.planning.estimates.segments import KEY_BYTES

__all__ = [
    "DISK_SEGMENT_BYTES",
    "LOADING_FACTOR",
    "SEGMENT_BYTES",
    "CollectionSize",
    "FieldIndex",
    "FullSegments",
    "Loaded",
    "collection_size",
    "segments_of",
]

MIB: Final = 1024**2
# dataCoord.segment.maxSize and dataCoord.segment.diskSegmentMaxSize (Milvus 3.0 docs, configure_datacoord.md).
SEGMENT_BYTES: Final = 1024 * MIB
DISK_SEGMENT_BYTES: Final = 2048 * MIB
# Before it loads an index into memory, a query node counts this many times its file on top of what it uses already, and
# refuses above 90 %: queryNode.memoryIndexLoadPredictMemoryUsageFactor, Milvus, pkg/util/paramtable/component_param.go
# and internal/querynodev2/segments/segment_loader.go (checkSegmentSize).
LOADING_FACTOR: Final = 2.5


@dataclass(frozen=True, slots=True)
class CollectionSize:
    """A collection's needs with a number of rows; ``loaded`` of all its segments, ``largest`` of one full segment.

    ``object_store_bytes``: binlogs and stored indexes. ``build_peak_bytes``: building the largest index of one segment.
    ``growing_bytes_per_row``: a row that is not sealed yet, interim index included.
    """

    collection: Collection
    fields: tuple[FieldIndex, ...]
    rows: int
    rows_per_segment: int
    segments: int
    segment_bytes: int
    raw_bytes_per_row: int
    loaded: Loaded
    largest: Loaded
    index_bytes: int
    scalar_bytes: int
    object_store_bytes: int
    build_peak_bytes: int
    gpu_build_peak_bytes: int
    growing_bytes_per_row: int


_Part = tuple[Loaded, int, int, int, int]
_NOTHING: Final[_Part] = (Loaded(), 0, 0, 0, 0)


class FullSegments:
    """Full segments that were sized already."""

    def __init__(self) -> None:
        self._known: dict[tuple[object, ...], _Part] = {}

    def of(self, collection: Collection, fields: tuple[FieldIndex, ...], rows: int) -> _Part:
        """A segment of so many rows of a collection."""
        indexes = [(item.type, item.data_type) for item in collection.scalar_indexes]
        key = rows, collection.scalar_bytes_per_row, collection.mmap, *indexes, *[field.key for field in fields]
        if key not in self._known:
            self._known[key] = _segment(collection, fields, rows, collection.scalar_bytes_per_row)
        return self._known[key]


def collection_size(
    collection: Collection,
    fields: tuple[FieldIndex, ...],
    rows: int,
    segment_bytes: int | None = None,
    full_segments: FullSegments | None = None,
) -> CollectionSize:
    """What a collection needs with so many rows, in segments of ``segment_bytes`` (None: Milvus's default).

    ``full_segments`` remembers full segments, which collections that are alike share, month after month.
    """
    raw_row = sum([field.raw_bytes_per_row for field in fields])
    scalar_row = collection.scalar_bytes_per_row
    if segment_bytes is None:
        on_disk = any(field.index.family == "disk" for field in fields)
        segment_bytes = DISK_SEGMENT_BYTES if on_disk else SEGMENT_BYTES
    per_segment = max(1, segment_bytes // (raw_row + scalar_row + KEY_BYTES))
    parts = segments_of(collection, rows, per_segment)
    loaded, index_bytes, stored, scalar_bytes, segments = Loaded(), 0, 0, 0, 0
    largest_rows, largest = 0, _NOTHING
    for part_rows, number in parts:
        if full_segments is not None and part_rows == per_segment:
            part = full_segments.of(collection, fields, part_rows)
        else:
            part = _segment(collection, fields, part_rows, scalar_row)
        loaded = loaded + part[0].times(number)
        index_bytes, stored = index_bytes + part[1] * number, stored + part[2] * number
        scalar_bytes += part[4] * number
        segments += number
        if part_rows > largest_rows:
            largest_rows, largest = part_rows, part
    on_gpu = [field for field in fields if field.index.family == "gpu"]
    return CollectionSize(
        collection=collection,
        fields=fields,
        rows=rows,
        rows_per_segment=per_segment,
        segments=segments,
        segment_bytes=segment_bytes,
        raw_bytes_per_row=raw_row,
        loaded=loaded,
        largest=largest[0],
        index_bytes=index_bytes,
        scalar_bytes=scalar_bytes,
        object_store_bytes=stored + server_memory.binlog_bytes(rows, raw_row, scalar_row),
        build_peak_bytes=server_memory.building_bytes(largest_rows * (raw_row + scalar_row), largest[3]),
        gpu_build_peak_bytes=max(
            [sum([size for _, size in field.size(largest_rows).gpu_build or ()]) for field in on_gpu], default=0
        ),
        growing_bytes_per_row=_growing_bytes_per_row(fields, raw_row, scalar_row),
    )


def segments_of(collection: Collection, rows: int, per_segment: int) -> list[tuple[int, int]]:
    """(rows of a segment, how many such): full ones, and the last one of each partition and shard.

    Rows are taken to spread evenly over partitions and shards.
    """
    parts = max(1, min(collection.partitions * collection.shards, rows))
    share, more = divmod(rows, parts)
    found: dict[int, int] = {}
    for part_rows, number in ((share + 1, more), (share, parts - more)):
        if not number or not part_rows:
            continue
        whole, remainder = divmod(part_rows, per_segment)
        for segment_rows, segments in ((per_segment, whole), (remainder, 1)):
            if segment_rows and segments:
                found[segment_rows] = found.get(segment_rows, 0) + segments * number
    return list(found.items())


def _segment(collection: Collection, fields: tuple[FieldIndex, ...], rows: int, scalar_row: int) -> _Part:
    """One segment: (loaded, index bytes, stored index bytes, file bytes of its largest index, scalar bytes)."""
    resident = reserved = admitted = loading = disk = gpu = index_bytes = stored = largest_file = 0
    for field in fields:
        size = field.size(rows)
        file, memory = size.file_bytes, size.memory_bytes
        index_bytes += file
        stored += round(file * size.stored_share)
        largest_file = max(largest_file, file)
        if not size.has_raw_data:
            # Milvus keeps the vectors beside an index that cannot give them back; the plan maps them from disk
            # (queryNode.mmap.vectorField), since in memory they would undo what the index saves.
            disk += rows * field.raw_bytes_per_row
        if collection.mmap and size.can_map:
            disk += file
            continue
        resident += memory
        set_aside = file if size.reserved_bytes is None else size.reserved_bytes
        reserved += set_aside
        admitted += set_aside if field.index.family == "disk" else math.ceil(LOADING_FACTOR * set_aside)
        if field.index.family == "disk":
            disk += file
            loading += server_memory.loading_bytes(memory)
        elif size.gpu_memory is not None:
            gpu += sum([part for _, part in size.gpu_memory])
            loading += server_memory.loading_bytes(file)
        else:
            loading += server_memory.loading_bytes(memory)
    scalars = _scalars(collection, rows, scalar_row)
    columns = scalars.column_bytes
    resident += server_memory.ROW_BYTES * rows + scalars.index_memory_bytes
    beside = scalars.reserved_bytes + server_memory.ROW_BYTES * rows
    disk += scalars.index_disk_bytes
    if collection.mmap:
        disk += columns
        beside -= min(columns, scalars.reserved_bytes)
    else:
        resident += columns
    loading += scalars.loading_bytes
    stored += scalars.index_file_bytes
    loaded = Loaded(resident, reserved + beside, loading, disk, gpu, admitted + beside)
    return loaded, index_bytes, stored, largest_file, scalars.memory_bytes


def _scalars(collection: Collection, rows: int, scalar_row: int) -> ScalarParts:
    if not scalar_row and not collection.scalar_indexes:
        return ScalarParts()
    indexes = tuple([{"type": item.type, "data_type": item.data_type} for item in collection.scalar_indexes])
    return scalar_parts(rows, scalar_row, indexes)


def _growing_bytes_per_row(fields: tuple[FieldIndex, ...], raw_row: int, scalar_row: int) -> int:
    copied = sum([4 * field.dimension for field in fields if field.field.data_type in FLOATING_TYPES])
    copied += sum([field.raw_bytes_per_row for field in fields if not field.dimension])
    return round(raw_row + server_memory.INTERIM_INDEX_SHARE * copied) + scalar_row + server_memory.ROW_BYTES
