"""What a workload asks of a server in one month: its collections' sizes, the data to hold, and the search to answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from pulumi_milvus.planning.capacity.collection_size import CollectionSize, FullSegments, collection_size
from pulumi_milvus.planning.capacity.field_index import FieldIndex, field_indexes
from pulumi_milvus.planning.capacity.loaded import Loaded
from pulumi_milvus.planning.capacity.search import Search, costliest_search
from pulumi_milvus.planning.workload import Workload


@dataclass(frozen=True, slots=True, kw_only=True)
class Demand:
    """The needs of a workload after so many months.

    ``data`` is one copy of everything loaded, ``segment`` the largest part of one segment in each kind of room.
    """

    workload: Workload
    months: int
    hardware: str
    segment_bytes: int | None
    sizes: tuple[CollectionSize, ...]
    data: Loaded
    segment: Loaded
    search: Search | None = field(repr=False)

    @property
    def rows(self) -> int:
        """Rows of all collections."""
        return sum([size.rows for size in self.sizes])

    @property
    def needs_nvme(self) -> bool:
        """Whether an index has its graph on local disk."""
        return any(field.index.family == "disk" for size in self.sizes for field in size.fields)

    @property
    def needs_gpu(self) -> bool:
        """Whether an index is built or searched on a GPU."""
        return self.hardware == "gpu"

    @property
    def raw_bytes(self) -> int:
        """Vectors and scalar data as they are."""
        return sum([size.rows * (size.raw_bytes_per_row + size.collection.scalar_bytes_per_row) for size in self.sizes])


def indexes_of(workload: Workload, hardware: str) -> tuple[tuple[FieldIndex, ...], ...]:
    """The indexes of each collection's fields on ``hardware`` (memory, nvme or gpu)."""
    place = "gpu" if hardware == "gpu" else "server"
    return tuple([field_indexes(collection, place) for collection in workload.collections])


def demand_of(
    workload: Workload,
    hardware: str,
    months: int,
    segment_bytes: int | None = None,
    *,
    search: bool = True,
    indexes: Sequence[tuple[FieldIndex, ...]] | None = None,
    full_segments: FullSegments | None = None,
) -> Demand:
    """The demand after ``months`` of growth on ``hardware`` (memory, nvme or gpu).

    ``segment_bytes`` None: Milvus's default, 1 GiB, and 2 GiB for a collection with an index on disk. ``search`` False
    leaves the search out. ``indexes``: ``indexes_of`` the workload, and ``full_segments``: where they are known.
    """
    known = indexes_of(workload, hardware) if indexes is None else indexes
    known_segments = FullSegments() if full_segments is None else full_segments
    sizes = tuple(
        [
            collection_size(collection, fields, collection.vectors_after(months), segment_bytes, known_segments)
            for collection, fields in zip(workload.collections, known, strict=True)
        ]
    )
    data = Loaded.combined(sum, [size.loaded for size in sizes])
    segment = Loaded.combined(max, [size.largest for size in sizes])
    return Demand(
        workload=workload,
        months=months,
        hardware=hardware,
        segment_bytes=segment_bytes,
        sizes=sizes,
        data=data,
        segment=segment,
        search=costliest_search(workload, sizes) if search else None,
    )
