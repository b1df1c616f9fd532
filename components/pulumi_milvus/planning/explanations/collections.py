"""What each collection takes, by its parts: the same segments, weighed part by part."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from pulumi_milvus.planning.capacity.collection_size import CollectionSize, segments_of
from pulumi_milvus.planning.capacity.terms import Figure, Term, bytes_term
from pulumi_milvus.planning.collection import Collection
from pulumi_milvus.planning.estimates import server_memory
from pulumi_milvus.planning.estimates.scalars import ScalarParts, scalar_parts
from pulumi_milvus.planning.estimates.segments import KEY_BYTES

KEYS = (
    "vectors_at_horizon", "replicas", "segment_bytes", "segments", "index_bytes", "loaded_bytes", "local_disk_bytes",
    "gpu_bytes", "object_store_bytes",
)  # fmt: skip
_SIZING = "docs/sizing.md"


def vectors_figure(collection: Collection, months: int) -> Figure:
    """The rows at the horizon."""
    grown = collection.growth_vectors_per_month * months
    terms = (
        Term("vectors", collection.vectors, "vectors", "declared"),
        Term(f"growth_vectors_per_month, {months} months", grown, "vectors", "declared; horizon_months"),
    )
    return Figure(collection.vectors_after(months), "vectors", terms, "at the horizon")


def collection_figure(key: str, size: CollectionSize, planned: Mapping[str, Any]) -> Figure:
    """One of ``KEYS`` but the first, for a collection as it was planned."""
    value = planned[key]
    if key == "replicas":
        source = "roles.query_node.pods; the decision on replicas"
        return Figure(value, "copies", (Term("in-memory copies", value, "copies", source),), "as the decision says")
    if key == "segment_bytes":
        term = bytes_term("a full segment", value, "dataCoord.segment.maxSize, Milvus 3.0 docs, configure_datacoord.md")
        return Figure(value, "bytes", (term,), "the decision on segment_bytes says why this size")
    if key == "segments":
        return _segments(size, value)
    terms = tuple(bytes_term(name, part, source) for name, part, source in _PARTS[key](size) if part)
    nothing = {"gpu_bytes": "no index of it is on a GPU", "local_disk_bytes": "nothing of it is on local disk"}
    because = f"{size.segments:,} segments, {size.rows:,} vectors at the horizon, one copy"
    return Figure(value, "bytes", terms, because if terms else nothing.get(key, because))


def _segments(size: CollectionSize, value: int) -> Figure:
    full = sum([number for rows, number in _cut(size) if rows == size.rows_per_segment])
    row = f"{size.raw_bytes_per_row} + {size.collection.scalar_bytes_per_row} + {KEY_BYTES} bytes a row"
    terms = (
        Term(f"full ones, {size.rows_per_segment:,} rows each", full, "segments", f"{size.segment_bytes:,} / ({row})"),
        Term("last ones of each partition and shard", value - full, "segments", "rows spread evenly over them"),
    )
    because = f"{size.rows:,} vectors in {size.collection.partitions} partitions and {size.collection.shards} shards"
    return Figure(value, "segments", terms, because)


_Parts = Iterator[tuple[str, int, str]]


def _cut(size: CollectionSize) -> list[tuple[int, int]]:
    return segments_of(size.collection, size.rows, size.rows_per_segment)


def _index(size: CollectionSize) -> _Parts:
    for field in size.fields:
        parts: Counter[str] = Counter()
        for rows, number in _cut(size):
            for name, part in field.size(rows).file:
                parts[name] += number * part
        for name, part in parts.items():
            yield f"{field.field.name}, {field.index.name}: {name}", part, _SIZING


def _loaded(size: CollectionSize) -> _Parts:
    for field in size.fields:
        held = 0
        for rows, number in _cut(size):
            index = field.size(rows)
            held += 0 if size.collection.mmap and index.can_map else number * index.memory_bytes
        yield f"{field.field.name}: the index, {field.index.name}", held, _SIZING
    yield "rows: key, timestamp, row id", server_memory.ROW_BYTES * size.rows, server_memory.MEASURED
    yield "indexes on scalar data", sum([n * part.index_memory_bytes for n, part in _scalars(size)]), _SIZING
    if not size.collection.mmap:
        yield "scalar data", sum([n * part.column_bytes for n, part in _scalars(size)]), _SIZING


def _disk(size: CollectionSize) -> _Parts:
    for field in size.fields:
        files = beside = 0
        for rows, number in _cut(size):
            index = field.size(rows)
            on_disk = field.index.family == "disk" or (size.collection.mmap and index.can_map)
            files += number * index.file_bytes if on_disk else 0
            beside += 0 if index.has_raw_data else number * rows * field.raw_bytes_per_row
        how = "" if field.index.family == "disk" else ", mapped"
        yield f"{field.field.name}: files of the index, {field.index.name}{how}", files, _SIZING
        source = "the index cannot give them back; queryNode.mmap.vectorField, Milvus 3.0 docs, mmap.md"
        yield f"{field.field.name}: the vectors beside the index", beside, source
    yield "indexes on scalar data", sum([n * part.index_disk_bytes for n, part in _scalars(size)]), _SIZING
    if size.collection.mmap:
        yield "scalar data, mapped", sum([n * part.column_bytes for n, part in _scalars(size)]), _SIZING


def _gpu(size: CollectionSize) -> _Parts:
    for field in size.fields:
        parts: Counter[str] = Counter()
        for rows, number in _cut(size):
            index = field.size(rows)
            if field.index.family == "disk" or (size.collection.mmap and index.can_map):
                continue
            for name, part in index.gpu_memory or ():
                parts[name] += number * part
        for name, part in parts.items():
            yield f"{field.field.name}, {field.index.name}: {name}", part, _SIZING


def _stored(size: CollectionSize) -> _Parts:
    for field in size.fields:
        kept = 0
        for rows, number in _cut(size):
            index = field.size(rows)
            kept += number * round(index.file_bytes * index.stored_share)
        yield f"{field.field.name}: the stored index, {field.index.name}", kept, "measured, Milvus 2.3.5; " + _SIZING
    yield "indexes on scalar data", sum([n * part.index_file_bytes for n, part in _scalars(size)]), _SIZING
    binlogs = server_memory.binlog_bytes(size.rows, size.raw_bytes_per_row, size.collection.scalar_bytes_per_row)
    yield "binlogs: rows as they were inserted", binlogs, server_memory.MEASURED


_PARTS = {
    "index_bytes": _index,
    "loaded_bytes": _loaded,
    "local_disk_bytes": _disk,
    "gpu_bytes": _gpu,
    "object_store_bytes": _stored,
}


def _scalars(size: CollectionSize) -> list[tuple[int, ScalarParts]]:
    """For each kind of segment how many there are, and their scalar data."""
    collection = size.collection
    if not collection.scalar_bytes_per_row and not collection.scalar_indexes:
        return []
    indexes = tuple([{"type": item.type, "data_type": item.data_type} for item in collection.scalar_indexes])
    return [(number, scalar_parts(rows, collection.scalar_bytes_per_row, indexes)) for rows, number in _cut(size)]
